//! What crosses from JavaScript: one JSON object, its members checked and named
//! by `js/seats`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::checkout::Wanted;
use licentia_core::entitlement::Unit;
use licentia_core::json::{Fault, Object, Value};
use licentia_core::quantity::Quantity;
use licentia_core::seats::Borrowed;
use licentia_core::time::Timestamp;
use licentia_core::token::AllowedEntitlement;

/// One request.
pub(crate) struct Request {
    /// What the license, verified before, lets hand out.
    pub(crate) borrowed: Borrowed,
    /// Who asks.
    pub(crate) holder: String,
    /// What for.
    pub(crate) wanted: Vec<Wanted>,
    /// For how many seconds at a time.
    pub(crate) period: u32,
    /// The time to judge by.
    pub(crate) now: Timestamp,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Fault::Member`] where the time is out of range; another [`Fault`] for
    /// anything that `js/seats` does not send, such as half a surrogate pair.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let request = Value::parse(text)?.object()?;
        let text = |name| Ok(request.string(name)?.unwrap_or_default().into_owned());
        let now = time(request, "now").ok_or(Fault::Member("now"))?;
        let ends = match request.get("ends") {
            Some(_) => Some(time(request, "ends").ok_or(Fault::Unexpected)?),
            None => None,
        };
        let period = u32::try_from(request.integer("period")?.unwrap_or_default());
        Ok(Self {
            borrowed: Borrowed {
                checkout: text("checkout")?,
                ends,
                entitlements: list(request, "entitlements", entitlement)?,
            },
            holder: text("holder")?,
            wanted: list(request, "wanted", one_wanted)?,
            period: period.map_err(|_| Fault::Unexpected)?,
            now,
        })
    }
}

/// The second that a time in milliseconds lies in; `None` out of range.
fn time(request: Object<'_>, name: &'static str) -> Option<Timestamp> {
    let milliseconds = request.integer(name).ok().flatten()?;
    Timestamp::from_unix(milliseconds / 1000).ok()
}

fn list<T>(
    request: Object<'_>,
    name: &'static str,
    item: fn(Object<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let Some(items) = request.get(name) else { return Ok(Vec::new()) };
    items.array()?.map(|value| item(value.object()?)).collect()
}

fn entitlement(members: Object<'_>) -> Result<AllowedEntitlement, Fault> {
    let name = members.string("name")?.unwrap_or_default().into_owned();
    let unit = members.string("unit")?.and_then(|unit| Unit::parse(&unit)).ok_or(Fault::Unexpected)?;
    Ok(AllowedEntitlement { name, unit, value: members.string("value")?.map(Cow::into_owned) })
}

fn one_wanted(members: Object<'_>) -> Result<Wanted, Fault> {
    let AllowedEntitlement { name, unit, value } = entitlement(members)?;
    let quantity = Quantity::parse(value.as_deref().unwrap_or("0")).map_err(|_| Fault::Unexpected)?;
    Ok(Wanted { name, unit, quantity })
}
