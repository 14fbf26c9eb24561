//! Where a server listens, as its command line and its variables say it.
//!
//! Sources: the documentation of each server's command line, 2026-11.

use std::cell::Cell;
use std::net::IpAddr;
use std::sync::LazyLock;

use crate::address::parts;
use crate::command::{CommandLine, Word, file_name, started};
use crate::finder::Finder;
use crate::source::Place;
use crate::variables;

/// What a server does where nobody says on which address it is to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Usual {
    /// It listens where only its own machine reaches it.
    Loopback,
    /// It listens everywhere.
    Everywhere,
    /// A file of its own may say so.
    Unknown,
}

/// A program that serves.
struct Server {
    /// The name of the program, or of the module of Python that is run.
    name: &'static str,
    /// The words of which one must follow, where the program does other things as well.
    commands: &'static [&'static str],
    /// What people call it.
    title: &'static str,
    hosts: &'static [&'static str],
    ports: &'static [&'static str],
    /// Flags that take `<host>:<port>`, or a port or a host alone.
    binds: &'static [&'static str],
    /// Variables that say the host and the port.
    host_variable: &'static str,
    port_variable: &'static str,
    /// A variable that says what the flags of `binds` say.
    bind_variable: &'static str,
    usual_host: Usual,
    /// Nothing where a file may say another one.
    usual_port: Option<u16>,
    /// Flags behind which nothing of this holds: sockets, files of settings.
    others: &'static [&'static str],
    /// Whether the address may stand without a flag.
    positional: bool,
}

const BASE: Server = Server {
    name: "",
    commands: &[],
    title: "",
    hosts: &["--host"],
    ports: &["--port"],
    binds: &[],
    host_variable: "",
    port_variable: "",
    bind_variable: "",
    usual_host: Usual::Loopback,
    usual_port: Some(8000),
    others: &[],
    positional: false,
};

