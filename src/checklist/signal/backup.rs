//! What is copied, how long copies are kept, and whether they can be used.

use super::pipeline::absent;
use super::{Answer, Proof, Signal, View};
use crate::duration;
use crate::repo::backup::{Backup, Retention, Store};
use crate::repo::pipeline::Does;
use crate::source::Place;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "backup/configuration",
        about: "what is configured is deployed from the repository, or copied with the data",
        look: configuration,
    },
    Signal {
        name: "backup/database",
        about: "something copies every database on a schedule",
        look: database,
    },
    Signal { name: "backup/offsite", about: "copies lie elsewhere than the data", look: offsite },
    Signal {
        name: "backup/retention",
        about: "everything that copies data says how long the copies are kept, for a week at least",
        look: retention,
    },
    Signal {
        name: "backup/scheduled",
        about: "something copies all data on a schedule",
        look: scheduled,
    },
    Signal {
        name: "backup/tried",
        about: "something tries on a schedule whether the copies can be used",
        look: tried,
    },
    Signal { name: "backup/volume", about: "something copies volumes on a schedule", look: volume },
];

const NOTHING: &str = "nothing here copies data on a schedule";

/// The shortest time that the list of Paladin ("Data") names.
const WEEK: f64 = 7.0 * DAY;
const DAY: f64 = 24.0 * 3600.0;

fn backups(view: &View<'_>) -> Vec<Backup> {
    let project = view.project();
    let all = view.repositories().iter().flat_map(|repository| repository.backups(project));
    all.filter(|backup| backup.is_scheduled && view.has(backup.place.file)).collect()
}

fn stores(view: &View<'_>) -> Vec<Store> {
    let project = view.project();
    let all = view.repositories().iter().flat_map(|repository| repository.stores(project));
    all.filter(|store| view.has(store.place.file)).collect()
}

/// What a configuration of a platform says of copies that the platform makes.
fn by_platforms(view: &View<'_>) -> Vec<Proof> {
    let switches = view.agents().flat_map(|agent| &agent.platform.backups);
    let on = switches.filter_map(|switch| switch.on().filter(|it| it.stated));
    on.map(|it| Proof::new(it.at.place(), it.text)).collect()
}

fn copied(backup: &Backup) -> Proof {
    Proof::new(backup.place, format!("{} copies data", backup.name))
}

/// What of the backups counts, where nothing is left out that they have to copy.
fn covering(
    view: &View<'_>,
    backups: &[Backup],
    stores: &[Store],
    platforms: Vec<Proof>,
) -> Answer {
    let is_copied = |store: &&Store| backups.iter().any(|backup| backup.may_copy(store));
    let left: Vec<_> = stores.iter().filter(|store| !is_copied(store)).collect();
    let found: Vec<_> = backups.iter().map(copied).chain(platforms).collect();
    if found.is_empty() || left.is_empty() {
        return Answer::any(found, &absent(view, NOTHING));
    }
    let at = left.iter().map(|store| Proof::new(store.place, store.name.as_str())).collect();
    let verb = if left.len() == 1 { "is" } else { "are" };
    Answer::Lacking(
        format!("{} of the stores of data {verb} copied by nothing here", left.len()),
        at,
    )
}

pub(super) fn scheduled(view: &View<'_>) -> Answer {
    covering(view, &backups(view), &stores(view), by_platforms(view))
}

fn database(view: &View<'_>) -> Answer {
    let (mut backups, mut stores) = (backups(view), stores(view));
    stores.retain(Store::is_database);
    // A copy of all volumes is one of the databases on them, where there are any here.
    backups.retain(|it| it.is_of_database() || it.is_of_volumes() && !stores.is_empty());
    covering(view, &backups, &stores, Vec::new())
}

fn volume(view: &View<'_>) -> Answer {
    let mut backups = backups(view);
    backups.retain(Backup::is_of_volumes);
    covering(view, &backups, &[], Vec::new())
}

fn configuration(view: &View<'_>) -> Answer {
    let deployed = view.repositories().iter().flat_map(|repository| {
        let flow = repository.flow();
        let deployments = flow.doing(|does| matches!(does, Does::Deploys(_)));
        deployments.map(|it| Proof::new(it.place, "what runs is deployed from the repository"))
    });
    let controlled = view.objects().filter(|object| {
        matches!(object.group(), "kustomize.toolkit.fluxcd.io" | "helm.toolkit.fluxcd.io")
            || object.is("argoproj.io", "Application")
            || object.is("velero.io", "Schedule")
    });
    let controlled = controlled.map(|it| Proof::new(it.grip().place(), it.describe()));
    let found: Vec<_> = deployed.chain(controlled).collect();
    Answer::any(found, &absent(view, "nothing here deploys or copies the configuration"))
}

