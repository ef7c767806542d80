//! Loading licenses, and answering retries.

use std::fmt::Display;

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::Checkout;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::allow::{self, Allowed};
use crate::context::{Context, Setback, Tries};
use crate::error::{Error, Kind};
use crate::licenses::{Near, Stored, load_one};
use crate::records::{self, CheckoutPlace, CheckoutRecord, Replay};
use crate::store::{Guard, Item, Key, Path, Write};

/// The license with this ARN, unless it is unknown or not readable any more.
pub(super) async fn load(cx: &Context, arn: &str, near: Near) -> Result<Option<Stored>, Error> {
    let Ok(arn) = LicenseArn::parse(arn) else { return Ok(None) };
    load_one(&cx.service, &arn, near, cx.now).await
}

/// The license with this ARN, if it is the caller's own.
///
/// # Errors
/// [`Error`] if there is none, or none of the caller's.
pub(super) async fn load_own(cx: &Context, arn: &str) -> Result<Allowed<Stored>, Error> {
    load_own_near(cx, arn, Near::Own).await
}

/// The same, with this pool of it at hand.
///
/// # Errors
/// [`Error`] if there is none, or none of the caller's.
pub(super) async fn load_own_near(cx: &Context, arn: &str, near: Near) -> Result<Allowed<Stored>, Error> {
    let stored = load(cx, arn, near).await?;
    stored.and_then(|stored| allow::owner(&cx.caller, stored)).ok_or_else(|| {
        Error::not_found(format_args!(
            "license `{arn}` does not exist, or is not yours; ListLicenses shows which are"
        ))
    })
}

/// The checkout with this token, and its license.
pub(super) struct StoredCheckout {
    pub(super) record: CheckoutRecord,
    pub(super) stored: Stored,
}

impl StoredCheckout {
    /// What a refusal comes to. One for the end of the checkout is final. Any
    /// other holds if nothing has changed since: the checkout may have ended, or
    /// the license been deleted, before the rest became as it is refused for.
    /// While nobody knows whether a try of this request succeeded, nothing is
    /// refused.
    pub(super) async fn refused(&self, cx: &Context, tries: &Tries, refusal: Error) -> Setback {
        if self.record.checkout.ended.is_some() {
            return Setback::Fatal(refusal);
        }
        let present = match load_checkout(cx, &self.record.checkout.token).await {
            Ok(present) => present,
            Err(error) => return Setback::Fatal(error),
        };
        let is_same = present.is_some_and(|present| {
            present.record.checkout == self.record.checkout
                && present.stored.head.revision == self.stored.head.revision
        });
        match (is_same, tries.uncertain) {
            (false, _) => Setback::Changed,
            (true, false) => Setback::Fatal(refusal),
            (true, true) => Setback::Fatal(Error::internal("nobody knows whether the checkout was changed")),
        }
    }
}

impl AsRef<Checkout> for StoredCheckout {
    fn as_ref(&self) -> &Checkout {
        &self.record.checkout
    }
}

/// The checkout with this token, if the caller made it.
///
/// # Errors
/// [`Error`] with this text if there is none, or none of the caller's.
pub(super) async fn load_held(
    cx: &Context,
    token: &str,
    unknown: impl Display,
) -> Result<Allowed<StoredCheckout>, Error> {
    let found = load_checkout(cx, token).await?;
    let held = found.and_then(|found| allow::holder(&cx.caller, found));
    let held = held.ok_or_else(|| Error::not_found(unknown))?;
    cx.touched.note(&held.get().record.checkout.license_arn);
    Ok(held)
}

/// The checkout with this token, unless its license is not readable any more.
async fn load_checkout(cx: &Context, token: &str) -> Result<Option<StoredCheckout>, Error> {
    let Some(record) = load_record(cx, token).await? else { return Ok(None) };
    let near = Near::Shard(record.checkout.shard);
    let stored = load_one(&cx.service, &record.checkout.license_arn, near, cx.now).await?;
    Ok(stored.map(|stored| StoredCheckout { record, stored }))
}

