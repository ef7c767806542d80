//! Bodies that the fuzzer starts from and has found.

use std::path::Path;

use licentia_tests::wire::answer_all;

#[test]
fn hostile_bodies_are_refused_without_panic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/wire");
    let mut replayed = 0;
    for entry in folder.read_dir().unwrap() {
        answer_all(&std::fs::read(entry.unwrap().path()).unwrap());
        replayed += 1;
    }
    assert!(replayed > 10, "the corpus is there");
}
