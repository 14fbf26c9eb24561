//! Where processes write, and what keeps them from it.

use std::collections::HashSet;

use super::confined::{Content, Obstacle, Writing};
use super::process::Process;
use super::{Presence, Project};
use crate::agent::{AgentConfig, Backend};
use crate::command::Word;
use crate::compose::interpolated;
use crate::diagnostic::Confidence;
use crate::docker::is_below;
use crate::image::ImageRef;
use crate::k8s::ContainerClass;
use crate::source::Place;

/// What becomes of a process that cannot write somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It does not start, or fails with the first request that keeps something.
    Vital,
    /// It works, but slower or without a log.
    Lesser,
}

/// Something that a process writes.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// What it is, as a message names it: ``the log file `/var/log/agent.log` ``.
    pub(crate) what: String,
    /// Where it may go: one of these is enough.
    pub(crate) anywhere: Vec<String>,
    /// The folder that it is, or that it is in.
    pub(crate) folder: String,
    /// Whether it has to outlive the process.
    is_lasting: bool,
    /// Whether the image or a mount only says that something may be written.
    is_guess: bool,
    pub(crate) need: Need,
    /// What says so, in words, and how sure it is.
    pub(crate) told: Option<(Place, String)>,
    pub(crate) confidence: Confidence,
}

/// Something that a process cannot write.
#[derive(Clone, Debug)]
pub(crate) struct Hindered {
    pub(crate) written: Written,
    pub(crate) obstacle: Obstacle,
}

/// Variables that name a folder or a file to write to, with what that is.
///
/// Sources: the documentation of `prometheus_client`, Hugging Face Hub, Transformers, Sentence Transformers,
/// `PyTorch`, Matplotlib, tiktoken, the XDG base directories, uv, npm, `CrewAI`.
const VARIABLES: [(&str, &str, Need); 20] = [
    ("CREWAI_STORAGE_DIR", "the memory of crews", Need::Vital),
    ("HF_HOME", "the model cache", Need::Lesser),
    ("HF_HUB_CACHE", "the model cache", Need::Lesser),
    ("LOG_DIR", "the logs", Need::Vital),
    ("LOG_FILE", "the log file", Need::Vital),
    ("LOG_FILE_PATH", "the log file", Need::Vital),
    ("LOG_PATH", "the logs", Need::Vital),
    ("MPLCONFIGDIR", "the cache of Matplotlib", Need::Lesser),
    ("NUMBA_CACHE_DIR", "the cache of Numba", Need::Lesser),
    ("PROMETHEUS_MULTIPROC_DIR", "the metrics of the workers", Need::Vital),
    ("SENTENCE_TRANSFORMERS_HOME", "the model cache", Need::Lesser),
    ("TIKTOKEN_CACHE_DIR", "the cache of tiktoken", Need::Lesser),
    ("TMPDIR", "temporary files", Need::Vital),
    ("TORCH_HOME", "the model cache", Need::Lesser),
    ("TRANSFORMERS_CACHE", "the model cache", Need::Lesser),
    ("UPLOAD_DIR", "uploads", Need::Vital),
    ("UPLOAD_FOLDER", "uploads", Need::Vital),
    ("UV_CACHE_DIR", "the cache of uv", Need::Lesser),
    ("XDG_CACHE_HOME", "caches", Need::Lesser),
    ("prometheus_multiproc_dir", "the metrics of the workers", Need::Vital),
];

/// What says that nothing is downloaded into a model cache, which then only is read.
const OFFLINE: [&str; 2] = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"];

/// Options that name a file or a folder to write to.
const OPTIONS: [(&str, &str); 8] = [
    ("--access-logfile", "the access log"),
    ("--error-logfile", "the error log"),
    ("--log-dir", "the logs"),
    ("--log-file", "the log file"),
    ("--logfile", "the log file"),
    ("--pid", "the process id file"),
    ("--pid-file", "the process id file"),
    ("--pidfile", "the process id file"),
];

