//! What the fuzzer starts from holds without the fuzzer too.

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the fuzzer's targets use it from outside")]
mod fuzz;

use std::path::Path;

fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let mut replayed = 0;
    for entry in folder.read_dir().unwrap() {
        target(&std::fs::read(entry.unwrap().path()).unwrap());
        replayed += 1;
    }
    assert!(replayed > 0, "{name} has no corpus");
}

#[test]
fn the_fuzzing_corpus_holds() {
    replay("text", fuzz::text);
    replay("parts", fuzz::parts);
    replay("keys", fuzz::keys);
    replay("es256", fuzz::es256);
}