const SERVERS: [Server; 27] = [
    Server {
        name: "uvicorn",
        title: "uvicorn",
        host_variable: "UVICORN_HOST",
        port_variable: "UVICORN_PORT",
        others: &["--uds", "--fd"],
        ..BASE
    },
    // `gunicorn.conf.py` of the folder is read without being asked for.
    Server {
        name: "gunicorn",
        title: "gunicorn",
        hosts: &[],
        ports: &[],
        binds: &["-b", "--bind"],
        usual_host: Usual::Unknown,
        usual_port: None,
        ..BASE
    },
    Server {
        name: "hypercorn",
        title: "hypercorn",
        hosts: &[],
        ports: &[],
        binds: &["-b", "--bind"],
        others: &["-c", "--config", "--insecure-bind", "--quic-bind"],
        ..BASE
    },
    Server {
        name: "daphne",
        title: "daphne",
        hosts: &["-b", "--bind"],
        ports: &["-p", "--port"],
        others: &["-u", "--unix-socket", "--fd", "-e", "--endpoint"],
        ..BASE
    },
    Server {
        name: "granian",
        title: "granian",
        host_variable: "GRANIAN_HOST",
        port_variable: "GRANIAN_PORT",
        others: &["--uds"],
        ..BASE
    },
    Server {
        name: "fastapi",
        commands: &["run"],
        title: "fastapi run",
        port_variable: "PORT",
        usual_host: Usual::Everywhere,
        ..BASE
    },
    Server {
        name: "fastapi",
        commands: &["dev"],
        title: "fastapi dev",
        port_variable: "PORT",
        ..BASE
    },
    Server {
        name: "flask",
        commands: &["run"],
        title: "flask run",
        hosts: &["-h", "--host"],
        ports: &["-p", "--port"],
        host_variable: "FLASK_RUN_HOST",
        port_variable: "FLASK_RUN_PORT",
        usual_port: Some(5000),
        ..BASE
    },
    Server {
        name: "quart",
        commands: &["run"],
        title: "quart run",
        hosts: &["-h", "--host"],
        ports: &["-p", "--port"],
        usual_port: Some(5000),
        ..BASE
    },
    Server {
        name: "litestar",
        commands: &["run"],
        title: "litestar run",
        hosts: &["-H", "--host"],
        ports: &["-p", "--port"],
        host_variable: "LITESTAR_HOST",
        port_variable: "LITESTAR_PORT",
        others: &["-U", "--uds", "-F", "--fd"],
        ..BASE
    },
    Server {
        name: "manage.py",
        commands: &["runserver"],
        title: "Django's runserver",
        hosts: &[],
        ports: &[],
        positional: true,
        ..BASE
    },
    Server {
        name: "http.server",
        title: "http.server",
        hosts: &["-b", "--bind"],
        ports: &[],
        usual_host: Usual::Everywhere,
        positional: true,
        ..BASE
    },
    Server {
        name: "chainlit",
        commands: &["run"],
        title: "chainlit run",
        host_variable: "CHAINLIT_HOST",
        port_variable: "CHAINLIT_PORT",
        ..BASE
    },
    Server {
        name: "streamlit",
        commands: &["run"],
        title: "streamlit run",
        hosts: &["--server.address"],
        ports: &["--server.port"],
        host_variable: "STREAMLIT_SERVER_ADDRESS",
        port_variable: "STREAMLIT_SERVER_PORT",
        usual_host: Usual::Unknown,
        usual_port: None,
        ..BASE
    },
    Server {
        name: "adk",
        commands: &["api_server", "web"],
        title: "adk",
        hosts: &["--host"],
        ports: &["--port", "-p"],
        ..BASE
    },
    Server {
        name: "langgraph",
        commands: &["dev"],
        title: "langgraph dev",
        usual_port: Some(2024),
        ..BASE
    },
    Server {
        name: "litellm",
        title: "litellm",
        host_variable: "HOST",
        port_variable: "PORT",
        usual_host: Usual::Everywhere,
        usual_port: Some(4000),
        ..BASE
    },
    Server {
        name: "vllm",
        commands: &["serve"],
        title: "vllm serve",
        usual_host: Usual::Everywhere,
        others: &["--config", "--uds"],
        ..BASE
    },
    Server {
        name: "vllm.entrypoints.openai.api_server",
        title: "vLLM",
        usual_host: Usual::Everywhere,
        others: &["--config", "--uds"],
        ..BASE
    },
    Server {
        name: "sglang.launch_server",
        title: "SGLang",
        usual_port: Some(30000),
        others: &["--config"],
        ..BASE
    },
    Server {
        name: "llama-server",
        title: "llama-server",
        host_variable: "LLAMA_ARG_HOST",
        port_variable: "LLAMA_ARG_PORT",
        // Its own images set the variable.
        usual_host: Usual::Unknown,
        usual_port: Some(8080),
        ..BASE
    },
    Server {
        name: "ollama",
        commands: &["serve"],
        title: "ollama serve",
        hosts: &[],
        ports: &[],
        bind_variable: "OLLAMA_HOST",
        // Its own image sets the variable.
        usual_host: Usual::Unknown,
        usual_port: Some(11434),
        ..BASE
    },
    Server {
        name: "mlflow",
        commands: &["server", "ui"],
        title: "mlflow server",
        hosts: &["-h", "--host"],
        ports: &["-p", "--port"],
        host_variable: "MLFLOW_HOST",
        port_variable: "MLFLOW_PORT",
        usual_port: Some(5000),
        ..BASE
    },
    Server {
        name: "next",
        commands: &["start"],
        title: "next start",
        hosts: &["-H", "--hostname"],
        ports: &["-p", "--port"],
        port_variable: "PORT",
        usual_host: Usual::Everywhere,
        usual_port: Some(3000),
        ..BASE
    },
    Server {
        name: "waitress-serve",
        title: "waitress-serve",
        binds: &["--listen"],
        usual_host: Usual::Everywhere,
        usual_port: Some(8080),
        others: &["--unix-socket"],
        ..BASE
    },
    Server {
        name: "mcp-proxy",
        title: "mcp-proxy",
        hosts: &["--host", "--sse-host"],
        ports: &["--port", "--sse-port"],
        // Without a port it speaks by its standard input.
        usual_host: Usual::Unknown,
        usual_port: None,
        ..BASE
    },
    Server {
        name: "supergateway",
        title: "supergateway",
        hosts: &[],
        usual_host: Usual::Everywhere,
        usual_port: None,
        ..BASE
    },
];

/// Images that start one of those servers, by the start of what they run.
const IMAGES: [(&str, &[&str]); 5] = [
    ("docker.io/litellm/litellm", &["litellm"]),
    ("docker.io/ollama/ollama", &["ollama", "serve"]),
    ("docker.io/vllm/vllm-openai", &["vllm", "serve"]),
    ("ghcr.io/berriai/litellm", &["litellm"]),
    ("ghcr.io/berriai/litellm-database", &["litellm"]),
];

