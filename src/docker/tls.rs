//! What lets a command talk to a server whose certificate nobody verifies.
//!
//! Source: the manuals of curl(1), wget(1), apt-transport-https(1), dnf.conf(5), git-config(1) and
//! git(1); pip.pypa.io/en/stable/cli, docs.astral.sh/uv/reference, docs.npmjs.com/cli/using-npm/config,
//! yarnpkg.com/configuration/yarnrc, docs.conda.io, getcomposer.org/doc/06-config.md,
//! `huggingface.co/docs/huggingface_hub` (environment), nodejs.org/api/cli.html,
//! peps.python.org/pep-0493, go.dev/ref/mod.

use super::download::{Download, is_local};
use super::shell::{Script, ShellWord, SimpleCommand};
use crate::source::Place;

/// What turns the verification off.
#[derive(Debug)]
pub(crate) struct Unverified<'c> {
    /// The word that says so.
    pub(crate) place: Place,
    /// In short, for a sentence: `` `curl -k` ``.
    pub(crate) shown: String,
    /// What to take away so that it is verified again; nothing where it is a setting that outlives
    /// the command.
    pub(crate) options: Vec<GivenOption<'c>>,
}

/// An option in a command.
#[derive(Debug)]
pub(crate) enum GivenOption<'c> {
    /// The words from the first to the last.
    Words(&'c ShellWord, &'c ShellWord),
    /// One letter of `-fsSkL`.
    Letter(&'c ShellWord, char),
}

/// Options that turn it off by being there.
const SWITCHES: [(&[&str], &str); 7] = [
    (&["apk", "wget"], "--no-check-certificate"),
    (&["aws"], "--no-verify-ssl"),
    (&["curl"], "--insecure"),
    (&["curl"], "--proxy-insecure"),
    (&["helm", "kubectl", "oc"], "--insecure-skip-tls-verify"),
    (&["npm", "pnpm", "yarn"], "--no-strict-ssl"),
    (&["svn"], "--trust-server-cert"),
];

/// Settings by the end of their names in small letters, and whether it is `true` that turns the
/// verification off.
const SETTINGS: [(&[&str], &str, bool); 14] = [
    (&["apt", "apt-get", "aptitude"], "::verify-host", false),
    (&["apt", "apt-get", "aptitude"], "::verify-peer", false),
    (&["aria2c", "wget"], "--check-certificate", false),
    (&["buildah", "podman", "skopeo"], "--tls-verify", false),
    (&["bundle", "gem"], "ssl_verify_mode", false),
    (&["composer"], "disable-tls", true),
    (&["conda", "mamba", "micromamba"], "ssl_verify", false),
    (&["dnf", "dnf5", "microdnf", "tdnf", "yum", "yum-config-manager"], "sslverify", false),
    (&["git"], ".sslverify", false),
    (&["helm", "kubectl", "oc"], "--insecure-skip-tls-verify", true),
    (&["mvn", "mvnw"], "ssl.allowall", true),
    (&["mvn", "mvnw"], "ssl.insecure", true),
    (&["npm", "pnpm", "yarn"], "strict-ssl", false),
    (&["yarn"], "enablestrictssl", false),
];

/// Options behind which a setting stands.
const SETS: [&str; 5] = ["-c", "--config", "-o", "--option", "--setopt"];

/// Settings that name hosts, by the end of their names.
const HOSTS: [&str; 2] = ["trusted-host", "allow-insecure-host"];

/// Lines of configuration files without white space and quotes, in small letters.
const LINES: [&str; 10] = [
    "::verify-hostfalse",
    "::verify-peerfalse",
    "check-certificate=off",
    "check_certificate=off",
    "ssl_verify:false",
    "ssl_verify_mode:0",
    "sslverify=0",
    "sslverify=false",
    "strict-ssl=false",
    "strict-sslfalse",
];

/// Which value of a variable turns the verification off.
#[derive(Clone, Copy)]
enum Off {
    True,
    False,
    /// `0` and nothing else.
    Zero,
    /// Any: it names hosts.
    Hosts,
}

