//! What crosses from JavaScript: one JSON object, its members checked and named
//! by `js/seats`.

use alloc::string::String;
use alloc::vec::Vec;

use licentia_core::checkout::Wanted;
use licentia_core::entitlement::Unit;
use licentia_core::json::{Fault, Reader};
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
        let (mut checkout, mut ends, mut holder) = (String::new(), None, String::new());
        let (mut entitlements, mut wanted) = (Vec::new(), Vec::new());
        let (mut period, mut now) = (0, None);
        let mut reader = Reader::new(text);
        reader.object(&mut |reader, name| {
            match name {
                "checkout" => checkout = reader.string()?.into_owned(),
                "ends" => ends = Some(time(reader)?.ok_or(Fault::Unexpected)?),
                "entitlements" => entitlements = list(reader, entitlement)?,
                "holder" => holder = reader.string()?.into_owned(),
                "wanted" => wanted = list(reader, one_wanted)?,
                "period" => period = u32::try_from(reader.integer()?).map_err(|_| Fault::Unexpected)?,
                "now" => now = time(reader)?,
                _ => return Err(Fault::Unexpected),
            }
            Ok(())
        })?;
        reader.end()?;
        let now = now.ok_or(Fault::Member("now"))?;
        Ok(Self { borrowed: Borrowed { checkout, ends, entitlements }, holder, wanted, period, now })
    }
}

/// The second that a time in milliseconds lies in; `None` out of range.
fn time(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, Fault> {
    // One before 1970 has a sign, and is no whole number to the reader.
    match reader.integer() {
        Ok(milliseconds) => Ok(Timestamp::from_unix(milliseconds / 1000).ok()),
        Err(Fault::Unexpected) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn list<T>(reader: &mut Reader<'_>, item: fn(&mut Reader<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let mut items = Vec::new();
    reader.array(&mut |reader| {
        items.push(item(reader)?);
        Ok(())
    })?;
    Ok(items)
}

fn entitlement(reader: &mut Reader<'_>) -> Result<AllowedEntitlement, Fault> {
    let (name, unit, value) = members(reader)?;
    Ok(AllowedEntitlement { name, unit, value })
}

fn one_wanted(reader: &mut Reader<'_>) -> Result<Wanted, Fault> {
    let (name, unit, value) = members(reader)?;
    let quantity = Quantity::parse(value.as_deref().unwrap_or("0")).map_err(|_| Fault::Unexpected)?;
    Ok(Wanted { name, unit, quantity })
}

fn members(reader: &mut Reader<'_>) -> Result<(String, Unit, Option<String>), Fault> {
    let (mut name, mut unit, mut value) = (String::new(), None, None);
    reader.object(&mut |reader, member| {
        match member {
            "name" => name = reader.string()?.into_owned(),
            "unit" => unit = Unit::parse(&reader.string()?),
            "value" => value = Some(reader.string()?.into_owned()),
            _ => return Err(Fault::Unexpected),
        }
        Ok(())
    })?;
    Ok((name, unit.ok_or(Fault::Unexpected)?, value))
}
