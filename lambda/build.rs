//! Strips the binary, and lays the web console out for `http::console`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo forgets the profile's `strip` where a package has an `opt-level` of
    // its own.
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|text| text == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
    #[cfg(feature = "console")]
    lay_out_console()?;
    Ok(())
}

/// Each file of the console, compressed where that makes it smaller, in a table
/// that the binary carries.
#[cfg(feature = "console")]
fn lay_out_console() -> Result<(), Box<dyn std::error::Error>> {
    use std::error::Error;
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use flate2::{Compression, write::GzEncoder};

    fn files(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { files(&path, into)? } else { into.push(path) }
        }
        Ok(())
    }

    let console = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../web-demo/dist");
    println!("cargo::rerun-if-changed={}", console.display());
    let into = PathBuf::from(env::var("OUT_DIR")?);
    let mut found = vec![];
    files(&console, &mut found).map_err(|error| format!("`{}`: {error}", console.display()))?;
    found.sort();
    let mut table = String::from("&[\n");
    for (number, file) in found.iter().enumerate() {
        let plain = fs::read(file)?;
        let mut encoder = GzEncoder::new(vec![], Compression::best());
        encoder.write_all(&plain)?;
        let compressed = encoder.finish()?;
        let is_compressed = compressed.len() < plain.len();
        let content = into.join(format!("{number}"));
        fs::write(&content, if is_compressed { &compressed } else { &plain })?;
        let path = file.strip_prefix(&console)?.to_str().ok_or("a name in UTF-8")?.replace('\\', "/");
        let media_type = mime_guess::from_path(file).first_or_octet_stream();
        writeln!(
            table,
            "File {{ path: {path:?}, media_type: {:?}, is_compressed: {is_compressed}, \
             content: include_bytes!({content:?}) }},",
            media_type.essence_str()
        )?;
    }
    table.push(']');
    Ok(fs::write(into.join("console.rs"), table)?)
}
