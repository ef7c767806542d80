//! Items as rows of the table `items`.

use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, Params, Result, Row, params};

use crate::store::{Item, Key, Page, Query};

const LOAD: &str = "SELECT partition, sort, index_partition, index_sort, discard_after, body
    FROM items WHERE partition = ?1 AND sort = ?2";

const SCAN: &str = "SELECT partition, sort, index_partition, index_sort, discard_after, body
    FROM items WHERE (partition, sort) > (?1, ?2) ORDER BY partition, sort LIMIT ?3";

const STORE: &str = "INSERT INTO items (partition, sort, index_partition, index_sort, discard_after, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET index_partition = excluded.index_partition, index_sort = excluded.index_sort,
    discard_after = excluded.discard_after, body = excluded.body";

/// Leaves the indexes alone.
const STORE_BODY: &str = "UPDATE items SET body = ?3 WHERE partition = ?1 AND sort = ?2";

const DELETE: &str = "DELETE FROM items WHERE partition = ?1 AND sort = ?2";

const DISCARD: &str = "DELETE FROM items WHERE rowid IN
    (SELECT rowid FROM items WHERE discard_after < ?1 LIMIT 1000)";

/// `?4` is the sort key to go on after, or null.
macro_rules! range {
    ($partition:literal, $sort:literal, $order:literal) => {
        concat!(
            "SELECT partition, sort, index_partition, index_sort, discard_after, body FROM items WHERE ",
            $partition,
            " = ?1 AND ",
            $sort,
            " BETWEEN ?2 AND ?3 AND ",
            $sort,
            " IS NOT ?4 ORDER BY ",
            $sort,
            " ",
            $order,
            " LIMIT ?5"
        )
    };
}

pub(super) fn load(connection: &Connection, key: &Key) -> Result<Option<Item>> {
    connection.prepare_cached(LOAD)?.query_row(params![key.partition, key.sort], item).optional()
}

pub(super) fn query(connection: &Connection, query: &Query) -> Result<Page> {
    let sql = match (query.through_index, query.descending) {
        (false, false) => range!("partition", "sort", "ASC"),
        (false, true) => range!("partition", "sort", "DESC"),
        (true, false) => range!("index_partition", "index_sort", "ASC"),
        (true, true) => range!("index_partition", "index_sort", "DESC"),
    };
    let (from, to) = query.bounds();
    let parameters = params![query.partition, from, to, query.after, one_more(query.limit)];
    page(connection, sql, parameters, query.limit)
}

/// All items after this key, in the order of partition and sort key.
pub(super) fn scan(connection: &Connection, after: Option<&Key>, limit: usize) -> Result<Page> {
    // No key is empty.
    let (partition, sort) = after.map_or(("", ""), |key| (&key.partition, &key.sort));
    page(connection, SCAN, params![partition, sort, one_more(limit)], limit)
}

/// Tells whether there are more.
fn one_more(limit: usize) -> i64 {
    i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX)
}

fn page(connection: &Connection, sql: &str, parameters: impl Params, limit: usize) -> Result<Page> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut items = statement.query_map(parameters, item)?.collect::<Result<Vec<_>>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// An item but for its body.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) key: Key,
    index: Option<Key>,
    discard_after: Option<u64>,
}

impl Place {
    pub(super) fn of(Item { key, index, discard_after, .. }: &Item) -> Self {
        Self { key: key.clone(), index: index.clone(), discard_after: *discard_after }
    }
}

/// Stores `body`, the text of the item's body.
pub(super) fn store(connection: &Connection, place: &Place, body: &str) -> Result<()> {
    let Place { key, index, discard_after } = place;
    let index = index.as_ref();
    connection.prepare_cached(STORE)?.execute(params![
        key.partition,
        key.sort,
        index.map(|key| &key.partition),
        index.map(|key| &key.sort),
        discard_after,
        body
    ])?;
    Ok(())
}

pub(super) fn store_body(connection: &Connection, key: &Key, body: &str) -> Result<()> {
    connection.prepare_cached(STORE_BODY)?.execute(params![key.partition, key.sort, body])?;
    Ok(())
}

pub(super) fn delete(connection: &Connection, key: &Key) -> Result<()> {
    connection.prepare_cached(DELETE)?.execute(params![key.partition, key.sort])?;
    Ok(())
}

pub(super) fn discard(connection: &Connection, now: u64) -> Result<usize> {
    connection.prepare_cached(DISCARD)?.execute(params![i64::try_from(now).unwrap_or(i64::MAX)])
}

fn item(row: &Row<'_>) -> Result<Item> {
    let index: (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
    let body = row.get_ref(5)?.as_str()?;
    Ok(Item {
        key: Key { partition: row.get(0)?, sort: row.get(1)? },
        index: index.0.zip(index.1).map(|(partition, sort)| Key { partition, sort }),
        discard_after: row.get(4)?,
        body: serde_json::from_str(body)
            .map_err(|error| Error::FromSqlConversionFailure(5, Type::Text, Box::new(error)))?,
    })
}
