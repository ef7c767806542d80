//! How records are kept and found again, on each database.

use std::sync::Arc;

use licentia::audit::{Actor, Call, Cursor, Outcome, Record, Search, Settings, Trail};
use licentia::context::Origin;
use licentia::identity::{Caller, Identity, UserName};
use licentia::store::Store;
use licentia_core::arn::AccountId;
use licentia_core::time::Timestamp;
use serde_json::json;

use super::{account, time};
use crate::store::{on_dynamodb, on_sqlite};

const NOON: &str = "2026-02-01T12:00:00Z";

/// Runs a test on each database.
macro_rules! on_each_store {
    ($($name:ident)+) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let (store, _folder) = super::on_sqlite();
                super::$name(store).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_dynamodb() {
                super::$name(super::on_dynamodb().await).await;
            }
        }
    )+};
}

on_each_store! {
    records_come_newest_first_or_oldest_first
    each_page_goes_on_where_the_last_one_ended
    a_range_of_time_takes_both_its_ends
    a_search_finds_what_fits_all_that_it_says
    accounts_see_their_own_records_only
    records_end_with_their_retention
    records_written_at_once_are_all_kept
}

/// The record of a call at this second by this user on this license.
fn record(second: &str, operation: &'static str, user: &str, license: char) -> Record {
    record_of(super::ACCOUNT, second, operation, user, license)
}

fn record_of(account: &str, second: &str, operation: &'static str, user: &str, license: char) -> Record {
    let call = Call {
        source: "license-manager.amazonaws.com",
        operation,
        region: "us-east-1".to_owned(),
        now: time(second),
        origin: Origin::default(),
    };
    let caller = Caller {
        account: AccountId::parse(account).unwrap(),
        identity: Identity::User {
            access_key_id: format!("AKIA{}", user.to_uppercase().repeat(16).get(..16).unwrap())
                .parse()
                .unwrap(),
            user: UserName::parse(user).unwrap(),
            policies: vec![],
        },
    };
    let parameters = json!({ "LicenseArn": arn(license) });
    let outcome = if operation.starts_with("Delete") {
        Outcome::Refused { code: "ConflictException", message: "changed meanwhile" }
    } else {
        Outcome::Answered(json!({}))
    };
    Record::new(&call, Actor::Caller(&caller), parameters, outcome, vec![])
}

fn arn(license: char) -> String {
    format!("arn:aws:license-manager::{}:license:l-{}", super::ACCOUNT, license.to_string().repeat(32))
}

fn trail(store: &Arc<dyn Store>) -> Trail {
    Trail::new(Arc::clone(store), Settings::default())
}

async fn ids(trail: &Trail, search: &Search) -> Vec<String> {
    paged(trail, search, 50).await
}

/// The ids of all records that fit, by pages of this size.
async fn paged(trail: &Trail, search: &Search, size: usize) -> Vec<String> {
    let (mut ids, mut cursor): (Vec<String>, Option<Cursor>) = (vec![], None);
    loop {
        let page = trail.find(&account(), search, cursor, size, time(NOON)).await.unwrap();
        assert!(page.records.len() <= size);
        ids.extend(page.records.into_iter().map(|kept| kept.record.event_id));
        // As a token carries it.
        cursor = page.next.map(|cursor| Cursor::read(&cursor.text()).unwrap());
        if cursor.is_none() {
            return ids;
        }
    }
}

async fn records_come_newest_first_or_oldest_first(store: Arc<dyn Store>) {
    let trail = trail(&store);
    let mut kept = vec![];
    // The last two came at one second; the second came late into the store.
    for second in
        ["2026-02-01T11:59:58Z", "2026-02-01T11:59:57Z", "2026-02-01T11:59:59Z", "2026-02-01T11:59:59Z"]
    {
        let record = record(second, "GetLicense", "alice", 'a');
        trail.keep(&record).await.unwrap();
        kept.push(record.event_id);
    }
    kept.swap(0, 1);
    let oldest_first = Search { oldest_first: true, ..Search::default() };
    assert_eq!(ids(&trail, &oldest_first).await, kept);
    kept.reverse();
    assert_eq!(ids(&trail, &Search::default()).await, kept);
}

async fn each_page_goes_on_where_the_last_one_ended(store: Arc<dyn Store>) {
    let trail = trail(&store);
    let mut kept = vec![];
    for minute in 0..60 {
        for _ in 0..3 {
            let record = record(&format!("2026-02-01T10:{minute:02}:00Z"), "GetLicense", "alice", 'a');
            trail.keep(&record).await.unwrap();
            kept.push(record.event_id);
        }
    }
    let oldest_first = Search { oldest_first: true, ..Search::default() };
    assert_eq!(paged(&trail, &oldest_first, 7).await, kept);
    kept.reverse();
    for size in [1, 7, 50, 1000] {
        assert_eq!(paged(&trail, &Search::default(), size).await, kept, "pages of {size}");
    }
}