/// What an image of that full name starts.
pub(crate) fn started_by(image: &str) -> Option<&'static [&'static str]> {
    IMAGES.iter().find(|(name, _)| *name == image).map(|(_, words)| *words)
}

/// As many words of a program's own come before the word that says what it is to do.
const MOST_OPTIONS: usize = 6;

/// Programs that pass requests on to others, or start several.
const PROXIES: [&str; 12] = [
    "apache2",
    "caddy",
    "circusd",
    "cloudflared",
    "envoy",
    "haproxy",
    "httpd",
    "nginx",
    "ngrok",
    "supervisord",
    "tailscaled",
    "traefik",
];

/// The package that brings one of them.
const SUPERVISOR: &str = "supervisor";

static PROXY: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(PROXIES.into_iter().chain([SUPERVISOR])));

/// Whether a text speaks of a program that may take requests in the place of another one.
pub(crate) fn speaks_of_proxy(text: &str) -> bool {
    let is_one = |name: &str| name == SUPERVISOR || PROXIES.contains(&name);
    PROXY.find(text).any(|found| text.get(found.range).is_some_and(is_one))
}

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    Is(String, Place),
    /// Nothing gives it a value.
    Unset,
    /// Something may, of which nothing is known.
    Open,
    /// Something does, and nobody knows which.
    Unknown,
}

/// What says where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// A word of its command line.
    Flag,
    /// A variable of that name.
    Variable(String),
    /// A key of its configuration.
    Key(String),
    /// What it does when nobody says so.
    Default,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
    pub(crate) basis: Basis,
}

/// Where a server listens, as far as that is known.
#[derive(Clone, Debug)]
pub(crate) struct Listening {
    /// What people call it: `uvicorn`.
    pub(crate) program: String,
    pub(crate) host: Option<Said<String>>,
    pub(crate) port: Option<Said<u16>>,
}

impl Listening {
    /// The address, where only what runs in the same container reaches it.
    pub(crate) fn loopback(&self) -> Option<&Said<String>> {
        self.host.as_ref().filter(|host| is_loopback(&host.value))
    }

    /// Why it listens on its port: ``uvicorn listens on 8000 unless told otherwise``.
    pub(crate) fn describe_port(&self) -> Option<String> {
        let port = self.port.as_ref()?;
        let (program, number) = (&self.program, port.value);
        Some(match &port.basis {
            Basis::Flag => format!("{program} listens on port {number}"),
            Basis::Variable(name) => format!("`{name}` makes {program} listen on port {number}"),
            Basis::Key(key) => format!("`{key}` makes it listen on port {number}"),
            Basis::Default => format!("{program} listens on port {number} unless told otherwise"),
        })
    }

    /// Why it listens on its address.
    pub(crate) fn describe_host(&self) -> Option<String> {
        let host = self.host.as_ref()?;
        let (program, address) = (&self.program, &host.value);
        Some(match &host.basis {
            Basis::Flag => format!("{program} listens on {address}"),
            Basis::Variable(name) => format!("`{name}` makes {program} listen on {address}"),
            Basis::Key(key) => format!("`{key}` makes it listen on {address}"),
            Basis::Default => format!("{program} listens on {address} unless told otherwise"),
        })
    }
}

/// Whether an address is one that only the same machine reaches.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Where the server of a command line listens; nothing where there is none that is known, or where the
/// line does more than can be told.
pub(crate) fn listening(line: &CommandLine, lookup: &dyn Fn(&str) -> Lookup) -> Option<Listening> {
    let is_proxy = |word: &Word| PROXIES.contains(&file_name(&word.text));
    if line.is_open() || line.words().any(is_proxy) {
        return None;
    }
    let commands: Vec<&[Word]> = line.commands().collect();
    let mut found = commands.iter().enumerate().filter_map(|(index, words)| {
        let (server, start, arguments) = server_in(words)?;
        Some((index, server, start, arguments))
    });
    let (index, server, start, arguments) = found.next()?;
    // Of two servers in a line nobody knows which one is meant.
    if found.next().is_some() {
        return None;
    }
    let before = commands.get(..=index)?.iter().copied().flatten();
    let sets = |name: &str| {
        let mut before = before.clone().take_while(|word| !std::ptr::eq(*word, start));
        !name.is_empty() && before.any(|word| word.text.starts_with(&format!("{name}=")))
    };
    if sets(server.host_variable) || sets(server.port_variable) || sets("PORT") || sets("HOST") {
        return None;
    }
    Reading { server, start, lookup }.read(arguments)
}