/// What servers write as they start, by the official name or the repository of their images: where,
/// and what tells that it may go elsewhere, in a command or as a path that something brings.
///
/// Sources: hub.docker.com/_/nginx ("Running nginx in read-only mode"), `src/core/nginx.h`;
/// github.com/nginx/docker-nginx-unprivileged; postgresql.org/docs, `unix_socket_directories`;
/// httpd.apache.org/docs/2.4, `PidFile`, and the configuration in the image; dev.mysql.com/doc and
/// mariadb.com/kb, `socket` and `tmpdir`, and the configurations in the images.
const SERVERS: [(&str, &[&str], &str, &str); 7] = [
    ("nginx", &["/var/cache/nginx", "/run"], "-c", "/etc/nginx/nginx.conf"),
    ("nginxinc/nginx-unprivileged", &["/tmp"], "-c", "/etc/nginx/nginx.conf"),
    (
        "postgres",
        &["/var/run/postgresql"],
        "unix_socket_directories",
        "/etc/postgresql/postgresql.conf",
    ),
    ("httpd", &["/usr/local/apache2/logs"], "-f", "/usr/local/apache2/conf/httpd.conf"),
    ("mariadb", &["/run/mysqld", "/tmp"], "--socket", "/etc/mysql/conf.d"),
    ("mysql", &["/var/run/mysqld", "/tmp"], "--socket", "/etc/mysql/conf.d"),
    ("pgvector/pgvector", &["/var/run/postgresql"], "unix_socket_directories", "/etc/postgresql"),
];

/// The folders that a Python program looks for one to write temporary files to, behind those that
/// variables name and before its own.
///
/// Source: docs.python.org/3/library/tempfile.html, `tempfile.tempdir`.
const TEMPORARY: [&str; 3] = ["/tmp", "/var/tmp", "/usr/tmp"];

/// Folders that are written to, by the names that they commonly have.
const STATE: [&str; 12] = [
    "cache",
    "checkpoints",
    "data",
    "database",
    "db",
    "log",
    "logs",
    "state",
    "storage",
    "tmp",
    "uploads",
    "var",
];

/// Whether a folder has the name of one that is written to.
pub(crate) fn is_for_state(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| STATE.contains(&name))
}

impl Written {
    fn file(what: &str, path: String) -> Self {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Written {
            what: format!("{what} `{path}`"),
            folder: if folder.is_empty() { "/".to_owned() } else { folder.to_owned() },
            is_lasting: false,
            is_guess: false,
            anywhere: vec![path],
            need: Need::Vital,
            told: None,
            confidence: Confidence::High,
        }
    }

    fn folder(what: &str, path: String) -> Self {
        Written { folder: path.clone(), ..Written::file(what, path) }
    }

    /// Something that has to outlive the process.
    fn lasting(self) -> Self {
        Written { is_lasting: true, ..self }
    }

    /// Something of which nobody says that this process writes it.
    fn guessed(self) -> Self {
        Written { is_guess: true, ..self }
    }

    fn told(self, place: Place, why: &str, confidence: Confidence) -> Self {
        Written { told: Some((place, why.to_owned())), confidence, ..self }
    }
}

impl Project<'_> {
    /// What a process writes, for all that is sure.
    pub(crate) fn writes_of<'a>(&'a self, process: &Process<'a>) -> Vec<Written> {
        let mut all = Vec::new();
        // What prepares the start may read the configuration of what is started for something else.
        let container = process.runner.container();
        let prepares = container.is_some_and(|it| it.class() == ContainerClass::Init);
        for (agent, reads) in self.agents_of(process.runner).filter(|_| !prepares) {
            let own = of_agent(agent, process).into_iter();
            all.extend(own.map(|it| Written { confidence: reads.confidence(), ..it }));
        }
        let variables = process.variables();
        all.extend(variables.iter().filter_map(|(name, it)| of_variable(process, name, it)));
        all.extend(of_command(process));
        all.extend(of_gunicorn(process).filter(|_| !self.configures_gunicorn(process)));
        all.extend(of_server(process));
        let mut seen = HashSet::new();
        all.retain(|it| seen.insert(it.anywhere.clone()));
        all
    }

    /// Whether a file of that name is there, which gunicorn reads unasked.
    ///
    /// Source: docs.gunicorn.org, "Configuration File".
    fn configures_gunicorn(&self, process: &Process<'_>) -> bool {
        const CONFIGURATION: &str = "gunicorn.conf.py";
        let Some(image) = process.image() else { return false };
        let contexts = self.contexts_of(image.dockerfile());
        let has_one = |folder: &str| self.presence(folder, CONFIGURATION) == Some(Presence::There);
        process.is_mentioned(CONFIGURATION) || contexts.iter().any(|it| has_one(&it.folder))
    }

    /// What a process writes and cannot.
    pub(crate) fn hindered<'o, 'a>(&'a self, process: &'o Process<'a>) -> &'o [Hindered] {
        process.hindered.get_or_init(|| {
            let mut all = self.writes_of(process);
            all.extend(of_volumes(process));
            all.extend(of_others(process));
            let found = all.into_iter().filter_map(|written| hindered(process, written));
            let mut seen = HashSet::new();
            found.filter(|it| seen.insert(it.written.anywhere.clone())).collect()
        })
    }
}