fn retention(view: &View<'_>) -> Answer {
    let own = backups(view);
    let of_backups = own.iter().map(|backup| match backup.retention {
        Retention::Stated(place) => {
            let says = format!("says how long the copies of {} are kept", backup.name);
            (Proof::new(place, says), is_long(view, place))
        }
        Retention::Missing(place) => (Proof::new(place, backup.name.as_str()), false),
        Retention::Unknown => (Proof::new(backup.place, backup.name.as_str()), false),
    });
    let of_agents = view.agents().filter_map(|agent| {
        let retention = &agent.platform.backup_retention;
        if let Some(unset) = retention.unset() {
            return Some((Proof::new(unset.at.place(), unset.text), false));
        }
        let stated = retention.said(|_| true)?;
        Some((Proof::new(stated.at.place(), stated.text), is_long(view, stated.at.place())))
    });
    let asked: Vec<_> = of_backups.chain(of_agents).collect();
    let lack = "of the backups do not say that copies are kept for a week or longer";
    match Answer::all(asked, "", lack) {
        Answer::Moot(_) => Answer::Lacking(absent(view, NOTHING), Vec::new()),
        answer => answer,
    }
}

/// Whether a time is long enough. A number of copies is no time, and counts.
fn is_long(view: &View<'_>, place: Place) -> bool {
    let source = view.project().source(place.file);
    let text = source.map_or("", |source| source.slice(place.span)).trim_matches(['"', '\'']);
    let before =
        source.and_then(|it| it.text().get(..place.span.range().start)).unwrap_or_default();
    let key = before.rsplit('\n').next().unwrap_or_default();
    if text.contains(['$', '{']) {
        return false;
    }
    match days(key, text) {
        Some(days) => f64::from(days) >= WEEK / DAY,
        None => duration::seconds(text).is_none_or(|time| time >= WEEK),
    }
}

/// The days that a value means: of a key that ends with the unit, or of what `find` is told to delete.
fn days(key: &str, text: &str) -> Option<u32> {
    let (key, value) = text.split_once('=').unwrap_or((key, text));
    let key = key.trim_end_matches([' ', ':', '=', '"', '\'']).to_ascii_uppercase();
    let number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text.get(..end)?.parse().ok()
    };
    if key.ends_with("_DAYS") {
        return number(value.trim_matches([' ', '"', '\'']));
    }
    number(text.split_once("-mtime +")?.1)
}

fn offsite(view: &View<'_>) -> Answer {
    let own = backups(view);
    let of_backups = own.iter().filter_map(|backup| {
        Some(Proof::new(backup.offsite?, format!("{} keeps copies elsewhere", backup.name)))
    });
    let of_agents = view.agents().filter_map(|agent| {
        let on = agent.platform.offsite_backup.on().filter(|it| it.stated)?;
        Some(Proof::new(on.at.place(), on.text))
    });
    let found: Vec<_> = of_backups.chain(of_agents).collect();
    Answer::any(found, &absent(view, "nothing here keeps copies elsewhere than the data"))
}

