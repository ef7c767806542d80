//! Many at once give the same as some order one after the other (C-8).

use std::collections::BTreeSet;

use licentia::records::{grant_count_key, granted_key};
use licentia::store::{Change, Edit, Path, Write};
use licentia_core::arn::LicenseArn;
use licentia_core::principal::Principal;
use serde_json::{Value, json};

use super::super::concurrency::all_at_once;
use super::super::{CUSTOMER, Refused, VENDOR, World, on_each_store};
use super::{INVALID, MEMBER, answered, grant_input, root, state, text};

const CALLERS: usize = 64;

on_each_store! {
    one_of_many_accepts_wins
    accepting_and_rejecting_at_once_end_in_one_of_the_two
    g_7_the_last_places_are_given_once
    g_9_one_of_many_grants_to_a_principal_is_made
    one_request_sent_many_times_makes_one_grant
    one_request_sent_many_times_makes_one_version
    g_22_one_of_two_activations_at_once_wins
    g_27_nothing_is_made_under_a_grant_that_is_deleted_at_the_same_time
}

impl World {
    /// Lets the license have so many grants that count.
    pub(super) async fn count_grants_as(&self, license: &str, count: u64) {
        let edit = Edit::Set(Path::member("live"), json!(count));
        let write = Write::Update(grant_count_key(&LicenseArn::parse(license).unwrap()), vec![], vec![edit]);
        self.service.store.commit(&Change(vec![write])).await.unwrap();
    }

    pub(in crate::service) async fn grants_counted(&self, license: &str) -> u64 {
        let key = grant_count_key(&LicenseArn::parse(license).unwrap());
        let item = self.service.store.get(&[key]).await.unwrap().pop().flatten().unwrap();
        item.body["live"].as_u64().unwrap()
    }
}

fn won(answers: &[Result<Value, Refused>], refused: &str) -> usize {
    for (code, message) in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(*code, refused, "{message}");
    }
    answers.iter().filter(|answer| answer.is_ok()).count()
}

async fn one_of_many_accepts_wins(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    let answers = all_at_once(CALLERS, |_| {
        let (world, arn) = (world.clone(), arn.clone());
        async move { world.accept(CUSTOMER, &arn).await }
    })
    .await;
    assert_eq!(won(&answers, INVALID), 1);
    assert_eq!(world.state(&arn).await, state("DISABLED", "2"));
}

async fn accepting_and_rejecting_at_once_end_in_one_of_the_two(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    let answers = all_at_once(CALLERS, |index| {
        let (world, arn) = (world.clone(), arn.clone());
        async move {
            if index % 2 == 0 {
                world.accept(CUSTOMER, &arn).await
            } else {
                world.reject(CUSTOMER, &arn).await
            }
        }
    })
    .await;
    assert_eq!(won(&answers, INVALID), 1);
    let winner = answers.iter().flatten().next().unwrap();
    assert_eq!(world.state(&arn).await, answered(winner));
    let counted = u64::from(text(winner, "Status") == "DISABLED");
    assert_eq!(world.grants_counted(&license).await, counted);
}

async fn g_7_the_last_places_are_given_once(world: World) {
    let license = world.license(5, |_| {}).await;
    world.grant(&license, CUSTOMER, |_| {}).await;
    world.count_grants_as(&license, 1990).await;
    let answers = all_at_once(20, |index| {
        let (world, license) = (world.clone(), license.clone());
        async move {
            let grantee = format!("5555{index:08}");
            world.try_grant(VENDOR, &license, &grantee, |_| {}).await
        }
    })
    .await;
    assert_eq!(won(&answers, "ResourceLimitExceededException"), 10);
    assert_eq!(world.grants_counted(&license).await, 2000);
}

