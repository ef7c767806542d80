//! What the tag operations share (section 10).

use std::collections::BTreeMap;

use licentia_core::arn::{AccountId, GrantArn, LicenseArn};
use licentia_core::license::Status;
use serde::Deserialize;

use crate::allow::{self, Allowed};
use crate::context::Context;
use crate::error::Error;
use crate::grants::load_grant;
use crate::records::{self, Head, Tags};
use crate::store::{Item, Key};
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

/// Where a resource stands, and what may be done with it.
struct Place {
    account: AccountId,
    id: String,
    access: Access,
}

/// What may be done with a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Everything.
    Full,
    /// It is deleted and can still be read.
    ReadOnly,
}

/// The resource of this ARN, if it is of a kind that can be tagged (TG-1), and
/// there is one.
async fn place(cx: &Context, arn: &str) -> Result<Option<Place>, Error> {
    if let Ok(arn) = LicenseArn::parse(arn) {
        return license_place(cx, &arn).await;
    }
    match GrantArn::parse(arn) {
        Ok(arn) => grant_place(cx, &arn).await,
        Err(_) => Ok(None),
    }
}

async fn license_place(cx: &Context, arn: &LicenseArn) -> Result<Option<Place>, Error> {
    let item = cx.service.store.get(&[records::head_key(arn)]).await?.pop().flatten();
    let head = item.map(|item| item.read::<Head>()).transpose()?;
    let head = head.filter(|head| head.is_readable(cx.now));
    Ok(head.map(|head| {
        let access = match head.license.status {
            Status::PendingDelete | Status::Deleted => Access::ReadOnly,
            _ => Access::Full,
        };
        Place { account: arn.owner().clone(), id: arn.id().to_owned(), access }
    }))
}

async fn grant_place(cx: &Context, arn: &GrantArn) -> Result<Option<Place>, Error> {
    let stored = load_grant(&cx.service, arn, cx.now).await?;
    Ok(stored.map(|stored| {
        let access = if stored.standing.status.is_live() { Access::Full } else { Access::ReadOnly };
        Place { account: arn.maker().clone(), id: arn.id().to_owned(), access }
    }))
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
    let Place { account, id, access } = place(cx, arn).await?.ok_or_else(unknown)?;
    let key = records::tags_key(&account, &id);
    let item = cx.service.store.get(std::slice::from_ref(&key)).await?.pop().flatten();
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
