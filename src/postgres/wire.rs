//! Messages on a connection: whole ones in, batches of them out.
//!
//! Their form is `pgwire`'s. It trusts lengths inside of a message; here a message is cut out first, is never longer
//! than it may be, and one that is not sound ends the connection and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use pgwire::messages::{DecodeContext, PgWireBackendMessage, PgWireFrontendMessage, SslNegotiationMetaMessage};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::error::{Failure, Trouble};

/// Longest message before it is known who asks, bytes.
const LONGEST_GREETING: usize = 10_000;

/// Longest message, bytes: a question with its parameters.
const LONGEST: usize = 1024 * 1024;

/// What is gathered before it is sent, bytes.
const BATCH: usize = 64 * 1024;

/// A client that takes nothing for so long is gone.
const LONGEST_WRITE: Duration = Duration::from_secs(60);

/// What messages look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// They have no kind: the first ones.
    Greeting,
    /// Only a password is expected.
    Password,
    /// Anything.
    Open,
}

/// A connection.
pub(super) struct Wire<S> {
    stream: S,
    inbound: BytesMut,
    outbound: BytesMut,
    stage: Stage,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, inbound: BytesMut::new(), outbound: BytesMut::new(), stage: Stage::Greeting }
    }

    /// The stream itself, if the client has sent nothing that it would miss.
    pub(super) fn into_stream(self) -> Result<S, Failure> {
        // What was sent in clear before the encryption began may be somebody else's.
        if self.inbound.is_empty() { Ok(self.stream) } else { Err(Failure::protocol("data before the TLS handshake")) }
    }

    /// From here on only a password is expected.
    pub(super) fn expect_password(&mut self) {
        self.stage = Stage::Password;
    }

    /// From here on anything is expected.
    pub(super) fn open(&mut self) {
        self.stage = Stage::Open;
    }

    /// The next message; `None` where the client has closed.
    pub(super) async fn receive(&mut self) -> Result<Option<PgWireFrontendMessage>, Trouble> {
        loop {
            if let Some(frame) = self.frame()? {
                return self.decode(frame).map(Some).map_err(Trouble::Told);
            }
            if self.stream.read_buf(&mut self.inbound).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Ends when the client has closed. Dropping it loses nothing.
    pub(super) async fn closed(&mut self) {
        while self.inbound.len() < LONGEST {
            if !matches!(self.stream.read_buf(&mut self.inbound).await, Ok(1..)) {
                return;
            }
        }
        // A client that sends so much ahead is there.
        std::future::pending::<()>().await;
    }

    /// A whole message, if there is one.
    fn frame(&mut self) -> Result<Option<BytesMut>, Failure> {
        let kind_bytes = usize::from(self.stage != Stage::Greeting);
        let Some(mut length) = self.inbound.get(kind_bytes..kind_bytes + 4) else { return Ok(None) };
        let length = length.get_u32() as usize;
        let (least, most) = match self.stage {
            Stage::Greeting => (8, LONGEST_GREETING),
            Stage::Password => (4, LONGEST_GREETING),
            Stage::Open => (4, LONGEST),
        };
        if length < least || length > most {
            return Err(Failure::protocol(format!("a message is {least} to {most} bytes long")));
        }
        if self.stage == Stage::Password && self.inbound[0] != b'p' {
            return Err(Failure::protocol("a password was expected"));
        }
        Ok((self.inbound.len() >= kind_bytes + length).then(|| self.inbound.split_to(kind_bytes + length)))
    }

    fn decode(&self, frame: BytesMut) -> Result<PgWireFrontendMessage, Failure> {
        let unsound = || Failure::protocol("a message is not what its kind says");
        let decode = |awaits_tls: bool| {
            let mut context = DecodeContext::default();
            context.awaiting_frontend_ssl = awaits_tls;
            context.awaiting_frontend_startup = self.stage == Stage::Greeting;
            let mut frame = frame.clone();
            // It reads past the end of messages that are too short for what they announce.
            let decoded = catch_unwind(AssertUnwindSafe(|| PgWireFrontendMessage::decode(&mut frame, &context)));
            decoded.ok().and_then(Result::ok).flatten().ok_or_else(unsound)
        };
        if self.stage == Stage::Greeting {
            match decode(true)? {
                PgWireFrontendMessage::SslNegotiation(SslNegotiationMetaMessage::None) => {}
                asked => return Ok(asked),
            }
        }
        decode(false)
    }

    /// One more message for the client. It is sent with the next flush.
    pub(super) fn put(&mut self, message: &PgWireBackendMessage) -> Result<(), Trouble> {
        message.encode(&mut self.outbound).map_err(|error| Failure::new("54000", error.to_string()))?;
        Ok(())
    }

    /// Where messages are written that are made elsewhere.
    pub(super) fn outbound(&mut self) -> &mut BytesMut {
        &mut self.outbound
    }

    /// Sends what was gathered if it is much.
    pub(super) async fn relieve(&mut self) -> Result<(), Trouble> {
        if self.outbound.len() < BATCH { Ok(()) } else { self.flush().await }
    }

    /// Sends what was gathered.
    pub(super) async fn flush(&mut self) -> Result<(), Trouble> {
        let sending = async {
            self.stream.write_all_buf(&mut self.outbound).await?;
            self.stream.flush().await
        };
        timeout(LONGEST_WRITE, sending).await.map_err(|_| Trouble::Gone)??;
        Ok(())
    }

    /// Says the last word.
    pub(super) async fn close(&mut self, failure: Failure) {
        if self.put(&failure.told()).is_ok() && self.flush().await.is_ok() {
            self.stream.shutdown().await.unwrap_or_default();
        }
    }
}
