//! Puts a changed file in the place of the old one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Changed;

/// Why a file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system said no.
    #[error("cannot write `{}`: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Someone else wrote it meanwhile.
    #[error("`{}` changed on disk meanwhile and was left alone", .0.display())]
    Changed(PathBuf),
}

/// Writes a file next to the old one and renames it over that, so that at every moment one of the
/// two is there, whole. A symbolic link is followed; permissions are kept, and so is the owner where
/// the system lets us.
pub fn write(changed: &Changed) -> Result<(), WriteError> {
    let path = Path::new(&changed.path);
    let failed = |error| WriteError::Io { path: path.to_owned(), error };
    let target = fs::canonicalize(path).map_err(failed)?;
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    let mut new =
        tempfile::Builder::new().prefix(".agentcheck-").tempfile_in(folder).map_err(failed)?;
    new.write_all(changed.after.as_bytes()).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    let metadata = fs::metadata(&target).map_err(failed)?;
    keep_owner(&metadata, new.path());
    new.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
    // As late as can be, since what is read here may change until the renaming.
    let now = fs::read(&target).map_err(failed)?;
    if now == changed.after.as_bytes() {
        return Ok(()); // the same file under another name
    }
    if now != changed.before.as_bytes() {
        return Err(WriteError::Changed(path.to_owned()));
    }
    new.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Only the superuser may give a file away, so this may fail without harm.
#[cfg(unix)]
fn keep_owner(old: &fs::Metadata, new: &Path) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(new, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &Path) {}
