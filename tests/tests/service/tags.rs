//! Tags (section 10).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{CUSTOMER, World, on_each_store};

on_each_store! {
    tags_of_a_new_license_stand_at_once
    a_tag_replaces_its_key_and_keeps_the_others
    keys_that_are_not_there_are_not_missed
    tags_of_others_do_not_exist
    a_deleted_license_keeps_its_tags
    a_grant_that_ended_with_its_license_keeps_its_tags
    tags_sent_at_once_are_all_kept
    a_resource_has_fifty_tags_at_most
}

impl World {
    async fn tag(&self, arn: &str, tags: &[(&str, &str)]) -> Result<Value, super::Refused> {
        let tags: Vec<Value> =
            tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        self.call("TagResource", &json!({ "ResourceArn": arn, "Tags": tags })).await
    }

    async fn untag(&self, arn: &str, keys: &[&str]) -> Result<Value, super::Refused> {
        self.call("UntagResource", &json!({ "ResourceArn": arn, "TagKeys": keys })).await
    }

    async fn tags(&self, arn: &str) -> BTreeMap<String, String> {
        let answer = self.call("ListTagsForResource", &json!({ "ResourceArn": arn })).await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        answer["Tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| (text(&tag["Key"]), text(&tag["Value"])))
            .collect()
    }
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

async fn tags_of_a_new_license_stand_at_once(world: World) {
    let tagged = world
        .license(1, |input| input["Tags"] = json!([{ "Key": "team", "Value": "sales" }, { "Key": "empty" }]))
        .await;
    assert_eq!(world.tags(&tagged).await, pairs(&[("team", "sales"), ("empty", "")]));
    let bare = world.license(1, |_| {}).await;
    assert_eq!(world.tags(&bare).await, pairs(&[]));
}

async fn a_tag_replaces_its_key_and_keeps_the_others(world: World) {
    let arn = world.license(1, |_| {}).await;
    assert_eq!(world.tag(&arn, &[("team", "sales"), ("stage", "test")]).await, Ok(json!({})));
    world.tag(&arn, &[("stage", "prod"), ("Stage", "other")]).await.unwrap();
    assert_eq!(world.tags(&arn).await, pairs(&[("team", "sales"), ("stage", "prod"), ("Stage", "other")]));
    let (code, message) = world.tag(&arn, &[("a", "1"), ("a", "2")]).await.unwrap_err();
    assert_eq!((code, message.contains("more than once")), ("InvalidParameterValueException", true));
}

async fn keys_that_are_not_there_are_not_missed(world: World) {
    let arn = world.license(1, |_| {}).await;
    assert_eq!(world.untag(&arn, &["stage"]).await, Ok(json!({})));
    world.tag(&arn, &[("team", "sales"), ("stage", "test")]).await.unwrap();
    assert_eq!(world.untag(&arn, &["stage", "absent"]).await, Ok(json!({})));
    assert_eq!(world.tags(&arn).await, pairs(&[("team", "sales")]));
}

async fn tags_of_others_do_not_exist(world: World) {
    let arn = world.license(1, |_| {}).await;
    let unknown = "arn:aws:license-manager::111122223333:license:l-00000000000000000000000000000000";
    for (account, arn) in [(CUSTOMER, arn.as_str()), (super::VENDOR, unknown), (super::VENDOR, "no arn")] {
        for (operation, input) in [
            ("TagResource", json!({ "ResourceArn": arn, "Tags": [{ "Key": "a" }] })),
            ("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["a"] })),
            ("ListTagsForResource", json!({ "ResourceArn": arn })),
        ] {
            let (code, message) = world.call_as(account, operation, &input).await.unwrap_err();
            assert_eq!(code, "InvalidParameterValueException", "{operation} {arn}: {message}");
        }
    }
}

async fn a_deleted_license_keeps_its_tags(world: World) {
    let arn = world.license(1, |_| {}).await;
    world.tag(&arn, &[("team", "sales")]).await.unwrap();
    world.call("DeleteLicense", &json!({ "LicenseArn": arn, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.tag(&arn, &[("team", "other")]).await.unwrap_err().0, "ValidationException");
    assert_eq!(world.untag(&arn, &["team"]).await.unwrap_err().0, "ValidationException");
    assert_eq!(world.tags(&arn).await, pairs(&[("team", "sales")]));
    // Until it cannot be read any more (L-24).
    world.turn_to("2026-08-02T00:00:00Z");
    assert!(world.call("ListTagsForResource", &json!({ "ResourceArn": arn })).await.is_err());
}

async fn a_grant_that_ended_with_its_license_keeps_its_tags(world: World) {
    let license = world.license(1, |_| {}).await;
    let arn = world.grant(&license, CUSTOMER, |_| {}).await;
    world.tag(&arn, &[("team", "sales")]).await.unwrap();
    world.call("DeleteLicense", &json!({ "LicenseArn": license, "SourceVersion": "1" })).await.unwrap();
    assert_eq!(world.tag(&arn, &[("team", "other")]).await.unwrap_err().0, "ValidationException", "L-25");
    assert_eq!(world.tags(&arn).await, pairs(&[("team", "sales")]));
    world.turn_to("2026-08-02T00:00:00Z");
    let input = json!({ "ResourceArn": arn });
    let gone = world.call("ListTagsForResource", &input).await.unwrap_err();
    assert_eq!(gone.0, "InvalidParameterValueException", "L-24");
}

async fn tags_sent_at_once_are_all_kept(world: World) {
    let arn = world.license(1, |_| {}).await;
    let tasks: Vec<_> = (0..16)
        .map(|number| {
            let (world, arn) = (world.clone(), arn.clone());
            tokio::spawn(async move { world.tag(&arn, &[(&format!("key{number}"), "")]).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(world.tags(&arn).await.len(), 16);
}

async fn a_resource_has_fifty_tags_at_most(world: World) {
    let arn = world.license(1, |_| {}).await;
    let keys: Vec<String> = (0..51).map(|number| format!("key{number}")).collect();
    let tags: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
    world.tag(&arn, &tags[..50]).await.unwrap();
    let (code, message) = world.tag(&arn, &tags[50..]).await.unwrap_err();
    assert_eq!((code, message.contains("at most 50, not 51")), ("InvalidParameterValueException", true));
    world.tag(&arn, &tags[..1]).await.unwrap();
    assert_eq!(world.tags(&arn).await.len(), 50);
}
