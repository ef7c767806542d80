//! Events to EventBridge and SNS, as moto's server.

use aws_credential_types::Credentials;
use licentia::events::{Destination, DetailType, EventBusArn, Target, TopicArn};
use licentia_core::arn::AccountId;
use licentia_tests::carriers::carriers;
use licentia_tests::moto::Moto;
use licentia_tests::receiver::Receiver;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::super::{CUSTOMER, VENDOR, World};
use super::PATIENT;

fn credentials() -> Credentials {
    Credentials::new("moto", "moto", None, None, "moto")
}

fn event_bridge() -> aws_sdk_eventbridge::Client {
    let config = aws_sdk_eventbridge::Config::builder()
        .behavior_version_latest()
        .endpoint_url(Moto::shared().endpoint())
        .region(aws_sdk_eventbridge::config::Region::from_static("eu-west-1"))
        .credentials_provider(credentials());
    aws_sdk_eventbridge::Client::from_conf(config.build())
}

fn sns() -> aws_sdk_sns::Client {
    let config = aws_sdk_sns::Config::builder()
        .behavior_version_latest()
        .endpoint_url(Moto::shared().endpoint())
        .region(aws_sdk_sns::config::Region::from_static("eu-west-1"))
        .credentials_provider(credentials());
    aws_sdk_sns::Client::from_conf(config.build())
}

/// A world whose events go to moto, and a destination there.
async fn world(target: Target) -> (World, TempDir, Destination) {
    let (store, folder) = crate::store::on_sqlite();
    let world = World::sending_with(store, carriers(&Moto::shared().endpoint(), PATIENT));
    let now = licentia::clock::Clock::now(&*world.clock).unwrap();
    let vendor = AccountId::parse(VENDOR).unwrap();
    let kinds = vec![DetailType::LicenseChange];
    let destinations = &world.service.events.destinations;
    let (destination, secret) = destinations.add(vendor, target, kinds, None, now).await.unwrap();
    assert!(secret.is_none());
    (world, folder, destination)
}

#[tokio::test]
async fn an_event_bus_is_put_what_its_rules_match() {
    let client = event_bridge();
    let name = format!("licenses-{}", Uuid::new_v4());
    let bus = client.create_event_bus().name(&name).send().await.unwrap().event_bus_arn.unwrap();
    let (world, _folder, _) = world(Target::EventBus(EventBusArn::parse(&bus).unwrap())).await;
    let pattern = |source: &str| {
        json!({
            "source": [source],
            "detail-type": ["License Change"],
            "resources": [{ "prefix": format!("arn:aws:license-manager::{VENDOR}:license:") }],
            "detail": { "state": ["Created"], "eventId": [{ "exists": true }] },
        })
    };
    let sources = ["licentia.license-manager", "aws.license-manager"];
    for (archive, source) in ["ours", "other"].into_iter().zip(sources) {
        let archive = format!("{archive}-{name}").chars().take(40).collect::<String>();
        let create = client.create_archive().archive_name(archive).event_source_arn(&bus);
        create.event_pattern(pattern(source).to_string()).send().await.unwrap();
    }
    world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 1);
    let mut counts = Vec::new();
    for archive in ["ours", "other"] {
        let archive = format!("{archive}-{name}").chars().take(40).collect::<String>();
        counts.push(client.describe_archive().archive_name(archive).send().await.unwrap().event_count);
    }
    assert_eq!(counts, [1, 0], "the source is the one that EventBridge takes");
}

#[tokio::test]
async fn a_topics_subscribers_get_the_envelopes_that_they_filter_for() {
    let (client, receiver, other) = (sns(), Receiver::start([]).await, Receiver::start([]).await);
    let topic = client.create_topic().name(Uuid::new_v4().to_string()).send().await.unwrap();
    let topic = topic.topic_arn.unwrap();
    for (receiver, account) in [(&other, CUSTOMER), (&receiver, VENDOR)] {
        let filter = json!({
            "detail-type": ["License Change"],
            "source": ["aws.license-manager"],
            "account": [account],
        });
        let subscribe = client.subscribe().topic_arn(&topic).protocol("http").endpoint(&receiver.url);
        subscribe.attributes("FilterPolicy", filter.to_string()).send().await.unwrap();
    }
    let (world, _folder, _) = world(Target::Topic(TopicArn::parse(&topic).unwrap())).await;
    let arn = world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 1);
    let note = receiver.wait_for(1).await[0].json();
    let envelope: Value = serde_json::from_str(note["Message"].as_str().unwrap()).unwrap();
    assert_eq!((&note["Type"], &envelope["resources"]), (&json!("Notification"), &json!([arn])));
    assert_eq!(other.messages().len(), 0);
}

#[tokio::test]
async fn a_fifo_topic_takes_them_too() {
    let create =
        sns().create_topic().name(format!("{}.fifo", Uuid::new_v4())).attributes("FifoTopic", "true");
    let topic = create.send().await.unwrap().topic_arn.unwrap();
    let (world, _folder, _) = world(Target::Topic(TopicArn::parse(&topic).unwrap())).await;
    world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 1);
}

#[tokio::test]
async fn a_topic_that_is_not_there_yet_gets_them_when_it_is() {
    let name = Uuid::new_v4().to_string();
    let arn = format!("arn:aws:sns:eu-west-1:{}:{name}", Moto::ACCOUNT);
    let (world, _folder, destination) = world(Target::Topic(TopicArn::parse(&arn).unwrap())).await;
    world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 0);
    let failure = world.waiting(&destination.id).await[0]["last_failure"].to_string();
    assert!(failure.contains("NotFound"), "{failure}");
    sns().create_topic().name(name).send().await.unwrap();
    world.wait(1);
    assert_eq!(world.send().await, 1);
}
