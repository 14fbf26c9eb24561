//! What keeps data, and what copies it.
//!
//! Sources: velero.io/docs, "Schedule API Type" (`ttl`, 30 days by default); backube.github.io/snapscheduler, "Retention policy";
//! volsync.readthedocs.io, "retain"; docs.k8up.io, "Schedule"; cloudnative-pg.io, "Backup" and "Retention policies";
//! github.com/prodrigestivill/docker-postgres-backup-local (`BACKUP_KEEP_DAYS`); longhorn.io/docs, "Recurring Snapshots and Backups"; offen.github.io/docker-volume-backup, "Automatically prune old backups".

use std::collections::VecDeque;

use super::Repository;
use super::pipeline::{Does, Events};
use crate::compose::{Origin, Service};
use crate::image::ImageRef;
use crate::k8s::{Object, Workload, WorkloadKind};
use crate::project::{Project, Subjects};
use crate::source::Place;
use crate::tree::Node;

/// Something that keeps data which cannot be made again.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    /// What it is to be called: a `StatefulSet` with its name.
    pub(crate) name: String,
    /// The database that it is, where that is one with copying programs of its own.
    family: Option<Family>,
    /// The namespace of what runs in Kubernetes, the name of a volume of Compose; nothing where that is
    /// not said.
    lies_in: Option<String>,
    /// The volume.
    pub(crate) place: Place,
}

/// Something that copies data.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) retention: Retention,
    /// Whether it is done again and again.
    pub(crate) is_scheduled: bool,
    /// What of the data is copied.
    reach: Reach,
    /// The only namespaces, or volumes of Compose, whose data it sees; nothing where it may see all.
    within: Option<Vec<String>>,
    /// What says that the copies lie elsewhere than the data.
    pub(crate) offsite: Option<Place>,
    /// What says that the copies are tried.
    pub(crate) tried: Option<Place>,
}

/// Databases with copying programs of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Mongo,
    MySql,
    Postgres,
    Redis,
    Search,
}

/// What is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Volumes, whatever is on them.
    Volumes,
    /// A database that an operator keeps.
    Database,
    /// Databases of that kind.
    Of(Family),
    /// Nobody can tell.
    Unknown,
}

impl Family {
    /// The databases whose data a word of a command copies.
    fn copied_by(word: &str) -> Option<Self> {
        Some(match word {
            "pg_dump" | "pg_dumpall" | "pg_basebackup" | "wal-g" | "pgbackrest" | "barman" => {
                Family::Postgres
            }
            "mysqldump" | "mariadb-dump" | "xtrabackup" | "mariabackup" => Family::MySql,
            "mongodump" => Family::Mongo,
            "bgsave" | "--rdb" => Family::Redis,
            "elasticdump" | "_snapshot" => Family::Search,
            _ => return None,
        })
    }

    /// The databases that an image is one of.
    fn of_image(image: &str) -> Option<Self> {
        Some(match ImageRef::parse(image).short_name().to_ascii_lowercase().as_str() {
            "postgres"
            | "postgresql"
            | "postgis"
            | "pgvector"
            | "timescaledb"
            | "postgres-backup-local"
            | "postgres-backup-s3" => Family::Postgres,
            "mysql" | "mariadb" => Family::MySql,
            "mongo" | "mongodb" => Family::Mongo,
            "redis" | "redis-stack-server" | "valkey" => Family::Redis,
            "elasticsearch" | "opensearch" => Family::Search,
            _ => return None,
        })
    }
}

impl Backup {
    /// Whether it may copy the data of a store.
    pub(crate) fn may_copy(&self, store: &Store) -> bool {
        let sees = |at: &String| self.within.as_ref().is_none_or(|it| it.contains(at));
        if !store.lies_in.as_ref().is_none_or(sees) {
            return false;
        }
        match self.reach {
            Reach::Volumes | Reach::Unknown => true,
            Reach::Database => store.family.is_some(),
            Reach::Of(family) => store.family == Some(family),
        }
    }

