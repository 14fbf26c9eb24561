//! What `.gitignore` says that git must not keep.
//!
//! Source: gitignore(5).

use std::collections::BTreeMap;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::Span;

/// The name of the lists.
pub(crate) const LIST: &str = ".gitignore";

/// More lines than any list has that a person wrote; nobody reads further.
const MOST_LINES: usize = 4096;

/// A longer line is no path of any system.
const LONGEST: usize = 4096;

/// One list of patterns.
#[derive(Debug)]
pub(crate) struct IgnoreList {
    matcher: Gitignore,
    /// The patterns as they stand, without blanks around them.
    lines: Vec<(Span, String)>,
}

impl IgnoreList {
    /// Reads the patterns; what is no pattern is passed over.
    pub(crate) fn read(text: &str) -> Self {
        let mut builder = GitignoreBuilder::new("");
        let (mut lines, mut start) = (Vec::new(), 0);
        for line in text.split_inclusive('\n').take(MOST_LINES) {
            let bare = line.trim_end_matches(['\n', '\r']);
            let plain = bare.strip_prefix('\u{feff}').filter(|_| start == 0).unwrap_or(bare);
            let begin = start + bare.len() - plain.len();
            start += line.len();
            let said = plain.trim_end();
            if said.is_empty() || said.starts_with('#') || said.len() > LONGEST {
                continue;
            }
            if builder.add_line(None, plain).is_ok() {
                lines.push((Span::new(begin, begin + said.len()), said.to_owned()));
            }
        }
        IgnoreList { matcher: builder.build().unwrap_or_else(|_| Gitignore::empty()), lines }
    }

    /// What the list says of a path below its folder: whether it is ignored, and where that stands.
    fn says(&self, path: &str, is_folder: bool) -> Option<(bool, Span)> {
        let found = self.matcher.matched(Path::new(path), is_folder);
        let glob = found.inner()?;
        let mut same =
            self.lines.iter().rev().filter(|(_, line)| line == glob.original().trim_end());
        Some((found.is_ignore(), same.next()?.0))
    }

    /// The last pattern, behind which others can be written.
    pub(crate) fn last(&self) -> Option<Span> {
        self.lines.last().map(|(span, _)| *span)
    }
}

/// The lists of a repository, by their folders, each with what belongs to it.
#[derive(Debug)]
pub(crate) struct Ignored<'l, T> {
    lists: BTreeMap<&'l str, (T, &'l IgnoreList)>,
}

impl<'l, T: Copy> Ignored<'l, T> {
    /// The lists of these folders; the root's is empty.
    pub(crate) fn of(lists: impl IntoIterator<Item = (&'l str, T, &'l IgnoreList)>) -> Self {
        let lists = lists.into_iter().map(|(folder, of, list)| (folder, (of, list)));
        Ignored { lists: lists.collect() }
    }

    /// The pattern that keeps a file out of git. Nothing brings a file back whose folder is ignored,
    /// and of all that is said of a path, the last word of the list nearest to it counts.
    pub(crate) fn ignores(&self, path: &str) -> Option<(T, Span)> {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let ways = folders.map(|folder| (folder, true)).chain([(path, false)]);
        ways.filter(|(way, _)| !way.is_empty()).find_map(|(way, is_folder)| {
            let (of, (is_ignored, span)) = self.last_word(way, is_folder)?;
            is_ignored.then_some((of, span))
        })
    }

    fn last_word(&self, path: &str, is_folder: bool) -> Option<(T, (bool, Span))> {
        let slashes = path.rmatch_indices('/').map(|(at, _)| at);
        let above = slashes.filter_map(|at| Some((path.get(..at)?, path.get(at + 1..)?)));
        above.chain([("", path)]).find_map(|(folder, rest)| {
            let (of, list) = self.lists.get(folder)?;
            Some((*of, list.says(rest, is_folder)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignores(lists: &[(&str, &str)], path: &str) -> Option<(usize, String)> {
        let read: Vec<_> = lists.iter().map(|(_, text)| IgnoreList::read(text)).collect();
        let of = lists.iter().zip(&read).enumerate();
        let ignored = Ignored::of(of.map(|(index, ((folder, _), list))| (*folder, index, list)));
        let (index, span) = ignored.ignores(path)?;
        Some((index, lists[index].1.get(span.range()).unwrap().to_owned()))
    }

    #[test]
    fn patterns_mean_what_git_means() {
        for (list, path, ignored) in [
            (".env", ".env", Some(".env")),
            (".env", "api/.env", Some(".env")),
            ("/.env", "api/.env", None),
            ("/.env", ".env", Some("/.env")),
            (".env", ".env.local", None),
            ("# secrets\n.env*\n", ".env.local", Some(".env*")),
            (".env*\n!.env.example", ".env.example", None),
            (".env*\n!.env.example", ".env", Some(".env*")),
            ("*.env\r\nx\r\n", "prod.env", Some("*.env")),
            ("config/", "config/.env", Some("config/")),
            ("config/\n!config/.env", "config/.env", Some("config/")),
            ("config/*\n!config/.env", "config/.env", None),
            ("config/", "config", None),
            ("\u{feff}.env", ".env", Some(".env")),
            ("*.log\n*.tmp", ".env", None),
            ("**/secrets/*", "a/b/secrets/.env", Some("**/secrets/*")),
            (".env   \nx", ".env", Some(".env")),
            ("[", ".env", None),
        ] {
            let found = ignores(&[("", list)], path).map(|(_, line)| line);
            assert_eq!(found.as_deref(), ignored, "{list:?} {path}");
        }
    }

    #[test]
    fn the_nearest_list_has_the_last_word() {
        let lists = [("", ".env\nbuild/\n"), ("api", "!.env\n"), ("api/dev", "*\n")];
        assert_eq!(ignores(&lists, ".env"), Some((0, ".env".to_owned())));
        assert_eq!(ignores(&lists, "api/.env"), None);
        assert_eq!(ignores(&lists, "api/dev/.env"), Some((2, "*".to_owned())));
        assert_eq!(ignores(&lists, "web/.env"), Some((0, ".env".to_owned())));
        assert_eq!(ignores(&lists, "api/build/.env"), Some((0, "build/".to_owned())));
    }
}
