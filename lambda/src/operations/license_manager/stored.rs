//! Loading licenses, and answering retries.

use std::fmt::Display;
use std::sync::Arc;

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::Checkout;
use licentia_core::license::License;
use licentia_core::pool::Pool;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::allow::{self, Allowed};
use crate::context::{Context, Setback};
use crate::error::{Error, Kind};
use crate::records::{self, CheckoutPlace, CheckoutRecord, Head, Replay};
use crate::store::{Guard, Item, Key, Path, Write};

/// A license and its consumption.
pub(super) struct Stored {
    pub(super) head: Arc<Head>,
    pub(super) pool: Pool,
}

/// Items read in one request.
const READ_AT_ONCE: usize = 100;
/// How often a license is read that changes while it is read.
const MOST_READS: usize = 10;

impl Stored {
    /// The two are read one after the other: a change between them shows in
    /// their revisions, which every change moves together.
    fn is_torn(&self) -> bool {
        self.head.revision != self.pool.revision
    }
}

impl AsRef<License> for Stored {
    fn as_ref(&self) -> &License {
        &self.head.license
    }
}

/// The license with this ARN, unless it is unknown or not readable any more.
pub(super) async fn load(cx: &Context, arn: &str) -> Result<Option<Stored>, Error> {
    let Ok(arn) = LicenseArn::parse(arn) else { return Ok(None) };
    Ok(load_all(cx, std::slice::from_ref(&arn)).await?.pop())
}

/// The licenses with these ARNs, in their order; unknown ones are left out.
pub(super) async fn load_all(cx: &Context, arns: &[LicenseArn]) -> Result<Vec<Stored>, Error> {
    let (found, _) = load_along(cx, arns, &[]).await?;
    Ok(found.into_iter().flatten().filter(|stored| stored.head.is_readable(cx.now)).collect())
}

/// The licenses with these ARNs, unreadable ones included, and the items under
/// these keys, read with them.
pub(super) async fn load_along(
    cx: &Context,
    arns: &[LicenseArn],
    keys: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Error> {
    let (mut found, items) = read_all(cx, arns, keys).await?;
    for (arn, stored) in arns.iter().zip(&mut found) {
        let mut reads = 0;
        while stored.as_ref().is_some_and(Stored::is_torn) {
            reads += 1;
            if reads == MOST_READS {
                return Err(Error::internal(format_args!("{arn}: its parts are of different revisions")));
            }
            *stored = read_all(cx, std::slice::from_ref(arn), &[]).await?.0.pop().flatten();
        }
    }
    Ok((found, items))
}

async fn read_all(
    cx: &Context,
    arns: &[LicenseArn],
    others: &[Key],
) -> Result<(Vec<Option<Stored>>, Vec<Option<Item>>), Error> {
    let parts = arns.iter().flat_map(|arn| [records::head_key(arn), records::pool_key(arn)]);
    let keys: Vec<Key> = parts.chain(others.iter().cloned()).collect();
    let mut items = get_all(cx, &keys).await?;
    let others = items.split_off(2 * arns.len());
    let read = items.chunks(2).map(|pair| match pair {
        [Some(head), Some(pool)] => Ok(Some(Stored { head: Arc::new(head.read()?), pool: pool.read()? })),
        _ => Ok(None),
    });
    Ok((read.collect::<Result<_, Error>>()?, others))
}

/// The items under any number of different keys.
async fn get_all(cx: &Context, keys: &[Key]) -> Result<Vec<Option<Item>>, Error> {
    let mut items = Vec::new();
    for keys in keys.chunks(READ_AT_ONCE) {
        items.extend(cx.service.store.get(keys).await?);
    }
    Ok(items)
}

/// The license with this ARN, if it is the caller's own.
///
/// # Errors
/// [`Error`] if there is none, or none of the caller's.
pub(super) async fn load_own(cx: &Context, arn: &str) -> Result<Allowed<Stored>, Error> {
    let stored = load(cx, arn).await?;
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
    let unknown = || Error::not_found(unknown);
    let Some(record) = load_record(cx, token).await? else { return Err(unknown()) };
    let stored = load_all(cx, std::slice::from_ref(&record.checkout.license_arn)).await?.pop();
    let found = stored.map(|stored| StoredCheckout { record, stored });
    let held = found.and_then(|found| allow::holder(&cx.caller, found)).ok_or_else(unknown)?;
    cx.touched.note(&held.get().record.checkout.license_arn);
    Ok(held)
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
    let bytes = serde_json::to_vec(&item.body).map_err(Error::internal)?.len();
    if bytes <= Item::MAX_BYTES {
        return Ok(item);
    }
    Err(Error::validation(format_args!(
        "this takes {bytes} bytes to keep, more than {}: send fewer entitlements, less metadata or shorter texts",
        Item::MAX_BYTES
    )))
}
