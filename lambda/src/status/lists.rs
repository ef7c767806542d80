//! The lists, as licenses name them and as they are served.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use licentia_core::checkout::Checkout;
use licentia_core::time::Timestamp;
use licentia_core::token::status::StatusReference;
use sha2::{Digest, Sha256};

use super::indexes::Indexes;
use super::publish::published;
use super::{Address, PublicUrl, Subject};
use crate::context::Service;
use crate::sign::SignError;
use crate::store::{Store, Unavailable};

/// Lists that are kept to be served again.
const MOST: usize = 1000;

/// The status lists of a service. Without a public URL licenses name none.
pub struct StatusLists {
    public_url: Option<PublicUrl>,
    indexes: Indexes,
    served: Mutex<HashMap<Address, Slot>>,
}

/// A list as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The signed list.
    pub token: String,
    /// Tells it from another, as the header `ETag` has it.
    pub etag: String,
    made_at: Timestamp,
}

/// One list, made by one request at a time.
type Slot = Arc<tokio::sync::Mutex<Option<Published>>>;

impl StatusLists {
    /// How long a list is served before another is made, in seconds: so often
    /// at most is one signed, however many ask.
    pub const FRESH_SECONDS: u32 = 60;

    /// The lists of the service with this address.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, public_url: Option<PublicUrl>) -> Self {
        Self { public_url, indexes: Indexes::new(store), served: Mutex::default() }
    }

    /// The number of a new token for this checkout, if it is to have one.
    ///
    /// # Errors
    /// [`Unavailable`] if the store did not answer.
    pub async fn next_index(&self, checkout: &Checkout) -> Result<Option<u64>, Unavailable> {
        match self.public_url {
            Some(_) => self.indexes.next(&Subject::of(checkout)).await.map(Some),
            None => Ok(None),
        }
    }

    /// Where the status of a checkout's tokens stands, if it is told.
    #[must_use]
    pub fn reference(&self, checkout: &Checkout) -> Option<StatusReference> {
        let (public_url, number) = self.public_url.as_ref().zip(checkout.status_index)?;
        let (address, index) = Address::holding(Subject::of(checkout), number);
        Some(StatusReference { index, uri: format!("{public_url}{}", address.path()) })
    }

    /// The list at this address, made within the last minute; nothing if no
    /// token was ever numbered for it.
    ///
    /// # Errors
    /// [`SignError`] if it cannot be made.
    pub async fn list(
        service: &Service,
        address: &Address,
        now: Timestamp,
    ) -> Result<Option<Published>, SignError> {
        let lists = &service.status_lists;
        let Some(public_url) = &lists.public_url else { return Ok(None) };
        // Only what there is takes up room.
        let slot = match lists.slot(address) {
            Some(slot) => slot,
            None if address.tokens().0 < lists.indexes.taken(&address.subject).await? => {
                lists.make_slot(address)
            }
            None => return Ok(None),
        };
        let mut served = slot.lock().await;
        if let Some(list) = served.as_ref().filter(|list| list.is_fresh(now)) {
            return Ok(Some(list.clone()));
        }
        let uri = format!("{public_url}{}", address.path());
        let Some(token) = published(service, address, &uri, now).await? else { return Ok(None) };
        let digest = hex::encode(Sha256::digest(&token));
        let etag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
        *served = Some(Published { token, etag, made_at: now });
        Ok(served.clone())
    }

    fn slot(&self, address: &Address) -> Option<Slot> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    fn make_slot(&self, address: &Address) -> Slot {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        if served.len() >= MOST {
            served.clear();
        }
        Arc::clone(served.entry(address.clone()).or_default())
    }
}

impl Published {
    /// A clock that was set back makes nothing fresh.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.made_at <= now && now < self.made_at.plus_seconds(StatusLists::FRESH_SECONDS)
    }
}

impl fmt::Debug for StatusLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusLists").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}
