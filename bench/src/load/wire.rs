//! One connection that costs next to nothing: whole requests out, whole
//! answers in.

use anyhow::{Context, ensure};
use axum::body::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// More headers than an answer has.
const HEADERS: usize = 32;

/// A connection, kept alive, for one request at a time.
pub(super) struct Wire {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Wire {
    pub(super) async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::new() })
    }

    /// Sends the bytes of a request and reads the answer, which must be one of
    /// success.
    pub(super) async fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.answer).await?;
            ensure!(read > 0, "the service hung up");
            if let Some(status) = whole(&self.answer)? {
                ensure!((200..300).contains(&status), "{}", String::from_utf8_lossy(&self.answer));
                return Ok(());
            }
        }
    }
}

/// The status of an answer that has arrived whole.
fn whole(answer: &[u8]) -> anyhow::Result<Option<u16>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(begin) = head.parse(answer)? else { return Ok(None) };
    let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length: usize = std::str::from_utf8(length.context("a length")?.value)?.parse()?;
    Ok(head.code.filter(|_| answer.len() >= begin + length))
}

/// A request as it goes over the wire.
pub(super) fn bytes(request: &Request<String>) -> Bytes {
    let mut bytes = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let body = request.body();
    bytes.extend(format!("content-length: {}\r\n\r\n{body}", body.len()).into_bytes());
    bytes.into()
}
