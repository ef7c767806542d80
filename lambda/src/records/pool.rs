//! Consumption, and pool edits as store writes.

use licentia_core::arn::LicenseArn;
use licentia_core::pool::{Amounts, Edit as PoolEdit, Pool};
use licentia_core::quantity::Quantity;
use serde_json::{Value, json};

use super::license_partition;
use crate::store::{Edit, Guard, Item, Key, Path, Unavailable, Write};

/// Where its consumption stands.
#[must_use]
pub fn pool_key(arn: &LicenseArn) -> Key {
    Key::new(license_partition(arn), "POOL")
}

/// Where the consumption of one of its shards stands.
#[must_use]
pub fn shard_key(arn: &LicenseArn, number: u64) -> Key {
    Key::new(format!("{}#{number}", license_partition(arn)), "POOL")
}

/// The item of a license's pool.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn pool_item(arn: &LicenseArn, pool: &Pool) -> Result<Item, Unavailable> {
    Item::new(pool_key(arn), pool)
}

/// Puts a new shard.
///
/// # Errors
/// [`Unavailable`] if it cannot be written.
pub fn put_shard(arn: &LicenseArn, number: u64, shard: &Pool) -> Result<Write, Unavailable> {
    Ok(Write::Put(Item::new(shard_key(arn, number), shard)?, vec![Guard::Absent]))
}

/// Removes a shard that is as it was loaded.
#[must_use]
pub fn remove_shard(arn: &LicenseArn, number: u64, shard: &Pool) -> Write {
    let guards = vec![
        Guard::Equals(Path::member("revision"), json!(shard.revision)),
        Guard::Equals(Path::member("renewed_at"), json!(shard.renewed_at)),
        Guard::Equals(Path::member("used"), amounts(&shard.used)),
        Guard::Equals(Path::member("spent"), amounts(&shard.spent)),
        Guard::Equals(Path::member("reservations"), json!(shard.reservations)),
    ];
    Write::Delete(shard_key(arn, number), guards)
}

/// Entitlements in one edit up to which each is guarded and changed on its
/// own, so that edits of others do not disturb it. Beyond, DynamoDB's limit of
/// 4 KB for an expression would be passed, and the numbers are compared and
/// replaced as a whole.
pub const ROWS_APART: usize = 12;

/// The write of an edit, decided on this pool; none if it changes nothing.
#[must_use]
pub fn pool_write(key: Key, pool: &Pool, edit: &PoolEdit) -> Option<Write> {
    if edit.is_empty() {
        return None;
    }
    let (mut guards, mut edits) = (Vec::new(), Vec::new());
    let mut guard = |member, value: Option<Value>| {
        guards.extend(value.map(|value| Guard::Equals(Path::member(member), value)));
    };
    guard("revision", edit.revision.map(|revision| json!(revision)));
    guard("counted_from", edit.counted_from.map(|version| json!(version)));
    guard("renewed_at", edit.renewed_at.map(|renewal| json!(renewal)));
    guard("returned_at", edit.returned_at.map(|renewal| json!(renewal)));
    let mut set = |member, value: Option<Value>| {
        edits.extend(value.map(|value| Edit::Set(Path::member(member), value)));
    };
    set("revision", edit.revise_to.map(|revision| json!(revision)));
    set("counted_from", edit.reset_to.map(|version| json!(version)));
    set("renewed_at", edit.renew_to.map(|renewal| json!(renewal)));
    set("returned_at", edit.return_to.map(|renewal| json!(renewal)));
    if edit.reset_to.is_some() {
        edits.extend(["used", "spent"].map(|member| Edit::Set(Path::member(member), json!({}))));
    } else if edit.rows.len() <= ROWS_APART {
        for (name, row) in &edit.rows {
            let used = || Path::entry("used", name);
            guards.extend(row.used_at_most.map(|most| Guard::AtMost(used(), most.units())));
            guards.extend(row.used_above.map(|most| Guard::Above(used(), most.units())));
            if let Some(spent) = row.spent_is {
                let path = Path::entry("spent", name);
                // What is not there counts as 0.
                guards.push(match spent.is_zero() {
                    true => Guard::AtMost(path, 0),
                    false => Guard::Equals(path, json!(spent)),
                });
            }
            for (member, difference) in [("used", row.used), ("spent", row.spent)] {
                if difference != 0 {
                    edits.push(Edit::Add(Path::entry(member, name), difference));
                }
            }
        }
    } else {
        let after = edit.applied_to(pool);
        for (member, before, after) in
            [("used", &pool.used, &after.used), ("spent", &pool.spent, &after.spent)]
        {
            guards.push(Guard::Equals(Path::member(member), amounts(before)));
            edits.push(Edit::Set(Path::member(member), amounts(after)));
        }
    }
    let reservation = |attempt: &String| Path::entry("reservations", attempt);
    edits.extend(edit.confirm.iter().map(reservation).map(Edit::Remove));
    for (attempt, taken) in &edit.reserve {
        guards.push(Guard::Missing(reservation(attempt)));
        edits.push(Edit::Set(reservation(attempt), json!(taken)));
    }
    if let Some((attempt, taken)) = &edit.cancel {
        guards.push(Guard::Equals(reservation(attempt), json!(taken)));
        edits.push(Edit::Remove(reservation(attempt)));
    }
    if pool.share.is_some() && !edit.reserve.is_empty() {
        edits.push(Edit::Add(Path::member("taken"), i64::try_from(edit.reserve.len()).unwrap_or(i64::MAX)));
    }
    if edit.is_unsharded {
        guards.push(Guard::Equals(Path::member("shards"), json!({})));
    }
    for (number, lent) in &edit.lent {
        let shard = Path::entry("shards", number.to_string());
        guards.push(match &lent.before {
            Some(before) => Guard::Equals(shard.clone(), amounts(before)),
            None => Guard::Missing(shard.clone()),
        });
        edits.push(match &lent.after {
            Some(after) => Edit::Set(shard, amounts(after)),
            None => Edit::Remove(shard),
        });
    }
    if let Some((before, after)) = edit.next_shard {
        guards.push(Guard::Equals(Path::member("next_shard"), json!(before)));
        edits.push(Edit::Set(Path::member("next_shard"), json!(after)));
    }
    edits.extend(edit.watch.map(|watched| Edit::Set(Path::member("watched"), json!(watched))));
    edits.extend(edit.whole_until.map(|until| Edit::Set(Path::member("whole_until"), json!(until))));
    if let Some((before, after)) = &edit.share {
        guards.push(Guard::Equals(Path::member("share"), amounts(before)));
        edits.push(Edit::Set(Path::member("share"), amounts(after)));
    }
    Some(Write::Update(key, guards, edits))
}

fn amounts(amounts: &Amounts) -> Value {
    let numbers =
        amounts.iter().map(|(name, quantity): (&String, &Quantity)| (name.clone(), json!(quantity)));
    Value::Object(numbers.collect())
}