const VARIABLES: [(&str, Off); 14] = [
    ("BUNDLE_SSL_VERIFY_MODE", Off::Zero),
    ("CONDA_SSL_VERIFY", Off::False),
    ("GIT_SSL_NO_VERIFY", Off::True),
    ("GOINSECURE", Off::Hosts),
    ("HEX_UNSAFE_HTTPS", Off::True),
    ("HF_HUB_DISABLE_SSL_VERIFICATION", Off::True),
    ("NODE_TLS_REJECT_UNAUTHORIZED", Off::Zero),
    ("NPM_CONFIG_STRICT_SSL", Off::False),
    ("PIP_TRUSTED_HOST", Off::Hosts),
    ("PYTHONHTTPSVERIFY", Off::Zero),
    ("SSL_NO_VERIFY", Off::True),
    ("UV_INSECURE_HOST", Off::Hosts),
    ("YARN_ENABLE_STRICT_SSL", Off::False),
    ("YARN_STRICT_SSL", Off::False),
];

fn is_true(value: &str) -> bool {
    ["1", "true", "yes", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn is_false(value: &str) -> bool {
    let words = ["0", "false", "no", "off", "none", "without", "disable"];
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Whether a variable of that name and value turns the verification off.
pub(crate) fn variable_turns_off(name: &str, value: &str) -> bool {
    let known = VARIABLES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    known.is_some_and(|(_, off)| match off {
        Off::True => is_true(value),
        Off::False => is_false(value),
        Off::Zero => value == "0",
        Off::Hosts => {
            let mut hosts = value.split([',', ' ']).filter(|host| !host.is_empty());
            !value.contains('$') && hosts.any(|host| !is_local(host))
        }
    })
}

/// Whether a name ends like that: in whole words.
fn ends_like(name: &str, ending: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let before = name.strip_suffix(ending);
    before.is_some_and(|before| !before.ends_with(is_letter) || !ending.starts_with(is_letter))
}

impl<'c> Unverified<'c> {
    /// What keeps a command from verifying certificates, if anything does.
    pub(crate) fn of(script: &Script, command: &'c SimpleCommand) -> Option<Self> {
        by_variable(command).or_else(|| {
            let download = Download::of(command);
            if download.as_ref().is_some_and(Download::is_local) {
                return None;
            }
            let letter = download.and_then(|download| download.arguments.option(&["-k"]));
            letter
                .and_then(|word| by_letter(command, word))
                .or_else(|| by_switch(command))
                .or_else(|| by_setting(command))
                .or_else(|| by_hosts(command))
                .or_else(|| by_file(script, command))
        })
    }
}

/// ```text
/// GIT_SSL_NO_VERIFY=1 git clone ..
/// export NODE_TLS_REJECT_UNAUTHORIZED=0
/// ```
fn by_variable(command: &SimpleCommand) -> Option<Unverified<'_>> {
    let found = |name: &str, value: &str, place: Place| {
        let shown = format!("`{name}={value}`");
        variable_turns_off(name, value).then_some(Unverified { place, shown, options: Vec::new() })
    };
    // Without a program, a variable is for the shell alone.
    let mut own = command.assignments.iter().filter(|_| !command.words.is_empty());
    own.find_map(|it| found(&it.name, &it.value.text, it.value.place)).or_else(|| {
        let invocation = command.invocation()?;
        let exports = matches!(invocation.name(), "export" | "declare");
        let behind = invocation.arguments.iter().filter(|_| exports);
        let mut words = invocation.before().iter().chain(behind);
        words.find_map(|word| {
            let (name, value) = word.text.split_once('=')?;
            found(name, value, word.place)
        })
    })
}

/// `curl -fsSk ..`; wget's `-k` is something else.
fn by_letter<'c>(command: &'c SimpleCommand, word: &'c ShellWord) -> Option<Unverified<'c>> {
    command.invocation().filter(|it| it.name() == "curl")?;
    let is_alone = word.text == "-k";
    let option =
        if is_alone { GivenOption::Words(word, word) } else { GivenOption::Letter(word, 'k') };
    Some(Unverified { place: word.place, shown: "`curl -k`".to_owned(), options: vec![option] })
}

/// `wget --no-check-certificate ..`
fn by_switch(command: &SimpleCommand) -> Option<Unverified<'_>> {
    let invocation = command.invocation()?;
    let name = invocation.name();
    let of_program = SWITCHES.iter().filter(|(programs, _)| programs.contains(&name));
    let switches: Vec<_> = of_program.map(|(_, switch)| *switch).collect();
    if switches.is_empty() {
        return None;
    }
    let mut words = invocation.arguments.iter().take_while(|word| word.text != "--");
    let word = words.find(|word| switches.contains(&word.text.as_str()))?;
    let shown = format!("`{name} {}`", word.text);
    Some(Unverified { place: word.place, shown, options: vec![GivenOption::Words(word, word)] })
}

/// ```text
/// git -c http.sslVerify=false clone ..
/// npm config set strict-ssl false
/// yum --setopt=sslverify=0 install ..
/// ```
fn by_setting(command: &SimpleCommand) -> Option<Unverified<'_>> {
    let invocation = command.invocation()?;
    let name = invocation.name();
    let of_program: Vec<_> =
        SETTINGS.iter().filter(|(programs, ..)| programs.contains(&name)).collect();
    if of_program.is_empty() {
        return None;
    }
    let turns_off = |key: &str, value: &str| {
        of_program.iter().any(|(_, ending, by_true)| {
            (if *by_true { is_true(value) } else { is_false(value) }) && ends_like(key, ending)
        })
    };
    let mut previous: Option<&ShellWord> = None;
    let mut words = invocation.arguments.iter().peekable();
    while let Some(word) = words.next() {
        let (key, value, last) = if let Some((key, value)) = word.text.rsplit_once('=') {
            (key, value, word)
        } else {
            let next = *words.peek()?;
            (word.text.as_str(), next.text.as_str(), next)
        };
        if !turns_off(key, value) {
            previous = Some(word);
            continue;
        }
        let sets = previous.filter(|it| SETS.contains(&it.text.as_str()));
        let first = sets.unwrap_or(word);
        let is_option = first.text.starts_with('-');
        let options = if is_option { vec![GivenOption::Words(first, last)] } else { Vec::new() };
        let shown = format!("`{name} {key}={value}`");
        return Some(Unverified { place: last.place, shown, options });
    }
    None
}