/// What keeps a process from writing something, wherever it may go.
fn hindered(process: &Process<'_>, written: Written) -> Option<Hindered> {
    let mut first = None;
    for path in &written.anywhere {
        match process.writing(path) {
            Writing::Hindered(obstacle) => first = first.or(Some(obstacle)),
            Writing::Possible | Writing::Unknown => return None,
        }
    }
    let obstacle = first?;
    // What is only read may well be for reading.
    // A volume may be there for what lies below and is somebody's.
    let holds_given = || process.given_folders().any(|(path, _)| is_below(path, &written.folder));
    let is_meant = match obstacle {
        Obstacle::Root(_) => !written.is_guess,
        Obstacle::Volume(_) => !written.is_guess && written.need == Need::Vital,
        Obstacle::Owner(_) => !written.is_guess || !holds_given(),
    };
    is_meant.then_some(Hindered { written, obstacle })
}

/// What the configuration of an agent says that it writes.
fn of_agent(agent: &AgentConfig<'_>, process: &Process<'_>) -> Vec<Written> {
    let logs = agent.logs.files.iter().map(|file| ("the log file".to_owned(), &file.path));
    let states = agent.states.iter().filter(|state| state.kept_in(Backend::File).is_some());
    let states = states.map(|state| (format!("the {} in", state.what), &state.path));
    let count = agent.logs.files.len();
    let all = logs.chain(states).enumerate().filter_map(|(index, (what, path))| {
        let because = path.when(|_| true).filter(|it| it.stated)?;
        let path = process.absolute(path.value()?)?;
        let why = "the configuration says so";
        let written = Written::file(&what, path).told(because.at.place(), why, Confidence::High);
        Some(if index < count { written } else { written.lasting() })
    });
    all.collect()
}

/// What a variable says that a process writes.
fn of_variable(process: &Process<'_>, name: &str, value: &Word) -> Option<Written> {
    let (value, at) = (value.text.as_str(), value.place);
    let why = format!("`{name}` says so");
    if let Some(path) = sqlite_path(value) {
        let path = process.absolute(path)?;
        let written = Written::file("the database", path).lasting();
        return Some(written.told(at, &why, Confidence::High));
    }
    let (_, what, need) = VARIABLES.iter().find(|(known, ..)| *known == name)?;
    let is_read = *need == Need::Lesser && OFFLINE.iter().any(|it| process.may_have(it));
    let path = value.starts_with('/').then(|| process.absolute(value))??;
    // What the image is built with is there to be read.
    let is_of_image = process.image().is_some_and(|it| it.dockerfile().file() == at.file);
    let is_filled = *need == Need::Lesser && (is_of_image || process.is_filled(&path));
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let written = if is_file { Written::file(what, path) } else { Written::folder(what, path) };
    let written = Written { need: *need, ..written }.told(at, &why, Confidence::Medium);
    (!is_read && !is_filled).then_some(written)
}

/// The file of a database URL of `SQLite`: `sqlite:////data/app.db`, `sqlite+aiosqlite:///./app.db`.
///
/// Source: docs.sqlalchemy.org, "`SQLite`", "Connect Strings".
fn sqlite_path(url: &str) -> Option<&str> {
    let (scheme, path) = url.split_once(":///")?;
    let is_sqlite = scheme == "sqlite" || scheme.starts_with("sqlite+");
    let (path, options) = path.split_once('?').unwrap_or((path, ""));
    let is_file = !path.is_empty() && !path.contains(':');
    let is_read = options.contains("mode=ro") || options.contains("immutable=1");
    (is_sqlite && is_file && !is_read).then_some(path)
}

