//! How many connections clients may open to a database of the project, and how many that accepts.

use std::collections::HashMap;

use super::process::Process;
use super::{Project, Runner};
use crate::command::Word;
use crate::compose::{ComposeFile, interpolated};
use crate::k8s::Workload;
use crate::source::Place;
use crate::tree::Node;

/// Variables by which programs size the pool of one process.
///
/// Sources: the conventions of applications with `SQLAlchemy`, node-postgres and pgx; Spring Boot, "Common
/// Application Properties"; docs.langchain.com, environment variables of `LangGraph` servers.
const POOLS: [&str; 11] = [
    "DATABASE_MAX_POOL_SIZE",
    "DATABASE_POOL_MAX",
    "DATABASE_POOL_SIZE",
    "DB_POOL_MAX",
    "DB_POOL_SIZE",
    "LANGGRAPH_POSTGRES_POOL_MAX_SIZE",
    "PG_POOL_MAX",
    "PG_POOL_SIZE",
    "POSTGRES_POOL_SIZE",
    "SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE",
    "SQLALCHEMY_POOL_SIZE",
];

/// And those by which they let it grow beyond that.
const OVERFLOWS: [&str; 4] =
    ["DATABASE_MAX_OVERFLOW", "DB_MAX_OVERFLOW", "DB_POOL_MAX_OVERFLOW", "SQLALCHEMY_MAX_OVERFLOW"];

/// Parameters of a URL that do the same.
///
/// Sources: prisma.io/docs, "Connection pool"; pkg.go.dev/github.com/jackc/pgx/v5/pgxpool, `ParseConfig`.
const PARAMETERS: [&str; 2] = ["connection_limit=", "pool_max_conns="];

/// Variables that hold the name of the database's host.
const HOSTS: [&str; 5] = ["DATABASE_HOST", "DB_HOST", "PGHOST", "POSTGRES_HOST", "POSTGRES_SERVER"];

/// Source: postgresql.org/docs/current/runtime-config-connection.html; pgbouncer.org/config.html.
const DEFAULT: i64 = 100;

/// What one client may open.
#[derive(Clone, Debug)]
pub(crate) struct Pool<'p> {
    runner: Runner<'p>,
    said: String,
    pub(crate) place: Place,
    size: i64,
    /// Processes side by side, each with such a pool.
    workers: i64,
    replicas: i64,
}

impl Pool<'_> {
    fn total(&self) -> i64 {
        self.size.saturating_mul(self.workers).saturating_mul(self.replicas)
    }

    /// Who opens how many, for people.
    pub(crate) fn describe(&self) -> String {
        let mut text = format!("{}: {}", self.runner.describe(), self.said);
        for (count, what) in [(self.workers, "workers"), (self.replicas, "replicas")] {
            if count > 1 {
                text = format!("{text}, {count} {what}");
            }
        }
        text
    }
}

/// A database that accepts fewer connections than its clients may open.
#[derive(Debug)]
pub(crate) struct Crowded<'p> {
    pub(crate) server: Runner<'p>,
    /// Where the bound stands, else the image.
    pub(crate) at: Place,
    pub(crate) accepts: i64,
    pub(crate) opened: i64,
    pub(crate) pools: Vec<Pool<'p>>,
}

impl Crowded<'_> {
    /// What is wrong, for people.
    pub(crate) fn describe(&self) -> String {
        let (server, accepts, opened) = (self.server.describe(), self.accepts, self.opened);
        format!("{server} accepts {accepts} connections, and its clients may open {opened}")
    }

    /// Who opens the most of them.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Place, String)> {
        const MOST: usize = 8;
        let mut pools: Vec<_> = self.pools.iter().collect();
        pools.sort_by_key(|pool| std::cmp::Reverse(pool.total()));
        pools.into_iter().take(MOST).map(|pool| (pool.place, pool.describe()))
    }
}

/// The containers that are clients of databases, by the namespace and the name of the Service that they
/// call: each by its file, its workload there and its number in that.
#[derive(Debug, Default)]
pub(super) struct Clients(HashMap<(String, String), Vec<Position>>);

/// A file, a workload of it and a container of that, each by its number.
type Position = (usize, usize, usize);

