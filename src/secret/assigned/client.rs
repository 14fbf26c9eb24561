//! Credentials in the arguments of programs that take them by one letter, and bearer tokens.

use std::ops::Range;

use super::syntax::{Text, is_blank};

/// How far the arguments of a command are looked at.
const MOST_COMMAND: usize = 400;

/// A program, and how it is handed a password.
struct Client {
    /// What stands in its command, as the marks find it.
    mark: &'static str,
    /// The option.
    option: &'static str,
    /// Whether the password stands behind a colon: `user:password`.
    has_user: bool,
    /// Whether it follows without a blank.
    is_joined: bool,
}

/// Sources: the manual pages of the programs.
const CLIENTS: [Client; 10] = [
    Client { mark: "curl", option: "-u", has_user: true, is_joined: false },
    Client { mark: "curl", option: "--user", has_user: true, is_joined: false },
    Client { mark: "curl", option: "--proxy-user", has_user: true, is_joined: false },
    Client { mark: "mysql", option: "-p", has_user: false, is_joined: true },
    Client { mark: "sshpass", option: "-p", has_user: false, is_joined: false },
    Client { mark: "login", option: "-p", has_user: false, is_joined: false },
    Client { mark: "redis-cli", option: "-a", has_user: false, is_joined: false },
    Client { mark: "mongo", option: "-p", has_user: false, is_joined: false },
    Client { mark: "twine", option: "-p", has_user: false, is_joined: false },
    Client { mark: "ldapsearch", option: "-w", has_user: false, is_joined: false },
];

/// The password that a client is handed on its command line.
pub(super) fn password(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let word = text.get(mark.clone())?;
    let mut clients =
        CLIENTS.iter().filter(|client| client.mark.eq_ignore_ascii_case(word)).peekable();
    clients.peek()?;
    let text = Text(text);
    let behind = text.skip_word(mark.end);
    // `["mysqladmin", "-p…"]` as well as a command of a shell.
    if text.before(mark.start).is_ascii_alphanumeric()
        || !(is_blank(behind) || matches!(behind, b'"' | b'\''))
    {
        return None;
    }
    clients.find_map(|client| client.password(text, mark.end))
}

impl Text<'_> {
    /// Where a word of a command ends, which may be an item of a list: `"-u","…"`.
    fn word(self, at: usize, most: usize) -> usize {
        let is_part = |byte: u8| !byte.is_ascii_whitespace() && byte != 0;
        let end = self.skip(at, most, is_part);
        let comma = self
            .get(at..end)
            .match_indices(',')
            .find(|(comma, _)| matches!(self.before(at + comma), b'"' | b'\''));
        comma.map_or(end, |(comma, _)| at + comma)
    }

    /// The byte behind the rest of a word: `mysqldump`, `mongosh`.
    fn skip_word(self, at: usize) -> u8 {
        self.byte(self.skip(at, 12, |byte| byte.is_ascii_lowercase()))
    }
}

impl Client {
    fn password(&self, text: Text<'_>, from: usize) -> Option<Range<usize>> {
        let mut at = from;
        while at < from + MOST_COMMAND {
            at = text.word(at, MOST_COMMAND);
            at = text.skip(at, 1, |byte| byte == b',');
            let newline = text.blanks(at);
            // A command goes on behind a backslash.
            let is_continued = text.byte(newline) != b'\n'
                || text.before(text.back(newline, 4, is_blank)) == b'\\';
            if !is_continued
                || text.byte(newline) == 0
                || matches!(text.byte(newline), b'|' | b';' | b'&')
            {
                return None;
            }
            at = text.skip(newline, 80, |byte| byte.is_ascii_whitespace());
            at = text.skip(at, 1, |byte| matches!(byte, b'"' | b'\''));
            let word = text.word(at, 200);
            let stated = text.get(at..word);
            let Some(rest) = stated.strip_prefix(self.option) else { continue };
            let start = match (self.is_joined, rest) {
                (true, "") => return None,
                (true, _) => at + self.option.len(),
                // `--user \` with the login on the next line.
                (false, "") => {
                    text.skip(word, 80, |byte| byte.is_ascii_whitespace() || byte == b'\\')
                }
                (false, "\"" | "'") if text.byte(word) == b',' => {
                    text.skip(word + 1, 80, |byte| byte.is_ascii_whitespace())
                }
                (false, rest) if rest.starts_with('=') => at + self.option.len() + 1,
                _ => continue,
            };
            let quote = text.byte(start);
            let is_quoted = matches!(quote, b'"' | b'\'');
            let start = start + usize::from(is_quoted);
            let end = text.skip(start, 200, |byte| {
                if is_quoted {
                    byte != quote && byte != b'\n'
                } else {
                    !byte.is_ascii_whitespace() && byte != b'"' && byte != b'\'' && byte != 0
                }
            });
            if !self.has_user {
                return Some(start..end);
            }
            let colon = text.get(start..end).find(':')?;
            return Some(start + colon + 1..end);
        }
        None
    }
}

