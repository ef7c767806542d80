//! One delivery: what a receiver gets, and what its answer does.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use licentia::events::DetailType;
use licentia_tests::receiver::{Answer, Receiver};

use super::super::{VENDOR, World, on_each_store};
use super::{PATIENT, ids, world};

on_each_store! {
    what_fails_is_sent_again_until_it_arrives
    what_fails_for_a_day_becomes_a_dead_letter_that_can_be_replayed
}

#[tokio::test]
async fn a_webhook_is_signed_as_standard_webhooks_says() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([]).await;
    let (_, secret) = world.tell(VENDOR, &receiver.url, &[]).await;
    world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 1);
    let [message] = receiver.messages().try_into().unwrap();
    let content = [
        message.header("webhook-id").as_bytes(),
        message.header("webhook-timestamp").as_bytes(),
        &message.body,
    ]
    .join(&b'.');
    let key = STANDARD.decode(secret.text().expose().strip_prefix("whsec_").unwrap()).unwrap();
    let signature = message.header("webhook-signature").strip_prefix("v1,").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    hmac::verify(&key, &content, &STANDARD.decode(signature).unwrap()).unwrap();
    assert_eq!(message.header("webhook-timestamp"), "1769904000");
    assert_eq!(message.header("content-type"), "application/json");
    assert_eq!(message.json()["id"], message.header("webhook-id"));
    assert_eq!(message.json()["detail-type"], "License Change");
}

async fn what_fails_is_sent_again_until_it_arrives(world: World) {
    let receiver = Receiver::start([500, 503, 404, 302].map(Answer::Status)).await;
    let id = world.tell_of_a_license(&receiver).await;
    for failures in 1..=4 {
        assert_eq!(world.send().await, 0);
        assert_eq!(receiver.messages().len(), failures);
        assert_eq!(world.send().await, 0, "it is not due yet");
        assert_eq!(receiver.messages().len(), failures);
        world.wait_seconds(5 << (failures - 1));
    }
    assert_eq!(world.send().await, 1);
    let messages = receiver.messages();
    assert!(messages.iter().all(|message| message.body == messages[0].body));
    assert!(ids(&messages).iter().all(|id| *id == messages[0].header("webhook-id")));
    assert_ne!(messages[4].header("webhook-timestamp"), messages[0].header("webhook-timestamp"));
    world.wait(1440);
    assert_eq!((world.send().await, world.waiting(&id).await.len()), (0, 0));
}

async fn what_fails_for_a_day_becomes_a_dead_letter_that_can_be_replayed(world: World) {
    let receiver = Receiver::start([Answer::Status(500); 100]).await;
    let id = world.tell_of_a_license(&receiver).await;
    let mut minutes = 0;
    while world.dead_letters().await.is_empty() {
        world.send().await;
        world.wait(10);
        minutes += 10;
        assert!(minutes <= 25 * 60, "it is given up after a day");
    }
    assert!(minutes >= 20 * 60, "{minutes}");
    assert_eq!(world.waiting(&id).await.len(), 0);
    let attempts = receiver.messages().len();
    let [letter] = world.dead_letters().await.try_into().unwrap();
    assert_eq!(usize::try_from(letter.delivery.attempts).unwrap(), attempts);
    assert_eq!(letter.delivery.last_failure.as_deref(), Some("it answered 500"));

    let now = licentia::clock::Clock::now(&*world.clock).unwrap();
    let dead_letters = &world.service.events.dead_letters;
    dead_letters.replay(&letter, now).await.unwrap();
    assert!(dead_letters.replay(&letter, now).await.is_err(), "it is one no more");
    assert_eq!(world.dead_letters().await, []);
    world.send().await;
    let messages = receiver.messages();
    assert_eq!(messages.len(), attempts + 1);
    assert!(messages.iter().all(|message| message.body == messages[0].body));
    world.wait(10);
    world.send().await;
    assert_eq!(receiver.messages().len(), attempts + 2, "it has all its attempts again");
}

#[tokio::test]
async fn what_a_receiver_refuses_for_good_is_a_dead_letter_at_once() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([Answer::Status(400), Answer::Status(422)]).await;
    let id = world.tell_of_a_license(&receiver).await;
    world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 0);
    let [letter, other] = world.dead_letters().await.try_into().unwrap();
    world.service.events.dead_letters.discard(&letter).await.unwrap();
    assert_eq!(world.dead_letters().await, [other]);
    world.wait(1440);
    world.send().await;
    assert_eq!((receiver.messages().len(), world.waiting(&id).await.len()), (2, 0));
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_is_left_alone_so_long() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([Answer::With(429, "retry-after", "600")]).await;
    world.tell_of_a_license(&receiver).await;
    world.send().await;
    world.wait(9);
    assert_eq!(world.send().await, 0);
    world.wait(1);
    assert_eq!(world.send().await, 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (world, _folder) = world(PATIENT);
    let elsewhere = Receiver::start([]).await;
    let url: &'static str = elsewhere.url.clone().leak();
    let receiver = Receiver::start([Answer::With(307, "location", url)]).await;
    world.tell_of_a_license(&receiver).await;
    assert_eq!(world.send().await, 0);
    assert_eq!((receiver.messages().len(), elsewhere.messages().len()), (1, 0));
}

#[tokio::test]
async fn a_destination_that_is_gone_is_paused_and_what_waits_arrives_when_it_is_back() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([Answer::Status(410)]).await;
    let id = world.tell_of_a_license(&receiver).await;
    assert_eq!(world.send().await, 0);
    assert_eq!(world.destination(&id).await.paused.as_deref(), Some("it answered 410"));
    world.license(1, |_| {}).await;
    world.wait(3 * 1440);
    assert_eq!(world.send().await, 0);
    assert_eq!(receiver.messages().len(), 1);
    world.service.events.destinations.resume(&id).await.unwrap();
    assert_eq!(world.send().await, 2);
    assert_eq!(world.dead_letters().await, []);
}

#[tokio::test]
async fn nothing_goes_to_a_destination_that_was_removed() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([Answer::Status(400)]).await;
    let id = world.tell_of_a_license(&receiver).await;
    world.send().await;
    world.license(1, |_| {}).await;
    assert_eq!((world.waiting(&id).await.len(), world.dead_letters().await.len()), (1, 1));
    world.service.events.destinations.remove(&id).await.unwrap();
    assert_eq!((world.waiting(&id).await.len(), world.dead_letters().await.len()), (0, 0));
    world.license(1, |_| {}).await;
    assert_eq!((world.send().await, receiver.messages().len()), (0, 1));
    assert!(world.service.events.destinations.remove(&id).await.is_err());
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_is_tried_again() {
    let (world, _folder) = world(Duration::from_millis(100));
    let hanging = Receiver::start([Answer::Hang]).await;
    let (id, _) = world.tell(VENDOR, &hanging.url, &[DetailType::LicenseChange]).await;
    world.license(1, |_| {}).await;
    assert_eq!(world.send().await, 0);
    assert_eq!(world.waiting(&id).await[0]["last_failure"], "no answer within 0.1 seconds");
    // It may take longer than that on a busy machine.
    hanging.release();
    let mut arrived = 0;
    for _ in 0..10 {
        world.wait(120);
        arrived += world.send().await;
    }
    assert_eq!(arrived, 1);
}
