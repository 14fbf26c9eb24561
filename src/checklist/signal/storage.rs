//! Signals of where is kept what must outlive a process.

use super::running::{each, is_store_service, is_sure, lacks, lasting, lasting_services, says};
use super::{Answer, Proof, Signal, View};
use crate::agent::{AgentConfig, Backend, State, StateKind};
use crate::compose::{Origin, Service};
use crate::k8s::Workload;

pub(super) const SIGNALS: &[Signal] = &[Signal {
    name: "storage/persistent",
    about: "what agents remember is kept in a shared service, and every store of the project on a volume that lasts",
    look: persistent,
}];

fn persistent(view: &View<'_>) -> Answer {
    let states = view
        .agents()
        .flat_map(|agent| agent.states.iter().filter_map(move |it| of_state(agent, it)));
    let stores = lasting(view).into_iter().filter(|it| it.is_store());
    let stores = stores.map(|store| of_workload(store, is_sure(store, view.project())));
    let services = lasting_services(view).into_iter().filter(|it| is_store_service(*it));
    let asked: Vec<_> = states.chain(stores).chain(services.map(of_service)).collect();
    each(
        asked,
        "nothing here remembers, caches or stores",
        "store",
        "that does not outlive its process, for all that is known",
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
    match store.volumes().iter().find(|volume| volume.claim().is_some()) {
        Some(volume) => {
            (says(volume.grip().place(), &subject, "keeps its data on a claim"), is_sure)
        }
        None => (lacks(store, &subject), false),
    }
}

fn of_service(store: Service<'_>) -> (Proof, bool) {
    let subject = store.subject();
    let mounts = store.mounts();
    let kept = mounts.iter().find(|mount| match &mount.origin {
        Origin::Named(_) => mount.is_writable() && !mount.is_tmpfs,
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

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn asked(path: &str, text: &str) -> String {
        ask("storage/persistent", &[(path, text)])
    }

    #[test]
    fn stores_have_volumes() {
        let redis = |volume: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: redis}}\nspec: {{template: {{spec: {{containers: \
                 [{{name: redis, image: 'redis:8'}}], volumes: [{{name: data, {volume}}}]}}}}}}\n"
            )
        };
        assert_eq!(
            asked("redis.yaml", &redis("persistentVolumeClaim: {claimName: redis}")),
            "shown\nredis.yaml:4: Deployment `redis`: keeps its data on a claim"
        );
        assert!(asked("redis.yaml", &redis("emptyDir: {}")).starts_with("lacking: 1 store that"));
        let compose = |volume: &str| {
            asked(
                "compose.yaml",
                &format!(
                    "services: {{db: {{image: 'postgres:17', volumes: ['{volume}']}}}}\nvolumes: {{data: }}\n"
                ),
            )
        };
        assert!(compose("data:/var/lib/postgresql/data").starts_with("shown"));
        assert!(compose("./init.sql:/docker-entrypoint-initdb.d/init.sql").starts_with("lacking"));
        assert_eq!(
            ask("storage/persistent", &[]),
            "moot: nothing here remembers, caches or stores"
        );
    }
}
