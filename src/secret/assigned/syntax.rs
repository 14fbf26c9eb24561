//! Finds the name around one of its words, and the value that it is given, in whatever syntax.
//!
//! Nothing is parsed: a few bytes before and behind the name say how it is given its value. How far
//! that may be is bounded everywhere, so that no text takes more than time in proportion to it.

use std::ops::Range;

use crate::secret::Setting;

/// The bytes of a name; longer ones are nobody's.
const MOST_NAME: usize = 80;
/// The bytes of a value; what is longer is a file.
const MOST_VALUE: usize = 4096;
/// Blanks between a name and its value, which may be aligned.
const MOST_BLANKS: usize = 48;
/// How far the beginning of a line is looked for.
const MOST_LINE: usize = 240;
/// How far a part of what a name opens is looked for: `variable "x" { … default = "y" }`.
const MOST_BLOCK: usize = 400;

/// How a name is given a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `name = value`, `name: value`, `<name>value</name>`.
    Assigned,
    /// What stands in for a variable that is not set: `${NAME:-value}`, `env.NAME || "value"`.
    Default,
    /// `call("name", "value")`, `name("value")`.
    Argument,
    /// `--name value`
    Flag,
    /// `name: NAME` beside `value: value`, or a block of the name with a default.
    Pair,
    /// `name value`, alone on a line: a directive, or the beginning of a sentence.
    Directive,
}

/// A name and the value that it is given.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) form: Form,
    /// Whether quotes stand around the value alone.
    pub(super) is_quoted: bool,
    /// Whether both stand in a comment.
    pub(super) is_comment: bool,
}

/// A text with questions about its bytes.
#[derive(Clone, Copy)]
pub(super) struct Text<'t>(pub(super) &'t str);

impl<'t> Text<'t> {
    /// The byte at a place; NUL behind the end.
    pub(super) fn byte(self, at: usize) -> u8 {
        self.0.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn before(self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |at| self.byte(at))
    }

    fn starts(self, at: usize, with: &str) -> bool {
        self.0.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// Where bytes of a kind end, at most `most` of them.
    pub(super) fn skip(self, at: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.0.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().take(most).take_while(|byte| is(**byte)).count()
    }

    /// Where bytes of a kind begin that end at a place.
    pub(super) fn back(self, at: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.0.as_bytes().get(..at).unwrap_or_default();
        at - rest.iter().rev().take(most).take_while(|byte| is(**byte)).count()
    }

    pub(super) fn blanks(self, at: usize) -> usize {
        self.skip(at, MOST_BLANKS, is_blank)
    }

    pub(super) fn get(self, range: Range<usize>) -> &'t str {
        self.0.get(range).unwrap_or_default()
    }

