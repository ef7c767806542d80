//! Files for their owner alone: whole or not there.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

/// Writes a new file of mode 0600; a crash leaves the whole file or none.
///
/// # Errors
/// `AlreadyExists` if there is one, which stays as it is; else what the system
/// says.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    keep(write_beside(path, content)?.into_temp_path(), path)
}

/// Gives a file its name, which none may have yet, once it is whole and on
/// disk.
///
/// # Errors
/// `AlreadyExists` if there is one, which stays as it is; else what the system
/// says.
pub fn keep(file: TempPath, path: &Path) -> io::Result<()> {
    file.persist_noclobber(path)?;
    sync_folder_of(path)
}

/// Writes the file with mode 0600, over one that may be there; a crash leaves
/// the new file whole or things as they were.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    write_beside(path, content)?.persist(path)?;
    sync_folder_of(path)
}

fn write_beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(folder_of(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A name lasts once its folder is on disk.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_created_file_is_its_owners_alone_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        create(&path, b"first").unwrap();
        assert_eq!(create(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn replacing_leaves_the_new_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace(&path, b"first").unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
