//! LookupEvents.

use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::audit::{Cursor, Kept, Resource, Search};
use crate::context::Context;
use crate::error::{Code, Error, Kind};
use crate::operation::Operation;
use crate::wire::Object;
use crate::wire::page::Listing;

/// The most records of a page, and how many where the request does not say.
const MOST: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct LookupEvents {
    lookup_attributes: Option<Vec<Object<AttributeInput>>>,
    start_time: Option<Number>,
    end_time: Option<Number>,
    event_category: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct AttributeInput {
    attribute_key: Option<String>,
    attribute_value: Option<String>,
}

pub(super) struct Request {
    search: Search,
    /// Insights are looked for, of which there are none.
    insights: bool,
    selection: String,
    next_token: Option<String>,
    page_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    event_id: String,
    event_name: String,
    read_only: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<String>,
    event_time: u64,
    event_source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    resources: Vec<ResourceOutput>,
    cloud_trail_event: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<String>,
    resource_name: String,
}

/// What can be looked for, and where a search holds it.
type Attribute = (&'static str, fn(&mut Search) -> &mut Option<String>);

const ATTRIBUTES: &[Attribute] = &[
    ("EventId", |search| &mut search.event_id),
    ("EventName", |search| &mut search.operation),
    ("EventSource", |search| &mut search.source),
    ("Username", |search| &mut search.user),
    ("ResourceName", |search| &mut search.resource),
    ("ResourceType", |search| &mut search.resource_type),
    ("AccessKeyId", |search| &mut search.access_key_id),
];
const READ_ONLY: &str = "ReadOnly";

impl Operation for LookupEvents {
    const NAME: &'static str = "LookupEvents";
    const SERVICE: &'static str = "cloudtrail";
    type Request = Request;
    type Output = Output;

    fn validate(self) -> Result<Request, Error> {
        let mut search = Search::default();
        for Object(attribute) in self.lookup_attributes.unwrap_or_default() {
            look_for(&mut search, attribute)?;
        }
        search.from = self.start_time.map(|time| second("StartTime", &time)).transpose()?;
        search.to = self.end_time.map(|time| second("EndTime", &time)).transpose()?;
        if let (Some(from), Some(to)) = (search.from, search.to)
            && from > to
        {
            return Err(wrong(Code::InvalidTimeRange, "StartTime must not lie after EndTime"));
        }
        let insights = match self.event_category.as_deref() {
            None => false,
            Some("insight") => true,
            Some(other) => {
                let message = format!("EventCategory: expected `insight` or nothing, not `{other}`");
                return Err(wrong(Code::InvalidEventCategory, message));
            }
        };
        let page_size = match self.max_results.map(usize::try_from) {
            None => MOST,
            Some(Ok(size @ 1..=MOST)) => size,
            Some(_) => {
                return Err(wrong(Code::InvalidMaxResults, format!("MaxResults: expected 1 to {MOST}")));
            }
        };
        let selection = format!("{search:?} {insights}");
        Ok(Request { search, insights, selection, next_token: self.next_token, page_size })
    }

    async fn call(request: Request, cx: &Context) -> Result<Output, Error> {
        let listing = Listing::new(cx, Self::NAME, &request.selection);
        let cursor = request.next_token.map(|token| go_on(&listing, &token)).transpose()?;
        if request.insights {
            return Ok(Output { events: vec![], next_token: None });
        }
        let trail = &cx.service.trail;
        let found =
            trail.find(&cx.caller.account, &request.search, cursor, request.page_size, cx.now).await?;
        let next_token = found.next.map(|next| listing.token(&next.text())).transpose()?;
        Ok(Output { events: found.records.into_iter().map(Event::from).collect(), next_token })
    }
}

/// AWS takes one attribute; here a record fits if it fits them all.
fn look_for(search: &mut Search, attribute: AttributeInput) -> Result<(), Error> {
    let bad = |message: String| wrong(Code::InvalidLookupAttributes, message);
    let (Some(key), Some(value)) = (attribute.attribute_key, attribute.attribute_value) else {
        return Err(bad("LookupAttributes: expected AttributeKey and AttributeValue in each".to_owned()));
    };
    if !(1..=2000).contains(&value.chars().count()) {
        return Err(bad(format!("LookupAttributes: the value of `{key}` must have 1 to 2000 characters")));
    }
    let twice = if key == READ_ONLY {
        let read_only = value.parse().map_err(|_| {
            bad(format!("LookupAttributes: expected ReadOnly to be true or false, not `{value}`"))
        })?;
        search.read_only.replace(read_only).is_some()
    } else {
        let Some((_, place)) = ATTRIBUTES.iter().find(|(name, _)| *name == key) else {
            let names: Vec<&str> = ATTRIBUTES.iter().map(|(name, _)| *name).chain([READ_ONLY]).collect();
            return Err(bad(format!("LookupAttributes: `{key}` is none of {}", names.join(", "))));
        };
        place(search).replace(value).is_some()
    };
    if twice { Err(bad(format!("LookupAttributes: `{key}` is there more than once"))) } else { Ok(()) }
}

/// The second of a time in seconds since 1970, which may have a fraction.
fn second(member: &str, time: &Number) -> Result<Timestamp, Error> {
    let text = time.to_string();
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    whole.parse().ok().and_then(|seconds| Timestamp::from_unix(seconds).ok()).ok_or_else(|| {
        wrong(
            Code::InvalidTimeRange,
            format!("{member}: expected seconds since 1970, up to the year 9999, not {time}"),
        )
    })
}

fn go_on(listing: &Listing<'_>, token: &str) -> Result<Cursor, Error> {
    let after = listing.after(token).map_err(|error| wrong(Code::InvalidNextToken, error.message))?;
    Cursor::read(&after).ok_or_else(|| Error::internal("a token of no place"))
}

fn wrong(code: Code, message: impl std::fmt::Display) -> Error {
    Error::new(Kind::Exactly(code), message)
}

impl From<Kept> for Event {
    fn from(Kept { record, text }: Kept) -> Self {
        let username = record.user_name().map(ToOwned::to_owned);
        let resource =
            |Resource { arn, kind, .. }| ResourceOutput { resource_type: kind, resource_name: arn };
        Self {
            event_id: record.event_id,
            event_name: record.event_name,
            read_only: record.read_only.to_string(),
            access_key_id: record.user_identity.access_key_id,
            event_time: record.event_time.unix(),
            event_source: record.event_source,
            username,
            resources: record.resources.into_iter().map(resource).collect(),
            cloud_trail_event: text,
        }
    }
}