async fn g_9_one_of_many_grants_to_a_principal_is_made(world: World) {
    let license = world.license(5, |_| {}).await;
    let answers = all_at_once(20, |_| {
        let (world, license) = (world.clone(), license.clone());
        async move { world.try_grant(VENDOR, &license, CUSTOMER, |_| {}).await }
    })
    .await;
    assert_eq!(won(&answers, INVALID), 1);
    assert_eq!(world.grants_counted(&license).await, 1);
    let principal = Principal::parse(&root(CUSTOMER)).unwrap();
    let key = granted_key(&LicenseArn::parse(&license).unwrap(), &principal);
    let noted = world.service.store.get(&[key]).await.unwrap().pop().flatten().unwrap();
    assert_eq!(noted.body["grant_arn"], answers.iter().flatten().next().unwrap()["GrantArn"]);
}

async fn one_request_sent_many_times_makes_one_grant(world: World) {
    let license = world.license(5, |_| {}).await;
    let input = grant_input(&license, &root(CUSTOMER));
    let answers = all_at_once(20, |_| {
        let (world, input) = (world.clone(), input.clone());
        async move { world.call("CreateGrant", &input).await }
    })
    .await;
    let arns: BTreeSet<String> =
        answers.iter().map(|answer| text(answer.as_ref().unwrap(), "GrantArn")).collect();
    assert_eq!(arns.len(), 1, "C-6");
    assert_eq!(world.grants_counted(&license).await, 1);
}

async fn one_request_sent_many_times_makes_one_version(world: World) {
    let license = world.license(5, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    world.accept(CUSTOMER, &arn).await.unwrap();
    let input =
        json!({ "ClientToken": "the-same", "GrantArn": arn, "Status": "ACTIVE", "SourceVersion": "2" });
    let answers = all_at_once(20, |_| {
        let (world, input) = (world.clone(), input.clone());
        async move { world.call_as(CUSTOMER, "CreateGrantVersion", &input).await }
    })
    .await;
    for answer in answers {
        assert_eq!(answered(&answer.unwrap()), state("ACTIVE", "3"), "C-6");
    }
    assert_eq!(world.state(&arn).await, state("ACTIVE", "3"));
}

async fn g_22_one_of_two_activations_at_once_wins(world: World) {
    let mut grants = vec![];
    for _ in 0..4 {
        let license = world.license(5, |input| input["Issuer"] = json!({ "Name": "AWS/Marketplace" })).await;
        let arn = world.grant(&license, CUSTOMER, |_| {}).await;
        if world.state(&arn).await.0 == "ACTIVE" {
            world.set(CUSTOMER, &arn, "DISABLED").await.unwrap();
        }
        grants.push(arn);
    }
    let answers = all_at_once(grants.len(), |index| {
        let (world, arn) = (world.clone(), grants[index].clone());
        async move { world.set(CUSTOMER, &arn, "ACTIVE").await }
    })
    .await;
    assert_eq!(won(&answers, INVALID), 1);
    let mut active = 0;
    for arn in &grants {
        active += u32::from(world.state(arn).await.0 == "ACTIVE");
    }
    assert_eq!(active, 1);
}

async fn g_27_nothing_is_made_under_a_grant_that_is_deleted_at_the_same_time(world: World) {
    let license = world.license(5, |_| {}).await;
    let all = json!(["CreateGrant", "CheckoutLicense"]);
    let parent = world.active_grant(&license, CUSTOMER, |i| i["AllowedOperations"] = all).await;
    let answers = all_at_once(20, |index| {
        let (world, license, parent) = (world.clone(), license.clone(), parent.clone());
        async move {
            if index == 10 {
                return world.delete_grant(VENDOR, &parent, "3").await;
            }
            let grantee = format!("5555{index:08}");
            let only = json!(["CheckoutLicense"]);
            world.try_grant(CUSTOMER, &license, &grantee, |i| i["AllowedOperations"] = only).await
        }
    })
    .await;
    won(&answers, "ValidationException");
    assert_eq!(world.state(&parent).await, state("DELETED", "4"));
    for answer in answers.iter().flatten().filter(|answer| answer["GrantArn"] != json!(parent)) {
        assert_eq!(world.state(&text(answer, "GrantArn")).await, state("DELETED", "2"));
    }
    assert_eq!(world.grants_counted(&license).await, 0);
    world.grant(&license, MEMBER, |_| {}).await;
    assert_eq!(world.grants_counted(&license).await, 1);
}
