//! Whether something has to be made again.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Made, not written by hand: no part of what something is made from.
const MADE: [&str; 2] = ["node_modules", "dist"];

/// Makes something, unless it is there and what it is made from, told by names
/// and content, is what it was made from last.
///
/// # Errors
/// Where making it fails, or a file cannot be read or written.
pub(crate) fn make(
    made: &Path,
    from: &[PathBuf],
    stamp: &Path,
    make: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut hasher = DefaultHasher::new();
    for source in from {
        hash(source, &mut hasher)?;
    }
    let now = format!("{:016x}", hasher.finish());
    if made.exists() && fs::read_to_string(stamp).is_ok_and(|before| before == now) {
        return Ok(());
    }
    make()?;
    fs::write(stamp, now).with_context(|| format!("`{}` cannot be written", stamp.display()))
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    let unreadable = || format!("`{}` cannot be read", path.display());
    path.file_name().hash(hasher);
    if !path.is_dir() {
        fs::read(path).with_context(unreadable)?.hash(hasher);
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).with_context(unreadable)? {
        entries.push(entry.with_context(unreadable)?.path());
    }
    entries.retain(|entry| !MADE.iter().any(|made| entry.ends_with(made)));
    entries.sort();
    entries.len().hash(hasher);
    entries.iter().try_for_each(|entry| hash(entry, hasher))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn it_is_made_again_when_a_source_changed_or_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let [source, made, stamp] = ["source", "made", "stamp"].map(|name| folder.path().join(name));
        fs::create_dir_all(source.join("node_modules")).unwrap();
        fs::write(source.join("a"), "1").unwrap();
        let count = Cell::new(0);
        let makes = || {
            make(&made, std::slice::from_ref(&source), &stamp, || {
                count.set(count.get() + 1);
                Ok(fs::write(&made, "")?)
            })
            .unwrap();
            count.replace(0)
        };
        assert_eq!((makes(), makes()), (1, 0));
        fs::write(source.join("node_modules/b"), "2").unwrap();
        assert_eq!(makes(), 0);
        fs::write(source.join("a"), "2").unwrap();
        assert_eq!((makes(), makes()), (1, 0));
        fs::rename(source.join("a"), source.join("c")).unwrap();
        assert_eq!((makes(), makes()), (1, 0));
        fs::remove_file(&made).unwrap();
        assert_eq!((makes(), makes()), (1, 0));
    }

    #[test]
    fn what_failed_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let (made, stamp) = (folder.path().to_owned(), folder.path().join("stamp"));
        assert!(make(&made, &[], &stamp, || anyhow::bail!("no")).is_err());
        let mut again = false;
        make(&made, &[], &stamp, || {
            again = true;
            Ok(())
        })
        .unwrap();
        assert!(again);
    }
}
