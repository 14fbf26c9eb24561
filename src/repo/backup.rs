//! What keeps data, and what copies it.
//!
//! Sources: velero.io/docs, "Schedule API Type" (`ttl`, 30 days by default); backube.github.io/snapscheduler, "Retention policy";
//! volsync.readthedocs.io, "retain"; docs.k8up.io, "Schedule"; cloudnative-pg.io, "Backup" and "Retention policies";
//! longhorn.io/docs, "Recurring Snapshots and Backups"; offen.github.io/docker-volume-backup, "Automatically prune old backups".

use super::Repository;
use super::pipeline::Does;
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
    /// The volume.
    pub(crate) place: Place,
}

/// Something that copies data.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) retention: Retention,
}

/// How long copies are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retention {
    /// Said there, or the program has a default for it.
    Stated,
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

/// Whether a value, or one inside it, copies data.
fn tells(node: Node<'_>) -> bool {
    let mut queue = vec![node];
    for _ in 0..MOST {
        let Some(next) = queue.pop() else { break };
        if next.is_scalar() && copies(next.text()) {
            return true;
        }
        queue.extend(next.items());
        queue.extend(next.own_entries().map(|it| it.value));
    }
    false
}

/// What an object of an operator says of copies.
fn of_object(object: Object<'_>) -> Option<Backup> {
    let node = object.node();
    let spec = node.get("spec");
    let at = |keys: &[&str]| spec.as_ref().and_then(|it| it.value.at(keys));
    let key = spec.as_ref().map_or_else(|| node.place(), |it| it.key.place());
    let stated = |keys: &[&[&str]]| {
        let found = keys.iter().find_map(|keys| at(keys));
        found.map_or(Retention::Missing(key), |_| Retention::Stated)
    };
    let (group, kind) = (object.group(), object.kind());
    let retention = match (group, kind) {
        ("velero.io", "Schedule") => {
            at(&["template", "ttl"]).map_or(Retention::Unknown, |_| Retention::Stated)
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
            at(&["retain"]).map_or(Retention::Unknown, |_| Retention::Stated)
        }
        ("postgresql.cnpg.io", "Cluster") => {
            let backup = at(&["backup"])?;
            let kept = at(&["backup", "retentionPolicy"]).map(|_| Retention::Stated);
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
    Some(Backup { name: object.describe(), place, retention })
}

/// A service that copies the data of others.
fn of_service(service: Service<'_>) -> Option<Backup> {
    let node = service.node();
    let image = node.at(&["image"]);
    let is_one = copies(service.name())
        || image.is_some_and(|it| copies(it.text()))
        || node.at(&["command"]).is_some_and(tells)
        || node.at(&["entrypoint"]).is_some_and(tells);
    if !is_one {
        return None;
    }
    let variables = service.environment();
    let days = variables.iter().find(|it| it.name == "BACKUP_RETENTION_DAYS");
    let is_offen = image.is_some_and(|it| {
        ImageRef::parse(it.text()).name().ends_with("offen/docker-volume-backup")
    });
    // A file, or a mounted folder of schedules, may say it.
    let is_open = node.at(&["env_file"]).is_some()
        || service
            .mounts()
            .iter()
            .any(|it| it.target.as_deref().is_none_or(|it| it.contains("conf.d")));
    let retention = match (days, image) {
        (Some(_), _) => Retention::Stated,
        (None, Some(image)) if is_offen && !is_open => Retention::Missing(image.place()),
        _ => Retention::Unknown,
    };
    let place = image.map_or_else(|| node.place(), Node::place);
    Some(Backup { name: format!("compose service `{}`", service.name()), place, retention })
}

/// A workload whose volume lasts and that is a database.
fn store_of(workload: Workload<'_>) -> Option<Store> {
    let containers = workload.containers();
    let is_one = containers
        .iter()
        .any(|it| it.node().at(&["image"]).is_some_and(|image| is_store(image.text())));
    let is_lasting =
        matches!(workload.kind(), WorkloadKind::StatefulSet | WorkloadKind::Deployment);
    let volumes = workload.volumes();
    let volume = volumes
        .iter()
        .find(|it| it.is_claim())
        .filter(|_| is_one && is_lasting && !is_cache(workload.name()))?;
    Some(Store { name: workload.describe(), place: volume.grip().place() })
}

fn store_in(service: Service<'_>) -> Option<Store> {
    let image = service.node().at(&["image"])?;
    if !is_store(image.text()) || !service.is_deployed() || is_cache(service.name()) {
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
        }));
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
