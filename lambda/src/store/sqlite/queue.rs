//! How the asynchronous side hands work to the thread that owns a connection.

use std::io;
use std::thread::{Builder, JoinHandle};

use tokio::sync::oneshot;

use crate::store::Unavailable;

/// The answer to one piece of work.
pub(super) type Reply<T> = oneshot::Sender<T>;

/// A thread that is waited for when the value is dropped.
///
/// INVARIANT: its queue is closed before, or it would never end.
#[derive(Debug)]
pub(super) struct Thread(Option<JoinHandle<()>>);

impl Thread {
    pub(super) fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<Self, Unavailable> {
        Builder::new()
            .name(name.to_owned())
            .spawn(run)
            .map(|handle| Self(Some(handle)))
            .map_err(|error: io::Error| Unavailable(format!("no thread for `{name}`: {error}")))
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take()
            && handle.join().is_err()
        {
            tracing::error!("a database thread had panicked");
        }
    }
}

/// The thread that should have answered is gone.
pub(super) fn stopped() -> Unavailable {
    Unavailable("sqlite: the thread that owns the connection has ended".to_owned())
}
