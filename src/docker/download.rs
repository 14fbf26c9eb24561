//! What curl and wget download, and where it goes.
//!
//! Source: the manuals of curl(1) and wget(1); busybox.net/downloads/BusyBox.html, "wget".

use super::shell::{Arguments, BlockKind, Invocation, Script, ShellWord, SimpleCommand, Valued};
use super::{Dockerfile, Stage, Step};

/// A program that downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Downloader {
    Curl,
    Wget,
}

/// A command that downloads.
#[derive(Debug)]
pub(crate) struct Download<'c> {
    pub(crate) by: Downloader,
    pub(crate) invocation: Invocation<'c>,
    pub(crate) arguments: Arguments<'c>,
}

/// curl's options that take a value.
static CURL: Valued = Valued::of(
    "-A --user-agent -b --cookie -c --cookie-jar -C --continue-at -d --data \
    --data-ascii --data-binary --data-raw --data-urlencode -D --dump-header -e --referer -E --cert \
    -F --form --form-string -H --header -K --config -m --max-time -o --output -P --ftp-port -Q \
    --quote -r --range -t --telnet-option -T --upload-file -u --user -U --proxy-user -w \
    --write-out -x --proxy -X --request -y --speed-time -Y --speed-limit -z --time-cond \
    --abstract-unix-socket --aws-sigv4 --cacert --capath --cert-type --ciphers --connect-timeout \
    --connect-to --create-file-mode --crlfile --curves --delegation --dns-servers --doh-url \
    --engine --etag-compare --etag-save --expect100-timeout --happy-eyeballs-timeout-ms \
    --hostpubsha256 --interface --json --keepalive-time --key --key-type --limit-rate --local-port \
    --max-filesize --max-redirs --netrc-file --noproxy --oauth2-bearer --output-dir --parallel-max \
    --pass --pinnedpubkey --preproxy --proto --proto-default --proto-redir --proxy-cacert \
    --proxy-cert --proxy-header --proxy-key --pubkey --rate --request-target --resolve --retry \
    --retry-delay --retry-max-time --service-name --socks4 --socks4a --socks5 --socks5-hostname \
    --stderr --tls-max --tls13-ciphers --trace --trace-ascii --unix-socket --url --url-query \
    --variable",
);

/// wget's options that take a value.
static WGET: Valued = Valued::of(
    "-a --append-output -A --accept -B --base -D --domains -e --execute -i \
    --input-file -I -l --level -o --output-file -O --output-document -P --directory-prefix -Q \
    --quota -R --reject -t --tries -T --timeout -U --user-agent -w --wait -X --bind-address \
    --body-data --body-file --ca-certificate --ca-directory --certificate --connect-timeout \
    --cut-dirs --dns-timeout --exclude-domains --header --http-password --http-user --limit-rate \
    --load-cookies --max-redirect --method --password --post-data --post-file --prefer-family \
    --private-key --progress --read-timeout --referer --restrict-file-names --retry-on-http-error \
    --save-cookies --secure-protocol --start-pos --user --waitretry",
);

/// curl's options with which it sends, asks for headers, looks at the status, reads its options from
/// a file, or explains itself.
const OTHER_CURL: &str = "-d --data --data-ascii --data-binary --data-raw --data-urlencode -F \
    --form --form-string --json -T --upload-file -I --head -i --include -w --write-out -K --config \
    -h --help -V --version";

/// The same of wget.
const OTHER_WGET: &str = "--post-data --post-file --body-data --body-file --spider -i --input-file \
    -h --help -V --version";

/// Options that say nothing about what is fetched.
const PLAIN: &str = "-f --fail --fail-with-body -s --silent -S --show-error -L --location -# \
    --progress-bar --retry --retry-delay --retry-all-errors --retry-connrefused --compressed --proto \
    --tlsv1.2 --tlsv1.3 -q --quiet -n -v --no-verbose -O --output-document --progress -o --output \
    --connect-timeout -m --max-time -t --tries -T --timeout --show-progress --https-only";

/// Programs that tell whether a file is what it should be.
const CHECKERS: [&str; 13] = [
    "b2sum",
    "cosign",
    "gpgv",
    "md5sum",
    "minisign",
    "sha1sum",
    "sha224sum",
    "sha256sum",
    "sha384sum",
    "sha512sum",
    "shasum",
    "slsa-verifier",
    "sq",
];