    /// The line up to a place, or what of it is near.
    pub(super) fn line_before(self, at: usize) -> &'t str {
        let mut start = self.back(at, MOST_LINE, |byte| byte != b'\n');
        while start < at && !self.0.is_char_boundary(start) {
            start += 1;
        }
        self.get(start..at)
    }

    /// How many backslashes stand before a place.
    fn escapes_before(self, at: usize) -> usize {
        at - self.back(at, 8, |byte| byte == b'\\')
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

pub(super) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where a name stands, and what stands around it.
#[derive(Clone, Debug)]
struct Name {
    range: Range<usize>,
    /// Where what goes with it begins: quotes, dashes.
    start: usize,
    /// Behind it and its quotes.
    end: usize,
    /// The quotes around it alone.
    quote: Option<Quote>,
    is_flag: bool,
    /// `${` before it.
    is_braced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quote {
    byte: u8,
    escapes: usize,
}

impl Name {
    fn around(text: Text<'_>, mark: &Range<usize>) -> Option<Self> {
        let first = text.back(mark.start, MOST_NAME, is_name);
        let is_braced = text.before(first) == b'{' && text.before(first.checked_sub(1)?) == b'$';
        let end = if is_braced {
            text.skip(mark.start, MOST_NAME, is_word)
        } else {
            text.skip(mark.start, MOST_NAME, is_name)
        };
        let range = text.skip(first, MOST_NAME, |byte| matches!(byte, b'-' | b'.'))..end;
        if range.is_empty() || range.len() >= MOST_NAME || range.start > mark.start {
            return None;
        }
        let is_flag = text.byte(first) == b'-' && range.start - first <= 2;
        let (mut start, mut end) = (first, range.end);
        let mut quote = None;
        // `"Db:Password": "…"`, as .NET writes a path of settings.
        let first = match text.before(first) {
            b':' => text.back(first, MOST_NAME, |byte| is_name(byte) || byte == b':'),
            _ => first,
        };
        let byte = text.before(first);
        if is_quote(byte) {
            let escapes = text.escapes_before(first - 1);
            let closing = text.skip(end, escapes, |byte| byte == b'\\');
            if closing - end == escapes && text.byte(closing) == byte {
                quote = Some(Quote { byte, escapes });
                start = first - 1 - escapes;
                end = closing + 1;
            }
        }
        // A segment of a path or of an address is no name, save for the last one of a registry in `.npmrc`.
        let is_segment = matches!(text.before(start), b'/' | b'\\') && quote.is_none();
        (!is_segment).then_some(Name { range, start, end, quote, is_flag, is_braced })
    }
}

/// The assignment to the name around a mark.
pub(super) fn assignment(setting: Setting, text: &str, mark: &Range<usize>) -> Option<Assignment> {
    let text = Text(text);
    let name = Name::around(text, mark)?;
    // `x ? 'some-token' : …`
    if name.quote.is_some() && text.before(text.back(name.start, 4, is_blank)) == b'?' {
        return None;
    }
    let blank = text.blanks(name.end);
    let (form, at) = separator(text, &name, blank, setting)?;
    let reader = Reader { text, name: &name, setting, form };
    let (value, is_quoted) = reader.value(at)?;
    if value.is_empty() {
        return None;
    }
    let line = text.line_before(name.start).trim_start();
    let is_comment =
        ["#", "//", "* ", ";", "--", "<!--", "REM ", "/*"].iter().any(|it| line.starts_with(it));
    Some(Assignment { name: name.range, value, form, is_quoted, is_comment })
}

/// What stands between a name and its value, and where the value begins.
fn separator(text: Text<'_>, name: &Name, at: usize, setting: Setting) -> Option<(Form, usize)> {
    let next = text.byte(at + 1);
    let fallback = |at: usize| {
        ["||", "??", "?:", "or "]
            .iter()
            .find(|it| text.starts(at, it))
            .map(|it| (Form::Default, at + it.len()))
    };
    match text.byte(at) {
        b':' if name.is_braced => match next {
            b'-' | b'=' => Some((Form::Default, at + 2)),
            // `${db.password:…}`, `${DB_PASSWORD:…}` of Spring.
            _ if next.is_ascii_alphanumeric()
                && text.get(name.range.clone()).contains(['.', '_']) =>
            {
                Some((Form::Default, at + 1))
            }
            _ => None,
        },
        b'-' if name.is_braced => Some((Form::Default, at + 1)),
        _ if name.is_braced => None,
        b':' => match next {
            b':' | b'/' => None,
            b'=' => Some((Form::Assigned, at + 2)),
            // `arn:aws:secretsmanager:…:secret:name`
            _ if name.quote.is_none() && text.before(name.start) == b':' && !is_blank(next) => None,
            _ => Some((Form::Assigned, at + 1)),
        },
        b'=' => match next {
            b'=' | b'~' => None,
            // `--token= --user=app`: an option that is given nothing.
            _ if name.is_flag && at == name.end && is_space(next) => None,
            b'>' => Some((Form::Assigned, at + 2)),
            _ => Some((Form::Assigned, at + 1)),
        },
        b'?' => match next {
            b'=' | b':' => Some((Form::Assigned, at + 2)),
            b'?' => Some((Form::Default, at + 2)),
            _ => None,
        },
        b'|' if next == b'|' => Some((Form::Default, at + 2)),
        b'|' => {
            let filter = text.blanks(at + 1);
            text.starts(filter, "default(").then_some((Form::Default, filter + "default(".len()))
        }
        b'o' if at > name.end && text.starts(at, "or ") => fallback(at),
        b']' => {
            let at = text.blanks(at + 1);
            let is_assigned =
                text.byte(at) == b'=' && !matches!(text.byte(at + 1), b'=' | b'~' | b'>');
            if is_assigned { Some((Form::Assigned, at + 1)) } else { fallback(at) }
        }
        b')' => fallback(text.blanks(at + 1)),
        b'>' => {
            let is_open = text.before(name.start) == b'<'
                || name.quote.is_some() && text.before(name.start) == b'=';
            let below = text.skip(at + 1, MOST_BLANKS, is_space);
            let element = ["<Value>", "<value>", "<string>"]
                .iter()
                .find(|element| text.starts(below, element));
            is_open.then(|| {
                element.map_or((Form::Assigned, at + 1), |it| (Form::Pair, below + it.len()))
            })
        }
        b'{' if setting == Setting::Code && text.starts(text.blanks(at + 1), "get;") => {
            // `string Password { get; set; } = "…";`
            let end = text.skip(at + 1, 60, |byte| byte != b'}' && byte != b'\n');
            let equals = text.blanks(end + 1);
            (text.byte(end) == b'}' && text.byte(equals) == b'=')
                .then_some((Form::Assigned, equals + 1))
        }
        b'(' if name.quote.is_none() && !name.is_flag => Some((Form::Argument, at + 1)),
        b'{' if name.quote.is_some() => block(text, at + 1, None).map(|at| (Form::Pair, at)),
        b',' | b'\n' | b'\r' | b'}' => listed(text, name, at),
        b'<' => {
            let pairs = [("</name>", "<value>"), ("</key>", "<string>")];
            pairs.into_iter().find_map(|(end, element)| {
                let below = text
                    .starts(at, end)
                    .then(|| text.skip(at + end.len(), MOST_BLANKS, is_space))?;
                text.starts(below, element).then_some((Form::Pair, below + element.len()))
            })
        }
        _ if at > name.end => apart(text, name, at, setting),
        _ => None,
    }
}

/// A value that stands behind its name with nothing but blanks between them.
fn apart(text: Text<'_>, name: &Name, at: usize, setting: Setting) -> Option<(Form, usize)> {
    if name.is_flag {
        return Some((Form::Flag, at));
    }
    // `<add key="Password" value="…"/>`
    if name.quote.is_some() {
        return paired(text, name, at);
    }
    // `CREATE USER app WITH PASSWORD '…'`, `redis> CONFIG SET requirepass "…"`
    let word = text.get(name.range.clone());
    let is_sql = word.eq_ignore_ascii_case("password") || word.eq_ignore_ascii_case("by");
    if is_sql && text.byte(at) == b'\'' {
        return Some((Form::Assigned, at));
    }
    let line = text.line_before(name.start).trim();
    if let Some(found) = directive(text, word, line, at) {
        return Some(found);
    }
    // `param adminPassword string = '…'` of Bicep
    if setting == Setting::Code || line == "param" {
        // `var password string = "…"`
        let end =
            text.skip(at, 24, |byte| is_word(byte) || matches!(byte, b'[' | b']' | b'*' | b'.'));
        let equals = text.blanks(end);
        let is_typed = end > at && text.byte(equals) == b'=' && text.byte(equals + 1) != b'=';
        return is_typed.then_some((Form::Assigned, equals + 1));
    }
    let is_netrc =
        word == "password" && (line.is_empty() || is_login(line)) && is_netrc(text, name.start);
    let is_directive = line.is_empty() && matches!(word, "requirepass" | "masterauth");
    let is_env = line.eq_ignore_ascii_case("ENV")
        || matches!(line, "setx" | "SETX" | "set -x" | "set -gx" | "setenv");
    if is_netrc || is_directive || is_env {
        return Some((Form::Assigned, at));
    }
    // `password …` of msmtp, `HTTP_Passwd …` of Fluent Bit, `enable password …` of routers.
    let is_user = line.starts_with("user ") || line.starts_with("username ");
    let has_words = word.contains('_') || word == "password" || word == "insecure-password";
    let end = text.skip(at, MOST_VALUE, |byte| !is_space(byte));
    let rest = text.blanks(end);
    ((line.is_empty() || line == "enable" || is_user)
        && has_words
        && matches!(text.byte(rest), b'\n' | b'\r' | 0))
    .then_some((Form::Directive, at))
}

/// Values of directives that are not taken for sentences: for a macro, a header, what stands in quotes.
fn directive(text: Text<'_>, word: &str, line: &str, at: usize) -> Option<(Form, usize)> {
    if line == "#define" || line.ends_with("set_header") || line.ends_with("RequestHeader set") {
        return Some((Form::Assigned, at));
    }
    if line == "sentinel" && word == "auth-pass" {
        let master = text.skip(at, MOST_NAME, |byte| !is_space(byte));
        return Some((Form::Assigned, text.blanks(master)));
    }
    let quote = text.byte(at);
    let is_key = word.eq_ignore_ascii_case("psk") && line.ends_with(':');
    if !is_quote(quote) || !(line.is_empty() || is_key) {
        return None;
    }
    let end = text.skip(at + 1, MOST_VALUE, |byte| byte != quote && byte != b'\n');
    let rest = text.blanks(end + 1);
    let is_over = matches!(text.byte(rest), b'\n' | b'\r' | b';' | 0);
    (text.byte(end) == quote && is_over).then_some((Form::Assigned, at))
}

/// Whether a line names a `login`, and is no sentence about one.
fn is_login(line: &str) -> bool {
    let entry = line.rsplit("machine ").next().unwrap_or(line);
    entry.contains("login ") && !entry.contains(':')
}

/// Whether a `machine` with its `login` stands a little before.
fn is_netrc(text: Text<'_>, at: usize) -> bool {
    let mut start = at.saturating_sub(200);
    while start < at && !text.0.is_char_boundary(start) {
        start += 1;
    }
    let before = text.get(start..at);
    before.contains("machine ") && before.contains("login ") || before.contains("default login ")
}

/// What follows a name in a list, or in another entry of the same map.
fn listed(text: Text<'_>, name: &Name, at: usize) -> Option<(Form, usize)> {
    if let Some(found) = paired(text, name, at) {
        return Some(found);
    }
    if name.is_flag {
        // `["--password", "…"]`, and the same with an item on each line.
        let comma = usize::from(text.byte(at) == b',');
        let at = text.skip(at + comma, MOST_BLANKS, is_space);
        let at = if comma == 0 && text.byte(at) == b'-' && is_blank(text.byte(at + 1)) {
            at + 2
        } else {
            at
        };
        return (comma > 0
            && (is_quote(text.byte(at)) || text.byte(at) == b'\\' || name.quote.is_none())
            || comma == 0 && text.byte(at.saturating_sub(2)) == b'-')
            .then(|| (Form::Flag, text.blanks(at)))
            .or_else(|| default_of_call(text, name.end));
    }
    if name.quote.is_some() && text.byte(at) == b',' {
        let at_value = text.skip(at + 1, MOST_BLANKS, is_space);
        let line = text.line_before(name.start);
        // `define( 'DB_PASSWORD', '…' )`, and an argument on each line.
        let open = text.back(name.start, MOST_BLANKS, is_space);
        let is_call = text.before(open) == b'(' && text.before(open - 1).is_ascii_alphanumeric()
            || ["buildConfigField", "resValue"].iter().any(|it| line.contains(it));
        if is_call && (is_quote(text.byte(at_value)) || text.byte(at_value) == b'\\') {
            return Some((Form::Argument, at_value));
        }
        return default_of_call(text, at);
    }
    None
}

/// `default="…"` among the arguments that follow.
fn default_of_call(text: Text<'_>, at: usize) -> Option<(Form, usize)> {
    let end = text.skip(at, 200, |byte| byte != b'\n' && byte != b')');
    let found =
        text.0.as_bytes().get(at..end)?.windows(7).position(|window| window == b"default")?;
    let equals = text.blanks(at + found + 7);
    matches!(text.byte(equals), b'=' | b':')
        .then(|| (Form::Argument, text.blanks(equals + 1)))
        .filter(|(_, at)| is_quote(text.byte(*at)))
}

/// The value beside a name: `name: NAME` and `value: …`, in a map of whatever syntax.
fn paired(text: Text<'_>, name: &Name, at: usize) -> Option<(Form, usize)> {
    const KEYS: [&str; 9] = [
        "value",
        "Value",
        "VALUE",
        "default",
        "Default",
        "ParameterValue",
        "defaultValue",
        "OptionValue",
        "string_value",
    ];
    let sign = text.back(name.start, MOST_BLANKS, is_blank);
    if !matches!(text.before(sign), b':' | b'=') {
        return None;
    }
    let at = text.skip(at, MOST_BLANKS, |byte| is_space(byte) || byte == b',');
    let escapes = text.skip(at, 4, |byte| byte == b'\\');
    let is_quoted = is_quote(text.byte(escapes));
    let start = escapes + usize::from(is_quoted);
    let end = text.skip(start, 20, is_word);
    if !KEYS.contains(&text.get(start..end)) {
        return None;
    }
    let end = text.skip(end, 5, |byte| byte == b'\\' || is_quote(byte));
    let sign = text.blanks(end);
    matches!(text.byte(sign), b':' | b'=').then_some((Form::Pair, sign + 1))
}

/// Where the value of a `default` or a `value` in a block begins. `column` is that of the name of a
/// YAML map, which ends where a line is not further in.
fn block(text: Text<'_>, at: usize, column: Option<usize>) -> Option<usize> {
    let mut cursor = at;
    while cursor < at + MOST_BLOCK {
        let line = text.skip(cursor, 3 * MOST_BLANKS, is_space);
        if let Some(column) = column {
            let indent = line - text.back(line, 3 * MOST_BLANKS, is_blank);
            if indent <= column {
                return None;
            }
        }
        let start = text.skip(line, 4, |byte| byte == b'\\' || is_quote(byte));
        let end = text.skip(start, 20, is_word);
        let word = text.get(start..end);
        let closed = text.skip(end, 4, |byte| byte == b'\\' || is_quote(byte));
        let sign = text.blanks(closed);
        let is_value = ["default", "Default", "value", "Value", "defaultValue"].contains(&word);
        if is_value && matches!(text.byte(sign), b':' | b'=') && text.byte(sign + 1) != b'=' {
            return Some(sign + 1);
        }
        let (stop, is_brace) = next_entry(text, sign, column.is_none());
        if is_brace || stop <= cursor {
            return None;
        }
        cursor = stop;
    }
    None
}

/// Where the next entry of a block begins, or that the block ends.
fn next_entry(text: Text<'_>, at: usize, in_braces: bool) -> (usize, bool) {
    let end = text.skip(at, MOST_BLOCK, |byte| {
        byte != b'\n' && byte != 0 && !(in_braces && matches!(byte, b',' | b'}' | b'{'))
    });
    let byte = text.byte(end);
    (end + 1, byte == 0 || in_braces && matches!(byte, b'}' | b'{'))
}

/// Reads the value of a name.
struct Reader<'t, 'n> {
    text: Text<'t>,
    name: &'n Name,
    setting: Setting,
    form: Form,
}

impl Reader<'_, '_> {
    /// The bytes of the value that begins at a place, and whether they are quoted.
    fn value(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let text = self.text;
        let mut at = text.blanks(at);
        if self.form == Form::Default && self.name.is_braced {
            let end = text.skip(at, MOST_VALUE, |byte| !matches!(byte, b'}' | b'\n' | b'"'));
            return (text.byte(end) == b'}').then_some((at..end, true));
        }
        match text.byte(at) {
            b'!' => {
                let end = text.skip(at, 16, |byte| byte == b'!' || byte.is_ascii_alphanumeric());
                if text.get(at..end) != "!!str" {
                    return None;
                }
                at = text.blanks(end);
            }
            b'(' if self.setting == Setting::Code => {
                let start = text.skip(at + 1, MOST_BLANKS, is_space);
                let (value, _) = self.quoted(start).flatten()?;
                let closing = text.skip(value.end + 1, MOST_BLANKS, is_space);
                return (text.byte(closing) == b')').then_some((value, true));
            }
            b'&' if is_blank(text.before(at)) && self.setting != Setting::Code => {
                at = text.blanks(text.skip(at, MOST_NAME, |byte| !is_space(byte)));
            }
            b'{' if text.starts(at, "{{") && self.setting == Setting::Plain => {
                return self.templated(at + 2).map(|range| (range, true));
            }
            b'{' if self.name.quote.is_some() => {
                let at = block(text, at + 1, None)?;
                return self.plain(text.blanks(at));
            }
            _ => {}
        }
        if matches!(text.byte(at), b'\n' | b'\r') {
            return self.below(at);
        }
        if matches!(text.byte(at), b'|' | b'>') && self.form == Form::Assigned {
            let header = text.skip(at + 1, 3, |byte| matches!(byte, b'-' | b'+' | b'0'..=b'9'));
            let end = text.blanks(header);
            if !matches!(text.byte(end), b'\n' | b'\r') {
                return None;
            }
            let start = text.skip(end, 2 * MOST_BLANKS, is_space);
            let end = text.skip(start, MOST_VALUE, |byte| byte != b'\n' && byte != b'\r');
            return Some((start..end, true));
        }
        self.plain(at)
    }

    /// The literal in a template: `{{ "…" | b64enc }}`, `{{ .Values.password | default "…" }}`.
    fn templated(&self, at: usize) -> Option<Range<usize>> {
        const DEFAULT: &str = "default \"";
        let text = self.text;
        let end = text.skip(at, MOST_LINE, |byte| byte != b'}' && byte != b'\n');
        let first = text.blanks(text.skip(at, 1, |byte| byte == b'-'));
        let start = match text.byte(first) {
            b'"' => first + 1,
            _ => at + text.get(at..end).find(DEFAULT)? + DEFAULT.len(),
        };
        let stop = text.skip(start, MOST_LINE, |byte| byte != b'"' && byte != b'\n');
        (stop < end && text.byte(stop) == b'"').then_some(start..stop)
    }

    /// What stands on the lines below a name.
    fn below(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let text = self.text;
        let start = text.skip(at, 2 * MOST_BLANKS, is_space);
        if self.setting == Setting::Code {
            return if is_quote(text.byte(start)) { self.plain(start) } else { None };
        }
        let line = text.line_before(self.name.start);
        if line.bytes().any(|byte| !is_blank(byte) && byte != b'-') || self.form != Form::Assigned {
            return None;
        }
        let at = block(text, at, Some(line.len()))?;
        self.plain(text.blanks(at))
    }

    /// A value on the line.
    fn plain(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let text = self.text;
        if let Some(found) = self.quoted(at) {
            return found;
        }
        if let Some(found) = self.wrapped(at) {
            return found;
        }
        let plain = text.skip(at, 1, |byte| byte == b'(');
        if text.starts(plain, "ConvertTo-SecureString ") {
            let option = text.blanks(plain + "ConvertTo-SecureString ".len());
            let is_option = text.starts(option, "-String ");
            let start = if is_option { text.blanks(option + "-String ".len()) } else { option };
            return self.quoted(start).flatten();
        }
        if text.before(at) == b'>' {
            let end = text.skip(at, MOST_VALUE, |byte| byte != b'<' && byte != b'\n');
            return (text.byte(end) == b'<').then_some((at..end, true));
        }
        let inside = self.is_inside_string();
        let at = self.behind_scheme(at);
        if self.setting == Setting::Code && !inside && self.form != Form::Flag {
            return self.typed(at);
        }
        if matches!(self.form, Form::Argument) || self.form == Form::Default {
            return None;
        }
        self.bare(at, inside).map(|range| (range, false))
    }

    /// A text in quotes; nothing at all where more is added to it.
    #[allow(clippy::option_option)] // no quotes; quotes around nothing of use
    fn quoted(&self, at: usize) -> Option<Option<(Range<usize>, bool)>> {
        let text = self.text;
        // `b"…"`, `r'…'`, `@"…"`; what is filled in is told by its braces.
        let prefix = text.skip(at, 2, |byte| {
            matches!(
                byte,
                b'b' | b'B' | b'r' | b'R' | b'u' | b'U' | b'f' | b'F' | b'@' | b'&' | b'$'
            )
        });
        let at = if is_quote(text.byte(prefix)) { prefix } else { at };
        let opening = text.skip(at, 7, |byte| byte == b'\\');
        let escapes = opening - at;
        let byte = text.byte(opening);
        if !is_quote(byte) {
            return None;
        }
        let triple =
            escapes == 0 && text.byte(opening + 1) == byte && text.byte(opening + 2) == byte;
        let mut start = opening + if triple { 3 } else { 1 };
        if triple {
            start = text.skip(start, MOST_BLANKS, is_space);
        }
        let mut end = start;
        loop {
            end = text.skip(end, MOST_VALUE, |other| other != byte && other != b'\n');
            if text.byte(end) != byte {
                return Some(triple.then_some((start..end, true)));
            }
            let before = if end == start { 0 } else { text.escapes_before(end).min(end - start) };
            // One more level of backslashes belongs to the value.
            if before <= escapes || before % 2 == 0 || end - start > MOST_VALUE {
                let closing = end + 1;
                let range = start..end - before.min(escapes);
                let next = text.blanks(closing);
                let is_added = matches!(text.byte(next), b'+' | b'%')
                    || text.starts(next, ".format")
                    || text.starts(next, ".repeat")
                    || text.starts(next, ". $");
                return Some((!is_added).then_some((range, true)));
            }
            end += 1;
        }
    }

    /// A text in quotes that is handed to what keeps it: `SecretStr("…")`, `Field(default="…")`.
    #[allow(clippy::option_option)]
    fn wrapped(&self, at: usize) -> Option<Option<(Range<usize>, bool)>> {
        const KEEPERS: [&str; 19] = [
            "Field",
            "SecretStr",
            "SecretBytes",
            "Secret",
            "SecretString",
            "String",
            "from",
            "new",
            "Some",
            "str",
            "bytes",
            "of",
            "secret",
            "byte",
            "ProtectedString",
            "ObscuredString",
            "default",
            "SecureString",
            "b",
        ];
        let text = self.text;
        let at = if text.starts(at, "new ") { text.blanks(at + 4) } else { at };
        let at = if text.starts(at, "[]") { at + 2 } else { at };
        let end = text.skip(at, MOST_NAME, |byte| is_word(byte) || matches!(byte, b'.' | b':'));
        if text.byte(end) != b'(' || end == at {
            return None;
        }
        let last = text.get(at..end).rsplit(['.', ':']).next().unwrap_or_default();
        if !KEEPERS.contains(&last) {
            return None;
        }
        let mut start = text.blanks(end + 1);
        for word in ["default=", "value="] {
            if text.starts(start, word) {
                start += word.len();
            }
        }
        self.quoted(start)
    }

    /// A value behind the type of its name: `password: str = "…"`.
    fn typed(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let text = self.text;
        let is_type = |byte: u8| {
            is_word(byte)
                || matches!(
                    byte,
                    b'<' | b'>'
                        | b'['
                        | b']'
                        | b'|'
                        | b'&'
                        | b'\''
                        | b'.'
                        | b','
                        | b' '
                        | b'?'
                        | b'"'
                )
        };
        let end = text.skip(at, 60, is_type);
        if end == at || text.byte(end) != b'=' || matches!(text.byte(end + 1), b'=' | b'>') {
            return None;
        }
        let at = text.skip(end + 1, MOST_BLANKS, is_space);
        self.quoted(at).or_else(|| self.wrapped(at)).flatten()
    }

    /// Whether the name stands in a string together with its value.
    fn is_inside_string(&self) -> bool {
        if self.name.quote.is_some() {
            return false;
        }
        let before = self.text.line_before(self.name.start);
        let odd = |quote: char| before.matches(quote).count() % 2 == 1;
        odd('"') || odd('\'') || odd('`')
    }

    /// A value without quotes.
    fn bare(&self, at: usize, is_inside: bool) -> Option<Range<usize>> {
        let text = self.text;
        let begins = !is_inside
            && self.name.quote.is_none()
            && self.form != Form::Flag
            && self.begins_line();
        if !begins && self.form != Form::Pair {
            let end = text.skip(at, MOST_VALUE, |byte| {
                !is_space(byte)
                    && byte != b'='
                    && !is_quote(byte)
                    && !matches!(
                        byte,
                        b',' | b';' | b'&' | b')' | b']' | b'}' | b'<' | b'>' | b'\\' | b'|'
                    )
                    && byte != 0
            });
            return self.padded(at, end).filter(|_| !is_inside || !self.is_sentence(at, end));
        }
        let end = text.skip(at, MOST_VALUE, |byte| !is_space(byte) && byte != 0 && byte != b'=');
        let end = self.padded(at, end)?.end;
        let rest = text.blanks(end);
        let is_over = matches!(text.byte(rest), b'\n' | b'\r' | 0 | b'#' | b';' | b'}' | b',')
            || text.starts(rest, "//")
            || text.byte(rest) == b'\\';
        // `A=b C=d`, and the commands of shells that follow a variable.
        let is_shell = text.before(at) == b'=' && at == self.text.blanks(at);
        if !is_over && !is_shell {
            return None;
        }
        let value = text.get(at..end);
        let trimmed = value.trim_end_matches([',', ';', '}']);
        // `[{name: TOKEN, value: ...}]`
        let in_list = value.trim_end_matches([',', ';', '}', ']']);
        let is_in_list = value.get(in_list.len()..).is_some_and(|it| it.starts_with('}'));
        Some(at..at + if is_in_list { in_list } else { trimmed }.len())
    }

    /// Whether what begins behind a colon in a text goes on in words: `"password: must come from …"`.
    fn is_sentence(&self, at: usize, end: usize) -> bool {
        let text = self.text;
        let next = text.blanks(end);
        let is_pair = matches!(text.byte(text.skip(next, MOST_NAME, is_name)), b':' | b'=');
        is_blank(text.before(at))
            && next > end
            && text.get(at..end).bytes().all(|byte| byte.is_ascii_alphabetic())
            && text.byte(next).is_ascii_alphabetic()
            && !is_pair
    }

    /// Where the credential of `Authorization: Basic …` begins.
    fn behind_scheme(&self, at: usize) -> usize {
        let end = self.text.skip(at, 8, |byte| byte.is_ascii_alphabetic());
        let is_scheme = ["Basic", "basic", "Bearer", "bearer", "Token", "token"]
            .contains(&self.text.get(at..end));
        if is_scheme && is_blank(self.text.byte(end)) { self.text.blanks(end) } else { at }
    }

    /// A value with the `=` at its end, which fill up Base64; those of another pair are none.
    fn padded(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let padded = self.text.skip(end, 3, |byte| byte == b'=');
        let is_pair = padded > end && is_word(self.text.byte(padded));
        (!is_pair).then_some(start..padded)
    }

    /// Whether nothing of use stands before the name on its line.
    fn begins_line(&self) -> bool {
        const BEFORE: [&str; 23] = [
            "",
            "-",
            "export",
            "set",
            "SET",
            "setx",
            "ENV",
            "env",
            "ARG",
            "declare -x",
            "declare",
            "readonly",
            "local",
            "#",
            "//",
            ";",
            "$",
            "$env:",
            "# export",
            "#export",
            "typeset",
            "- -",
            "default",
        ];
        let line = self.text.line_before(self.name.start).trim();
        BEFORE.contains(&line)
    }
}

/// What a name stands in: the key of the map around it in JSON and its like, the line further out in YAML,
/// the section of an INI file.
pub(super) fn parent(text: &str, at: usize) -> Option<&str> {
    /// How far it is looked for.
    const MOST: usize = 600;
    let text = Text(text);
    let line = text.line_before(at);
    let start = at - line.len();
    let is_alone = line.bytes().all(|byte| is_blank(byte) || byte == b'-');
    let mut from = at.saturating_sub(MOST);
    while from < at && !text.0.is_char_boundary(from) {
        from += 1;
    }
    let begins_map = || text.byte(text.skip(at, MOST_NAME, is_name)) == b':';
    if is_alone && (!line.is_empty() || begins_map()) {
        let found = text.get(from..start).lines().rev().find(|other| {
            let indent = other.len() - other.trim_start().len();
            !other.trim().is_empty() && indent < line.len() && !other.trim_start().starts_with('#')
        });
        return found?.trim().trim_start_matches("- ").strip_suffix(':');
    }
    if is_alone {
        let section = text.get(from..start).lines().rev().find(|it| it.starts_with('['))?;
        return section.trim().strip_prefix('[')?.strip_suffix(']');
    }
    let mut open = 0usize;
    let bytes = text.0.as_bytes().get(from..at)?;
    let brace = bytes.iter().rposition(|byte| match byte {
        b'}' => {
            open += 1;
            false
        }
        b'{' if open > 0 => {
            open -= 1;
            false
        }
        byte => *byte == b'{',
    })?;
    let before = text.get(from..from + brace).trim_end();
    let before = before.strip_suffix(':').or_else(|| before.strip_suffix('='))?.trim_end();
    let before = before.trim_end_matches(['"', '\'', '\\']);
    let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)));
    before.get(start.map_or(0, |at| at + 1)..).filter(|it| !it.is_empty())
}
