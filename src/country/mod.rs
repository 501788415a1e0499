//! Countries of phone numbers.

/// ISO 3166-1 alpha-2 of an E.164 number; `None` where it cannot be read.
pub fn of_number(_number: &str) -> Option<String> {
    None
}
