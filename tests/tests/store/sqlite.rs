//! What SQLite adds to the contract: what was acknowledged is on disk.

use std::env;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path as Folder;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use licentia::store::{CommitError, Edit, Frozen, Guard, Item, Path, Query, Sqlite, Store, Whole, Write};
use licentia_core::time::Timestamp;
use serde_json::json;

use super::{body, commit, get, item, put, update};

/// Tells a child process of a test which folder to write to.
const FOLDER: &str = "LICENTIA_TEST_FOLDER";

/// A child that commits as [`commit_until_it_fails`] does, in a shell so set up.
fn child(test: &str, folder: &Folder, shell: &str) -> Child {
    Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$@\""), "sh"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Eight tasks that each add one item after the other, count them in a second
/// one, and say so when it is acknowledged. Returns the first failures.
async fn commit_until_it_fails(folder: &str) -> Vec<CommitError> {
    let store = Arc::new(Sqlite::open(Folder::new(folder)).unwrap());
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let counter = format!("count/{task}");
                commit(&*store, [put(&counter, &json!({"n": 0}))]).await?;
                for n in 0.. {
                    let count = update(&counter, vec![], vec![Edit::Add(Path::member("n"), 1)]);
                    commit(&*store, [put(&format!("item/{task}/{n}"), &json!({"n": n})), count]).await?;
                    let mut out = io::stdout().lock();
                    writeln!(out, "\nacknowledged item/{task}/{n}").unwrap();
                    out.flush().unwrap();
                }
                Ok(())
            })
        })
        .collect();
    let mut failures = Vec::new();
    for task in tasks {
        failures.extend(task.await.unwrap().err());
    }
    failures
}

/// What the child said, until it ends or has said enough.
fn acknowledged(child: &mut Child, enough: usize) -> Vec<String> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let sorts = lines.filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned));
    sorts.take(enough).collect()
}

async fn assert_nothing_is_lost_or_half_done(folder: &Folder, acknowledged: &[String]) {
    let store = Sqlite::open(folder).unwrap();
    for sort in acknowledged {
        assert!(get(&store, sort).await.is_some(), "{sort} was acknowledged");
    }
    for task in 0..8 {
        let items = store.query(&Query::prefix("p", &format!("item/{task}/"), 1_000_000)).await.unwrap();
        let counted = body(&store, &format!("count/{task}")).await;
        assert_eq!(counted["n"], json!(items.items.len()), "task {task}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let Ok(folder) = env::var(FOLDER) {
        let failures = commit_until_it_fails(&folder).await;
        panic!("it was to be killed: {failures:?}");
    }
    for enough in [1, 100, 1000] {
        let folder = tempfile::tempdir().unwrap();
        let test = "store::sqlite::a_killed_process_loses_nothing_that_it_acknowledged";
        let mut child = child(test, folder.path(), "");
        let mut lines = acknowledged(&mut child, enough);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(lines.len(), enough);
        lines.sort();
        assert_nothing_is_lost_or_half_done(folder.path(), &lines).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_grow_is_a_failure_and_loses_nothing_acknowledged() {
    if let Ok(folder) = env::var(FOLDER) {
        let failures = commit_until_it_fails(&folder).await;
        let clear = failures.iter().all(|failure| matches!(failure, CommitError::Unavailable(_)));
        assert!(clear && !failures.is_empty(), "{failures:?}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let test = "store::sqlite::a_file_that_cannot_grow_is_a_failure_and_loses_nothing_acknowledged";
    // 1,000 blocks of 512 bytes; the signal would end the process.
    let mut child = child(test, folder.path(), "trap '' XFSZ; ulimit -f 1000;");
    let lines = acknowledged(&mut child, usize::MAX);
    assert!(child.wait().unwrap().success());
    assert!(lines.len() > 20, "{} were acknowledged", lines.len());
    assert_nothing_is_lost_or_half_done(folder.path(), &lines).await;
}

#[tokio::test]
async fn a_reopened_folder_holds_what_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..3 {
        let store = Sqlite::open(folder.path()).unwrap();
        for earlier in 0..n {
            assert_eq!(body(&store, &format!("{earlier}")).await, json!({"n": earlier}));
        }
        commit(&store, [put(&format!("{n}"), &json!({"n": n}))]).await.unwrap();
    }
    let log = folder.path().join("licentia.sqlite-wal");
    assert!(!log.exists(), "a clean end leaves no log to recover");
}

#[tokio::test]
async fn two_owners_of_a_folder_see_each_others_commits() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Sqlite::open(folder.path()).unwrap(), Sqlite::open(folder.path()).unwrap());
    for number in 0..50 {
        let (writer, reader): (&dyn Store, &dyn Store) =
            if number % 2 == 0 { (&one, &two) } else { (&two, &one) };
        commit(writer, [put("s", &json!({ "n": number }))]).await.unwrap();
        assert_eq!(body(reader, "s").await, json!({ "n": number }));
    }
    let guard = Guard::Equals(Path::member("n"), json!(0));
    let stale = commit(&two, [update("s", vec![guard], vec![])]).await;
    assert!(matches!(stale, Err(CommitError::Refused { write: 0, .. })), "{stale:?}");
}

#[tokio::test]
async fn a_frozen_folder_is_so_for_each_of_its_owners() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Sqlite::open(folder.path()).unwrap(), Sqlite::open(folder.path()).unwrap());
    let until = Item { discard_after: Some(10), ..item("a", &json!({})) };
    commit(&two, [Write::Put(until, vec![])]).await.unwrap();
    let since = Timestamp::parse("2026-11-22T10:00:00Z").unwrap();
    one.freeze(&Frozen { to: "there".into(), since, is_moved: false }).await.unwrap();
    let is_frozen = |outcome: &Result<_, CommitError>| matches!(outcome, Err(CommitError::Unavailable(why)) if why.0.contains("frozen"));
    for outcome in [commit(&two, [put("b", &json!({}))]).await, two.discard(11).await.map(drop)] {
        assert!(is_frozen(&outcome), "{outcome:?}");
    }
    assert!(get(&two, "a").await.is_some());
    two.thaw().await.unwrap();
    assert_eq!(one.discard(11).await, Ok(1));
}
