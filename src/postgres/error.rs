//! What a client is told when something goes wrong: one line, and PostgreSQL's code for it.

use std::io;

use pgwire::error::ErrorInfo;
use pgwire::messages::PgWireBackendMessage;

use crate::query::ask::Refusal;

/// Why a statement is not answered.
#[derive(Debug)]
pub(super) struct Failure {
    severity: &'static str,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Failure {
    /// The statement ends, the connection stays.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: "ERROR", code, message: message.into() }
    }

    /// The connection ends.
    pub(super) fn fatal(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: "FATAL", code, message: message.into() }
    }

    /// Somebody asked for it.
    pub(super) fn cancelled() -> Self {
        Self::new("57014", "canceling statement due to user request")
    }

    /// The peer does not speak the protocol.
    pub(super) fn protocol(message: impl Into<String>) -> Self {
        Self::fatal("08P01", message)
    }

    pub(super) fn is_fatal(&self) -> bool {
        self.severity == "FATAL"
    }

    pub(super) fn told(self) -> PgWireBackendMessage {
        PgWireBackendMessage::ErrorResponse(info(self.severity, self.code, self.message).into())
    }
}

/// Something that the client should know though all went well.
pub(super) fn notice(severity: &'static str, code: &'static str, message: String) -> PgWireBackendMessage {
    PgWireBackendMessage::NoticeResponse(info(severity, code, message).into())
}

fn info(severity: &str, code: &str, message: String) -> ErrorInfo {
    let mut info = ErrorInfo::new(severity.to_owned(), code.to_owned(), message);
    info.severity_nonlocalized = Some(severity.to_owned());
    info
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let code = match &refusal {
            Refusal::Mistaken(text) => mistake(text),
            Refusal::NotAllowed(text) if text.contains("is no table") => "42P01",
            Refusal::NotAllowed(text) if text.contains("bytes long") => "54000",
            Refusal::NotAllowed(_) => "42501",
            Refusal::TooLong(_) => "57014",
            Refusal::TooLarge => "53200",
            Refusal::Busy => "53300",
            Refusal::Broken(_) => "XX000",
        };
        Self::new(code, message)
    }
}

/// The code for what the engine says.
fn mistake(text: &str) -> &'static str {
    let has = |words: &str| text.contains(words);
    if has("only a SELECT") || has("needs a SELECT") {
        "42501"
    } else if has("Parser Error") || has("syntax error") {
        "42601"
    } else if has("Table with name") {
        "42P01"
    } else if has("Function with name") || has("No function matches") {
        "42883"
    } else if has("Referenced column") || has("does not have a column") {
        "42703"
    } else if has("Conversion Error") || has("Could not convert") {
        "22P02"
    } else if has("Out of Range") {
        "22003"
    } else if has("parameter") {
        "08P01"
    } else {
        "42000"
    }
}

/// Why a message is not answered.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The client is told.
    Told(Failure),
    /// There is nobody to tell.
    Gone,
}

impl From<io::Error> for Trouble {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Told(failure)
    }
}