fn tried(view: &View<'_>) -> Answer {
    let project = view.project();
    let all = view.repositories().iter().flat_map(|it| it.trials_of_backups(project));
    let found = all.filter(|place| view.has(place.file));
    let found = found.map(|place| Proof::new(place, "copies are tried here"));
    Answer::any(found, &absent(view, "nothing here tries whether copies can be used"))
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const README: (&str, &str) = ("README.md", "# Orders\n");

    const DATABASE: &str = "services:\n  db:\n    image: postgres:18\n    volumes: [data:/var/lib/postgresql]\nvolumes: {data: {}}\n";

    fn job(name: &str, more: &str, command: &str) -> String {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  schedule: 0 2 * * *\n{more}  \
             jobTemplate: {{spec: {{template: {{spec: {{containers: [{{name: a, image: postgres:18, command: [sh, -c, \"{command}\"]}}]}}}}}}}}\n"
        )
    }

    #[test]
    fn every_store_of_data_is_copied() {
        let of = |signal: &str, job: &str| {
            ask(signal, &[README, ("compose.yaml", DATABASE), ("k8s/job.yaml", job)])
        };
        let dump = job("dump", "", "pg_dump orders | aws s3 cp - s3://copies/orders");
        for signal in ["backup/scheduled", "backup/database"] {
            assert_eq!(
                of(signal, &dump),
                "shown\nk8s/job.yaml:3: CronJob `dump` copies data",
                "{signal}"
            );
        }
        assert!(of("backup/offsite", &dump).starts_with("shown"));
        assert!(of("backup/volume", &dump).starts_with("lacking: nothing here copies data"));
        assert!(of("backup/tried", &dump).starts_with("lacking: nothing here tries"));
        assert!(
            of("backup/retention", &dump).starts_with("lacking: 1 of the backups does not say")
        );
        // That of another database, or one that is paused.
        let other = of("backup/scheduled", &job("dump", "", "mysqldump orders"));
        assert!(other.starts_with("lacking: 1 of the stores of data"), "{other}");
        let paused = of("backup/scheduled", &job("dump", "  suspend: true\n", "pg_dump orders"));
        assert!(paused.starts_with("lacking: nothing here copies data"), "{paused}");
        let tried = of("backup/tried", &job("verify-backups", "", "/check"));
        assert_eq!(tried, "shown\nk8s/job.yaml:3: copies are tried here");
    }

    #[test]
    fn copies_are_kept_for_a_while() {
        let schedule = |ttl: &str| {
            let text = format!(
                "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {{name: nightly}}\nspec:\n  schedule: 0 2 * * *\n  template: {{ttl: {ttl}}}\n"
            );
            ask("backup/retention", &[README, ("velero.yaml", &text)])
        };
        assert!(schedule("720h").starts_with("shown\nvelero.yaml:6: "));
        assert!(schedule("24h").starts_with("lacking: 1 of the backups does not say"));
        assert!(schedule("'{{ .Values.ttl }}'").starts_with("lacking: 1"));
        let compose = |days: &str, mount: &str| {
            let text = format!(
                "services:\n  db: {{image: 'postgres:18', volumes: ['data:/var/lib/postgresql']}}\n  copies:\n    image: \
                 offen/docker-volume-backup:v2\n    environment: {{BACKUP_RETENTION_DAYS: '{days}'}}\n    \
                 volumes: ['{mount}:/backup/it:ro', '/var/run/docker.sock:/var/run/docker.sock:ro']\nvolumes: {{data: {{}}, other: {{}}}}\n"
            );
            let of = |signal: &str| ask(signal, &[README, ("compose.yaml", &text)]);
            (of("backup/retention"), of("backup/scheduled"))
        };
        let (kept, copied) = compose("7", "data");
        assert!(kept.starts_with("shown") && copied.starts_with("shown"), "{kept} {copied}");
        let (kept, copied) = compose("3", "other");
        assert!(kept.starts_with("lacking: 1 of the backups"), "{kept}");
        assert!(copied.starts_with("lacking: 1 of the stores"), "{copied}");
    }

    #[test]
    fn an_image_says_what_it_copies() {
        let of = |signal: &str, days: u32| {
            let copies = format!(
                "  pgbackup:\n    image: prodrigestivill/postgres-backup-local:18\n    environment: {{BACKUP_KEEP_DAYS: {days}}}\nvolumes:"
            );
            let text = DATABASE.replace("volumes: {", &format!("{copies} {{"));
            ask(signal, &[README, ("compose.yaml", &text)])
        };
        assert!(of("backup/database", 7).starts_with("shown"), "{}", of("backup/database", 7));
        assert!(of("backup/retention", 7).starts_with("shown"));
        assert!(of("backup/retention", 6).starts_with("lacking: 1 of the backups does not"));
    }

    #[test]
    fn a_schedule_copies_what_it_sees() {
        let store = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec:\n  template: {spec: \
                     {containers: [{name: db, image: 'postgres:18', volumeMounts: [{name: data, mountPath: /data}]}]}}\n  \
                     volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]\n";
        let of = |namespaces: &str| {
            let text = format!(
                "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {{name: nightly, namespace: velero}}\nspec: \
                 {{schedule: 0 2 * * *, template: {{{namespaces}}}}}\n"
            );
            ask("backup/scheduled", &[README, ("velero.yaml", &text), ("db.yaml", store)])
        };
        for all in ["", "includedNamespaces: ['*']", "includedNamespaces: [shop, other]"] {
            assert!(of(all).starts_with("shown"), "{all}");
        }
        assert!(of("includedNamespaces: [other]").starts_with("lacking: 1 of the stores"));
    }

    #[test]
    fn what_looks_after_copies_makes_none() {
        for name in ["backup-reminder", "backup-monitor", "backup-exporter"] {
            let job = job(name, "", "curl https://chat.example/backup");
            let answer = ask("backup/scheduled", &[README, ("k8s/job.yaml", &job)]);
            assert!(answer.starts_with("lacking: nothing here copies data"), "{name}: {answer}");
        }
    }

    #[test]
    fn what_makes_ready_once_is_no_backup() {
        let compose = "services:\n  minio-init:\n    image: minio/mc:1\n    entrypoint: mc mb minio/orders-backups\n";
        let answer = ask("backup/scheduled", &[README, ("compose.yaml", compose)]);
        assert!(answer.starts_with("lacking: nothing here copies data"), "{answer}");
    }
}
