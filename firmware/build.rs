//! Takes the key and the token from the core's vectors, and tells the linker
//! where things lie.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

const VECTORS: &str = "../core/vectors/tokens.json";

fn main() -> Result<(), Box<dyn Error>> {
    let vectors: Value = serde_json::from_str(&fs::read_to_string(VECTORS)?)?;
    let (key, token) = (&vectors["keys"]["keys"][0], &vectors["vectors"][0]["token"]);
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("key.json"), key.to_string())?;
    fs::write(Path::new(&out).join("token.txt"), token.as_str().ok_or("a token is text")?)?;
    println!("cargo:rustc-link-search={}", env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:rustc-link-arg=-Tlink.x");
    println!("cargo:rerun-if-changed={VECTORS}");
    println!("cargo:rerun-if-changed=memory.x");
    Ok(())
}
