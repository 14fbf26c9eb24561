//! Puts a changed file in the place of the old one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Changed;
use crate::disk::Scratch;

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
    /// Someone else took it away.
    #[error("`{}` is gone meanwhile", .0.display())]
    Gone(PathBuf),
}

/// Writes a file next to the old one and puts it in the place of that, so that at every moment one of
/// the two is there, whole. A symbolic link is followed; permissions and all names of the file are
/// kept, and so is the owner where the system lets us.
pub fn write(changed: &Changed) -> Result<(), WriteError> {
    let path = Path::new(&changed.path);
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => WriteError::Gone(path.to_owned()),
        _ => WriteError::Io { path: path.to_owned(), error },
    };
    let target = fs::canonicalize(path).map_err(failed)?;
    let mut new = Scratch::beside(&target).map_err(failed)?;
    new.fill(|out| out.write_all(changed.after.as_bytes())).map_err(failed)?;
    let old = fs::metadata(&target).map_err(failed)?;
    new.resemble(&old).map_err(failed)?;
    // As late as can be, since what is read here may change until the renaming.
    let now = fs::read(&target).map_err(failed)?;
    if now == changed.after.as_bytes() {
        return Ok(()); // the same file under another name
    }
    if now != changed.before.as_bytes() {
        return Err(WriteError::Changed(path.to_owned()));
    }
    new.replace(&target).map_err(failed)
}
