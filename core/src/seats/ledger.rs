//! Who holds what.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, Fault, ObjectWriter, Reader};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// The longest text of a ledger that is read, in bytes.
pub const MAX_LEDGER_BYTES: usize = 1024 * 1024;
/// The form of the text; another number is another form.
const FORM: u64 = 1;

/// Who holds what. As a text it is opaque to applications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// In the order they came; ids are unique.
    pub(super) holders: Vec<Holder>,
}

/// Somebody who holds seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its name for itself, unique in the ledger.
    pub id: String,
    /// The consumption token of the checkout that the seats are of.
    pub checkout: String,
    /// Within how many seconds it must say again that it is there.
    pub period: u32,
    /// When it holds nothing any more unless it says so.
    pub until: Timestamp,
    /// What it holds; names are unique.
    pub taken: Vec<Taken>,
}

/// A quantity of one entitlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The entitlement's name.
    pub name: String,
    /// Nothing for a feature.
    pub quantity: Quantity,
}

/// The text is no ledger: damaged, or of another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALedger;

impl Ledger {
    /// Reads a ledger's text; members that are missing, twice there or unknown
    /// make it none.
    ///
    /// # Errors
    /// [`NotALedger`], also for texts longer than [`MAX_LEDGER_BYTES`].
    pub fn read(text: &str) -> Result<Self, NotALedger> {
        if text.len() > MAX_LEDGER_BYTES {
            return Err(NotALedger);
        }
        Self::parse(text).map_err(|_| NotALedger)
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let (mut form, mut holders) = (None, None);
        let mut reader = Reader::new(text);
        reader.object(&mut |reader, name| {
            match name {
                "seats" => form = Some(reader.integer()?),
                "holders" => holders = Some(list(reader, holder, |one, other| one.id == other.id)?),
                _ => return Err(Fault::Unexpected),
            }
            Ok(())
        })?;
        reader.end()?;
        match (form, holders) {
            (Some(FORM), Some(holders)) => Ok(Self { holders }),
            _ => Err(Fault::Unexpected),
        }
    }

    /// The ledger as a text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut ledger = ObjectWriter::new(&mut text);
        ledger.integer("seats", FORM);
        let mut holders = ArrayWriter::new(ledger.member("holders"));
        for Holder { id, checkout, period, until, taken } in &self.holders {
            let mut holder = ObjectWriter::new(holders.item());
            holder.string("id", id);
            holder.string("checkout", checkout);
            holder.integer("period", u64::from(*period));
            holder.integer("until", until.unix());
            let mut list = ArrayWriter::new(holder.member("taken"));
            for Taken { name, quantity } in taken {
                let mut item = ObjectWriter::new(list.item());
                item.string("name", name);
                item.integer("quantity", quantity.units());
                item.finish();
            }
            list.finish();
            holder.finish();
        }
        holders.finish();
        ledger.finish();
        text
    }

    /// Everyone in the ledger, also those whose time is up.
    #[must_use]
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// How much of an entitlement is held, of whichever checkout; `None` past
    /// [`Quantity::MAX`].
    #[must_use]
    pub fn taken(&self, name: &str) -> Option<Quantity> {
        let mut all = self.holders.iter().flat_map(|holder| &holder.taken).filter(|taken| taken.name == name);
        all.try_fold(Quantity::ZERO, |sum, taken| sum.plus(taken.quantity))
    }

    /// The ledger without those whose time is up. After the clock was set back
    /// nobody stays longer than its period.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        let running = self.holders.iter().filter(|holder| now < holder.until);
        let holders = running.map(|holder| Holder {
            until: holder.until.min(now.plus_seconds(holder.period)),
            ..holder.clone()
        });
        Self { holders: holders.collect() }
    }
}

/// An array without two items that are the same.
fn list<T>(
    reader: &mut Reader<'_>,
    item: fn(&mut Reader<'_>) -> Result<T, Fault>,
    is_same: fn(&T, &T) -> bool,
) -> Result<Vec<T>, Fault> {
    let mut items: Vec<T> = Vec::new();
    reader.array(&mut |reader| {
        let item = item(reader)?;
        if items.iter().any(|other| is_same(other, &item)) {
            return Err(Fault::Unexpected);
        }
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

fn holder(reader: &mut Reader<'_>) -> Result<Holder, Fault> {
    let (mut id, mut checkout, mut period, mut until, mut taken) = (None, None, None, None, None);
    reader.object(&mut |reader, name| {
        match name {
            "id" => id = Some(reader.string()?.into_owned()),
            "checkout" => checkout = Some(reader.string()?.into_owned()),
            "period" => period = u32::try_from(reader.integer()?).ok(),
            "until" => until = Timestamp::from_unix(reader.integer()?).ok(),
            "taken" => taken = Some(list(reader, one_taken, |one, other| one.name == other.name)?),
            _ => return Err(Fault::Unexpected),
        }
        Ok(())
    })?;
    let read =
        (|| Some(Holder { id: id?, checkout: checkout?, period: period?, until: until?, taken: taken? }))();
    read.ok_or(Fault::Unexpected)
}

fn one_taken(reader: &mut Reader<'_>) -> Result<Taken, Fault> {
    let (mut name, mut quantity) = (None, None);
    reader.object(&mut |reader, member| {
        match member {
            "name" => name = Some(reader.string()?.into_owned()),
            "quantity" => quantity = Quantity::new(reader.integer()?).ok(),
            _ => return Err(Fault::Unexpected),
        }
        Ok(())
    })?;
    let read = (|| Some(Taken { name: name?, quantity: quantity? }))();
    read.ok_or(Fault::Unexpected)
}
