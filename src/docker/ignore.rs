//! `.dockerignore`: what a build does not see of its folder.
//!
//! Source: github.com/moby/patternmatcher, `patternmatcher.go` and `ignorefile/ignorefile.go`.

use globset::{GlobBuilder, GlobMatcher};

use crate::diagnostic::Edit;
use crate::source::{FileId, Place, Span, resolve};
use crate::tree::edit::Change;

/// More lines than any list has that a person wrote; nobody reads further.
const MOST_PATTERNS: usize = 1024;

/// The longest path that a file system takes.
const LONGEST: usize = 4096;

/// The patterns of an ignore file, in their order.
#[derive(Debug, Default)]
pub(crate) struct IgnoreFile {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    glob: GlobMatcher,
    /// `!` before it: what matches is seen after all.
    excepts: bool,
    span: Span,
}

/// The name of the ignore file of a folder; that of one Dockerfile begins with its name
/// (`api.Dockerfile.dockerignore`) and goes before it.
pub(crate) const IGNORE_FILE: &str = ".dockerignore";

impl IgnoreFile {
    /// Reads the patterns; what is no pattern is passed over.
    pub(crate) fn read(text: &str) -> Self {
        let mut patterns = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let whole = line.strip_prefix('\u{feff}').filter(|_| start == 0).unwrap_or(line);
            let begin = start + (line.len() - whole.len());
            start += line.len();
            if patterns.len() == MOST_PATTERNS {
                break;
            }
            patterns.extend(Pattern::read(whole, begin));
        }
        IgnoreFile { patterns }
    }

    /// The line that keeps a path out of the build, if one does: the last one that matches it or a
    /// folder above it decides. The path is relative to the context.
    pub(crate) fn excludes(&self, path: &str) -> Option<Span> {
        let path = resolve("", path);
        if path.is_empty() {
            // The folder itself stays whatever the file says.
            return None;
        }
        let above = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let ways: Vec<&str> = above.chain([path.as_str()]).collect();
        let matches = |pattern: &&Pattern| ways.iter().any(|way| pattern.glob.is_match(way));
        let last = self.patterns.iter().rev().find(matches)?;
        (!last.excepts).then_some(last.span)
    }

    /// Whether a line lets something in that may lie below a path.
    pub(crate) fn keeps_a_part_of(&self, path: &str) -> bool {
        let start = format!("{}/", resolve("", path));
        let keeps = |pattern: &Pattern| {
            let said = pattern.glob.glob().glob();
            pattern.excepts && (said.starts_with(&start) || said.starts_with('*'))
        };
        self.patterns.iter().any(keeps)
    }
}

/// Adds lines to the end of an ignore file.
pub(crate) fn with_lines(file: FileId, text: &str, lines: &[&str]) -> Change {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let first = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    let lines: String = lines.iter().flat_map(|line| [line, newline]).collect();
    let place = Place { file, span: Span::new(text.len(), text.len()) };
    Change { edits: vec![Edit { place, text: format!("{first}{lines}") }], touches: Vec::new() }
}

impl Pattern {
    fn read(line: &str, start: usize) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let said = line.trim();
        let start = start + (line.len() - line.trim_start().len());
        let (pattern, excepts) = match said.strip_prefix('!') {
            Some(rest) => (rest.trim(), true),
            None => (said, false),
        };
        if pattern.is_empty() || pattern.len() > LONGEST {
            return None;
        }
        let cleaned = resolve("", pattern);
        if cleaned.is_empty() {
            // The folder itself stays whatever the file says.
            return None;
        }
        // Braces are no alternatives here.
        let escaped = cleaned.replace('{', "[{]").replace('}', "[}]");
        let glob = GlobBuilder::new(&escaped)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .ok()?;
        let span = Span::new(start, start + said.len());
        Some(Pattern { glob: glob.compile_matcher(), excepts, span })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_decides() {
        for (file, path, excluded) in [
            (".env", ".env", true),
            (".env", "./.env", true),
            (".env", "api/.env", false),
            ("**/.env", ".env", true),
            ("**/.env", "api/v1/.env", true),
            (".env*", ".env.local", true),
            ("*", ".env", true),
            ("*", "api/.env", true),
            ("**", "api/.env", true),
            ("*\n!src", ".env", true),
            ("*\n!src", "src/main.py", false),
            ("*\n!src\nsrc/*.log", "src/a.log", true),
            (".env*\n!.env.example", ".env.example", false),
            ("!.env\n.env", ".env", true),
            ("node_modules/", "node_modules/a/b.js", true),
            ("/node_modules", "node_modules", true),
            ("a/*/c", "a/b/c", true),
            ("a/*/c", "a/b/d/c", false),
            ("a/**/c", "a/c", true),
            ("a/**/c", "a/b/d/c", true),
            ("*.md", "docs/a.md", false),
            ("*.md", "a.md", true),
            ("?.md", "a.md", true),
            ("[ab].md", "b.md", true),
            ("{a,b}.md", "a.md", false),
            ("{a,b}.md", "{a,b}.md", true),
            ("\\*.md", "a.md", false),
            ("# .env", ".env", false),
            (" # .env", "# .env", true),
            ("  .env  ", ".env", true),
            ("! .env\n", ".env", false),
            ("\u{feff}.env\r\nb\r\n", ".env", true),
            ("../.env", ".env", false),
            (".", ".env", false),
            ("*", ".", false),
            ("**", "./", false),
            ("", ".env", false),
            ("[", ".env", false),
            ("secrets/", "secrets", true),
        ] {
            let found = IgnoreFile::read(file).excludes(path);
            assert_eq!(found.is_some(), excluded, "{file:?} of {path}");
        }
    }

    #[test]
    fn the_line_that_decides_is_known() {
        let text = "\u{feff}a\n# b\n  dist/  \n";
        let span = IgnoreFile::read(text).excludes("dist/app.js").unwrap();
        assert_eq!(text.get(span.range()), Some("dist/"));
    }
}
