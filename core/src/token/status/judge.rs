//! What lists say of a license, and what follows (draft-ietf-oauth-status-list-21
//! section 8.3).

use super::{Status, StatusList, StatusReference, StatusRefusal};
use crate::time::Timestamp;
use crate::token::License;

/// The lists at hand, and how far they are trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revocation<'a> {
    /// Lists as they were fetched, of any number of licenses. Of several of
    /// one address the newest counts.
    pub lists: &'a [StatusList],
    /// The seconds after which a list is stale, counted from when it was made.
    /// `None` means when it says so itself: at its `exp`, or without one after
    /// its `ttl`, or without either never.
    pub most_seconds: Option<u32>,
    /// What to do then, and where there is no list.
    pub when_stale: WhenStale,
}

/// What becomes of a license whose status cannot be told, or not as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenStale {
    /// It is refused.
    #[default]
    Refuse,
    /// It is accepted; a stale list can still revoke.
    Accept,
}

/// How a license that is not refused stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It names no list: it cannot be revoked.
    NotListed,
    /// A list says that it is valid.
    Valid {
        /// When the list was made.
        as_of: Timestamp,
        /// Whether that is too long ago.
        is_stale: bool,
    },
    /// No list tells; see [`WhenStale::Accept`].
    Unknown,
}

impl Revocation<'_> {
    /// How a verified license stands at the time `now`. Only a list of the
    /// license's own issuer is listened to.
    ///
    /// # Errors
    /// [`StatusRefusal`] if it is revoked or suspended, or if that cannot be
    /// told and [`WhenStale`] says to refuse then.
    pub fn judge(&self, license: &License, now: Timestamp) -> Result<Standing, StatusRefusal> {
        let Some(reference) = license.status_reference() else { return Ok(Standing::NotListed) };
        let StatusReference { index, uri } = reference.clone();
        let of_this = |list: &&StatusList| list.uri == uri && list.is_by(license.issuer());
        let newest = self.lists.iter().filter(of_this).max_by_key(|list| list.issued_at);
        let found = newest.and_then(|list| Some((list, list.status(index)?)));
        let Some((list, status)) = found else {
            return match self.when_stale {
                WhenStale::Refuse => Err(StatusRefusal::StatusMissing { uri, index }),
                WhenStale::Accept => Ok(Standing::Unknown),
            };
        };
        match status {
            Status::Valid => {}
            Status::Invalid => return Err(StatusRefusal::Revoked { uri, index }),
            Status::Suspended => return Err(StatusRefusal::Suspended { uri, index }),
            Status::Other(status) => return Err(StatusRefusal::StatusUnknown { status }),
        }
        let stale = list.good_until(self.most_seconds).filter(|until| *until <= now);
        match (stale, self.when_stale) {
            (Some(since), WhenStale::Refuse) => Err(StatusRefusal::StatusStale { uri, since, now }),
            (stale, _) => Ok(Standing::Valid { as_of: list.issued_at, is_stale: stale.is_some() }),
        }
    }
}

impl StatusList {
    /// Whether the issuer of a license made this list. A list that names none
    /// is the one of whoever holds the keys; keys that are bound to an issuer
    /// sign none such. One that names any speaks for no license that names none:
    /// whose that is, nobody can tell.
    fn is_by(&self, issuer: Option<&str>) -> bool {
        self.issuer.is_none() || self.issuer.as_deref() == issuer
    }

    /// From when on it is stale, if ever.
    fn good_until(&self, most_seconds: Option<u32>) -> Option<Timestamp> {
        let after = |seconds| self.issued_at.plus_seconds(seconds);
        match (most_seconds, self.expires_at) {
            (Some(most), Some(end)) => Some(after(most).min(end)),
            (Some(most), None) => Some(after(most)),
            (None, Some(end)) => Some(end),
            (None, None) => self.seconds_to_live.map(after),
        }
    }
}