async fn a_range_of_time_takes_both_its_ends(store: Arc<dyn Store>) {
    let trail = trail(&store);
    for second in ["2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z", "2026-02-01T00:00:01Z"] {
        trail.keep(&record(second, "GetLicense", "alice", 'a')).await.unwrap();
    }
    let found = |from: Option<&str>, to: Option<&str>| {
        let search = Search { from: from.map(time), to: to.map(time), ..Search::default() };
        let trail = &trail;
        async move { ids(trail, &search).await.len() }
    };
    assert_eq!(found(None, None).await, 3);
    assert_eq!(found(Some("2026-02-01T00:00:00Z"), None).await, 2);
    assert_eq!(found(None, Some("2026-02-01T00:00:00Z")).await, 2);
    assert_eq!(found(Some("2026-02-01T00:00:00Z"), Some("2026-02-01T00:00:00Z")).await, 1);
    assert_eq!(found(Some("2026-02-01T00:00:02Z"), None).await, 0);
    assert_eq!(found(Some("2026-02-01T00:00:01Z"), Some("2026-02-01T00:00:00Z")).await, 0);
}

async fn a_search_finds_what_fits_all_that_it_says(store: Arc<dyn Store>) {
    let trail = trail(&store);
    let records = [
        record("2026-02-01T10:00:00Z", "GetLicense", "alice", 'a'),
        record("2026-02-01T10:00:01Z", "DeleteLicense", "alice", 'a'),
        record("2026-02-01T10:00:02Z", "GetLicense", "bob", 'b'),
    ];
    for record in &records {
        trail.keep(record).await.unwrap();
    }
    let [first, second, third] = records.each_ref().map(|record| record.event_id.as_str());
    let text = |text: &str| Some(text.to_owned());
    let none = Search::default;
    for (search, expected) in [
        (Search { operation: text("GetLicense"), ..none() }, vec![third, first]),
        (Search { user: text("alice"), ..none() }, vec![second, first]),
        (Search { access_key_id: text("AKIABOBBOBBOBBOBBOBB"), ..none() }, vec![third]),
        (Search { resource: Some(arn('a')), ..none() }, vec![second, first]),
        (Search { resource: Some(format!("l-{}", "b".repeat(32))), ..none() }, vec![third]),
        (Search { resource: text("l-b"), ..none() }, vec![]),
        (
            Search { resource_type: text("AWS::LicenseManager::License"), ..none() },
            vec![third, second, first],
        ),
        (Search { resource_type: text("AWS::LicenseManager::Grant"), ..none() }, vec![]),
        (Search { source: text("sts.amazonaws.com"), ..none() }, vec![]),
        (Search { read_only: Some(true), ..none() }, vec![third, first]),
        (Search { read_only: Some(false), ..none() }, vec![second]),
        (Search { error_code: text("ConflictException"), ..none() }, vec![second]),
        (Search { event_id: text(third), ..none() }, vec![third]),
        (Search { event_id: text("0d3b0a0e-7f4c-4c36-9a3e-1f5b2d0c9a11"), ..none() }, vec![]),
        (Search { user: text("alice"), operation: text("GetLicense"), ..none() }, vec![first]),
        (Search { user: text("bob"), error_code: text("ConflictException"), ..none() }, vec![]),
    ] {
        assert_eq!(ids(&trail, &search).await, expected, "{search:?}");
    }
}

async fn accounts_see_their_own_records_only(store: Arc<dyn Store>) {
    let trail = trail(&store);
    let own = record("2026-02-01T10:00:00Z", "GetLicense", "alice", 'a');
    let other = record_of("444455556666", "2026-02-01T10:00:00Z", "GetLicense", "alice", 'a');
    trail.keep(&own).await.unwrap();
    trail.keep(&other).await.unwrap();
    assert_eq!(ids(&trail, &Search::default()).await, [own.event_id]);
}

async fn records_end_with_their_retention(store: Arc<dyn Store>) {
    let trail = Trail::new(store, Settings { retention_days: 7, ..Settings::default() });
    let record = record("2026-02-01T10:00:00Z", "GetLicense", "alice", 'a');
    trail.keep(&record).await.unwrap();
    let found = |now: &str| {
        let (trail, now) = (&trail, time(now));
        async move { trail.find(&account(), &Search::default(), None, 50, now).await.unwrap().records.len() }
    };
    assert_eq!(found("2026-02-08T10:00:00Z").await, 1);
    assert_eq!(found("2026-02-08T10:00:01Z").await, 0);
}

async fn records_written_at_once_are_all_kept(store: Arc<dyn Store>) {
    let trail = Arc::new(trail(&store));
    let second = Timestamp::from_unix(time(NOON).unix() - 5).unwrap().to_string();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (trail, record) = (Arc::clone(&trail), record(&second, "GetLicense", "alice", 'a'));
            tokio::spawn(async move {
                trail.keep(&record).await.unwrap();
                // Acknowledged is kept.
                let search = Search { event_id: Some(record.event_id.clone()), ..Search::default() };
                assert_eq!(paged(&trail, &search, 50).await, std::slice::from_ref(&record.event_id));
                record.event_id
            })
        })
        .collect();
    let mut kept = vec![];
    for task in tasks {
        kept.push(task.await.unwrap());
    }
    let mut found = ids(&trail, &Search::default()).await;
    kept.sort();
    found.sort();
    assert_eq!(found, kept);
}
