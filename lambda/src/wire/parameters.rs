//! What a request to a JSON service carries.

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Object;

/// The parameters of a request: as they were sent, and as a tree that what is
/// common to all operations asks.
#[derive(Clone, Debug)]
pub struct Parameters {
    text: Bytes,
    tree: Result<Value, String>,
}

impl Parameters {
    /// Reads the body of a request; an empty one has none.
    #[must_use]
    pub fn new(text: Bytes) -> Self {
        let text = if text.is_empty() { Bytes::from_static(b"{}") } else { text };
        let tree = serde_json::from_slice(&text).map_err(|error| error.to_string());
        Self { text, tree }
    }

    /// All of them; `null` where the text cannot be read.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        self.tree.as_ref().unwrap_or(&Value::Null)
    }

    /// Those that `T` knows, or its default where they are no such ones.
    #[must_use]
    pub fn some<T: DeserializeOwned + Default>(&self) -> T {
        T::deserialize(self.as_value()).unwrap_or_default()
    }

    /// The input of an operation. What the operation does not know it passes
    /// over, but that too must be readable: else there were no record of what
    /// was asked for (EV-4).
    ///
    /// # Errors
    /// What cannot be read, and where it stands.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        // From the text, since a tree forgets that a member stood there twice.
        let Object(read) = serde_json::from_slice(&self.text).map_err(|error| error.to_string())?;
        self.tree.as_ref().map_err(Clone::clone)?;
        Ok(read)
    }
}