    /// Whether it copies a database, and nothing else is meant.
    pub(crate) fn is_of_database(&self) -> bool {
        matches!(self.reach, Reach::Database | Reach::Of(_))
    }

    /// Whether it copies volumes.
    pub(crate) fn is_of_volumes(&self) -> bool {
        self.reach == Reach::Volumes
    }
}

impl Store {
    /// Whether it is a database.
    pub(crate) fn is_database(&self) -> bool {
        self.family.is_some()
    }
}

/// How long copies are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retention {
    /// What says it.
    Stated(Place),
    /// For ever, with the key that could say how long.
    Missing(Place),
    /// Nobody can tell.
    Unknown,
}

/// Images that keep data, by the last part of their names. Not what holds a cache or metrics.
const STORES: [&str; 30] = [
    "chroma",
    "chromadb",
    "clickhouse",
    "clickhouse-server",
    "cockroach",
    "couchdb",
    "elasticsearch",
    "etcd",
    "influxdb",
    "mariadb",
    "milvus",
    "minio",
    "mongo",
    "mongodb",
    "mssql-server",
    "server",
    "mysql",
    "neo4j",
    "opensearch",
    "pgvector",
    "postgis",
    "postgres",
    "postgresql",
    "qdrant",
    "redis",
    "redis-stack-server",
    "surrealdb",
    "timescaledb",
    "valkey",
    "weaviate",
];

/// Words of a command or an image that copies data.
const COPIES: [&str; 24] = [
    "backup",
    "backups",
    "pg_dump",
    "pg_dumpall",
    "pg_basebackup",
    "mysqldump",
    "mariadb-dump",
    "mongodump",
    "restic",
    "kopia",
    "borg",
    "borgmatic",
    "wal-g",
    "pgbackrest",
    "barman",
    "rclone",
    "velero",
    "bgsave",
    "--rdb",
    "snapshot",
    "snapshots",
    "_snapshot",
    "elasticdump",
    "autorestic",
];

/// More is nobody's.
const MOST: usize = 1024;

fn is_store(image: &str) -> bool {
    let image = ImageRef::parse(image);
    let name = image.short_name().to_ascii_lowercase();
    // `mssql/server`
    let is_plain = name != "server" || image.name().contains("mssql");
    is_plain && STORES.contains(&name.as_str())
}

/// Whether a name says that what is kept can be made again.
fn is_cache(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["cache", "celery", "broker", "ratelimit", "rate-limit"].iter().any(|it| lower.contains(it))
}

fn copies(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).any(|word| {
        COPIES.contains(&word)
            || word.split('-').any(|part| matches!(part, "backup" | "backups" | "restic"))
    })
}

/// The first value inside another one, or that itself, of which something holds.
fn find<T>(node: Node<'_>, read: impl Fn(Node<'_>) -> Option<T>) -> Option<T> {
    let mut queue = VecDeque::from([node]);
    for _ in 0..MOST {
        let next = queue.pop_front()?;
        if let Some(found) = read(next).filter(|_| next.is_scalar()) {
            return Some(found);
        }
        queue.extend(next.items());
        queue.extend(next.own_entries().map(|it| it.value));
    }
    None
}

/// Whether a value, or one inside it, copies data.
fn tells(node: Node<'_>) -> bool {
    find(node, |it| copies(it.text()).then_some(())).is_some()
}

/// Where a text in lower case, of a value or one inside it, holds one of those.
fn holding(node: Node<'_>, marks: &[&str]) -> Option<Place> {
    find(node, |it| {
        let lower = it.text().to_ascii_lowercase();
        marks.iter().any(|mark| lower.contains(mark)).then(|| it.place())
    })
}

/// Texts that name a place for copies which is none of the cluster's or the machine's own.
const ELSEWHERE: [&str; 15] = [
    "s3://",
    "s3:",
    "aws s3",
    "s3api",
    "gs://",
    "gs:",
    "gsutil",
    "gcloud storage",
    "azcopy",
    "az storage",
    "blob.core.windows.net",
    "azure:",
    "b2:",
    "rclone",
    "sftp:",
];

