//! Writes files so that nothing is lost: at every moment the old content is there or the new one, and
//! whole, whether the disk is full or somebody ends the run.
//!
//! What is new is written beside the old file and then takes its place. The one file that is being
//! written is known, so that it goes when the run is interrupted: see [`abandon`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// The file that is being written beside another one.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is not finished. While what is returned is kept, nobody begins with another file or puts
/// one in its place: it is for the moment before the process ends.
pub(crate) fn abandon() -> MutexGuard<'static, Option<PathBuf>> {
    let mut unfinished = unfinished();
    if let Some(path) = unfinished.take() {
        let _ = fs::remove_file(path);
    }
    unfinished
}

/// A file beside the one whose place it will take; it is gone if it does not come to that.
pub(crate) struct Scratch {
    /// Nothing once it is in its place.
    file: Option<NamedTempFile>,
}

impl Scratch {
    /// An empty one beside a path, open to those to whom a new file is.
    pub(crate) fn beside(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".agentcheck-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut unfinished = unfinished();
        let file = builder.tempfile_in(folder.unwrap_or_else(|| Path::new(".")))?;
        *unfinished = Some(file.path().to_owned());
        Ok(Scratch { file: Some(file) })
    }

    /// Fills it, and does not come back before the disk has everything.
    pub(crate) fn fill(
        &mut self,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        fill(self.file.as_mut().map(NamedTempFile::as_file_mut), content)
    }

    /// Gives it the permissions of a file, and its owner where the system lets us.
    pub(crate) fn resemble(&self, old: &fs::Metadata) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        keep_owner(old, file.path());
        file.as_file().set_permissions(old.permissions())
    }

    /// Puts it in the place of a file, which keeps its other names if it has any, and its owner.
    pub(crate) fn replace(mut self, target: &Path) -> io::Result<()> {
        let mut unfinished = unfinished();
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let is_of_another = |old: &fs::Metadata| {
            file.as_file().metadata().is_ok_and(|new| !is_same_owner(old, &new))
        };
        let stays = |old: fs::Metadata| has_other_names(&old) || is_of_another(&old);
        let done = if fs::metadata(target).is_ok_and(stays) {
            overwrite(target, file.as_file_mut())
        } else {
            file.persist(target).map(drop).map_err(|error| error.error)
        };
        *unfinished = None;
        done
    }

    /// Gives it a name that nothing has.
    fn name(mut self, path: &Path) -> io::Result<()> {
        let mut unfinished = unfinished();
        let Some(file) = self.file.take() else { return Ok(()) };
        let done = file.persist_noclobber(path).map(drop).map_err(|error| error.error);
        *unfinished = None;
        done
    }

    /// Writes its content into a file, where it cannot take its place.
    fn write_into(mut self, target: &Path) -> io::Result<()> {
        let mut unfinished = unfinished();
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let done = overwrite(target, file.as_file_mut());
        drop(file);
        *unfinished = None;
        done
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut unfinished = unfinished();
            drop(file);
            *unfinished = None;
        }
    }
}

fn fill(
    file: Option<&mut File>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let mut out = BufWriter::new(&mut *file);
    content(&mut out)?;
    out.flush()?;
    drop(out);
    file.sync_all()
}

/// Writes a file, whether or not there is one already. Links are followed; pipes and devices take
/// what they are given.
pub(crate) fn put(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let old = fs::metadata(path);
    let is_link = fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    let is_new = old.is_err() && !is_link;
    let is_plain = old.as_ref().is_ok_and(fs::Metadata::is_file);
    // `/dev/stdout` may be a file that somebody else goes on to write.
    let is_open = path.starts_with("/dev") || path.starts_with("/proc");
    if is_open || !(is_new || is_plain) {
        let mut out = BufWriter::new(File::create(path)?);
        content(&mut out)?;
        return out.flush();
    }
    let target = if is_new { path.to_owned() } else { fs::canonicalize(path)? };
    let mut scratch = match Scratch::beside(&target) {
        Ok(scratch) => scratch,
        // The folder is closed, and the file may be open.
        Err(_) if is_plain => {
            OpenOptions::new().write(true).open(&target)?;
            let mut new = tempfile::tempfile()?;
            fill(Some(&mut new), content)?;
            let _whole = unfinished();
            return overwrite(&target, &mut new);
        }
        Err(error) => return Err(error),
    };
    scratch.fill(content)?;
    let Ok(old) = old else { return scratch.replace(&target) };
    // A file that nobody may write is not replaced either.
    OpenOptions::new().write(true).open(&target)?;
    scratch.resemble(&old)?;
    if is_mounted(&old, &target) { scratch.write_into(&target) } else { scratch.replace(&target) }
}

/// Writes a file where nothing has its name.
pub(crate) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut scratch = Scratch::beside(path)?;
    scratch.fill(|out| out.write_all(text.as_bytes()))?;
    scratch.name(path)
}

/// Writes over what a file holds. What makes it longer comes first, since only that needs room on
/// the disk: if there is none, the file is as it was.
fn overwrite(target: &Path, new: &mut File) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(target)?;
    let (before, after) = (file.metadata()?.len(), new.metadata()?.len());
    if before < after {
        new.seek(SeekFrom::Start(before))?;
        file.seek(SeekFrom::Start(before))?;
        let longer = io::copy(new, &mut file).and_then(|_| file.sync_all());
        if let Err(error) = longer {
            file.set_len(before)?;
            return Err(error);
        }
    }
    new.seek(SeekFrom::Start(0))?;
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut new.take(before.min(after)), &mut file)?;
    file.set_len(after)?;
    file.sync_all()
}

/// Only the superuser may give a file away, so this may fail without harm.
#[cfg(unix)]
fn keep_owner(old: &fs::Metadata, new: &Path) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(new, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &Path) {}

#[cfg(unix)]
fn is_same_owner(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.uid(), one.gid()) == (other.uid(), other.gid())
}

#[cfg(not(unix))]
fn is_same_owner(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

/// Whether a file has several names, of which a new file would take one only.
#[cfg(unix)]
fn has_other_names(file: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(file) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Whether a file is mounted by itself, as containers are given one: nothing can take its place.
#[cfg(unix)]
fn is_mounted(file: &fs::Metadata, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let folder = path.parent().and_then(|folder| fs::metadata(folder).ok());
    folder.is_some_and(|folder| folder.dev() != file.dev())
}

#[cfg(not(unix))]
fn is_mounted(_: &fs::Metadata, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_overwritten_whatever_its_length_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for (before, after) in [("", "long"), ("long", ""), ("abc", "abcdef"), ("abcdef", "xyz")] {
            fs::write(&path, before).unwrap();
            let mut new = tempfile::tempfile().unwrap();
            new.write_all(after.as_bytes()).unwrap();
            overwrite(&path, &mut new).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
        }
    }
}
