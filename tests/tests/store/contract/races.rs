use std::sync::Arc;
use std::thread;

use licentia::store::{CommitError, Edit, Guard, Path, Store, Write};
use serde_json::json;
use tokio::runtime::Handle;

use crate::store::{body, commit, item, put, update};

const THREADS: usize = 64;

/// Runs the work on 64 threads at once, each with its number.
async fn at_once<T: Send + 'static>(work: impl AsyncFn(usize) -> T + Clone + Send + 'static) -> Vec<T> {
    let runtime = Handle::current();
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let (runtime, work) = (runtime.clone(), work.clone());
            thread::spawn(move || runtime.block_on(work(number)))
        })
        .collect();
    tokio::task::spawn_blocking(|| threads.into_iter().map(|thread| thread.join().unwrap()).collect())
        .await
        .unwrap()
}

/// Commits, again and again while the store is busy.
async fn persist(store: &dyn Store, writes: Vec<Write>) -> Result<(), CommitError> {
    loop {
        match commit(store, writes.clone()).await {
            Err(CommitError::Busy) => tokio::task::yield_now().await,
            outcome => return outcome,
        }
    }
}

pub(super) async fn at_most_never_overshoots(store: Arc<dyn Store>) {
    commit(&*store, [put("pool", &json!({"used": {}}))]).await.unwrap();
    let shared = Arc::clone(&store);
    let taken: usize = at_once(async move |_| {
        let mut taken = 0;
        for _ in 0..3 {
            let free = Guard::AtMost(Path::entry("used", "Seats"), 99);
            let take = update("pool", vec![free], vec![Edit::Add(Path::entry("used", "Seats"), 1)]);
            match persist(&*shared, vec![take]).await {
                Ok(()) => taken += 1,
                Err(CommitError::Refused { write: 0, present: Some(full) }) => {
                    assert_eq!(full.body["used"]["Seats"], json!(100));
                }
                other => panic!("{other:?}"),
            }
        }
        taken
    })
    .await
    .into_iter()
    .sum();
    assert_eq!(taken, 100);
    assert_eq!(body(&*store, "pool").await, json!({"used": {"Seats": 100}}));
}

pub(super) async fn one_of_many_makes_the_item(store: Arc<dyn Store>) {
    let shared = Arc::clone(&store);
    let outcomes = at_once(async move |number| {
        let write = Write::Put(item("one", &json!({"by": number})), vec![Guard::Absent]);
        persist(&*shared, vec![write]).await
    })
    .await;
    let winner = outcomes.iter().position(Result::is_ok).unwrap();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(body(&*store, "one").await, json!({"by": winner}));
}

pub(super) async fn transactions_never_interleave(store: Arc<dyn Store>) {
    commit(&*store, [put("a", &json!({"n": 0})), put("b", &json!({"n": 0}))]).await.unwrap();
    let shared = Arc::clone(&store);
    let done: usize = at_once(async move |number| {
        let step = |sort| {
            update(sort, vec![Guard::AtMost(Path::member("n"), 39)], vec![Edit::Add(Path::member("n"), 1)])
        };
        // Half of them the other way round.
        let order = if number % 2 == 0 { ["a", "b"] } else { ["b", "a"] };
        usize::from(persist(&*shared, order.map(step).into()).await.is_ok())
    })
    .await
    .into_iter()
    .sum();
    assert_eq!(done, 40);
    assert_eq!(body(&*store, "a").await, json!({"n": 40}));
    assert_eq!(body(&*store, "b").await, json!({"n": 40}));
}