/// The record of this token; texts that are no token have none.
pub(super) async fn load_record(cx: &Context, token: &str) -> Result<Option<CheckoutRecord>, Error> {
    let Some(key) = records::checkout_key(token) else { return Ok(None) };
    let item = cx.service.store.get(&[key]).await?.pop().flatten();
    match CheckoutPlace::read(item.as_ref())? {
        CheckoutPlace::Taken(record) => Ok(Some(*record)),
        CheckoutPlace::Free(_) => Ok(None),
    }
}

/// Changes are made at home (H-1).
pub(super) fn check_region(cx: &Context, home: &str) -> Result<(), Error> {
    if cx.service.region == home {
        return Ok(());
    }
    let message = format!("the license's home Region is `{home}`: call it there (AWS_REGION={home})");
    Err(Error::new(Kind::Redirect { location: home.to_owned() }, message))
}

/// A request with a client token, and what its retries are answered (C-6).
pub(super) struct Once<'a> {
    key: Key,
    cx: &'a Context,
    until: Option<u64>,
}

impl<'a> Once<'a> {
    pub(super) fn new(cx: &'a Context, operation: &str, client_token: &str) -> Self {
        Self { key: records::replay_key(&cx.caller.scope(), operation, client_token), cx, until: None }
    }

    /// A request whose client token means another one after so many minutes.
    pub(super) fn for_minutes(cx: &'a Context, operation: &str, client_token: &str, minutes: u32) -> Self {
        let until = Some(cx.now.plus_minutes(minutes).unix());
        Self { until, ..Self::new(cx, operation, client_token) }
    }

    /// The first answer, if this is a retry.
    ///
    /// # Errors
    /// [`Error`] if the first request had other parameters.
    pub(super) async fn answered<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let item = self.cx.service.store.get(std::slice::from_ref(&self.key)).await?.pop().flatten();
        let replay = item.map(|item| item.read::<Replay>()).transpose()?;
        let is_kept = |replay: &Replay| replay.until.is_none_or(|until| self.cx.now.unix() < until);
        let Some(replay) = replay.filter(is_kept) else { return Ok(None) };
        check_same_request(self.cx, &replay.request)?;
        serde_json::from_value(replay.answer).map(Some).map_err(Error::internal)
    }

    /// The first answer in place of a refusal, if that was answered meanwhile:
    /// it may be what the request is refused for.
    ///
    /// # Errors
    /// The refusal, if this is no retry.
    pub(super) async fn instead<T: DeserializeOwned>(&self, setback: Setback) -> Result<T, Setback> {
        match setback {
            Setback::Fatal(refusal) => self.answered().await?.ok_or(Setback::Fatal(refusal)),
            setback => Err(setback),
        }
    }

    /// The write that makes retries find this answer, part of the change that
    /// it answers for: a failed request leaves none (C-7).
    pub(super) fn answering(&self, answer: &impl Serialize) -> Result<Write, Error> {
        let answer: Value = serde_json::to_value(answer).map_err(Error::internal)?;
        let replay = Replay { request: self.cx.fingerprint(), answer, until: self.until };
        let guard = match self.until {
            None => Guard::Absent,
            // Or forgotten.
            Some(_) => Guard::AtMost(Path::member("until"), self.cx.now.unix()),
        };
        Ok(Write::Put(records::replay_item(self.key.clone(), &replay, self.cx.now)?, vec![guard]))
    }
}

/// A client token belongs to one request (C-6).
pub(super) fn check_same_request(cx: &Context, first: &str) -> Result<(), Error> {
    if cx.fingerprint() == first {
        return Ok(());
    }
    Err(Error::validation(
        "ClientToken was used before with other parameters: send a new one with a new request, the same one only \
         with an unchanged retry",
    ))
}

/// What a request says must fit into one item of the store.
pub(super) fn sized(item: Item) -> Result<Item, Error> {
    let bytes = item.json_bytes();
    if bytes <= Item::MAX_BYTES {
        return Ok(item);
    }
    Err(Error::validation(format_args!(
        "this takes {bytes} bytes to keep, more than {}: send fewer entitlements, less metadata or shorter texts",
        Item::MAX_BYTES
    )))
}
