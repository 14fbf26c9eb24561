//! Passwords of what a pipeline starts for its tests and throws away with its job.

use crate::credential::{self, Shape};
use crate::secret::{Secret, What};

/// Words of which one in a name or a value says that it is for a test.
const FOR_TESTS: [&str; 10] = [
    "test",
    "tests",
    "testing",
    "ci",
    "e2e",
    "integration",
    "dummy",
    "local",
    "ephemeral",
    "throwaway",
];

/// Words of the names of what commonly runs beside a job.
const SERVICES: [&str; 17] = [
    "postgres",
    "postgresql",
    "pgpassword",
    "pg",
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "redis",
    "rabbitmq",
    "minio",
    "elastic",
    "clickhouse",
    "sa",
    "db",
    "database",
    "root",
];

/// Leaves out of the credentials of a pipeline those that let nobody in anywhere else. A random value
/// may be real wherever it stands.
pub(in crate::secret) fn without_throwaways(text: &str, found: Vec<Secret>) -> Vec<Secret> {
    let is_judged =
        |secret: &Secret| matches!(secret.what, What::Named | What::WellKnown | What::UrlPassword);
    if !found.iter().any(is_judged) || !is_pipeline(text) {
        return found;
    }
    let starts_services = ["services:", "localhost", "127.0.0.1", "docker run", "docker compose"]
        .iter()
        .any(|it| text.contains(it));
    found
        .into_iter()
        .filter(|secret| !is_judged(secret) || !is_throwaway(text, secret, starts_services))
        .collect()
}

/// Whether a text is a workflow of GitHub, a pipeline of GitLab, `CircleCI`, Azure or Bitbucket.
fn is_pipeline(text: &str) -> bool {
    const SIGNS: [&[&str]; 5] = [
        &["jobs:", "runs-on:"],
        &["script:", "stage"],
        &["jobs:", "steps:", "docker:", "version:"],
        &["steps:", "vmImage:"],
        &["pipelines:", "- step:", "script:"],
    ];
    SIGNS.iter().any(|signs| signs.iter().all(|sign| text.contains(sign)))
}

fn is_throwaway(text: &str, secret: &Secret, starts_services: bool) -> bool {
    let value = text.get(secret.span.range()).unwrap_or_default();
    if matches!(Shape::of(value), Shape::Generated | Shape::Uuid) {
        return false;
    }
    match secret.what {
        What::WellKnown => true,
        What::UrlPassword => {
            let rest = text.get(secret.span.range().end..).unwrap_or_default();
            let host: String =
                rest.chars().take(60).skip(1).take_while(|c| !":/?\"' \n".contains(*c)).collect();
            host == "127.0.0.1" || !host.contains('.')
        }
        _ => {
            let name = secret.name.and_then(|name| text.get(name.range())).unwrap_or_default();
            let has = |text: &str, words: &[&str]| {
                credential::words(text).iter().any(|word| words.contains(&word.as_str()))
            };
            has(name, &FOR_TESTS)
                || has(value, &FOR_TESTS)
                || value.to_ascii_lowercase().starts_with("test")
                || starts_services && has(name, &SERVICES)
        }
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use crate::secret::{Setting, scan};

    fn found(text: &str) -> Vec<&str> {
        scan(Setting::Plain, text).into_iter().map(|it| &text[it.span.range()]).collect()
    }

    #[test]
    fn what_a_job_throws_away_is_no_secret() {
        let head = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n";
        let quiet = format!(
            "{head}    services:\n      db:\n        env:\n          POSTGRES_PASSWORD: postgres\n          MYSQL_PASSWORD: Orders9!x\n    \
            env:\n      API_SECRET: e2e-Orders9!x\n      DATABASE_URL: postgres://app:Orders9!x@localhost:5432/app\n"
        );
        assert!(found(&quiet).is_empty(), "{:?}", found(&quiet));
        let loud = format!(
            "{head}    env:\n      FTP_PASSWORD: Orders9!x\n      DB_PASSWORD: q7Rk2vXw9LmT4bNz8HcY\n"
        );
        assert_eq!(found(&loud), ["Orders9!x", "q7Rk2vXw9LmT4bNz8HcY"]);
    }
}
