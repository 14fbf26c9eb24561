//! What tar unpacks.
//!
//! Source: the manual of tar(1); docs.docker.com/reference/dockerfile, "ADD".

use super::shell::{ShellWord, SimpleCommand};

/// A command that unpacks a whole archive as it is, so that `ADD` could do the same.
#[derive(Debug)]
pub(crate) struct Unpacking<'c> {
    /// Nothing where it comes from the standard input.
    pub(crate) archive: Option<&'c ShellWord>,
    /// Nothing where it is unpacked into the working directory.
    pub(crate) folder: Option<&'c ShellWord>,
}

/// Endings of archives that `ADD` unpacks.
const ENDINGS: [&str; 8] =
    [".tar", ".tar.bz2", ".tar.gz", ".tar.xz", ".tbz", ".tbz2", ".tgz", ".txz"];

/// Whether `ADD` unpacks a file of that name, as far as the name tells.
pub(crate) fn is_archive(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path).to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

impl<'c> Unpacking<'c> {
    /// What a command unpacks; nothing where it unpacks a part, renames, or changes owners.
    pub(crate) fn of(command: &'c SimpleCommand) -> Option<Self> {
        let invocation =
            command.invocation().filter(|it| ["tar", "bsdtar"].contains(&it.name()))?;
        let mut read = Unpacking { archive: None, folder: None };
        let (mut extracts, mut reads_input) = (false, true);
        let mut words = invocation.arguments.iter();
        let mut is_first = true;
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            let is_bundle = std::mem::take(&mut is_first) && !text.starts_with('-');
            if let Some(long) = text.strip_prefix("--") {
                let name = long.split_once('=').map_or(long, |(name, _)| name);
                let value = if long.contains('=') { Some(word) } else { None };
                match name {
                    "extract" | "get" => extracts = true,
                    "file" => read.archive = Some(value.or_else(|| words.next())?),
                    "directory" => read.folder = Some(value.or_else(|| words.next())?),
                    "gzip" | "xz" | "bzip2" | "verbose" | "auto-compress" => {}
                    _ => return None,
                }
                continue;
            }
            if !is_bundle && !text.starts_with('-') {
                // A part of the archive.
                return None;
            }
            let letters = text.trim_start_matches('-');
            for (at, letter) in letters.char_indices() {
                let rest = letters.get(at + 1..).unwrap_or_default();
                match letter {
                    'x' => extracts = true,
                    'z' | 'j' | 'J' | 'v' | 'a' => {}
                    // `-fa.tgz` names the archive in the same word; `xzfC` takes the words in turn.
                    'f' | 'C' if is_bundle || rest.is_empty() => {
                        let value = Some(words.next()?);
                        *(if letter == 'f' { &mut read.archive } else { &mut read.folder }) = value;
                    }
                    _ => return None,
                }
            }
        }
        if let Some(archive) = read.archive {
            reads_input = archive.text == "-";
        }
        read.archive = read.archive.filter(|_| !reads_input);
        extracts.then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::shell::tests::good;

    fn shown(text: &str) -> Option<(String, String)> {
        let script = good(text);
        let unpacking = Unpacking::of(script.commands().first()?)?;
        let text = |word: Option<&ShellWord>| word.map(|it| it.text.clone()).unwrap_or_default();
        Some((text(unpacking.archive), text(unpacking.folder)))
    }

    #[test]
    fn whole_archives() {
        for (text, archive, folder) in [
            ("tar xzf a.tgz", "a.tgz", ""),
            ("tar -xzvf /tmp/a.tgz -C /opt", "/tmp/a.tgz", "/opt"),
            ("tar -C /opt -xf a.tar", "a.tar", "/opt"),
            ("tar xfC a.tar /opt", "a.tar", "/opt"),
            ("tar -xJ", "", ""),
            ("tar xzf - -C /opt", "", "/opt"),
            ("tar --extract --gzip --file a.tgz", "a.tgz", ""),
        ] {
            assert_eq!(shown(text), Some((archive.to_owned(), folder.to_owned())), "{text}");
        }
        for text in [
            "tar czf a.tgz .",
            "tar xzf a.tgz --strip-components=1",
            "tar xzf a.tgz bin/a",
            "tar -xzf a.tgz -o",
            "unzip a.zip",
            "tar xf",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
        assert!(is_archive("https://x/a-1.tar.gz?y=1") && is_archive("a.TGZ"));
        assert!(!is_archive("a.zip") && !is_archive("tar"));
    }
}