/// The server that a command starts, its word, and those behind it.
fn server_in(words: &[Word]) -> Option<(&'static Server, &Word, &[Word])> {
    let is_one = |name: &str| SERVERS.iter().any(|server| server.name == name);
    let (word, behind) = started(words, is_one)?;
    let name = file_name(&word.text);
    SERVERS.iter().filter(|server| server.name == name).find_map(|server| {
        if server.commands.is_empty() {
            return Some((server, word, behind));
        }
        let is_one = |word: &Word| server.commands.contains(&word.text.as_str());
        let next = behind.iter().take(MOST_OPTIONS).position(is_one)?;
        Some((server, word, behind.get(next + 1..)?))
    })
}

struct Reading<'r> {
    server: &'static Server,
    start: &'r Word,
    lookup: &'r dyn Fn(&str) -> Lookup,
}

/// A value that is stated, or that is stated and not known.
type Stated<T> = Option<Option<Said<T>>>;

impl Reading<'_> {
    fn read(&self, arguments: &[Word]) -> Option<Listening> {
        let server = self.server;
        let is_other = |word: &Word| {
            server.others.iter().any(|flag| {
                word.text.strip_prefix(flag).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with('=') && flag.starts_with("--")
                })
            })
        };
        if arguments.iter().any(is_other) {
            return None;
        }
        let mut host: Stated<String> = None;
        let mut port: Stated<u16> = None;
        let mut binds = 0;
        let mut next = arguments.iter().peekable();
        while let Some(word) = next.next() {
            let mut value = |flags: &[&str]| {
                let found = flags.iter().find_map(|flag| behind_flag(&word.text, flag))?;
                match found {
                    "" => next.next().map(|word| (word.text.clone(), word.place)),
                    found => Some((found.to_owned(), word.place)),
                }
            };
            if let Some((text, place)) = value(server.hosts) {
                host = Some(self.resolved(&text, place));
            } else if let Some((text, place)) = value(server.ports) {
                port = Some(self.resolved(&text, place).and_then(number));
            } else if let Some((text, place)) = value(server.binds) {
                binds += 1;
                (host, port) = self.bound(&text, place);
            } else if server.positional && is_address(&word.text) {
                (host, port) = self.bound(&word.text, word.place);
            }
        }
        // Of several addresses each may be the one that is meant.
        if binds > 1 {
            return None;
        }
        let variable = server.bind_variable;
        if !variable.is_empty()
            && let Lookup::Is(value, _) = (self.lookup)(variable)
            && !value.is_empty()
        {
            (host, port) = self.bound(&format!("${{{variable}}}"), self.start.place);
        }
        let host = match host {
            Some(host) => host,
            None => {
                self.of_variable(server.host_variable, Some).unwrap_or_else(|| self.usual_host())
            }
        };
        let port = match port {
            Some(port) => port,
            None => self
                .of_variable(server.port_variable, |text| text.parse().ok())
                .unwrap_or_else(|| self.usual(server.usual_port)),
        };
        (host.is_some() || port.is_some()).then(|| Listening {
            program: server.title.to_owned(),
            host,
            port,
        })
    }

    /// `<host>:<port>`, or one of them; a socket is neither.
    fn bound(&self, text: &str, place: Place) -> (Stated<String>, Stated<u16>) {
        let is_socket = |text: &str| text.starts_with("unix:") || text.starts_with("fd:");
        let text = with_braces(text);
        if is_socket(&text) {
            return (Some(None), Some(None));
        }
        // Each part tells where it comes from.
        if let Some((host, port)) = host_and_port(&text) {
            let port = self.resolved(port, place).and_then(number);
            return (Some(self.resolved(everywhere(host), place)), Some(port));
        }
        let Some(said) = self.resolved(&text, place) else { return (Some(None), Some(None)) };
        let of = |value: &str| Said { value: value.to_owned(), ..said.clone() };
        let address = said.value.trim_start_matches("http://").trim_end_matches('/');
        match host_and_port(address) {
            _ if is_socket(address) => (Some(None), Some(None)),
            Some((host, digits)) => (Some(Some(of(everywhere(host)))), Some(number(of(digits)))),
            None if address.parse::<u16>().is_ok() => (None, Some(number(of(address)))),
            None if address.contains("::") && !address.starts_with('[') => (Some(None), Some(None)),
            None => (Some(Some(of(address))), None),
        }
    }

    /// The text with its variables replaced; where it is one and nothing else, the value counts.
    fn resolved(&self, text: &str, place: Place) -> Option<Said<String>> {
        let text = with_braces(text);
        let unknown = Cell::new(false);
        let last = Cell::new(None);
        let value = variables::expand(&text, &|name| match (self.lookup)(name) {
            Lookup::Is(value, place) => {
                last.set(Some((name.to_owned(), place)));
                Some(value)
            }
            Lookup::Unset => None,
            Lookup::Open | Lookup::Unknown => {
                unknown.set(true);
                None
            }
        })?;
        if unknown.get() {
            return None;
        }
        let is_whole = text.starts_with('$') && variables::names(&text).nth(1).is_none();
        let said = last.take().filter(|_| is_whole);
        Some(match said {
            Some((name, place)) => Said { value, place, basis: Basis::Variable(name) },
            None => Said { value, place, basis: Basis::Flag },
        })
    }

    /// What a variable says; nothing where there is none.
    fn of_variable<T>(&self, name: &str, read: impl Fn(String) -> Option<T>) -> Stated<T> {
        if name.is_empty() {
            return None;
        }
        match (self.lookup)(name) {
            Lookup::Is(value, _) if value.is_empty() => None,
            Lookup::Is(value, place) => {
                let basis = Basis::Variable(name.to_owned());
                Some(read(value).map(|value| Said { value, place, basis }))
            }
            Lookup::Unknown => Some(None),
            // Nobody keeps such a variable where it cannot be seen, but for those of many programs.
            Lookup::Open if ["PORT", "HOST"].contains(&name) => Some(None),
            Lookup::Unset | Lookup::Open => None,
        }
    }

    fn usual<T>(&self, value: Option<T>) -> Option<Said<T>> {
        Some(Said { value: value?, place: self.start.place, basis: Basis::Default })
    }

    fn usual_host(&self) -> Option<Said<String>> {
        match self.server.usual_host {
            Usual::Loopback => self.usual(Some("127.0.0.1".to_owned())),
            Usual::Everywhere => self.usual(Some("0.0.0.0".to_owned())),
            Usual::Unknown => None,
        }
    }
}

