//! What is made when it is first used: a cold start waits for nothing that its
//! first request does not need.

use std::fmt;
use std::ops::Deref;
use std::sync::LazyLock;

/// A value, or what makes it.
pub struct OnFirstUse<T>(LazyLock<T, Box<dyn FnOnce() -> T + Send>>);

impl<T> OnFirstUse<T> {
    /// The value that this makes.
    pub fn new(make: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(make)))
    }
}

impl<T: Send + 'static> From<T> for OnFirstUse<T> {
    fn from(value: T) -> Self {
        Self::new(|| value)
    }
}

impl<T> Deref for OnFirstUse<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for OnFirstUse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnFirstUse")
    }
}