/// What is written into the standard input of a program that reads a password there:
/// `echo … | docker login --password-stdin`, `echo user:… | chpasswd`, `echo … | kinit`.
pub(super) fn piped(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let word = text.get(mark.clone())?;
    let text = Text(text);
    let behind =
        || text.get(mark.end..text.skip(mark.end, 200, |byte| byte != b'\n' && byte.is_ascii()));
    let has_user = word == "chpass";
    let reads =
        has_user || word == "kinit" || word == "login" && behind().contains("--password-stdin");
    if !reads {
        return None;
    }
    let line = text.line_before(mark.start);
    let start = mark.start - line.len();
    let pipe = line.rfind('|')?;
    let command = line.get(..pipe)?.trim_end();
    let (echo, said) = command.rsplit_once("echo ")?;
    let said = said.trim_start_matches("-n ");
    let at = start + command.len() - said.len();
    let bare = said.trim_start_matches(['"', '\'']);
    let at = at + said.len() - bare.len();
    let bare = bare.trim_end_matches(['"', '\'']);
    if bare.contains([' ', '$', '`']) || echo.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let at = if has_user { at + bare.find(':')? + 1 } else { at };
    let end = start + command.len() - (said.len() - said.trim_end_matches(['"', '\'']).len());
    (at < end).then_some(at..end)
}

/// The secret key of `mc alias set NAME URL ACCESS SECRET`.
pub(super) fn of_alias(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let text = Text(text);
    if !text.line_before(mark.start).contains("mc ") {
        return None;
    }
    let mut at = mark.end;
    for _ in 0..3 {
        at = text.skip(text.blanks(at), 200, |byte| !byte.is_ascii_whitespace());
    }
    let at = text.blanks(at);
    let at = text.skip(at, 1, |byte| matches!(byte, b'"' | b'\''));
    let end = text.skip(at, 200, |byte| {
        !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b';' | b'&' | b')')
    });
    (at < end).then_some(at..end)
}

/// The password of a line of `.pgpass`: `host:5432:database:user:password`.
pub(super) fn of_pgpass(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let text = Text(text);
    let host = text.line_before(mark.start);
    if host.is_empty()
        || !host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-*_".contains(&it))
    {
        return None;
    }
    let end = text.skip(mark.end, 200, |byte| byte != b'\n' && byte != b'\r');
    let rest = text.get(mark.end..end);
    let mut parts = rest.splitn(3, ':');
    let (_, _, password) = (parts.next()?, parts.next()?, parts.next()?);
    (!password.contains([':', ' '])).then(|| end - password.len()..end)
}

/// The token behind `Bearer`.
pub(super) fn bearer(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let text = Text(text);
    if text.before(mark.start).is_ascii_alphanumeric() || !is_blank(text.byte(mark.end)) {
        return None;
    }
    let start = text.blanks(mark.end);
    let end =
        text.skip(start, 4096, |byte| byte.is_ascii_alphanumeric() || b"-._~+/=|".contains(&byte));
    Some(start..end)
}
