//! Many clients of one license at once, while requests to DynamoDB fail.

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::super::{CUSTOMER, terms};
use super::trial::{SEATS, Worlds, checkout};
use super::{by_chance, seed, trials};

const CLIENTS: u64 = 6;
const ROUNDS: u64 = 4;
const PERCENT: u8 = 8;

/// Takes a seat or two and perhaps returns them, a few times; answers the
/// requests of the checkouts that it did not return.
async fn client(worlds: Worlds, account: String, mut steps: Rng) -> Vec<Value> {
    let mut kept = Vec::new();
    for _ in 0..ROUNDS {
        let request = checkout(&account, steps.u64(1..3), 0);
        match worlds.insist(&account, "CheckoutLicense", &request).await {
            Ok(taken) if steps.bool() => check_in(&worlds, &account, &taken).await,
            Ok(_) => kept.push(request),
            // An earlier try of it may be on its way still.
            Err((code, message)) => {
                assert_eq!(code, "NoEntitlementsAllowedException", "{message}");
                kept.push(request);
            }
        }
    }
    kept
}

async fn check_in(worlds: &Worlds, account: &str, taken: &Value) {
    let token = &taken["LicenseConsumptionToken"];
    let request = json!({ "LicenseConsumptionToken": token, "Beneficiary": CUSTOMER });
    if let Err((code, message)) = worlds.insist(account, "CheckInLicense", &request).await {
        // The answer to an earlier try was lost.
        assert_eq!(code, "ResourceNotFoundException", "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_and_faults_leave_the_sum_exact() {
    let worlds = Worlds::open().await;
    for seed in seed()..seed() + trials(3) {
        println!("LICENTIA_SEED={seed}");
        worlds.proxy.pass_everything();
        let account = format!("{:012}", Uuid::new_v4().as_u128() % 1_000_000_000_000);
        let mut license = terms(SEATS);
        for (member, value) in [("ProductSKU", "sku"), ("Beneficiary", CUSTOMER), ("ClientToken", "license")]
        {
            license[member] = json!(value);
        }
        let license = worlds.insist(&account, "CreateLicense", &license).await.unwrap();
        let usage = json!({ "LicenseArn": license["LicenseArn"] });
        let mut steps = Rng::with_seed(seed);
        let mut fates = steps.fork();
        worlds.proxy.plan(move |call, _| by_chance(&mut fates, PERCENT, call));
        let mut clients: JoinSet<_> =
            (0..CLIENTS).map(|_| client(worlds.clone(), account.clone(), steps.fork())).collect();
        let mut kept = Vec::new();
        while let Some(client) = clients.join_next().await {
            kept.extend(client.unwrap());
            worlds.proxy.deliver().await.unwrap();
        }
        worlds.proxy.pass_everything();
        let mut held = Vec::new();
        for request in kept {
            if let Ok(taken) = worlds.past.call_as(&account, "CheckoutLicense", &request).await {
                let seats = request["Entitlements"][0]["Value"].as_str().unwrap().parse::<u64>().unwrap();
                held.push((taken, seats));
            }
        }
        let consumed = async || {
            let usage = worlds.past.call_as(&account, "GetLicenseUsage", &usage).await.unwrap();
            let consumed = &usage["LicenseUsage"]["EntitlementUsages"][0]["ConsumedValue"];
            consumed.as_str().unwrap().parse::<u64>().unwrap()
        };
        let sum: u64 = held.iter().map(|(_, seats)| seats).sum();
        assert!(consumed().await == sum && sum <= SEATS, "{sum} held, {} consumed", consumed().await);
        for (taken, _) in &held {
            check_in(&worlds, &account, taken).await;
        }
        assert_eq!(consumed().await, 0);
    }
}