/// Texts that delete old copies, or say when.
const PRUNES: [&str; 6] = ["forget", "--keep-", "-mtime", "prune", "retention", "retain full"];

/// Words of a name or a command that tries copies.
fn tries(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word,
            "restore" | "restores" | "verify" | "verifies" | "verifybackup" | "mongorestore"
        )
    })
}

/// What can be said of the copies of something from its texts alone.
fn of_texts(node: Node<'_>, mut backup: Backup) -> Backup {
    const VOLUMES: [&str; 6] = ["restic", "kopia", "borg", "velero", "volume-backup", "duplicity"];
    let family = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
        words.find_map(Family::copied_by)
    };
    if backup.reach == Reach::Unknown {
        backup.reach = match find(node, |it| family(it.text())) {
            Some(family) => Reach::Of(family),
            None if holding(node, &VOLUMES).is_some() => Reach::Volumes,
            None => Reach::Unknown,
        };
    }
    if backup.retention == Retention::Unknown
        && let Some(place) = holding(node, &PRUNES)
    {
        backup.retention = Retention::Stated(place);
    }
    backup.offsite = backup.offsite.or_else(|| holding(node, &ELSEWHERE));
    backup.tried = backup.tried.or_else(|| find(node, |it| tries(it.text()).then(|| it.place())));
    backup
}