/// What the words of the command say that a process writes: options, and files that a shell sends the
/// output to.
fn of_command(process: &Process<'_>) -> Vec<Written> {
    let mut all = Vec::new();
    let mut words = process.words().iter().peekable();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let (name, own) =
            text.split_once('=').map_or((text, None), |(name, own)| (name, Some(own)));
        let (what, path) = if let Some((_, what)) = OPTIONS.iter().find(|(it, _)| *it == name) {
            (*what, own.or_else(|| Some(words.peek()?.text.as_str())))
        } else if let Some(path) = text.trim_start_matches(['1', '2']).strip_prefix('>') {
            let path = path.trim_start_matches('>');
            let next = words.peek().map(|next| next.text.as_str());
            ("the output in", if path.is_empty() { next } else { Some(path) })
        } else {
            continue;
        };
        let path = path.map(|path| path.trim_end_matches([';', '&', '|', '"', '\'']));
        let path = path.filter(|path| path.starts_with('/')).and_then(|it| process.absolute(it));
        if let Some(path) = path {
            let why = "the command says so";
            all.push(Written::file(what, path).told(word.place, why, Confidence::High));
        }
    }
    all
}

/// The files by which gunicorn sees that its workers live, for which it needs a temporary folder: it
/// does not start a worker without one.
///
/// Source: docs.gunicorn.org, `worker_tmp_dir`, and "FAQ: How do I avoid Gunicorn excessively blocking".
fn of_gunicorn(process: &Process<'_>) -> Option<Written> {
    let program = process.program(&["gunicorn"])?;
    let names = ["--worker-tmp-dir", "-c", "--config", "--chdir"];
    let is_configured = program.option(&names).is_some();
    let variables = ["GUNICORN_CMD_ARGS", "TMPDIR", "TEMP", "TMP"];
    if is_configured || variables.iter().any(|it| process.variable(it).is_some()) {
        return None;
    }
    let folder = process.folder()?;
    let mut anywhere: Vec<String> = TEMPORARY.iter().map(|&it| it.to_owned()).collect();
    anywhere.push(folder.to_owned());
    let written = Written {
        what: "the temporary files of gunicorn in `/tmp`".to_owned(),
        folder: "/tmp".to_owned(),
        is_lasting: false,
        is_guess: false,
        anywhere,
        need: Need::Vital,
        told: None,
        confidence: Confidence::High,
    };
    let why = "gunicorn starts no worker without a temporary folder";
    Some(written.told(program.at, why, Confidence::High))
}

/// What a well-known server writes as it starts.
fn of_server(process: &Process<'_>) -> Vec<Written> {
    let own = process.image();
    let stated = process.runner.node().at(&["image"]);
    let stated = stated.and_then(|image| Some((interpolated(image)?, image.place())));
    let base = own.and_then(|image| Some((image.base()?.to_owned(), image.origin.image()?.place)));
    let Some((image, place)) = base.or(stated.filter(|_| own.is_none())) else { return Vec::new() };
    let reference = ImageRef::parse(&image);
    let name = reference.official_name().unwrap_or(reference.repository);
    let Some((name, paths, option, config)) = SERVERS.iter().find(|(it, ..)| *it == name) else {
        return Vec::new();
    };
    let is_configured = process.words().iter().any(|it| it.text.contains(option))
        || process.mount_of(config).is_some()
        || process.is_mentioned(config.rsplit('/').next().unwrap_or(config));
    // Another command may start something else.
    let is_started = process.is_started_by_image() || process.program(&[name]).is_some();
    let is_own = own.is_some_and(|image| image.entrypoint.is_some() || image.cmd.is_some());
    if is_configured || !is_started || is_own {
        return Vec::new();
    }
    let writes = paths.iter().map(|path| {
        let why = format!("`{name}` writes there as it starts");
        let what = format!("what `{name}` writes in");
        Written::folder(&what, (*path).to_owned()).told(place, &why, Confidence::High)
    });
    writes.collect()
}

