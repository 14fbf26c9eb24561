//! Data stores that run here, and with what they ask who connects.

use super::{Project, Runner};
use crate::image::ImageRef;
use crate::source::Place;
use crate::tree::Node;

/// A data store as its image is known.
struct Known {
    /// How the names of its images begin.
    images: &'static [&'static str],
    /// Variables that give it a password; their names with `_FILE` behind them name a file that holds it.
    variables: &'static [&'static str],
    /// Options of its command that do.
    options: &'static [&'static str],
}

/// Sources: the documentation of the images on Docker Hub, and of Bitnami's, 2026-11.
const KNOWN: [Known; 12] = [
    Known {
        images: &["postgres", "pgvector", "timescaledb", "postgis"],
        variables: &["POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD"],
        options: &[],
    },
    Known {
        images: &["mysql", "mariadb", "percona"],
        variables: &["MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"],
        options: &[],
    },
    Known { images: &["mongo"], variables: &["MONGO_INITDB_ROOT_PASSWORD"], options: &["--auth"] },
    Known {
        images: &["redis", "valkey"],
        variables: &["REDIS_PASSWORD", "VALKEY_PASSWORD"],
        options: &["requirepass", "aclfile"],
    },
    Known {
        images: &["minio"],
        variables: &["MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"],
        options: &[],
    },
    Known { images: &["neo4j"], variables: &["NEO4J_AUTH"], options: &[] },
    Known {
        images: &["rabbitmq"],
        variables: &["RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD"],
        options: &[],
    },
    Known { images: &["elasticsearch"], variables: &["ELASTIC_PASSWORD"], options: &[] },
    Known {
        images: &["opensearch"],
        variables: &["OPENSEARCH_INITIAL_ADMIN_PASSWORD"],
        options: &[],
    },
    Known { images: &["qdrant"], variables: &["QDRANT__SERVICE__API_KEY"], options: &[] },
    Known { images: &["clickhouse"], variables: &["CLICKHOUSE_PASSWORD"], options: &[] },
    Known { images: &["couchdb"], variables: &["COUCHDB_PASSWORD"], options: &[] },
];

/// Variables that turn the password off again, with the value that does.
const OFF: [(&str, &str); 4] = [
    ("POSTGRES_HOST_AUTH_METHOD", "trust"),
    ("NEO4J_AUTH", "none"),
    ("xpack.security.enabled", "false"),
    ("DISABLE_SECURITY_PLUGIN", "true"),
];

/// What a data store asks of whoever connects.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// A password, which this variable or option gives it.
    Password(String, Place),
    /// Nothing, as far as its manifest shows.
    Unseen,
    /// Nothing, by this variable.
    Off(String, Place),
}

impl Project<'_> {
    /// What guards a data store; nothing where somebody runs no known one.
    pub(crate) fn guard_of(&self, runner: Runner<'_>) -> Option<Guard> {
        let image = ImageRef::parse(runner.node().at(&["image"])?.text());
        let name = image.short_name();
        let is_exporter =
            name.ends_with("exporter") || name.contains("-ui") || name.contains("backup");
        let of_name = |known: &&Known| known.images.iter().any(|image| name.starts_with(image));
        let known = KNOWN.iter().find(of_name).filter(|_| !is_exporter)?;
        let off = OFF.iter().find_map(|(name, value)| {
            let (stated, at) = self.variable_named(runner, name)?;
            (stated.as_deref() == Some(value)).then(|| Guard::Off((*name).to_owned(), at))
        });
        Some(off.or_else(|| self.password_of(runner, known)).unwrap_or(Guard::Unseen))
    }

    fn password_of(&self, runner: Runner<'_>, known: &Known) -> Option<Guard> {
        let by_variable = known.variables.iter().find_map(|name| {
            [(*name).to_owned(), format!("{name}_FILE")].into_iter().find_map(|name| {
                let (stated, at) = self.variable_named(runner, &name)?;
                let is_given = stated.is_none_or(|value| !value.is_empty());
                is_given.then_some(Guard::Password(name, at))
            })
        });
        by_variable.or_else(|| {
            let lists = ["command", "args"].into_iter();
            let mut words = lists.filter_map(|key| runner.node().at(&[key])).flat_map(words);
            words.find_map(|word| {
                let option = known.options.iter().find(|option| word.text().contains(**option))?;
                Some(Guard::Password((*option).to_owned(), word.place()))
            })
        })
    }

    /// What a variable of somebody is, where that is known, and where it is given.
    pub(crate) fn variable_named(
        &self,
        runner: Runner<'_>,
        name: &str,
    ) -> Option<(Option<String>, Place)> {
        match runner {
            Runner::Container(container) => {
                let variables = self.variables_of(container);
                let variable = variables.get(name)?;
                Some((variable.value.as_deref().map(str::to_owned), variable.at.place()))
            }
            Runner::Service(service) => {
                let all = service.environment();
                let variable = all.into_iter().find(|variable| variable.name == name)?;
                Some((variable.known_value(), variable.place))
            }
        }
    }
}

/// The words of a command, or the text that holds all of them.
fn words(command: Node<'_>) -> Vec<Node<'_>> {
    if command.is_scalar() { vec![command] } else { command.items().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::linked;

    #[test]
    fn stores_are_known_by_their_images() {
        let text = "services:\n  \
             a: {image: 'pgvector/pgvector:pg17', environment: {POSTGRES_PASSWORD: '${DB}'}}\n  \
             b: {image: 'postgres:17', environment: [POSTGRES_PASSWORD=x, POSTGRES_HOST_AUTH_METHOD=trust]}\n  \
             c: {image: 'redis:7', command: 'redis-server --requirepass $${PASS}'}\n  \
             d: {image: 'redis:7'}\n  \
             e: {image: 'mysql:8', environment: {MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db}}\n  \
             f: {image: 'acme/api:1'}\n  \
             g: {image: 'oliver006/redis_exporter:1'}\n";
        linked(&[("compose.yaml", text)], |project| {
            let services = project.subjects.iter().flat_map(|it| it.services.iter().copied());
            let guards = services.map(|service| match project.guard_of(Runner::Service(service)) {
                Some(Guard::Password(by, _)) => by,
                Some(Guard::Off(by, _)) => format!("!{by}"),
                Some(Guard::Unseen) => "-".to_owned(),
                None => String::new(),
            });
            let guards: Vec<_> = guards.collect();
            assert_eq!(
                guards,
                [
                    "POSTGRES_PASSWORD",
                    "!POSTGRES_HOST_AUTH_METHOD",
                    "requirepass",
                    "-",
                    "MYSQL_ROOT_PASSWORD_FILE",
                    "",
                    ""
                ]
            );
        });
    }
}
