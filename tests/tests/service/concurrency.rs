//! Many at once give the same as some order one after the other (C-8).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Refused, World, on_each_store};

const CALLERS: usize = 64;

on_each_store! {
    seats_are_never_oversold_and_all_are_sold
    expired_seats_come_back_exactly_once
    nobody_is_refused_while_seats_are_free
    who_is_refused_is_told_so_however_busy_the_license_is
    one_request_sent_many_times_takes_one_seat
    a_version_and_checkouts_at_once_lose_nothing
    storms_of_checkouts_and_check_ins_leave_the_sum_exact
}

pub(super) async fn all_at_once<F>(count: usize, make: impl Fn(usize) -> F) -> Vec<Result<Value, Refused>>
where
    F: Future<Output = Result<Value, Refused>> + Send + 'static,
{
    let mut tasks: JoinSet<_> = (0..count).map(make).collect();
    let mut answers = Vec::new();
    while let Some(answer) = tasks.join_next().await {
        answers.push(answer.unwrap());
    }
    answers
}

fn taken(answers: &[Result<Value, Refused>]) -> usize {
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(refused.0, "NoEntitlementsAllowedException", "{}", refused.1);
    }
    answers.iter().filter(|answer| answer.is_ok()).count()
}

async fn seats_are_never_oversold_and_all_are_sold(world: World) {
    let arn = world.license(40, |_| {}).await;
    let answers = all_at_once(CALLERS, |_| {
        let world = world.clone();
        async move { world.seat(1).await }
    })
    .await;
    assert_eq!(taken(&answers), 40);
    assert_eq!(world.used(&arn).await, 40);
    let tokens: BTreeSet<_> =
        answers.iter().flatten().map(|answer| answer["LicenseConsumptionToken"].to_string()).collect();
    assert_eq!(tokens.len(), 40);
}

async fn expired_seats_come_back_exactly_once(world: World) {
    let arn = world.license(10, |_| {}).await;
    for _ in 0..10 {
        world.seat(1).await.unwrap();
    }
    world.wait(60);
    let answers = all_at_once(CALLERS, |_| {
        let world = world.clone();
        async move { world.seat(1).await }
    })
    .await;
    assert_eq!(taken(&answers), 10);
    assert_eq!(world.used(&arn).await, 10);
}

async fn nobody_is_refused_while_seats_are_free(world: World) {
    let arn = world.license(CALLERS as u64, |_| {}).await;
    for _ in 0..3 {
        let answers = all_at_once(CALLERS, |_| {
            let world = world.clone();
            async move { world.seat(1).await }
        })
        .await;
        assert_eq!(taken(&answers), CALLERS);
        assert_eq!(world.used(&arn).await, CALLERS as u64);
        world.wait(60);
    }
}

async fn who_is_refused_is_told_so_however_busy_the_license_is(world: World) {
    let calls = json!({ "Name": "Calls", "Unit": "Count", "MaxCount": 100_000 });
    let arn = world.license(1, |input| input["Entitlements"].as_array_mut().unwrap().push(calls)).await;
    world.seat(1).await.unwrap();
    let answers = all_at_once(CALLERS, |index| {
        let (world, arn) = (world.clone(), arn.clone());
        async move {
            let name = if index % 4 == 0 { "Seats" } else { "Calls" };
            for _ in 0..4 {
                let borrow = json!({
                    "LicenseArn": arn,
                    "Entitlements": [{ "Name": name, "Unit": "Count", "Value": "1" }],
                    "DigitalSignatureMethod": "JWT_ES256",
                    "ClientToken": uuid::Uuid::new_v4().to_string(),
                });
                world.call("CheckoutBorrowLicense", &borrow).await?;
            }
            Ok(json!(null))
        }
    })
    .await;
    assert_eq!(taken(&answers), CALLERS - CALLERS / 4);
}

async fn one_request_sent_many_times_takes_one_seat(world: World) {
    let arn = world.license(40, |_| {}).await;
    let answers = all_at_once(CALLERS, |_| {
        let world = world.clone();
        async move { world.take("PROVISIONAL", "the-same", 1).await }
    })
    .await;
    let first = answers[0].as_ref().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref() == Ok(first)), "C-6");
    assert_eq!(world.used(&arn).await, 1);
}

async fn a_version_and_checkouts_at_once_lose_nothing(world: World) {
    let arn = world.license(20, |_| {}).await;
    let answers = all_at_once(CALLERS, |index| {
        let (world, arn) = (world.clone(), arn.clone());
        async move {
            match index % 16 {
                0 => world.revise(&arn, 20, |_| {}).await.map(|_| json!(null)),
                _ => world.seat(1).await,
            }
        }
    })
    .await;
    assert_eq!(taken(&answers), 20 + CALLERS / 16);
    assert_eq!(world.used(&arn).await, 20);
    let license = world.call("GetLicense", &json!({ "LicenseArn": arn })).await.unwrap();
    assert_eq!(license["License"]["Version"], (1 + CALLERS / 16).to_string());
}

async fn storms_of_checkouts_and_check_ins_leave_the_sum_exact(world: World) {
    let arn = world.license(12, |_| {}).await;
    let answers = all_at_once(CALLERS, |index| {
        let world = world.clone();
        async move {
            for round in 0..4 {
                if let Ok(checkout) = world.seat(1 + (index as u64 + round) % 3).await {
                    world.check_in(&checkout).await?;
                }
            }
            Ok(json!(null))
        }
    })
    .await;
    assert_eq!(taken(&answers), CALLERS);
    assert_eq!(world.used(&arn).await, 0);
    assert!(world.seat(12).await.is_ok(), "every seat came back");
}