impl Process<'_> {
    /// How many connections it accepts, and where that is said, where it is a database.
    ///
    /// Source of `-N`: postgresql.org/docs/current/runtime-config-short.html.
    fn accepts(&self) -> Option<(i64, Place)> {
        let is_pooler = self.is_of_image(&["pgbouncer"]);
        let is_server = self.is_of_image(&["postgres", "postgresql", "pgvector", "timescaledb"]);
        let stated = if is_pooler {
            ["MAX_CLIENT_CONN", "PGBOUNCER_MAX_CLIENT_CONN"].iter().find_map(|it| self.variable(it))
        } else if is_server {
            let of_command = self.postgres_setting("max_connections");
            let of_command = of_command.or_else(|| self.flag(&["-N"]));
            of_command.or_else(|| self.variable("POSTGRESQL_MAX_CONNECTIONS"))
        } else {
            return None;
        };
        match stated {
            Some(said) => Some((said.text.parse().ok()?, said.place)),
            None if self.may_read_settings() => None,
            None => Some((DEFAULT, self.runner.place()?)),
        }
    }

    /// Whether a file that is mounted may say more.
    fn may_read_settings(&self) -> bool {
        let is_conf = |text: &str| text.contains("conf") || text.contains(".ini");
        let lists = ["volumeMounts", "volumes", "configs"].into_iter();
        let mut mounts =
            lists.filter_map(|key| self.runner.node().at(&[key])).flat_map(Node::items);
        let says = |mount: Node<'_>| {
            let path = mount.at(&["mountPath"]).or_else(|| mount.at(&["target"])).unwrap_or(mount);
            is_conf(path.text())
        };
        mounts.any(says)
            || self.runner.node().at(&["configs"]).is_some()
            || self.words().iter().any(|word| word.text.contains("config_file"))
    }

    /// The host of the `PostgreSQL` database that it calls.
    fn database_host(&self) -> Option<String> {
        let urls =
            self.written_values().into_iter().filter_map(|text| host_of(text).map(str::to_owned));
        let mut urls: Vec<String> = urls.collect();
        urls.sort_unstable();
        urls.dedup();
        match urls.as_slice() {
            [host] => Some(host.clone()),
            [] => HOSTS.iter().find_map(|name| Some(self.variable(name)?.text)),
            _ => None,
        }
    }

    /// The size of its pool, as variables and addresses say.
    fn stated_pool(&self) -> Option<(i64, Word)> {
        let of_variable = POOLS.iter().find_map(|name| Some((name, self.variable(name)?)));
        if let Some((name, said)) = of_variable {
            let more = OVERFLOWS.iter().find_map(|name| Some((name, self.variable(name)?)));
            let mut text = format!("`{name}={}`", said.text);
            let mut size: i64 = said.text.trim().parse().ok()?;
            if let Some((name, more)) = more {
                size = size.checked_add(more.text.trim().parse().ok()?)?;
                text = format!("{text} and `{name}={}`", more.text);
            }
            return Some((size, Word { text, place: said.place }));
        }
        let url = self.variable("DATABASE_URL")?;
        let (_, query) = url.text.split_once('?')?;
        let size = query.split('&').find_map(|it| {
            PARAMETERS.iter().find_map(|name| Some((*name, it.strip_prefix(name)?)))
        });
        let (name, size) = size?;
        let text = format!("`{name}{size}`");
        Some((size.parse().ok()?, Word { text, place: url.place }))
    }
}

/// Whether the name of the image leaves it open that it is a database or stands before one.
fn may_be_database(runner: Runner<'_>) -> bool {
    const NAMES: [&str; 4] = ["postgres", "pgvector", "timescale", "pgbouncer"];
    let image = runner.node().at(&["image"]).map_or("", Node::text);
    NAMES.iter().any(|name| image.contains(name))
}

/// The host of a URL of `PostgreSQL`, where it is known, whatever else is not.
fn host_of(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.starts_with("postgres") {
        return None;
    }
    let authority = rest.rsplit_once('@').map_or(rest, |(_, behind)| behind);
    let host = authority.split([':', '/', '?']).next()?;
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    (!host.is_empty() && host.chars().all(is_known)).then_some(host)
}

impl<'p> Project<'p> {
    /// The pool of a client, and the host that it is for.
    fn pool_of(&self, runner: Runner<'p>) -> Option<(String, Pool<'p>)> {
        let process = self.process_of(runner);
        let agents: Vec<_> = self.agents_of(runner).map(|(agent, _)| agent).collect();
        let endpoints = agents.iter().flat_map(|agent| &agent.endpoints);
        let mut endpoints = endpoints.filter(|it| it.scheme.starts_with("postgres"));
        let host = process.database_host();
        let host = host.or_else(|| endpoints.next().map(|it| it.host.to_owned()))?;
        let of_agent = || {
            let mut calls = agents.iter().flat_map(|agent| &agent.calls);
            calls.find_map(|call| {
                let because = call.pool.said(|size| size >= 1.0)?;
                let size = format!("{:.0}", call.pool.value()?).parse().ok()?;
                let of_database = call.what == "the database";
                of_database.then(|| (size, Word { text: because.text, place: because.at.place() }))
            })
        };
        let (size, said) = process.stated_pool().or_else(of_agent)?;
        let workers = process.workers().map_or(1, |workers| workers.count);
        let replicas = match runner {
            Runner::Container(container) => self.most_pods_of(container.workload()),
            Runner::Service(service) => {
                let node = service.node();
                let stated = node.at(&["deploy", "replicas"]).or_else(|| node.at(&["scale"]));
                stated.map_or(Some(1), |it| interpolated(it)?.parse().ok())
            }
        };
        let replicas = replicas.filter(|count| *count > 0)?;
        let (said, place) = (said.text, said.place);
        Some((host, Pool { runner, said, place, size, workers, replicas }))
    }