fn number(said: Said<String>) -> Option<Said<u16>> {
    let Said { value, place, basis } = said;
    Some(Said { value: value.parse().ok().filter(|port| *port > 0)?, place, basis })
}

/// The host of `<host>:<port>`, which is left out where every address is meant.
fn everywhere(host: &str) -> &str {
    if host.is_empty() { "0.0.0.0" } else { host }
}

/// What stands before and behind the colon of an address; nothing where there is none, or several.
fn host_and_port(address: &str) -> Option<(&str, &str)> {
    match parts(address).as_slice() {
        [host, port] => Some((host, port)),
        _ => None,
    }
}

/// A word with `${NAME}` for what Kubernetes writes `$(NAME)`.
fn with_braces(text: &str) -> String {
    let mut parts = text.split("$(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if let Some((name, rest)) = part.split_once(')').filter(|(name, _)| is_name(name)) {
            out.push_str("${");
            out.push_str(name);
            out.push('}');
            out.push_str(rest);
        } else {
            out.push_str("$(");
            out.push_str(part);
        }
    }
    out
}

/// What stands behind a flag in the same word: nothing where it is the next word.
fn behind_flag<'w>(word: &'w str, flag: &str) -> Option<&'w str> {
    let rest = word.strip_prefix(flag)?;
    match rest.strip_prefix('=') {
        Some(value) => Some(value),
        None if rest.is_empty() => Some(rest),
        // `-p8000`
        None if !flag.starts_with("--") && !word.starts_with("--") => Some(rest),
        None => None,
    }
}

