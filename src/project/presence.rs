//! Whether a file is there that a configuration names, and that is of no format of ours.

use std::fs;
use std::path::Path;

use super::Project;
use super::context::ancestors;
use crate::source::resolve;

/// What there is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    There,
    Empty,
    Missing,
}

impl Project<'_> {
    /// What there is at a path that a file in `folder` names, from that folder or from one above it.
    /// Nothing where it cannot be told: a path that leads out of the project, or that only the machine
    /// knows on which the program runs.
    pub(crate) fn presence(&self, folder: &str, path: &str) -> Option<Presence> {
        let leads_elsewhere = path.is_empty()
            || path.starts_with(['/', '\\', '~'])
            || path.contains(['$', '%', '{', '<', ':', '*', '\n', '\0']);
        let is_outside = folder.starts_with(['/', '.']);
        if leads_elsewhere || is_outside {
            return None;
        }
        let at = ancestors(folder).map(|folder| resolve(folder, path));
        let within = |path: &String| !path.starts_with("..") && !path.is_empty();
        let found = at.filter(within).map(|path| self.look(&path));
        let mut is_known = false;
        for presence in found {
            match presence? {
                Presence::Missing => is_known = true,
                there => return Some(there),
            }
        }
        is_known.then_some(Presence::Missing)
    }

    fn look(&self, path: &str) -> Option<Presence> {
        if let Some(file) = self.paths.get(path).and_then(|id| self.files.get(id.index())) {
            let is_empty = file.source().text().trim().is_empty();
            // Of a file that was not read the text is not kept.
            let is_kept = file.skip_reason().is_none() || !self.on_disk;
            if is_kept {
                return Some(if is_empty { Presence::Empty } else { Presence::There });
            }
        }
        if !self.on_disk {
            return (!self.has_rest).then_some(Presence::Missing);
        }
        // Nothing is opened, and what cannot be looked at may be there.
        match Path::new(path).try_exists() {
            Ok(false) => Some(Presence::Missing),
            Ok(true) => {
                let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
                Some(if size == 0 { Presence::Empty } else { Presence::There })
            }
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Presence::{Empty, Missing, There};
    use crate::project::tests::linked;

    #[test]
    fn files_are_looked_for_from_the_folder_upwards() {
        let files = [
            ("agents/support/agent.yaml", "a: 1\n"),
            ("agents/support/system.md", "You answer.\n"),
            ("agents/empty.md", "\n"),
            ("prompts/base.txt", "You help.\n"),
        ];
        linked(&files, |project| {
            for (path, expected) in [
                ("system.md", Some(There)),
                ("./system.md", Some(There)),
                ("prompts/base.txt", Some(There)),
                ("../empty.md", Some(Empty)),
                ("sytem.md", Some(Missing)),
                ("../../../secret.md", None),
                ("/app/system.md", None),
                ("${PROMPTS}/system.md", None),
                ("~/system.md", None),
            ] {
                assert_eq!(project.presence("agents/support", path), expected, "{path}");
            }
            assert_eq!(project.presence("../elsewhere", "system.md"), None);
        });
    }
}
