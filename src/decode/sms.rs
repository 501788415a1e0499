//! Delivery records of text messages.

use chrono::{DateTime, Utc};

use super::Reading;
use crate::model::{Decoded, LineId};

/// Decodes one line. `aws_region` is where the log group's messages are sent from.
pub fn decode(
    _message: &str,
    _line_id: LineId,
    _delivered_at: DateTime<Utc>,
    _aws_region: &str,
    _reading: &Reading,
) -> Decoded {
    Decoded::Ignored
}
