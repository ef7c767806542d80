//! What each operation asks of the store, beside the plainest exact design: a
//! transaction of three items, a KB each, without a read before.

use licentia_tests::costs::costs;
use licentia_tests::dynamodb_local::DynamoDbLocal;

use crate::service::dynamodb_store;
use crate::table::{Table, Unit};

const PEER: &str = "a transaction of 3 items";
const REQUESTS: f64 = 1.0;
const WRITE_UNITS: f64 = 6.0;

pub(crate) async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let local = DynamoDbLocal::start()?;
    for cost in costs(dynamodb_store(&local).await?, None).await {
        let figure = |count: u64| u32::try_from(count).map(f64::from);
        table.row(cost.name, figure(cost.meter.requests)?, PEER, REQUESTS, Unit::Requests);
        table.row(cost.name, figure(cost.meter.write_units)?, PEER, WRITE_UNITS, Unit::WriteUnits);
    }
    Ok(())
}