/// The host of an address, without user and port.
fn host(address: &str) -> &str {
    let behind = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = behind.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Whether an address is of the machine itself.
pub(crate) fn is_local(address: &str) -> bool {
    let host = host(address);
    host.eq_ignore_ascii_case("localhost")
        || host.starts_with("127.")
        || matches!(host, "::1" | "0.0.0.0")
        || address.starts_with("file:")
}

impl<'c> Download<'c> {
    /// What a command downloads, if it does.
    pub(crate) fn of(command: &'c SimpleCommand) -> Option<Self> {
        let invocation = command.invocation()?;
        let (by, valued) = match invocation.name() {
            "curl" => (Downloader::Curl, &CURL),
            "wget" => (Downloader::Wget, &WGET),
            _ => return None,
        };
        let arguments = Arguments::plain(invocation.arguments, valued);
        Some(Download { by, invocation, arguments })
    }

    /// The addresses that it is given.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &'c str> {
        let operands = self.arguments.operands().iter().map(|word| word.text.as_str());
        operands.chain(self.arguments.values(&["--url"]))
    }

    /// Whether it asks nobody but the machine itself.
    pub(crate) fn is_local(&self) -> bool {
        self.addresses().next().is_some() && self.addresses().all(is_local)
    }

    /// Whether it only fetches something, from an address that it names itself.
    pub(crate) fn fetches(&self) -> bool {
        let others: Vec<_> = match self.by {
            Downloader::Curl => OTHER_CURL.split(' ').collect(),
            Downloader::Wget => OTHER_WGET.split(' ').collect(),
        };
        let gets = |method: &str| method.eq_ignore_ascii_case("GET");
        self.addresses().next().is_some()
            && !self.is_local()
            && self.arguments.option(&others).is_none()
            && self.arguments.values(&["-X", "--request", "--method"]).all(gets)
    }

    /// Whether it asks without a header, a name or anything else that `ADD` could not say.
    pub(crate) fn is_plain(&self) -> bool {
        let known: Vec<_> = PLAIN.split(' ').collect();
        self.arguments.has_only(&known)
    }

    /// The file that it writes to; an empty text where the address names it, and nothing where it
    /// writes what it fetches to its output.
    pub(crate) fn file(&self, command: &'c SimpleCommand) -> Option<&'c str> {
        let named = match self.by {
            Downloader::Curl => self.arguments.values(&["-o", "--output"]).next(),
            Downloader::Wget => self.arguments.values(&["-O", "--output-document"]).next(),
        };
        let by_address = match self.by {
            Downloader::Curl => {
                let options = ["-O", "--remote-name", "--remote-name-all"];
                self.arguments.option(&options).is_some()
            }
            Downloader::Wget => named.is_none(),
        };
        let is_stdout = |file: &str| matches!(file, "-" | "/dev/stdout");
        match named {
            Some(file) if !is_stdout(file) => Some(file),
            _ if by_address => Some(""),
            _ => command.writes().next().map(|word| word.text.as_str()),
        }
    }

    /// Whether it keeps its progress out of the log.
    pub(crate) fn is_quiet(&self, command: &SimpleCommand) -> bool {
        let options = [
            "-q",
            "--quiet",
            "--no-verbose",
            "--progress",
            "-o",
            "--output-file",
            "-a",
            "--append-output",
            "-b",
            "--background",
        ];
        // `-nv` is one option and no two.
        let is_terse = |word: &ShellWord| word.text.starts_with("-n") && word.text.contains('v');
        self.arguments.may_have(&options)
            || self.invocation.arguments.iter().any(is_terse)
            || command.writes().any(|file| file.text == "/dev/null")
    }

    /// Whether what it fetches becomes a file, a part of another command, or what one reads.
    pub(crate) fn is_used(&self, script: &Script, command: &'c SimpleCommand) -> bool {
        let is_nothing = |file: &str| file == "/dev/null";
        if self.arguments.values(&["-o", "--output"]).any(is_nothing) {
            return false;
        }
        // What it says on the way may go there, too.
        self.file(command).is_some_and(|file| !is_nothing(file))
            || script.pipeline(command).is_some_and(|it| !it.bars.is_empty())
            || script.around(command).any(|it| it == BlockKind::Substitution)
    }
}

impl Dockerfile {
    /// Whether the `wget` of a stage is that of `BusyBox` where no package brings the other, as far
    /// as the name of the image tells.
    pub(crate) fn has_busybox(&self, stage: &Stage) -> bool {
        let image = self.origin(stage).resolved_image().unwrap_or_default();
        image.contains("alpine") || image.contains("busybox")
    }

    /// Whether a step of the file installs a package of that name.
    pub(crate) fn installs(&self, name: &str) -> bool {
        let mut packages = self.steps().flat_map(Step::packages).flat_map(|it| it.packages);
        packages.any(|package| package.name == name)
    }
}

impl Step<'_> {
    /// Whether one of its commands tells whether files are what they should be, so that a
    /// bad download does not go unnoticed.
    pub(crate) fn is_checked(self) -> bool {
        let checks = |command: &SimpleCommand| {
            let Some(invocation) = command.invocation() else { return false };
            let says = |words: &[&str]| {
                invocation.arguments.iter().any(|word| words.contains(&word.text.as_str()))
            };
            match invocation.name() {
                "gpg" | "gpg2" => says(&["--verify"]),
                "openssl" => says(&["-verify"]),
                name => CHECKERS.contains(&name),
            }
        };
        self.commands().any(|(_, command)| checks(command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    #[test]
    fn addresses_of_the_machine_itself() {
        for address in [
            "localhost",
            "http://localhost:8000/x",
            "https://user@127.0.0.1/",
            "http://[::1]:80/",
            "file:///etc/hosts",
        ] {
            assert!(is_local(address), "{address}");
        }
        for address in ["https://localhost.acme.example/", "https://acme.example/localhost", "$URL"]
        {
            assert!(!is_local(address), "{address}");
        }
    }

    #[test]
    fn where_downloads_go() {
        for (text, file) in [
            ("curl -fLo a https://x/", Some("a")),
            ("curl -LO https://x/a", Some("")),
            ("curl https://x/ > a", Some("a")),
            ("curl -o - https://x/ >> a", Some("a")),
            ("curl https://x/ | sh", None),
            ("wget https://x/a", Some("")),
            ("wget -qO- https://x/a", None),
            ("wget -O a https://x/a", Some("a")),
        ] {
            let dockerfile = good(&format!("FROM debian:13\nRUN {text}\n"));
            let step = dockerfile.steps().next().unwrap();
            let (_, command) = step.commands().next().unwrap();
            let download = Download::of(command).unwrap();
            assert!(download.fetches(), "{text}");
            assert_eq!(download.file(command), file, "{text}");
        }
    }
}
