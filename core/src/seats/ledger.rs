//! Who holds what.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, Fault, Object, ObjectWriter, Value};
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
        let ledger = Value::parse(text)?.object()?;
        let holders =
            ledger.read("holders", |holders| list(holders, holder, |one, other| one.id == other.id))?;
        match (ledger.integer("seats")?, holders) {
            (Some(FORM), Some(holders)) if ledger.iter().count() == 2 => Ok(Self { holders }),
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
    value: Value<'_>,
    item: fn(Object<'_>) -> Result<T, Fault>,
    is_same: fn(&T, &T) -> bool,
) -> Result<Vec<T>, Fault> {
    let mut items: Vec<T> = Vec::new();
    for value in value.array()? {
        let item = item(value.object()?)?;
        if items.iter().any(|other| is_same(other, &item)) {
            return Err(Fault::Unexpected);
        }
        items.push(item);
    }
    Ok(items)
}

fn holder(members: Object<'_>) -> Result<Holder, Fault> {
    let text = |name| members.string(name)?.map(Cow::into_owned).ok_or(Fault::Unexpected);
    let taken = |taken| list(taken, one_taken, |one, other| one.name == other.name);
    let holder = Holder {
        id: text("id")?,
        checkout: text("checkout")?,
        period: u32::try_from(integer(members, "period")?).map_err(|_| Fault::Unexpected)?,
        until: Timestamp::from_unix(integer(members, "until")?).map_err(|_| Fault::Unexpected)?,
        taken: members.read("taken", taken)?.ok_or(Fault::Unexpected)?,
    };
    if members.iter().count() == 5 { Ok(holder) } else { Err(Fault::Unexpected) }
}

fn one_taken(members: Object<'_>) -> Result<Taken, Fault> {
    let name = members.string("name")?.ok_or(Fault::Unexpected)?.into_owned();
    let quantity = Quantity::new(integer(members, "quantity")?).map_err(|_| Fault::Unexpected)?;
    if members.iter().count() == 2 { Ok(Taken { name, quantity }) } else { Err(Fault::Unexpected) }
}

fn integer(members: Object<'_>, name: &'static str) -> Result<u64, Fault> {
    members.integer(name)?.ok_or(Fault::Unexpected)
}
