//! Signals of where is kept what must outlive a process.

use super::backup::scheduled;
use super::running::{each, is_store_service, is_sure, lacks, lasting, lasting_services, says};
use super::{Answer, Proof, Signal, View};
use crate::agent::{AgentConfig, Backend, State, StateKind};
use crate::compose::{Origin, Service};
use crate::image::ImageRef;
use crate::k8s::Workload;
use crate::project::Runner;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "storage/copied",
        about: "what agents remember and what stores keep is copied on a schedule",
        look: copied,
    },
    Signal {
        name: "storage/persistent",
        about: "what agents remember is kept in a shared service, and every store of the project on a volume that lasts",
        look: persistent,
    },
];

/// Where nothing is kept there is nothing to copy.
fn copied(view: &View<'_>) -> Answer {
    match persistent(view) {
        Answer::Moot(why) => Answer::Moot(why),
        _ => scheduled(view),
    }
}

fn persistent(view: &View<'_>) -> Answer {
    let states = view
        .agents()
        .flat_map(|agent| agent.states.iter().filter_map(move |it| of_state(agent, it)));
    let stores = lasting(view).into_iter().filter(|it| it.is_store());
    let stores = stores.map(|store| of_workload(store, is_sure(store, view.project())));
    let services = lasting_services(view).into_iter().filter(|it| is_store_service(*it));
    let asked: Vec<_> =
        states.chain(stores).chain(services.map(of_service)).chain(traces(view)).collect();
    each(
        asked,
        "nothing here remembers, caches or stores",
        "store",
        "that [does|do] not outlive the process, for all that is known",
    )
}

/// What an agent remembers and caches, where its format says so; a queue is asked for elsewhere.
fn of_state(agent: &AgentConfig<'_>, state: &State<'_>) -> Option<(Proof, bool)> {
    if state.kind == StateKind::Queue || !state.is_used() || !state.backend.is_in_format() {
        return None;
    }
    if let Some(shared) = state.kept_in(Backend::Shared) {
        return Some((
            Proof::new(shared.at.place(), format!("{}: {}", state.what, shared.text)),
            true,
        ));
    }
    let known = state.backend.when(|_| true).or_else(|| state.backend.unset());
    let at = known.map_or_else(|| agent.root().place(), |it| it.at.place());
    Some((Proof::new(at, state.what.clone().into_owned()), false))
}

fn of_workload(store: Workload<'_>, is_sure: bool) -> (Proof, bool) {
    let subject = store.subject();
    let volumes = store.volumes();
    let kept = volumes.iter().find(|volume| {
        let mut mounts = volume.mounts.iter();
        // What is claimed for a pod alone goes with it.
        volume.claim().is_some()
            && volume.source().is_none_or(|source| source.key.text() != "ephemeral")
            && mounts.any(|it| {
                let path = it.node.at(&["mountPath"]);
                it.is_writable() && path.is_some_and(|path| may_hold_data(path.text()))
            })
    });
    match kept {
        Some(volume) => {
            (says(volume.grip().place(), &subject, "keeps its data on a claim"), is_sure)
        }
        None => (lacks(store, &subject), false),
    }
}

/// Whether a store may keep its data at the path, where it does not keep settings, scripts, logs or copies.
fn may_hold_data(path: &str) -> bool {
    const OTHERS: [&str; 18] = [
        "backup",
        "backups",
        "certs",
        "conf",
        "config",
        "docker-entrypoint-initdb.d",
        "dumps",
        "etc",
        "init",
        "initdb.d",
        "log",
        "logs",
        "run",
        "scripts",
        "secrets",
        "ssl",
        "tls",
        "tmp",
    ];
    !path.split('/').any(|segment| OTHERS.contains(&segment))
}

fn of_service(store: Service<'_>) -> (Proof, bool) {
    let subject = store.subject();
    let mounts = store.mounts();
    let kept = mounts.iter().find(|mount| match &mount.origin {
        Origin::Named(_) => {
            mount.is_writable()
                && !mount.is_tmpfs
                && mount.target.as_deref().is_none_or(may_hold_data)
        }
        // What is mounted from the host to be read are settings and scripts.
        Origin::Host(_) => {
            mount.is_writable()
                && mount
                    .target
                    .as_deref()
                    .is_some_and(|it| it.contains("data") || it.contains("lib"))
        }
        Origin::Other => false,
    });
    match kept {
        Some(mount) => (says(mount.grip().place(), &subject, "keeps its data on a volume"), true),
        None => (lacks(store.key().place(), &subject), false),
    }
}