/// What volumes are there for: those of the image, and those that Compose makes of it.
fn of_volumes(process: &Process<'_>) -> Vec<Written> {
    let image = process.image();
    let declared = image.into_iter().flat_map(|image| image.volumes.iter()).filter_map(|word| {
        let path = process.absolute(&word.text)?;
        let why = "the image keeps data there";
        let written = Written::folder("the volume", path).guessed();
        Some(written.told(word.place, why, Confidence::High))
    });
    let named = process.mounts().iter().filter(|it| matches!(it.content, Content::Named(_)));
    let named = named.filter(|it| it.is_writable == Some(true)).map(|it| {
        let why = "a volume is mounted there";
        let written = Written::folder("the volume", it.path.clone()).guessed();
        written.told(it.at, why, Confidence::Medium)
    });
    let declared: Vec<_> = declared.collect();
    named.chain(declared).collect()
}

/// What the image gives to somebody, where another user runs it.
fn of_others(process: &Process<'_>) -> Vec<Written> {
    if process.user().is_none_or(|user| user.is_of_image) {
        return Vec::new();
    }
    let given = process.given_folders().filter(|(path, _)| is_for_state(path));
    let given = given.filter(|(path, _)| process.mount_of(path).is_none());
    let given = given.map(|(path, at)| {
        let written = Written::folder("the folder", path.to_owned()).guessed();
        let why = "the image gives it to another user";
        Written { need: Need::Lesser, ..written }.told(at, why, Confidence::Medium)
    });
    given.collect()
}

impl Hindered {
    /// The folder that an empty volume mends it at; nothing where that would hide what the image has, or
    /// lose what is to last.
    pub(crate) fn scratch<'a>(&'a self, process: &Process<'_>) -> Option<&'a str> {
        let folder = self.written.folder.as_str();
        let is_own = process.folder().is_some_and(|own| own == folder || is_below(own, folder));
        let is_filled = process.image().is_some_and(|it| it.copied_to(folder).is_some());
        let is_root = matches!(self.obstacle, Obstacle::Root(_));
        let is_mended = is_root && !is_own && !is_filled && folder != "/";
        (is_mended && !self.written.is_lasting).then_some(folder)
    }

