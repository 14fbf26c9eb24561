//! Passwords that commands set. They are told apart, and never kept.
//!
//! Source: the manuals of chpasswd(8), passwd(1), useradd(8), crypt(5), htpasswd(1).

use super::Step;
use super::shell::{Arguments, Operator, Script, ShellWord, SimpleCommand, Valued};
use crate::credential::{self, Value};
use crate::source::Place;
use crate::variables;

/// A password that a command sets.
#[derive(Debug)]
pub(crate) struct SetPassword {
    pub(crate) place: Place,
    /// The heredoc in which it stands.
    pub(crate) heredoc: Option<Place>,
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
static USER: Valued = Valued::of(
    "-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive \
    -g --gid -G --groups -k --skel -K --key -l --login -p --password -R --root -P --prefix -s --shell \
    -u --uid -Z --selinux-user",
);

/// passwd's and adduser's options that take a value.
static TYPED: Valued =
    Valued::of("-G -g -h -i -k -n -R -r -s -u -w -x --gecos --home --ingroup --shell --uid");

/// Those of `openssl passwd`, of htpasswd and of chpasswd.
static OPENSSL: Valued = Valued::of("-salt -in -rand -writerand");
static HTPASSWD: Valued = Valued::of("-C -r");
static CHPASSWD: Valued = Valued::of("-c --crypt-method -R -s");

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
            "adduser" => typed(script, command),
            "useradd" | "usermod" => {
                let arguments = Arguments::plain(words, &USER);
                let word = arguments.option(&["-p", "--password"])?;
                let given = arguments.values(&["-p", "--password"]).next()?;
                let value = words.iter().find(|it| it.text == given).unwrap_or(word);
                if LOCKED.contains(&given) {
                    return None;
                }
                let secret = match secret(given, value.is_literal) {
                    None if given.is_empty() => Secret::Absent,
                    // `$(perl -e 'print crypt("..", "..")')`
                    None if given.contains("crypt(\"") || given.contains("crypt('") => {
                        Secret::Literal
                    }
                    secret => secret?,
                };
                let user = arguments.operands().last().map(|word| word.text.clone());
                Some(SetPassword { place: value.place, heredoc: None, user, secret })
            }
            // `openssl passwd -6 <password>`, whose output is for one of the others.
            "openssl" if words.first().is_some_and(|word| word.text == "passwd") => {
                let arguments = Arguments::plain(words.get(1..)?, &OPENSSL);
                let word = arguments.operands().first()?;
                let secret = secret(&word.text, word.is_literal)?;
                Some(SetPassword { place: word.place, heredoc: None, user: None, secret })
            }
            "htpasswd" => {
                let arguments = Arguments::plain(words, &HTPASSWD);
                arguments.option(&["-b"])?;
                let [.., user, word] = arguments.operands() else { return None };
                let secret = secret(&word.text, word.is_literal)?;
                let user = Some(user.text.clone());
                Some(SetPassword { place: word.place, heredoc: None, user, secret })
            }
            _ => None,
        }
    }
}

fn chpasswd(step: Step<'_>, script: &Script, command: &SimpleCommand) -> Option<SetPassword> {
    let arguments = Arguments::plain(command.invocation()?.arguments, &CHPASSWD);
    let is_hash = arguments.option(&["-e", "--encrypted"]).is_some();
    if let Some(from) = script.piped_from(command) {
        let (text, is_literal) = written(from)?;
        let (user, secret) = login(&text, is_literal, is_hash)?;
        let place = script.pipeline(command)?.place;
        return Some(SetPassword { place, heredoc: None, user: Some(user), secret });
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
    let heredoc = named.map(|heredoc| Place { span: heredoc.body, ..command.place });
    Some(SetPassword { place: command.place, heredoc, user: Some(user), secret })
}

fn passwd(script: &Script, command: &SimpleCommand) -> Option<SetPassword> {
    let arguments = Arguments::plain(command.invocation()?.arguments, &TYPED);
    if let Some(word) = arguments.option(&["-d", "--delete"]) {
        let user = arguments.operands().first().map(|word| word.text.clone());
        let (place, secret) = (word.place, Secret::Absent);
        return Some(SetPassword { place, heredoc: None, user, secret });
    }
    typed(script, command)
}

/// A password that is written where the program asks for it: `echo .. | passwd app`.
fn typed(script: &Script, command: &SimpleCommand) -> Option<SetPassword> {
    let operands = Arguments::plain(command.invocation()?.arguments, &TYPED);
    let user = operands.operands().first().map(|word| word.text.clone());
    let (text, is_literal) = written(script.piped_from(command)?)?;
    let secret = secret(text.lines().next()?.trim(), is_literal)?;
    let place = script.pipeline(command)?.place;
    Some(SetPassword { place, heredoc: None, user, secret })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    /// The user and the kind of the password that a `RUN` sets.
    fn found(text: &str) -> Option<(String, Secret)> {
        let dockerfile = good(&format!("FROM debian:13\nRUN {text}\n"));
        let step = dockerfile.steps().next().unwrap();
        let mut commands = step.commands();
        let set = commands.find_map(|(script, command)| SetPassword::of(step, script, command))?;
        Some((set.user.unwrap_or_default(), set.secret))
    }

    #[test]
    fn passwords_are_told_apart() {
        for (text, user, secret) in [
            ("echo root:x1 | chpasswd", "root", Secret::Literal),
            ("echo -n \"a:x1\" | sudo chpasswd -s 5", "a", Secret::Literal),
            ("echo -e 'a:x1\\nb:x2' | chpasswd", "a", Secret::Literal),
            ("echo 'a:$6$s$h' | chpasswd -e", "a", Secret::Hash),
            ("echo 'a:9hJ2' | chpasswd --encrypted", "a", Secret::Hash),
            ("echo \"a:$P\" | chpasswd", "a", Secret::Variable("P".to_owned())),
            ("echo \"a:${P:-x1}\" | chpasswd", "a", Secret::Literal),
            ("echo \"a:${P:-$Q}\" | chpasswd", "a", Secret::Variable("P".to_owned())),
            ("chpasswd <<EOF\na:x1\nEOF", "a", Secret::Literal),
            ("chpasswd <<< a:x1", "a", Secret::Literal),
            ("echo x1 | passwd --stdin a", "a", Secret::Literal),
            ("printf 'x1\\nx1\\n' | adduser -s /bin/sh a", "a", Secret::Literal),
            ("useradd -p $(perl -e 'print crypt(\"x1\", \"s\")') a", "a", Secret::Literal),
            ("passwd -d a", "a", Secret::Absent),
            ("useradd -mp x1 a", "a", Secret::Literal),
            ("usermod --password='$6$s$h' a", "a", Secret::Hash),
            ("htpasswd -nbB a x1 > /f", "a", Secret::Literal),
            ("openssl passwd -6 -salt s x1", "", Secret::Literal),
        ] {
            assert_eq!(found(text), Some((user.to_owned(), secret)), "{text}");
        }
    }

    #[test]
    fn what_the_file_does_not_say_is_none() {
        for text in [
            "echo \"a:$(cat /run/secrets/p)\" | chpasswd",
            "cat /run/secrets/p | chpasswd",
            "chpasswd < /run/secrets/p",
            "echo 'a:!' | chpasswd -e",
            "echo a:x1 | tee /f",
            "passwd -l a",
            "usermod -p '!' a",
            "useradd -m a",
            "htpasswd -c /f a",
            "openssl passwd -6 -stdin",
            "(echo a:x1) | chpasswd",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
