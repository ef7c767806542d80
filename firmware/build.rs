//! Pins the key, takes a token from the core's vectors, and tells the linker
//! where things lie.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use licentia_core::token::KeySet;
use serde_json::Value;

const VECTORS: &str = "../core/vectors/tokens.json";

fn main() -> Result<(), Box<dyn Error>> {
    let vectors: Value = serde_json::from_str(&fs::read_to_string(VECTORS)?)?;
    let token = vectors["vectors"][0]["token"].as_str().ok_or("a token is text")?;
    let keys = KeySet::from_json(&vectors["keys"].to_string())?;
    // What is known when the firmware is built need not be read on the device.
    // An uncompressed point (SEC 1 section 2.3.3): a byte, then x, then y.
    let point = keys.keys().first().ok_or("no key")?.as_bytes();
    let (_, coordinates) = point.split_first().ok_or("an empty key")?;
    let (x, y) = coordinates.split_at(32);

    let out = env::var("OUT_DIR")?;
    for (name, contents) in [("key-x", x), ("key-y", y), ("token", token.as_bytes())] {
        fs::write(Path::new(&out).join(name), contents)?;
    }
    println!("cargo:rustc-link-search={}", env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:rustc-link-arg=-Tlink.x");
    println!("cargo:rerun-if-changed={VECTORS}");
    println!("cargo:rerun-if-changed=memory.x");
    Ok(())
}
