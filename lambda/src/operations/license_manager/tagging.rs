//! What the tag operations share (section 10).

use std::collections::BTreeMap;

use licentia_core::arn::{AccountId, GrantArn, LicenseArn};
use licentia_core::license::Status;
use licentia_core::time::Timestamp;
use serde::Deserialize;

use crate::allow::{self, Allowed};
use crate::context::Context;
use crate::error::Error;
use crate::records::{self, GrantRecord, Head, Tags};
use crate::store::{Item, Key, Unavailable};
use crate::wire::Object;

/// Tags of one resource at most, as at AWS.
const MOST_TAGS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct TagInput {
    key: Option<String>,
    value: Option<String>,
}

/// A resource of the caller's, and its tags as they are.
pub(super) struct Tagged {
    /// Where the tags stand.
    pub(super) key: Key,
    /// The item there.
    pub(super) item: Option<Item>,
    /// What it holds.
    pub(super) tags: Tags,
}

/// A kind of resource that can be tagged (TG-1).
struct Kind {
    /// Where the resource of this ARN stands, if it is of this kind.
    place: fn(&str) -> Option<Place>,
    /// What may be done with it.
    access: fn(&Item, Timestamp) -> Result<Access, Unavailable>,
}

/// Where a resource stands.
struct Place {
    account: AccountId,
    id: String,
    key: Key,
}

/// What may be done with a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Everything.
    Full,
    /// It is deleted and can still be read.
    ReadOnly,
    /// It is not there any more.
    Gone,
}

const KINDS: &[Kind] = &[
    Kind { place: license_place, access: license_access },
    Kind { place: grant_place, access: grant_access },
];

fn license_place(arn: &str) -> Option<Place> {
    let arn = LicenseArn::parse(arn).ok()?;
    Some(Place { account: arn.owner().clone(), id: arn.id().to_owned(), key: records::head_key(&arn) })
}

fn license_access(item: &Item, now: Timestamp) -> Result<Access, Unavailable> {
    let head: Head = item.read()?;
    Ok(match head.license.status {
        _ if !head.is_readable(now) => Access::Gone,
        Status::PendingDelete | Status::Deleted => Access::ReadOnly,
        _ => Access::Full,
    })
}

fn grant_place(arn: &str) -> Option<Place> {
    let arn = GrantArn::parse(arn).ok()?;
    Some(Place { account: arn.maker().clone(), id: arn.id().to_owned(), key: records::grant_key(&arn) })
}

fn grant_access(item: &Item, _: Timestamp) -> Result<Access, Unavailable> {
    let record: GrantRecord = item.read()?;
    Ok(if record.grant.grant_status.is_live() { Access::Full } else { Access::ReadOnly })
}

/// The caller's resource of this ARN, for reading its tags.
///
/// # Errors
/// [`Error`] if there is none, or none of the caller's.
pub(super) async fn load(cx: &Context, arn: &str) -> Result<Allowed<Tagged>, Error> {
    find(cx, arn).await.map(|(_, tagged)| tagged)
}

/// The caller's resource of this ARN, for changing its tags.
///
/// # Errors
/// [`Error`] if there is none, none of the caller's, or it is deleted.
pub(super) async fn load_to_change(cx: &Context, arn: &str) -> Result<Allowed<Tagged>, Error> {
    match find(cx, arn).await? {
        (Access::ReadOnly, _) => {
            Err(Error::validation(format_args!("`{arn}` is deleted: its tags stay as they are")))
        }
        (_, tagged) => Ok(tagged),
    }
}

async fn find(cx: &Context, arn: &str) -> Result<(Access, Allowed<Tagged>), Error> {
    let unknown = || {
        Error::invalid(format_args!(
            "ResourceArn: `{arn}` is no license or grant of yours; tags stand at resources of your own account"
        ))
    };
    let found = KINDS.iter().find_map(|kind| Some((kind, (kind.place)(arn)?)));
    let (kind, Place { account, id, key: resource }) = found.ok_or_else(unknown)?;
    let key = records::tags_key(&account, &id);
    let items = cx.service.store.get(&[resource, key.clone()]).await?;
    let [Some(resource), item] = <[_; 2]>::try_from(items).unwrap_or_default() else {
        return Err(unknown());
    };
    let access = (kind.access)(&resource, cx.now)?;
    if access == Access::Gone {
        return Err(unknown());
    }
    let tags = records::read_tags(item.as_ref())?;
    let tagged = allow::own(&cx.caller, &account, Tagged { key, item, tags }).ok_or_else(unknown)?;
    Ok((access, tagged))
}

/// Tags as a request sends them; a value that is left out is empty.
///
/// # Errors
/// [`Error`] past AWS's limits: 50 tags, keys of 1 to 128 characters that do
/// not begin with `aws:`, values of at most 256, each key once.
pub(super) fn read(tags: Vec<Object<TagInput>>) -> Result<Tags, Error> {
    let mut read = BTreeMap::new();
    for Object(TagInput { key, value }) in tags {
        let (key, value) = (key.unwrap_or_default(), value.unwrap_or_default());
        if !(1..=128).contains(&key.chars().count()) {
            return Err(Error::invalid(format_args!("Tags: the key `{key}` must have 1 to 128 characters")));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Error::invalid(format_args!("Tags: the key `{key}` must not begin with aws:")));
        }
        if value.chars().count() > 256 {
            return Err(Error::invalid(format_args!(
                "Tags: the value of `{key}` must have at most 256 characters"
            )));
        }
        if read.contains_key(&key) {
            return Err(Error::invalid(format_args!("Tags: the key `{key}` is there more than once")));
        }
        read.insert(key, value);
    }
    check_count(&read)?;
    Ok(read)
}

/// A resource has at most 50 tags.
///
/// # Errors
/// [`Error`] for more.
pub(super) fn check_count(tags: &Tags) -> Result<(), Error> {
    if tags.len() <= MOST_TAGS {
        return Ok(());
    }
    Err(Error::invalid(format_args!(
        "Tags: a resource can have at most {MOST_TAGS}, not {}; remove some with UntagResource",
        tags.len()
    )))
}