/// ```text
/// pip install --trusted-host pypi.acme.example ..
/// pip config set global.trusted-host pypi.acme.example
/// ```
fn by_hosts(command: &SimpleCommand) -> Option<Unverified<'_>> {
    let names_host = |text: &str| HOSTS.iter().any(|ending| ends_like(text, ending));
    let name = command.invocation()?.name();
    let program = ["pipx", "pip", "python", "uvx", "uv"]
        .into_iter()
        .find(|program| name.starts_with(program))?;
    let (mut options, mut place) = (Vec::new(), None);
    for (at, word) in command.words.iter().enumerate() {
        let (name, value, last) = match word.text.split_once('=') {
            Some((name, value)) => (name, value, word),
            None => match command.words.get(at + 1) {
                Some(next) => (word.text.as_str(), next.text.as_str(), next),
                None => break,
            },
        };
        if names_host(name) && !is_local(value) {
            place.get_or_insert((word.place, name));
            options.extend(name.starts_with('-').then_some(GivenOption::Words(word, last)));
        }
    }
    let (place, name) = place?;
    Some(Unverified { place, shown: format!("`{program} {name}`"), options })
}

/// `echo "sslverify=false" >> /etc/yum.conf`
fn by_file<'c>(script: &Script, command: &'c SimpleCommand) -> Option<Unverified<'c>> {
    let invocation = command.invocation().filter(|it| ["echo", "printf"].contains(&it.name()))?;
    let file = command.writes().next().map(|word| word.text.as_str());
    if file.is_none() && script.piped_into(command).is_none() {
        return None;
    }
    let word = invocation.arguments.iter().find(|word| {
        let dense = word.text.replace([' ', '\t', '"', '\''], "").to_ascii_lowercase();
        let is_curlrc = file.is_some_and(|file| file.ends_with("curlrc"));
        LINES.iter().any(|line| dense.contains(line)) || is_curlrc && dense == "insecure"
    })?;
    let shown = format!("a line for `{}`", file.unwrap_or("a file"));
    Some(Unverified { place: word.place, shown, options: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::shell::tests::good;

    /// What turns the verification off, and the options that say so.
    fn shown(text: &str) -> Option<(String, String)> {
        let script = good(text);
        let found =
            script.commands().iter().find_map(|command| Unverified::of(&script, command))?;
        let options = found.options.iter().map(|option| match option {
            GivenOption::Words(first, last) if first.place == last.place => first.text.clone(),
            GivenOption::Words(first, last) => format!("{} {}", first.text, last.text),
            GivenOption::Letter(word, letter) => format!("{letter} of {}", word.text),
        });
        Some((found.shown.replace('`', ""), options.collect::<Vec<_>>().join(", ")))
    }

    #[test]
    fn what_turns_it_off() {
        for (text, what, options) in [
            ("curl -fsSkLo a https://x/", "curl -k", "k of -fsSkLo"),
            ("curl https://x/ -k", "curl -k", "-k"),
            ("/usr/bin/curl --insecure https://x/", "curl --insecure", "--insecure"),
            (
                "wget --no-check-certificate https://x/",
                "wget --no-check-certificate",
                "--no-check-certificate",
            ),
            (
                "apk add --no-check-certificate git",
                "apk --no-check-certificate",
                "--no-check-certificate",
            ),
            (
                "pip3 install --trusted-host a --trusted-host=b c",
                "pip --trusted-host",
                "--trusted-host a, --trusted-host=b",
            ),
            ("pip config set global.trusted-host a", "pip global.trusted-host", ""),
            (
                "git -c http.https://x/.sslVerify=false clone https://x/",
                "git http.https://x/.sslVerify=false",
                "-c http.https://x/.sslVerify=false",
            ),
            ("git config --global http.sslVerify false", "git http.sslVerify=false", ""),
            (
                "apt-get -oAcquire::https::x::Verify-Peer=0 update",
                "apt-get -oAcquire::https::x::Verify-Peer=0",
                "-oAcquire::https::x::Verify-Peer=0",
            ),
            ("dnf --setopt sslverify=0 install a", "dnf sslverify=0", "--setopt sslverify=0"),
            ("npm i --strict-ssl false", "npm --strict-ssl=false", "--strict-ssl false"),
            (
                "kubectl --insecure-skip-tls-verify=true get x",
                "kubectl --insecure-skip-tls-verify=true",
                "--insecure-skip-tls-verify=true",
            ),
            (
                "mvn -Dmaven.wagon.http.ssl.insecure=true package",
                "mvn -Dmaven.wagon.http.ssl.insecure=true",
                "-Dmaven.wagon.http.ssl.insecure=true",
            ),
            ("PYTHONHTTPSVERIFY=0 python a.py", "PYTHONHTTPSVERIFY=0", ""),
            ("sudo GIT_SSL_NO_VERIFY=true git pull", "GIT_SSL_NO_VERIFY=true", ""),
            ("export PIP_TRUSTED_HOST=a", "PIP_TRUSTED_HOST=a", ""),
            ("printf 'sslverify = 0\\n' > /etc/dnf/dnf.conf", "a line for /etc/dnf/dnf.conf", ""),
        ] {
            assert_eq!(shown(text), Some((what.to_owned(), options.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            "curl -k https://localhost:8443/",
            "curl -fsSL https://x/ -K a",
            "curl -H 'X: -k' https://x/",
            "wget -k https://x/",
            "pip install --trusted-host 127.0.0.1 a",
            "git config http.sslVerify true",
            "npm config get strict-ssl",
            "NODE_TLS_REJECT_UNAUTHORIZED=1 npm ci",
            "NODE_TLS_REJECT_UNAUTHORIZED=0",
            "GOINSECURE= go get x",
            "echo sslverify=false",
            "gunicorn -k uvicorn.workers.UvicornWorker api",
            "apt-get -k",
            "grep -- --insecure a",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
