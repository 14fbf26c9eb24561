//! Paths that exist on the machine of whoever wrote a configuration and nowhere else.

use super::leaves::Leaf;
use crate::tree::Node;

/// A path of one machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachinePath<'t> {
    /// The key that holds it.
    pub(crate) name: &'t str,
    /// As much of it as tells: `/home/joe/`.
    pub(crate) start: &'t str,
    pub(crate) kind: PathKind,
    pub(crate) at: Node<'t>,
}

/// Whose path it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathKind {
    /// The home of a person.
    Home,
    /// A drive of Windows that is not the one with the system.
    Drive,
    /// Nobody's: documentation writes it where a path is to be filled in.
    Placeholder,
}

/// Homes that images and cloud machines come with, so that the path says where the program runs.
const SERVICE_HOMES: &str = "admin agent airflow app apps appuser azureuser bun claude coder codespace container debian default deno docker ec2-user git gitpod hadoop jovyan kasm-user langgraph linuxbrew logfiles mcp mcpuser nobody node nonroot opc openhands pptruser pwuser python rocky runner sandbox service site spark ubuntu user vscode work worker workspace www-data";

/// Names that stand for a person's in documentation.
const ANYBODY: &str = "johndoe me myname myuser name someone username user_name user-name you";

/// Keys whose values are written for a reader.
const PROSE: [&str; 21] = [
    "backstory",
    "content",
    "description",
    "expected_output",
    "goal",
    "instruction",
    "instructions",
    "message",
    "prompt",
    "role",
    "systemMessage",
    "systemPrompt",
    "system_message",
    "system_prompt",
    "readme",
    "comment",
    "_comment",
    "_note",
    "note",
    "welcome_message",
    "title",
];

/// Whatever is longer is a text.
const LONGEST: usize = 400;

impl<'t> MachinePath<'t> {
    /// The first such path in a value.
    pub(in crate::agent) fn of(leaf: &Leaf<'t>) -> Option<Self> {
        let text = leaf.node.as_str()?;
        let is_told = PROSE.contains(&leaf.name) && text.contains(' ');
        let is_prose = text.len() > LONGEST || text.contains('\n') || is_told;
        if leaf.disabled || is_prose || leaf.name.starts_with(['_', '$']) {
            return None;
        }
        let (start, kind) = find(text)?;
        Some(MachinePath { name: leaf.name, start, kind, at: leaf.node })
    }
}

fn find(text: &str) -> Option<(&str, PathKind)> {
    let mut begin = true;
    for (at, c) in text.char_indices() {
        if begin
            && let Some(rest) = text.get(at..)
            && let Some(found) = at_start(rest)
        {
            return Some(found);
        }
        let before = text.get(..at + c.len_utf8()).unwrap_or_default();
        begin =
            "=,; \"'".contains(c) || before.ends_with("file://") || before.ends_with("file:///");
    }
    None
}

fn at_start(path: &str) -> Option<(&str, PathKind)> {
    let upto = |length: usize| path.get(..length);
    // The last one is where Linux on Windows has its drives.
    for root in ["/home/", "/Users/", "/mnt/c/Users/"] {
        let Some(rest) = path.strip_prefix(root) else { continue };
        let (name, _) = rest.split_once('/')?;
        let lower = name.to_ascii_lowercase();
        let is_of_a_service = root == "/home/" && is_in(SERVICE_HOMES, &lower);
        let is_service = is_of_a_service
            || matches!(name, "Public" | "Shared" | "runner")
            || name.is_empty()
            || name.contains(['$', '{', '*', '%', ' ']);
        return if is_service {
            None
        } else {
            Some((upto(root.len() + name.len() + 1)?, kind_of(&lower)))
        };
    }
    if path.starts_with("/path/to/") {
        return Some((upto("/path/to/".len())?, PathKind::Placeholder));
    }
    let mut letters = path.chars();
    let (drive, colon, slash) = (letters.next()?, letters.next()?, letters.next()?);
    if !drive.is_ascii_alphabetic() || colon != ':' || !"/\\".contains(slash) {
        return None;
    }
    let rest = letters.as_str().trim_start_matches(['/', '\\']);
    if rest.is_empty() || rest.starts_with(['$', '%']) {
        return None;
    }
    if !drive.eq_ignore_ascii_case(&'c') {
        return Some((upto(3)?, PathKind::Drive));
    }
    let mut parts = rest.split(['/', '\\']).filter(|part| !part.is_empty());
    let is_users = parts.next()?.eq_ignore_ascii_case("users");
    let name = parts.next().filter(|_| is_users)?;
    let is_anybodys = ["public", "default", "containeradministrator", "containeruser"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
        || name.contains(['$', '%', '{']);
    let end = path.find(name)? + name.len();
    if is_anybodys { None } else { Some((upto(end)?, kind_of(&name.to_ascii_lowercase()))) }
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Whose home it is, by the name in lower case.
fn kind_of(name: &str) -> PathKind {
    let is_anybody = is_in(ANYBODY, name) || name.contains("your") || name.contains('<');
    if is_anybody || name == "user" { PathKind::Placeholder } else { PathKind::Home }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_of_people_and_drives_are_of_one_machine() {
        for (text, start) in [
            ("/home/joe/src/mcp/server.py", "/home/joe/"),
            ("/Users/joe.doe/mcp", "/Users/joe.doe/"),
            ("--root=/home/joe/src", "/home/joe/"),
            ("file:///Users/joe/x", "/Users/joe/"),
            ("uvx mcp --root /home/joe/x", "/home/joe/"),
            ("C:\\Users\\Joe\\mcp\\server.js", "C:\\Users\\Joe"),
            ("c:/users/joe/mcp", "c:/users/joe"),
            ("/mnt/c/Users/joe/mcp", "/mnt/c/Users/joe/"),
            ("D:/work/mcp", "D:/"),
            ("E:\\tools\\mcp.exe", "E:\\"),
            ("/path/to/your/server.py", "/path/to/"),
            ("/home/joe/.config:/root/.config:ro", "/home/joe/"),
        ] {
            assert_eq!(find(text).map(|it| it.0), Some(start), "{text}");
        }
    }

    #[test]
    fn names_that_stand_for_anybody_are_placeholders() {
        for text in
            ["/Users/username/x", "/home/your-name/x", "C:\\Users\\YourName\\x", "/Users/user/x"]
        {
            assert_eq!(find(text).map(|it| it.1), Some(PathKind::Placeholder), "{text}");
        }
    }

    #[test]
    fn paths_of_images_and_systems_are_left_alone() {
        for text in [
            "/app/server.py",
            "/usr/bin/env",
            "/data",
            "~/mcp",
            "~",
            "/home/node/.n8n",
            "/home/site/wwwroot",
            "/home/${USER}/x",
            "/home/joe",
            "/Users/Shared/x",
            "/Users/runner/work/x",
            "${HOME}/mcp",
            "data:/home/joe/x",
            "https://acme.io/home/joe/x",
            "https://acme.io/Users/1/x",
            "https://acme.io/path/to/x",
            "C:\\Program Files\\nodejs\\npx.cmd",
            "C:\\Windows\\System32\\cmd.exe",
            "C:\\Users\\%USERNAME%\\x",
            "a:b",
            "x:/",
            "urn:a:/b",
            "s3:/bucket",
            "./home/joe/x",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
