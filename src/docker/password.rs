//! Passwords that commands set. They are told apart, and never kept.
//!
//! Source: the manuals of chpasswd(8), passwd(1), useradd(8), crypt(5), htpasswd(1).

use super::Step;
use super::shell::{Arguments, Operator, Script, ShellWord, SimpleCommand};
use crate::credential::{self, Value};
use crate::source::Place;
use crate::variables;

/// A password that a command sets.
#[derive(Debug)]
pub(crate) struct SetPassword {
    pub(crate) place: Place,
    /// As it is written; it may be a variable.
    pub(crate) user: Option<String>,
    pub(crate) secret: Secret,
}

/// What the password is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    /// It stands in the command.
    Literal,
    /// Its hash does.
    Hash,
    /// There is none, so that everybody may log in.
    Absent,
    /// A variable of that name holds it.
    Variable(String),
}

/// Hashes that nothing matches, by which an account is locked.
const LOCKED: [&str; 5] = ["*", "!", "!!", "!*", "x"];

/// useradd's and usermod's options that take a value.
const USER: &str = "-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive \
    -g --gid -G --groups -k --skel -K --key -l --login -p --password -R --root -P --prefix -s --shell \
    -u --uid -Z --selinux-user";

/// What a text that may hold variables is as a password; nothing where it is read from elsewhere.
fn secret(text: &str, is_literal: bool) -> Option<Secret> {
    if text.is_empty() {
        return None;
    }
    let is_hash = text.starts_with('$') && text.matches('$').count() >= 3;
    if is_hash && is_literal {
        return Some(Secret::Hash);
    }
    if is_literal || !text.contains(['$', '`']) {
        return Some(Secret::Literal);
    }
    if text.contains("$(") || text.contains('`') {
        return None;
    }
    let default =
        matches!(credential::value(text), Value::Literal | Value::WellKnown | Value::Placeholder);
    let name = variables::names(text).next()?.to_owned();
    Some(if default && text.starts_with("${") { Secret::Literal } else { Secret::Variable(name) })
}

/// What echo or printf writes, and whether no variable is in it.
fn written(command: &SimpleCommand) -> Option<(String, bool)> {
    let invocation = command.invocation()?;
    let is_option = |word: &&ShellWord| {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|c| matches!(c, 'n' | 'e' | 'E'))
    };
    let mut words = invocation.arguments.iter();
    let is_literal = words.clone().all(|word| word.is_literal);
    let text = match invocation.name() {
        "echo" => {
            let said = words.skip_while(is_option).map(|word| word.text.as_str());
            said.collect::<Vec<_>>().join(" ")
        }
        "printf" => {
            let format = words.next()?.text.as_str();
            let mut parts = format.split("%s");
            let mut text = parts.next()?.to_owned();
            for part in parts {
                text.push_str(words.next().map_or("", |word| &word.text));
                text.push_str(part);
            }
            text
        }
        _ => return None,
    };
    Some((text.replace("\\n", "\n"), is_literal))
}

/// The first login that a text of `<user>:<password>` lines sets.
fn login(text: &str, is_literal: bool, is_hash: bool) -> Option<(String, Secret)> {
    text.lines().find_map(|line| {
        let (user, password) = line.trim().split_once(':')?;
        if is_hash && LOCKED.contains(&password) {
            return None;
        }
        let secret = secret(password, is_literal)?;
        let secret = if is_hash && secret == Secret::Literal { Secret::Hash } else { secret };
        Some((user.to_owned(), secret))
    })
}

impl SetPassword {
    /// The password that a command sets, if it sets one.
    pub(crate) fn of(step: Step<'_>, script: &Script, command: &SimpleCommand) -> Option<Self> {
        let invocation = command.invocation()?;
        let words = invocation.arguments;
        match invocation.name() {
            "chpasswd" => chpasswd(step, script, command),
            "passwd" => passwd(script, command),
            "useradd" | "usermod" => {
                let arguments = Arguments::plain(words, USER);
                let word = arguments.option(&["-p", "--password"])?;
                let given = arguments.values(&["-p", "--password"]).next()?;
                let value = words.iter().find(|it| it.text == given).unwrap_or(word);
                if LOCKED.contains(&given) {
                    return None;
                }
                let secret = match secret(given, value.is_literal) {
                    None if given.is_empty() => Secret::Absent,
                    secret => secret?,
                };
                let user = arguments.operands().last().map(|word| word.text.clone());
                Some(SetPassword { place: value.place, user, secret })
            }
            // `openssl passwd -6 <password>`, whose output is for one of the others.
            "openssl" if words.first().is_some_and(|word| word.text == "passwd") => {
                let arguments = Arguments::plain(words.get(1..)?, "-salt -in -rand -writerand");
                let word = arguments.operands().first()?;
                let secret = secret(&word.text, word.is_literal)?;
                Some(SetPassword { place: word.place, user: None, secret })
            }
            "htpasswd" => {
                let arguments = Arguments::plain(words, "-C -r");
                arguments.option(&["-b"])?;
                let [.., user, word] = arguments.operands() else { return None };
                let secret = secret(&word.text, word.is_literal)?;
                Some(SetPassword { place: word.place, user: Some(user.text.clone()), secret })
            }
            _ => None,
        }
    }
}

fn chpasswd(step: Step<'_>, script: &Script, command: &SimpleCommand) -> Option<SetPassword> {
    let arguments = Arguments::plain(command.invocation()?.arguments, "-c --crypt-method -R -s");
    let is_hash = arguments.option(&["-e", "--encrypted"]).is_some();
    if let Some(from) = script.piped_from(command) {
        let (text, is_literal) = written(from)?;
        let (user, secret) = login(&text, is_literal, is_hash)?;
        let place = script.pipeline(command)?.place;
        return Some(SetPassword { place, user: Some(user), secret });
    }
    let here = command.redirections.iter().find(|it| it.operator == Operator::Here)?;
    let target = &here.target;
    let named = step.run.heredocs.iter().find(|heredoc| heredoc.name == target.text);
    let (user, secret) = match named {
        Some(heredoc) => {
            let body = step.dockerfile.written(heredoc.body);
            login(body, heredoc.is_quoted || !body.contains('$'), is_hash)?
        }
        None => login(&target.text, target.is_literal, is_hash)?,
    };
    Some(SetPassword { place: command.place, user: Some(user), secret })
}

fn passwd(script: &Script, command: &SimpleCommand) -> Option<SetPassword> {
    let arguments = Arguments::plain(command.invocation()?.arguments, "-n -w -x -i -R -r");
    let user = arguments.operands().first().map(|word| word.text.clone());
    if let Some(word) = arguments.option(&["-d", "--delete"]) {
        return Some(SetPassword { place: word.place, user, secret: Secret::Absent });
    }
    let (text, is_literal) = written(script.piped_from(command)?)?;
    let secret = secret(text.lines().next()?.trim(), is_literal)?;
    Some(SetPassword { place: script.pipeline(command)?.place, user, secret })
}