/// Whether a word without a flag is an address, or a variable that may be one.
fn is_address(word: &str) -> bool {
    let port = word.rsplit(':').next().unwrap_or(word);
    !word.starts_with(['-', '>']) && (port.parse::<u16>().is_ok() || word.contains('$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn heard(words: &[&str]) -> String {
        let place = Place { file: FileId::new(0), span: Span::new(0, 0) };
        let mut line = CommandLine::default();
        for word in words {
            line.push(word, &|_| place);
        }
        let lookup = |name: &str| match name {
            "PORT" => Lookup::Is("9000".to_owned(), place),
            "UVICORN_HOST" => Lookup::Is("0.0.0.0".to_owned(), place),
            "OLLAMA_HOST" => Lookup::Is("http://127.0.0.1:11435".to_owned(), place),
            "SECRET" => Lookup::Unknown,
            "ELSEWHERE" => Lookup::Open,
            _ => Lookup::Unset,
        };
        let Some(listening) = listening(&line, &lookup) else { return "-".to_owned() };
        let host = listening.host.map_or_else(|| "?".to_owned(), |it| it.value);
        let port = listening.port.map_or_else(|| "?".to_owned(), |it| it.value.to_string());
        format!("{} {host} {port}", listening.program)
    }

    #[test]
    fn servers_say_where_they_listen() {
        for (words, expected) in [
            (&["uvicorn", "a:b", "--host", "127.0.0.1", "--port=81"][..], "uvicorn 127.0.0.1 81"),
            (&["python", "-m", "uvicorn", "a:b"], "uvicorn 0.0.0.0 8000"),
            (&["uvicorn", "a:b", "--uds", "/x"], "-"),
            (&["sh", "-c", "exec uvicorn a:b --port ${PORT:-80}"], "uvicorn 0.0.0.0 9000"),
            (&["uvicorn", "a:b", "--port", "$(PORT)"], "uvicorn 0.0.0.0 9000"),
            (&["sh", "-c", "uvicorn a:b --port ${NONE:-80}"], "uvicorn 0.0.0.0 80"),
            (&["sh", "-c", "uvicorn a:b --port ${SECRET:-80}"], "uvicorn 0.0.0.0 ?"),
            (&["sh", "-c", "uvicorn a:b & nginx"], "-"),
            (&["sh", "-c", "UVICORN_PORT=1 uvicorn a:b"], "-"),
            (&["sh", "-c", "python migrate.py && uvicorn a:b --port 1"], "uvicorn 0.0.0.0 1"),
            (&["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "a:b"], "-"),
            (&["gunicorn", "-b", "0.0.0.0:80", "a:b"], "gunicorn 0.0.0.0 80"),
            (&["gunicorn", "-b:80", "a:b"], "gunicorn 0.0.0.0 80"),
            (&["gunicorn", "-b", "0.0.0.0:${PORT:-80}"], "gunicorn 0.0.0.0 9000"),
            (&["gunicorn", "-b", "::1"], "-"),
            (&["ollama", "serve"], "ollama serve 127.0.0.1 11435"),
            (&["ollama", "pull", "llama3.2"], "-"),
            (&["gunicorn", "-b", "0.0.0.0:$(PORT)"], "gunicorn 0.0.0.0 9000"),
            (&["sh", "-c", "nginx && uvicorn a:b"], "-"),
            (&["gunicorn", "--bind=unix:/x", "a:b"], "-"),
            (&["gunicorn", "-b", "a:1", "-b", "b:2"], "-"),
            (&["gunicorn", "--bind", "[::]:80"], "gunicorn [::] 80"),
            (&["flask", "--app", "a", "run"], "flask run 127.0.0.1 5000"),
            (&["flask", "--app=a", "run", "-p", "1"], "flask run 127.0.0.1 1"),
            (&["flask", "db", "upgrade"], "-"),
            (
                &["python", "manage.py", "runserver", "0.0.0.0:8080"],
                "Django's runserver 0.0.0.0 8080",
            ),
            (&["python", "manage.py", "migrate"], "-"),
            (&["python3", "-m", "http.server", "8080"], "http.server 0.0.0.0 8080"),
            (&["python", "main.py", "--port", "80"], "-"),
            (&["fastapi", "run", "main.py"], "fastapi run 0.0.0.0 9000"),
            (&["litellm", "--config", "x"], "litellm 0.0.0.0 9000"),
            (&["vllm", "serve", "meta/llama"], "vllm serve 0.0.0.0 8000"),
            (&["entry.sh", "uvicorn", "a:b", "--port", "x"], "uvicorn 0.0.0.0 ?"),
        ] {
            assert_eq!(heard(words), expected, "{words:?}");
        }
    }

    #[test]
    fn addresses_of_the_same_machine() {
        for host in ["localhost", "127.0.0.1", "127.0.1.1", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "api"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
