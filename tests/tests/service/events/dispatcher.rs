//! Dispatchers: side by side, interrupted, stopped.

use std::collections::BTreeSet;
use std::sync::Arc;

use licentia::events::Dispatcher;
use licentia::store::{Change, Write};
use licentia_tests::carriers::carriers;
use licentia_tests::receiver::{Answer, Receiver};
use tokio::sync::watch;

use super::super::{VENDOR, World, on_each_store};
use super::failing::Failing;
use super::{PATIENT, ids, world};

on_each_store! {
    two_dispatchers_send_each_event_once
}

async fn two_dispatchers_send_each_event_once(world: World) {
    let receiver = Receiver::start([]).await;
    world.tell(VENDOR, &receiver.url, &[]).await;
    for _ in 0..40 {
        world.license(1, |_| {}).await;
    }
    let other =
        World::sending_with(Arc::clone(&world.service.store), carriers("http://127.0.0.1:1", PATIENT));
    let (first, second) = (world.dispatcher(), other.dispatcher());
    let passes =
        [first, second].map(|dispatcher| tokio::spawn(async move { dispatcher.pass(|| true).await }));
    let mut arrived = 0;
    for pass in passes {
        arrived += pass.await.unwrap();
    }
    let ids = ids(&receiver.messages());
    assert_eq!((arrived, ids.len(), ids.into_iter().collect::<BTreeSet<_>>().len()), (40, 40, 40));
}

/// Ends an attempt: what the dispatcher writes when a message has arrived.
fn ends_a_delivery(change: &Change) -> bool {
    change.0.iter().any(|write| matches!(write, Write::Delete(key, _) if key.partition.starts_with("Q#")))
}

#[tokio::test]
async fn what_arrived_and_was_not_noted_arrives_again_with_the_same_id() {
    let (store, _folder) = crate::store::on_sqlite();
    let failing = Arc::new(Failing::new(store));
    let world = World::sending_with(failing.clone(), carriers("http://127.0.0.1:1", PATIENT));
    let receiver = Receiver::start([]).await;
    let id = world.tell_of_a_license(&receiver).await;
    failing.fail(ends_a_delivery);
    world.send().await;
    assert_eq!((receiver.messages().len(), world.waiting(&id).await.len()), (1, 1));
    failing.mend();
    assert_eq!(world.send().await, 0, "another dispatcher may be at it");
    world.wait(1);
    assert_eq!(world.send().await, 1);
    let messages = receiver.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].header("webhook-id"), messages[1].header("webhook-id"));
    assert_eq!(world.waiting(&id).await.len(), 0);
}

#[tokio::test]
async fn what_a_dispatcher_was_at_when_it_ended_is_sent_by_the_next() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([Answer::Hang]).await;
    world.tell_of_a_license(&receiver).await;
    let pass = tokio::spawn({
        let world = world.clone();
        async move { world.send().await }
    });
    receiver.wait_for(1).await;
    pass.abort();
    assert!(pass.await.unwrap_err().is_cancelled());
    assert_eq!(world.send().await, 0);
    world.wait(1);
    assert_eq!(world.send().await, 1);
}

#[tokio::test]
async fn a_destination_that_hangs_holds_up_no_other() {
    let (world, _folder) = world(PATIENT);
    let (hanging, other) = (Receiver::start([Answer::Hang; 100]).await, Receiver::start([]).await);
    for receiver in [&hanging, &other] {
        world.tell(VENDOR, &receiver.url, &[]).await;
    }
    for _ in 0..40 {
        world.license(1, |_| {}).await;
    }
    let pass = tokio::spawn({
        let world = world.clone();
        async move { world.send().await }
    });
    other.wait_for(40).await;
    assert!(!pass.is_finished());
    hanging.release();
    assert_eq!(pass.await.unwrap(), 80);
}

#[tokio::test]
async fn a_running_dispatcher_sends_what_is_committed_and_stops_when_told() {
    let (world, _folder) = world(PATIENT);
    let receiver = Receiver::start([Answer::Status(204), Answer::Hang]).await;
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Dispatcher::new(Arc::clone(&world.service)).run(stopped));
    let id = world.tell_of_a_license(&receiver).await;
    receiver.wait_for(1).await;
    world.license(1, |_| {}).await;
    receiver.wait_for(2).await;
    stop.send(true).unwrap();
    world.license(1, |_| {}).await;
    tokio::task::yield_now().await;
    assert!(!running.is_finished(), "an attempt is under way");
    receiver.release();
    running.await.unwrap();
    assert_eq!(world.states(&id).await, ["Created"], "what came after the stop");
    assert_eq!(receiver.messages().len(), 2);
}