/// Whether something only looks after the copies that others make, as its name says.
fn watches(name: &str) -> bool {
    const WORDS: [&str; 11] = [
        "alert",
        "exporter",
        "metrics",
        "monitor",
        "monitoring",
        "notifier",
        "notify",
        "remind",
        "reminder",
        "report",
        "ui",
    ];
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// The only namespaces whose data an object copies, as far as it says so.
///
/// Sources: velero.io/docs, "Schedule API Type" (`includedNamespaces`, `*` and nothing are all); docs.k8up.io, "Schedule" and
/// backube.github.io/snapscheduler, "Usage" (the volumes of its own namespace).
fn namespaces_of(object: Object<'_>) -> Option<Vec<String>> {
    match object.group() {
        "velero.io" => {
            let listed = object.node().at(&["spec", "template", "includedNamespaces"])?;
            let names: Vec<_> = listed.items().map(|it| it.text().to_owned()).collect();
            let is_known = |name: &String| !name.contains(['*', '$', '{']);
            (!names.is_empty() && names.iter().all(is_known)).then_some(names)
        }
        "k8up.io" | "backup.appuio.ch" | "snapscheduler.backube" => {
            object.names_namespace().then(|| vec![object.namespace().to_owned()])
        }
        _ => None,
    }
}

/// What an object of an operator says of copies.
#[allow(clippy::too_many_lines)] // an arm for each operator
fn of_object(object: Object<'_>) -> Option<Backup> {
    let is_other = tries(object.name()) || watches(object.name());
    if is_paused(object) || object.is("batch", "CronJob") && is_other {
        return None;
    }
    let node = object.node();
    let spec = node.get("spec");
    let at = |keys: &[&str]| spec.as_ref().and_then(|it| it.value.at(keys));
    let key = spec.as_ref().map_or_else(|| node.place(), |it| it.key.place());
    let stated = |keys: &[&[&str]]| {
        let found = keys.iter().find_map(|keys| at(keys));
        found.map_or(Retention::Missing(key), |it| Retention::Stated(it.place()))
    };
    let (group, kind) = (object.group(), object.kind());
    let retention = match (group, kind) {
        ("velero.io", "Schedule") => {
            at(&["template", "ttl"]).map_or(Retention::Unknown, |it| Retention::Stated(it.place()))
        }
        ("snapscheduler.backube", "SnapshotSchedule") => {
            stated(&[&["retention", "expires"], &["retention", "maxCount"]])
        }
        ("k8up.io" | "backup.appuio.ch", "Schedule") if at(&["backup"]).is_some() => {
            stated(&[&["prune"]])
        }
        ("longhorn.io", "RecurringJob")
            if at(&["task"])
                .is_some_and(|it| copies(it.text()) || it.text().contains("backup")) =>
        {
            at(&["retain"]).map_or(Retention::Unknown, |it| Retention::Stated(it.place()))
        }
        ("postgresql.cnpg.io", "Cluster") => {
            let backup = at(&["backup"])?;
            let kept = at(&["backup", "retentionPolicy"]).map(|it| Retention::Stated(it.place()));
            let own = backup.at(&["barmanObjectStore"]).is_some();
            let entry = spec.as_ref()?.value.get("backup")?;
            let missing =
                if own { Retention::Missing(entry.key.place()) } else { Retention::Unknown };
            kept.unwrap_or(missing)
        }
        ("barmancloud.cnpg.io", "ObjectStore") => stated(&[&["retentionPolicy"]]),
        ("postgresql.cnpg.io", "ScheduledBackup")
        | ("volsync.backube", "ReplicationSource")
        | ("stash.appscode.com" | "core.kubestash.com", "BackupConfiguration")
        | ("config.kio.kasten.io", "Policy")
        | ("gkebackup.cnrm.cloud.google.com", "BackupPlan") => Retention::Unknown,
        ("k8s.mariadb.com", "Backup") if at(&["schedule"]).is_some() => Retention::Unknown,
        ("acid.zalan.do", "postgresql")
            if at(&["enableLogicalBackup"])?.as_bool() == Some(true) =>
        {
            Retention::Unknown
        }
        ("postgres-operator.crunchydata.com", "PostgresCluster")
            if at(&["backups", "pgbackrest"]).is_some() =>
        {
            Retention::Unknown
        }
        ("psmdb.percona.com" | "pxc.percona.com" | "pgv2.percona.com" | "ps.percona.com", _)
            if at(&["backup"]).is_some() || at(&["backups"]).is_some() =>
        {
            Retention::Unknown
        }
        ("batch", "CronJob")
            if copies(object.name())
                || at(&["jobTemplate", "spec", "template", "spec"]).is_some_and(tells) =>
        {
            Retention::Unknown
        }
        _ => return None,
    };
    let place = node.at(&["metadata", "name"]).map_or_else(|| node.place(), Node::place);
    let reach = match (group, kind) {
        ("batch", _) => Reach::Unknown,
        (
            "velero.io"
            | "snapscheduler.backube"
            | "k8up.io"
            | "backup.appuio.ch"
            | "longhorn.io"
            | "volsync.backube"
            | "stash.appscode.com"
            | "core.kubestash.com"
            | "config.kio.kasten.io"
            | "gkebackup.cnrm.cloud.google.com",
            _,
        ) => Reach::Volumes,
        _ => Reach::Database,
    };
    // These keep nothing but in a store of objects.
    let is_elsewhere = matches!(
        group,
        "velero.io"
            | "k8up.io"
            | "backup.appuio.ch"
            | "barmancloud.cnpg.io"
            | "gkebackup.cnrm.cloud.google.com"
    ) || at(&["backup", "barmanObjectStore"]).is_some();
    let tried = at(&["check"]).filter(|_| matches!(group, "k8up.io" | "backup.appuio.ch"));
    let backup = Backup {
        name: object.describe(),
        place,
        retention,
        is_scheduled: true,
        reach,
        within: namespaces_of(object),
        offsite: is_elsewhere.then_some(place),
        tried: tried.map(Node::place),
    };
    Some(of_texts(spec.map_or(node, |it| it.value), backup))
}

/// Whether nothing happens although there is a schedule.
fn is_paused(object: Object<'_>) -> bool {
    let is = |key: &str| object.node().at(&["spec", key]).and_then(Node::as_bool) == Some(true);
    is("suspend") || is("paused")
}

/// What tries copies, whoever makes them.
fn trial_of(object: Object<'_>) -> Option<Place> {
    let node = object.node();
    let is_one = object.is("batch", "CronJob") && !is_paused(object);
    let pod = node.at(&["spec", "jobTemplate", "spec", "template", "spec"]).filter(|_| is_one)?;
    if tries(object.name()) {
        return Some(node.at(&["metadata", "name"])?.place());
    }
    let is_tried = |it: Node<'_>| (tries(it.text()) && copies(it.text())).then(|| it.place());
    find(pod, is_tried)
}

/// A service that copies the data of others.
fn of_service(service: Service<'_>) -> Option<Backup> {
    let node = service.node();
    let image = node.at(&["image"]);
    if tries(service.name()) || watches(service.name()) {
        return None;
    }
    let is_one = copies(service.name())
        || image.is_some_and(|it| copies(it.text()))
        || node.at(&["command"]).is_some_and(tells)
        || node.at(&["entrypoint"]).is_some_and(tells);
    if !is_one {
        return None;
    }
    let variables = service.environment();
    let days =
        variables.iter().find(|it| matches!(it.name, "BACKUP_RETENTION_DAYS" | "BACKUP_KEEP_DAYS"));
    let is_offen = image.is_some_and(is_offen);
    // A file, or a mounted folder of schedules, may say it.
    let is_open = node.at(&["env_file"]).is_some()
        || service
            .mounts()
            .iter()
            .any(|it| it.target.as_deref().is_none_or(|it| it.contains("conf.d")));
    let retention = match (days, image) {
        (Some(days), _) => Retention::Stated(days.place),
        (None, Some(image)) if is_offen && !is_open => Retention::Missing(image.place()),
        _ => Retention::Unknown,
    };
    let place = image.map_or_else(|| node.place(), Node::place);
    let name = format!("compose service `{}`", service.name());
    let backup = Backup {
        name,
        place,
        retention,
        // With a profile it runs only where somebody asks for it.
        is_scheduled: !service.ends_by_itself() && service.profiles().is_empty(),
        reach: Reach::Unknown,
        within: None,
        offsite: None,
        tried: None,
    };
    let mut backup = of_texts(node, backup);
    let family = image.and_then(|it| Family::of_image(it.text()));
    if let Some(family) = family.filter(|_| backup.reach == Reach::Unknown) {
        backup.reach = Reach::Of(family);
    }
    if backup.is_of_volumes() {
        backup.within = volumes_seen(service);
    }
    Some(backup)
}

/// The only volumes that a service can copy: those that are mounted into it, unless it is given a
/// folder of the host or the engine itself.
fn volumes_seen(service: Service<'_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for mount in service.mounts() {
        match &mount.origin {
            Origin::Named(name) => found.push(name.clone()),
            Origin::Host(path) if path.starts_with('/') && !path.starts_with("/etc/") => {
                let is_socket = path.ends_with("docker.sock");
                let is_offen = is_socket && service.node().at(&["image"]).is_some_and(is_offen);
                if !is_offen {
                    return None;
                }
            }
            Origin::Host(_) => {}
            Origin::Other => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether an image is one that copies the volumes that are mounted, and only stops containers with
/// the socket.
fn is_offen(image: Node<'_>) -> bool {
    ImageRef::parse(image.text()).name().ends_with("offen/docker-volume-backup")
}

/// Whether a Redis is told to write nothing down: `redis-server --save "" --appendonly no`.
fn keeps_nothing(container: Node<'_>) -> bool {
    let stated = ["entrypoint", "command", "args"].iter().filter_map(|key| container.at(&[key]));
    let words: Vec<&str> = stated
        .flat_map(|it| {
            let plain = if it.is_scalar() { it.text() } else { "" };
            it.items().map(Node::text).chain(plain.split_whitespace()).collect::<Vec<_>>()
        })
        .collect();
    let value = |option: &str| {
        let at = words.iter().position(|word| *word == option)?;
        Some(words.get(at + 1).map_or("", |word| word.trim_matches(['"', '\''])))
    };
    value("--save") == Some("") && value("--appendonly").is_none_or(|it| it == "no")
}

/// A workload whose volume lasts and that is a database.
fn store_of(workload: Workload<'_>) -> Option<Store> {
    let containers = workload.containers();
    let kept = containers.iter().map(|it| it.node()).filter(|it| !keeps_nothing(*it));
    let image =
        kept.filter_map(|it| it.at(&["image"])).map(Node::text).find(|image| is_store(image));
    let is_one = image.is_some();
    let is_lasting =
        matches!(workload.kind(), WorkloadKind::StatefulSet | WorkloadKind::Deployment);
    let volumes = workload.volumes();
    let volume = volumes
        .iter()
        .find(|it| it.is_claim())
        .filter(|_| is_one && is_lasting && !is_cache(workload.name()))?;
    let (name, family) = (workload.describe(), image.and_then(Family::of_image));
    let object = workload.object();
    let lies_in = object.names_namespace().then(|| object.namespace().to_owned());
    Some(Store { name, family, lies_in, place: volume.grip().place() })
}

fn store_in(service: Service<'_>) -> Option<Store> {
    let image = service.node().at(&["image"])?;
    let is_one = is_store(image.text()) && !keeps_nothing(service.node());
    if !is_one || !service.is_deployed() || is_cache(service.name()) {
        return None;
    }
    let mounts = service.mounts();
    let kept = mounts.iter().find(|it| match &it.origin {
        Origin::Named(_) => true,
        // Scripts that fill a new database lie on the host, too.
        Origin::Host(_) => {
            it.is_writable()
                && it.target.as_deref().is_some_and(|it| it.contains("data") || it.contains("lib"))
        }
        Origin::Other => false,
    })?;
    Some(Store {
        name: format!("compose service `{}`", service.name()),
        family: Family::of_image(image.text()),
        lies_in: match &kept.origin {
            Origin::Named(name) => Some(name.clone()),
            _ => None,
        },
        place: kept.grip().place(),
    })
}

impl Repository<'_> {
    /// What its files are about.
    fn subjects<'a>(&'a self, project: &'a Project<'_>) -> impl Iterator<Item = &'a Subjects<'a>> {
        self.files().filter_map(|(_, file)| project.subjects(file.id().index()))
    }

    /// What keeps data that cannot be made again.
    pub(crate) fn stores(&self, project: &Project<'_>) -> Vec<Store> {
        let mut found = Vec::new();
        for subjects in self.subjects(project) {
            found.extend(subjects.workloads.iter().filter_map(|it| store_of(*it)));
            found.extend(subjects.services.iter().filter_map(|it| store_in(*it)));
        }
        found.truncate(MOST);
        found
    }

    /// What copies data by itself.
    pub(crate) fn backups(&self, project: &Project<'_>) -> Vec<Backup> {
        let mut found = Vec::new();
        for subjects in self.subjects(project) {
            found.extend(subjects.objects.iter().filter_map(|it| of_object(*it)));
            found.extend(subjects.services.iter().filter_map(|it| of_service(*it)));
        }
        let in_pipelines = self.flow().doing(|it| *it == Does::BacksUp);
        found.extend(in_pipelines.map(|it| Backup {
            name: "the pipeline".to_owned(),
            place: it.place,
            retention: Retention::Unknown,
            is_scheduled: it.events.has(Events::SCHEDULE),
            reach: Reach::Unknown,
            within: None,
            offsite: None,
            tried: None,
        }));
        found.truncate(MOST);
        found
    }

    /// What tries whether copies can be used, by itself.
    pub(crate) fn trials_of_backups(&self, project: &Project<'_>) -> Vec<Place> {
        let objects = self.subjects(project).flat_map(|it| it.objects.iter().copied());
        let mut found: Vec<_> = objects.filter_map(trial_of).collect();
        found.extend(self.backups(project).iter().filter_map(|it| it.tried));
        found.truncate(MOST);
        found
    }

    /// A file whose name says that it is about copies: a script, a role, a module, a text.
    pub(crate) fn mentions_backups(&self) -> bool {
        let is_one = |path: &&&str| {
            let lower = path.to_ascii_lowercase();
            lower.split(['/', '-', '_', '.']).any(|word| {
                matches!(word, "backup" | "backups" | "velero" | "restic" | "pgbackrest")
            })
        };
        self.paths().iter().any(|path| is_one(&path))
    }
}
