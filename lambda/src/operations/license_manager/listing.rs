//! How listings gather a page: item by item from a source, newest first,
//! through the filters, until the page is full.

use serde::Serialize;

use super::filters::FilterInput;
use super::shapes::objects;
use crate::context::Context;
use crate::error::Error;
use crate::store::Key;
use crate::wire::page::{self, Listing, Weight};
use crate::wire::{Object, Violations};

/// How many items one call looks at, so that a filter that hardly any passes
/// does not keep it busy: the answer then has fewer items and a token.
const LOOKED_AT: usize = 2000;
/// How many a source gives at once.
pub(super) const BATCH: usize = 100;

/// What can be listed.
pub(super) trait Source {
    /// An item as it is answered.
    type Shown: Serialize + Send;

    /// The next items after this place.
    fn batch(
        &self,
        cx: &Context,
        after: Option<&str>,
    ) -> impl Future<Output = Result<Batch<Self::Shown>, Error>> + Send;
}

/// Several items on their way to a page, in order.
pub(super) struct Batch<T> {
    /// The place of each; nothing where it is not shown.
    pub(super) items: Vec<(String, Option<T>)>,
    /// The place of the last one that was looked for.
    pub(super) last: Option<String>,
    pub(super) more: bool,
}

/// Which page is asked for.
pub(super) struct PageRequest {
    /// Everything that decides what is listed.
    pub(super) selection: String,
    pub(super) next_token: Option<String>,
    pub(super) size: usize,
}

/// A page, and the token of the next one if there may be more.
pub(super) async fn page<S: Source>(
    cx: &Context,
    operation: &str,
    request: PageRequest,
    source: &S,
) -> Result<(Vec<S::Shown>, Option<String>), Error> {
    let listing = Listing::new(cx, operation, &request.selection);
    let mut after = request.next_token.map(|token| listing.after(&token)).transpose()?;
    let (mut page, mut weight, mut looked_at) = (Vec::new(), Weight::default(), 0);
    loop {
        let batch = source.batch(cx, after.as_deref()).await?;
        looked_at += batch.items.len();
        for (place, shown) in batch.items {
            if let Some(shown) = shown {
                if page.len() == request.size || !weight.has_room_for(&shown) {
                    let next_token = after.map(|after| listing.token(&after)).transpose()?;
                    return Ok((page, next_token));
                }
                page.push(shown);
            }
            after = Some(place);
        }
        after = batch.last.or(after);
        if !batch.more {
            return Ok((page, None));
        }
        if looked_at >= LOOKED_AT {
            let next_token = after.map(|after| listing.token(&after)).transpose()?;
            return Ok((page, next_token));
        }
    }
}

/// What a listing is asked for: names, filters, a page.
pub(super) struct ListRequest {
    pub(super) arns: Option<Vec<String>>,
    pub(super) filters: Vec<FilterInput>,
    pub(super) page: PageRequest,
}

/// Reads what all listings take; `named` are the member of names and what was
/// sent there.
pub(super) fn read(
    mut violations: Violations,
    named: (&str, Option<Vec<String>>),
    filters: Option<Vec<Object<FilterInput>>>,
    next_token: Option<String>,
    max_results: Option<i64>,
) -> Result<ListRequest, Error> {
    let (member, arns) = named;
    let arns = arns.filter(|arns| !arns.is_empty()).map(|arns| {
        let arns = arns.into_iter().zip(1..);
        let arns =
            arns.filter_map(|(arn, number)| violations.arn(&format!("{member}.{number}.member"), Some(arn)));
        arns.collect::<Vec<_>>()
    });
    let size = page::size(&mut violations, max_results);
    let (arns, size) = violations.finish(Some((arns, size)))?;
    let filters = objects(filters);
    let selection = serde_json::to_string(&(&arns, &filters)).map_err(Error::internal)?;
    Ok(ListRequest { arns, filters, page: PageRequest { selection, next_token, size } })
}

/// The next of these keys after this place, the newest first and each once, and
/// whether there are more.
pub(super) fn next(mut keys: Vec<Key>, after: Option<&str>) -> (Vec<Key>, bool) {
    keys.sort_unstable_by(|a, b| (&b.sort, &b.partition).cmp(&(&a.sort, &a.partition)));
    keys.dedup();
    keys.retain(|key| after.is_none_or(|after| key.sort.as_str() < after));
    let more = keys.len() > BATCH;
    keys.truncate(BATCH);
    (keys, more)
}