    /// How many pods a workload has at most.
    fn most_pods_of(&self, workload: Workload<'p>) -> Option<i64> {
        match self.autoscaler_of(workload) {
            Some(autoscaler) => autoscaler.max(),
            None => Some(self.replicas_of(workload).map_or(1, |replicas| replicas.count)),
        }
    }

    fn crowded(&self, server: Runner<'p>, pools: Vec<Pool<'p>>) -> Option<Crowded<'p>> {
        let (accepts, at) = self.process_of(server).accepts()?;
        let opened = pools.iter().fold(0_i64, |sum, pool| sum.saturating_add(pool.total()));
        (opened > accepts).then_some(Crowded { server, at, accepts, opened, pools })
    }

    /// The databases of a Compose file whose clients, in the same file, may open too many connections.
    pub(crate) fn crowded_in(&self, file: ComposeFile<'p>) -> Vec<Crowded<'p>> {
        let services = file.services();
        let mut by_host: HashMap<String, Vec<Pool<'p>>> = HashMap::new();
        if !services.iter().any(|service| may_be_database(Runner::Service(*service))) {
            return Vec::new();
        }
        for &service in &services {
            if let Some((host, pool)) = self.pool_of(Runner::Service(service)) {
                by_host.entry(host).or_default().push(pool);
            }
        }
        let found = services.into_iter().filter_map(|service| {
            let pools = by_host.remove(service.name())?;
            self.crowded(Runner::Service(service), pools)
        });
        found.collect()
    }

    /// The database that a workload is, if its clients in the project may open too many connections.
    pub(crate) fn crowded_at(&self, workload: Workload<'p>) -> Option<Crowded<'p>> {
        let containers = workload.containers().into_iter().map(Runner::Container);
        let mut servers = containers
            .filter(|it| may_be_database(*it) && self.process_of(*it).accepts().is_some());
        let server = servers.next()?;
        let clients = self.clients.get_or_init(|| self.find_clients());
        let services = self.services_of(workload);
        let names = services.flat_map(|service| {
            let namespaces = self.all_namespaces_of(service).into_iter();
            namespaces.map(move |it| (it.to_owned(), service.name().to_owned())).collect::<Vec<_>>()
        });
        let pools = names.filter_map(|name| clients.0.get(&name)).flatten().filter_map(|at| {
            let workload = self.subjects.get(at.0)?.workloads.get(at.1)?;
            let container = *workload.containers().get(at.2)?;
            Some(self.pool_of(Runner::Container(container))?.1)
        });
        self.crowded(server, pools.collect())
    }

    fn find_clients(&self) -> Clients {
        let mut clients = Clients::default();
        for (file, subjects) in self.subjects.iter().enumerate() {
            for (index, workload) in subjects.workloads.iter().enumerate() {
                for (number, container) in workload.containers().into_iter().enumerate() {
                    let Some((host, _)) = self.pool_of(Runner::Container(container)) else {
                        continue;
                    };
                    let mut parts = host.split('.');
                    let Some(name) = parts.next() else { continue };
                    let namespaces = match parts.next() {
                        Some(namespace) => vec![namespace],
                        None => self.namespaces_of(workload.object()),
                    };
                    for namespace in namespaces {
                        let known = (namespace.to_owned(), name.to_owned());
                        clients.0.entry(known).or_default().push((file, index, number));
                    }
                }
            }
        }
        clients
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_where_passwords_are_not() {
        for (text, expected) in [
            ("postgresql://app:${DB_PASSWORD}@db:5432/app", Some("db")),
            ("postgres://db/app?sslmode=require", Some("db")),
            ("postgresql+asyncpg://app:$(PASSWORD)@db.data.svc/app", Some("db.data.svc")),
            ("postgresql://${USER}@${HOST}/app", None),
            ("redis://cache:6379", None),
            ("postgres://", None),
        ] {
            assert_eq!(host_of(text), expected, "{text}");
        }
    }
}