/// Programs that keep traces, by the last word of their image: `jaegertracing/all-in-one`.
const TRACE_STORES: [&str; 4] = ["all-in-one", "jaeger", "tempo", "zipkin"];

/// Variables by which they keep them somewhere else.
///
/// Sources: jaegertracing.io, "Storage backends" (memory by default); the README of zipkin-server.
const TRACE_STORAGE: [&str; 2] = ["SPAN_STORAGE_TYPE", "STORAGE_TYPE"];

/// What keeps traces: in memory, unless it is told to keep them elsewhere or has a volume.
fn traces(view: &View<'_>) -> Vec<(Proof, bool)> {
    let keeps_them = |image: &str| TRACE_STORES.contains(&image);
    let has_elsewhere = |runner: Runner<'_>| {
        let mut given = TRACE_STORAGE.iter();
        given.any(|name| view.project().variable_named(runner, name).is_some())
    };
    let of_workloads = lasting(view).into_iter().filter_map(|workload| {
        let all = workload.containers();
        let keeper = all.iter().find(|it| it.image_name().is_some_and(keeps_them))?;
        let is_asked = !has_elsewhere(Runner::Container(*keeper));
        is_asked.then(|| of_workload(workload, is_sure(workload, view.project())))
    });
    let of_services = lasting_services(view).into_iter().filter_map(|service| {
        let image = service.known_image()?;
        let is_asked = keeps_them(ImageRef::parse(&image).short_name())
            && !has_elsewhere(Runner::Service(service));
        is_asked.then(|| of_service(service))
    });
    of_workloads.chain(of_services).collect()
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn asked(path: &str, text: &str) -> String {
        ask("storage/persistent", &[(path, text)])
    }

    #[test]
    fn stores_have_volumes() {
        let mounted = |volume: &str, path: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: redis}}\nspec: {{template: {{spec: {{containers: \
                 [{{name: redis, image: 'redis:8', volumeMounts: [{{name: data, mountPath: {path}}}]}}], volumes: [{{name: data, {volume}}}]}}}}}}\n"
            )
        };
        let redis = |volume: &str| mounted(volume, "/data");
        assert_eq!(
            asked("redis.yaml", &redis("persistentVolumeClaim: {claimName: redis}")),
            "shown\nredis.yaml:4: Deployment `redis`: keeps its data on a claim"
        );
        assert!(asked("redis.yaml", &redis("emptyDir: {}")).starts_with("lacking: 1 store that"));
        let settings = mounted("persistentVolumeClaim: {claimName: redis}", "/etc/redis");
        assert!(asked("redis.yaml", &settings).starts_with("lacking"));
        let alone = "ephemeral: {volumeClaimTemplate: {spec: {resources: {}}}}";
        assert!(asked("redis.yaml", &redis(alone)).starts_with("lacking"));
        let copied = ask("storage/copied", &[("redis.yaml", &redis("emptyDir: {}"))]);
        assert!(copied.starts_with("lacking"), "{copied}");
        assert!(ask("storage/copied", &[]).starts_with("moot"));
        let compose = |volume: &str| {
            asked(
                "compose.yaml",
                &format!(
                    "services: {{db: {{image: 'postgres:17', volumes: ['{volume}']}}}}\nvolumes: {{data: }}\n"
                ),
            )
        };
        assert!(compose("data:/var/lib/postgresql/data").starts_with("shown"));
        assert!(compose("data:/backup").starts_with("lacking"));
        assert!(compose("./init.sql:/docker-entrypoint-initdb.d/init.sql").starts_with("lacking"));
        assert_eq!(
            ask("storage/persistent", &[]),
            "moot: nothing here remembers, caches or stores"
        );
    }

    #[test]
    fn traces_in_memory_are_lost() {
        let jaeger = |more: &str| {
            let text = format!(
                "services:\n  db: {{image: 'redis:8', volumes: ['data:/data']}}\n  traces: {{image: \
                 'jaegertracing/all-in-one:1.53'{more}}}\nvolumes: {{data: }}\n"
            );
            asked("compose.yaml", &text)
        };
        assert!(jaeger("").starts_with("lacking: 1 store that"), "{}", jaeger(""));
        for more in [", volumes: ['data:/badger']", ", environment: [SPAN_STORAGE_TYPE=cassandra]"]
        {
            assert!(jaeger(more).starts_with("shown"), "{}", jaeger(more));
        }
    }
}