    /// Where the process is told to write, what is in the way, and who starts it, for people.
    pub(crate) fn places(&self, process: &Process<'_>) -> Vec<(Place, String)> {
        let mut places: Vec<_> = self.written.told.clone().into_iter().collect();
        if let Obstacle::Owner(Some(at)) = &self.obstacle
            && places.iter().all(|(known, _)| known != at)
        {
            places.push((*at, "this says whose folder it is".to_owned()));
        }
        if let Obstacle::Root(at) = &self.obstacle {
            places.push((*at, "nothing else can be written".to_owned()));
        }
        let of_image = process.user().is_some_and(|user| user.is_of_image);
        let runner = process.runner.place().filter(|_| of_image);
        let is_owned = matches!(self.obstacle, Obstacle::Owner(_));
        if let Some(at) = runner.filter(|_| is_owned) {
            places.push((at, format!("{} runs the image", process.runner.describe())));
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use crate::k8s::Workload;
    use crate::project::tests::linked;
    use crate::project::{Obstacle, Runner};

    /// What the first container or service cannot write, and why.
    fn told(files: &[(&str, &str)]) -> Vec<String> {
        linked(files, |project| {
            let container = project.workloads().flat_map(Workload::containers).next();
            let services = project.subjects.iter().flat_map(|it| it.services.iter().copied());
            let container = container.map(Runner::Container);
            let runner = container.or(services.map(Runner::Service).next()).unwrap();
            let process = project.process_of(runner);
            let found = project.hindered(&process).iter().map(|it| {
                let why = match it.obstacle {
                    Obstacle::Root(_) => "root",
                    Obstacle::Volume(_) => "volume",
                    Obstacle::Owner(_) => "owner",
                };
                format!("{why}: {}", it.written.what)
            });
            found.collect()
        })
    }

    fn pod(container: &str, volumes: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  \
             - {{name: c, image: acme/api, {container}}}\n  volumes: [{volumes}]\n"
        )
    }

    #[test]
    fn a_read_only_root_leaves_the_volumes() {
        let read_only = "securityContext: {readOnlyRootFilesystem: true}";
        let log = "env: [{name: LOG_FILE, value: /var/log/a.log}]";
        for (container, volumes, expected) in [
            (format!("{read_only}, {log}"), "", vec!["root: the log file `/var/log/a.log`"]),
            (log.to_owned(), "", vec![]),
            (
                format!("{read_only}, {log}, volumeMounts: [{{name: v, mountPath: /var/log/}}]"),
                "{name: v, emptyDir: {}}",
                vec![],
            ),
            (
                format!("{log}, volumeMounts: [{{name: v, mountPath: /var/log}}]"),
                "{name: v, configMap: {name: m}}",
                vec!["volume: the log file `/var/log/a.log`"],
            ),
            (
                format!(
                    "{log}, volumeMounts: [{{name: v, mountPath: /var, readOnly: '{{{{ x }}}}'}}]"
                ),
                "{name: v, emptyDir: {}}",
                vec![],
            ),
            (
                format!(
                    "{read_only}, {log}, volumeMounts: [{{name: v, mountPath: '{{{{ x }}}}'}}]"
                ),
                "{name: v, emptyDir: {}}",
                vec![],
            ),
            (
                format!("{read_only}, args: [sh, -c, 'run > /out/x 2>&1; y >/dev/null']"),
                "",
                vec!["root: the output in `/out/x`"],
            ),
            (
                format!("{read_only}, env: [{{name: U, value: 'sqlite:///a.db'}}], workingDir: /w"),
                "",
                vec!["root: the database `/w/a.db`"],
            ),
            (
                format!("{read_only}, env: [{{name: U, value: 'sqlite:////a.db?mode=ro'}}]"),
                "",
                vec![],
            ),
            (
                format!("{read_only}, command: [python, -m, gunicorn, 'a:b'], workingDir: /w"),
                "",
                vec!["root: the temporary files of gunicorn in `/tmp`"],
            ),
            (
                format!("{read_only}, command: [gunicorn, -c, x.py, 'a:b'], workingDir: /w"),
                "",
                vec![],
            ),
            (format!("{read_only}, command: [pip, install, gunicorn], workingDir: /w"), "", vec![]),
            (
                format!(
                    "{read_only}, args: [x, --pid-file, /run/a/x], \
                     volumeMounts: [{{name: v, mountPath: /var/run}}]"
                ),
                "{name: v, emptyDir: {}}",
                vec![],
            ),
        ] {
            assert_eq!(told(&[("p.yaml", &pod(&container, volumes))]), expected, "{container}");
        }
    }

    #[test]
    fn the_image_says_whose_a_folder_is() {
        let file = |steps: &str| format!("FROM python:3.13-slim\n{steps}\n");
        for (steps, service, expected) in [
            ("USER 7", "volumes: ['data:/data']", vec!["owner: the volume `/data`"]),
            ("USER 7", "volumes: ['./d:/data']", vec![]),
            ("USER 7", "volumes: ['data:/data'], user: root", vec![]),
            ("RUN mkdir /data && chown 7 /data\nUSER 7", "volumes: ['data:/data']", vec![]),
            (
                "RUN mkdir /data && chown 7 /data\nUSER 7",
                "user: '8:8'",
                vec!["owner: the folder `/data`"],
            ),
            ("RUN mkdir /data && chown 7 /data\nUSER 7", "user: '8', tmpfs: /data", vec![]),
            ("VOLUME /data\nUSER 7", "init: true", vec!["owner: the volume `/data`"]),
            ("VOLUME /data\nUSER 7", "volumes: ['./x:/data:ro']", vec![]),
            ("ENV LOG_FILE=/logs/x\nUSER 7", "init: true", vec!["owner: the log file `/logs/x`"]),
            ("ENV LOG_FILE=/logs/x\nUSER 7", "environment: [LOG_FILE=/tmp/x]", vec![]),
        ] {
            let compose =
                format!("services:\n  a: {{build: ., {service}}}\nvolumes: {{data: {{}}}}\n");
            let files = [("compose.yaml", compose.as_str()), ("Dockerfile", &file(steps))];
            assert_eq!(told(&files), expected, "{steps} {service}");
        }
    }
}
