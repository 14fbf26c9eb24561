//! What containers may do on their node.

use super::said::{self, Said, of_runners};
use super::{Answer, Signal, View};
use crate::compose::{self, Service, interpolated};
use crate::image::ImageRef;
use crate::k8s::volume::Volume;
use crate::k8s::{Container, Workload};
use crate::project::{Project, Runner};
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "pod/non-root",
        about: "every container runs as a user other than root",
        look: |view| {
            let project = view.project();
            of_runners(view, |it| non_root(it, project), "containers that may run as root")
        },
    },
    Signal {
        name: "pod/high-user",
        about: "every container of Kubernetes says as which user it runs, by a number that no system user has",
        look: |view| {
            of_containers(view, high_user, "containers without a runAsUser of 1000 or more")
        },
    },
    Signal {
        name: "pod/fs-group",
        about: "every workload whose volumes belong to root gives them to a group by fsGroup",
        look: fs_group,
    },
    Signal {
        name: "pod/no-privilege-escalation",
        about: "no container can gain more privileges than it starts with",
        look: |view| of_runners(view, no_escalation, "containers that may gain privileges"),
    },
    Signal {
        name: "pod/read-only-root",
        about: "every container has a read-only root file system",
        look: |view| {
            of_runners(view, read_only, "containers with a root file system that can be written")
        },
    },
    Signal {
        name: "pod/capabilities-dropped",
        about: "every container drops all capabilities",
        look: |view| of_runners(view, drops_all, "containers without a drop of all capabilities"),
    },
    Signal {
        name: "pod/capabilities-least",
        about: "every container drops all capabilities and adds none but NET_BIND_SERVICE",
        look: |view| {
            of_runners(
                view,
                least_capabilities,
                "containers with more capabilities than NET_BIND_SERVICE",
            )
        },
    },
    Signal {
        name: "pod/seccomp",
        about: "a seccomp profile confines every container",
        look: |view| of_runners(view, seccomp, "containers without a seccomp profile"),
    },
];

/// Asks every container of Kubernetes on Linux.
fn of_containers(view: &View<'_>, ask: impl Fn(Container<'_>) -> Said, lack: &str) -> Answer {
    let asked = said::containers(view).map(|it| ask(it).by_subject(&it.subject()));
    let answer = said::all(
        asked.chain(said::without_containers(view)),
        "no workload of Kubernetes here",
        lack,
    );
    said::unless_hidden(answer, &said::WORKLOADS, view)
}

fn non_root(runner: Runner<'_>, project: &Project<'_>) -> Said {
    match runner {
        Runner::Container(container) => container_non_root(container),
        Runner::Service(service) => service_non_root(service, project),
    }
}

fn container_non_root(container: Container<'_>) -> Said {
    let (user, demand) = (container.security("runAsUser"), container.security("runAsNonRoot"));
    let is_other = user.map(|user| user.as_int().is_some_and(|id| id > 0));
    let own_users = container.workload().pod_spec().and_then(|spec| spec.at(&["hostUsers"]));
    match (user, demand) {
        (_, Some(demand)) if demand.as_bool() == Some(true) && is_other != Some(false) => {
            Said::field(true, "runAsNonRoot", demand)
        }
        (Some(user), _) if is_other == Some(true) => Said::field(true, "runAsUser", user),
        // Of users of their own, root is nobody on the node.
        _ if container.workload().has_own_users() => {
            let at = own_users.unwrap_or_else(|| container.grip());
            Said::field(true, "hostUsers", at)
        }
        (Some(user), _) => Said::field(false, "runAsUser", user),
        (None, Some(demand)) => Said::field(false, "runAsNonRoot", demand),
        (None, None) => {
            Said::no(container.grip_at(&["securityContext", "runAsNonRoot"]).place(), "")
        }
    }
}

fn service_non_root(service: Service<'_>, project: &Project<'_>) -> Said {
    if let Some(user) = service.node().at(&["user"]) {
        let is_other = interpolated(user).is_some_and(|user| is_other_user(&user));
        return Said::field(is_other, "user", user);
    }
    if let Some(user) = project.image_built_for(service).and_then(|image| image.user) {
        let is_other = user.resolved.as_deref().is_some_and(is_other_user);
        let says = format!("USER {}", said::short(&user.word.text));
        return Said { is_yes: is_other, at: user.word.place, what: says };
    }
    let foreign = service.foreign_image();
    let known = foreign.and_then(|node| Some((node, interpolated(node)?)));
    match known {
        Some((node, image)) if ImageRef::parse(&image).is_non_root() => {
            Said::yes(node.place(), format!("`{}` has a user of its own", said::short(&image)))
        }
        _ => Said::no(service.key().place(), ""),
    }
}

/// Whether a user, perhaps with a group behind a colon, is known and not root.
fn is_other_user(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or(user).trim();
    !name.is_empty() && !name.contains('$') && name != "root" && name.parse::<u64>() != Ok(0)
}

/// The first number of ordinary users: those below it belong to the system, and the document takes 1001.
///
/// Sources: reference production-agent, "Container Security"; login.defs(5), `UID_MIN`.
const FIRST_USER: i64 = 1000;

fn high_user(container: Container<'_>) -> Said {
    match container.security("runAsUser") {
        Some(user) => {
            Said::field(user.as_int().is_some_and(|id| id >= FIRST_USER), "runAsUser", user)
        }
        None => Said::no(container.grip_at(&["securityContext", "runAsUser"]).place(), ""),
    }
}

fn fs_group(view: &View<'_>) -> Answer {
    // An emptyDir is open to everybody, and so are the files of a ConfigMap.
    let of_root = |volume: &Volume<'_>| {
        !volume.mounts.is_empty() && (volume.is_claim() || volume.is_for_root_alone())
    };
    let is_asked =
        |workload: &Workload<'_>| !workload.is_windows() && workload.volumes().iter().any(of_root);
    let asked = view.workloads().filter(is_asked).map(|workload| {
        let said = match workload.pod_security("fsGroup") {
            Some(group) => Said::field(group.as_int().is_some_and(|it| it > 0), "fsGroup", group),
            None => Said::no(workload.pod_grip(&["securityContext", "fsGroup"]).place(), ""),
        };
        said.by_subject(&workload.subject())
    });
    let nobody = "no workload mounts a volume whose files belong to root";
    let asked = asked.chain(said::without_containers(view));
    let answer = said::all(asked, nobody, "workloads without an fsGroup for their volumes");
    said::unless_hidden(answer, &said::WORKLOADS, view)
}

/// What gives every right on the node, whatever else is said.
fn privileged(runner: Runner<'_>) -> Option<Node<'_>> {
    let (is_privileged, at) = match runner {
        Runner::Container(it) => (it.is_privileged(), it.own_security("privileged")),
        Runner::Service(it) => (it.is_privileged(), it.node().at(&["privileged"])),
    };
    at.filter(|_| is_privileged)
}

fn no_escalation(runner: Runner<'_>) -> Said {
    const FIELD: &str = "allowPrivilegeEscalation";
    if let Some(at) = privileged(runner) {
        return Said::field(false, "privileged", at);
    }
    match runner {
        Runner::Container(container) => match container.own_security(FIELD) {
            Some(value) => Said::field(value.as_bool() == Some(false), FIELD, value),
            None => Said::no(container.grip_at(&["securityContext", FIELD]).place(), ""),
        },
        // Swarm does not read security_opt.
        Runner::Service(service) => match service.no_new_privileges() {
            Some(option) => Said::yes(option.place(), "no-new-privileges")
                .unless(service.is_for_swarm(), "Swarm does not read security_opt"),
            None => Said::no(service.grip(&["security_opt"]).place(), ""),
        },
    }
}

fn read_only(runner: Runner<'_>) -> Said {
    let (field, stated, missing) = match runner {
        Runner::Container(it) => {
            const FIELD: &str = "readOnlyRootFilesystem";
            let stated = it.own_security(FIELD).map(|node| (node, node.as_bool()));
            (FIELD, stated, it.grip_at(&["securityContext", FIELD]))
        }
        Runner::Service(it) => {
            const FIELD: &str = "read_only";
            let stated = it.node().at(&[FIELD]).map(|node| (node, compose::flag(node)));
            (FIELD, stated, it.grip(&[FIELD]))
        }
    };
    match stated {
        Some((node, value)) => Said::field(value == Some(true), field, node),
        None => Said::no(missing.place(), ""),
    }
}

/// Where a container drops all capabilities.
fn drop_of_all(runner: Runner<'_>) -> Option<Node<'_>> {
    match runner {
        Runner::Container(it) => {
            let dropped = it.own_security("capabilities")?.at(&["drop"])?;
            let mut items = dropped.items();
            items.find(|item| item.text().eq_ignore_ascii_case("all"))
        }
        Runner::Service(it) => it.drop_of_all_capabilities(),
    }
}

/// What a container adds to its capabilities.
fn added(runner: Runner<'_>) -> Option<Node<'_>> {
    match runner {
        Runner::Container(it) => it.own_security("capabilities")?.at(&["add"]),
        Runner::Service(it) => it.node().at(&["cap_add"]),
    }
}

/// Whether it drops all of its capabilities and adds none but those.
fn keeps(runner: Runner<'_>, may_add: impl Fn(&str) -> bool) -> Said {
    if let Some(at) = privileged(runner) {
        return Said::field(false, "privileged", at);
    }
    let Some(all) = drop_of_all(runner) else {
        let missing = match runner {
            Runner::Container(it) => it.grip_at(&["securityContext", "capabilities", "drop"]),
            Runner::Service(it) => it.grip(&["cap_drop"]),
        };
        return Said::no(missing.place(), "");
    };
    let list = added(runner).filter(|list| !list.is_null());
    let others = list.into_iter().flat_map(Node::items).find(|item| {
        let upper = item.text().trim().to_uppercase();
        !may_add(upper.strip_prefix("CAP_").unwrap_or(&upper))
    });
    match others.or_else(|| list.filter(|list| list.is_scalar())) {
        Some(other) => Said::field(false, "adds", other),
        None => Said::yes(all.place(), "drops ALL capabilities"),
    }
}

fn drops_all(runner: Runner<'_>) -> Said {
    keeps(runner, |name| name != "ALL" && !name.contains(['$', '{']))
}

fn least_capabilities(runner: Runner<'_>) -> Said {
    keeps(runner, |name| name == "NET_BIND_SERVICE")
}

fn seccomp(runner: Runner<'_>) -> Said {
    if let Some(at) = privileged(runner) {
        return Said::field(false, "privileged", at);
    }
    match runner {
        Runner::Container(container) => {
            let kind = container.security("seccompProfile").and_then(|it| it.at(&["type"]));
            match kind {
                Some(kind) => {
                    let is_one = ["RuntimeDefault", "Localhost"].contains(&kind.text());
                    Said::field(is_one, "seccompProfile", kind)
                }
                None => {
                    Said::no(container.grip_at(&["securityContext", "seccompProfile"]).place(), "")
                }
            }
        }
        Runner::Service(service) => seccomp_of_service(service),
    }
}

/// Source: docs.docker.com/engine/security/seccomp: containers get the default profile unless told
/// otherwise.
fn seccomp_of_service(service: Service<'_>) -> Said {
    let stated = service.node().at(&["security_opt"]);
    let options = service.security_options();
    if let Some(list) = stated.filter(|list| list.items().len() != options.len()) {
        return Said::no(list.place(), "an option is not known");
    }
    match options.into_iter().find(|option| option.name == "seccomp") {
        Some(option) => Said::field(option.value != "unconfined", "security_opt", option.node),
        None => Said::yes(service.key().place(), "Docker's default seccomp profile"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    /// A Deployment with those settings for its pods and its only container.
    fn deployment(pod: &str, container: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    \
             metadata: {{labels: {{app: web}}}}\n    spec:\n      securityContext: {{{pod}}}\n      \
             containers:\n      - {{name: c, image: i, securityContext: {{{container}}}}}\n"
        )
    }

    fn first(signal: &str, files: &[(&str, &str)]) -> String {
        ask(signal, files).lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn containers_are_asked_one_by_one() {
        for (signal, pod, container, shown) in [
            ("pod/non-root", "runAsNonRoot: true", "", true),
            ("pod/non-root", "", "runAsUser: 1001", true),
            ("pod/non-root", "runAsNonRoot: true", "runAsUser: 0", false),
            ("pod/non-root", "runAsNonRoot: '{{ .Values.x }}'", "", false),
            ("pod/non-root", "", "", false),
            ("pod/high-user", "runAsUser: 1001", "", true),
            ("pod/high-user", "runAsUser: 999", "", false),
            ("pod/high-user", "runAsNonRoot: true", "", false),
            ("pod/no-privilege-escalation", "", "allowPrivilegeEscalation: false", true),
            (
                "pod/no-privilege-escalation",
                "",
                "allowPrivilegeEscalation: false, privileged: true",
                false,
            ),
            ("pod/no-privilege-escalation", "", "", false),
            ("pod/read-only-root", "", "readOnlyRootFilesystem: true", true),
            ("pod/read-only-root", "", "readOnlyRootFilesystem: '${RO}'", false),
            ("pod/capabilities-dropped", "", "capabilities: {drop: [ALL], add: [CHOWN]}", true),
            ("pod/capabilities-dropped", "", "capabilities: {drop: [NET_RAW]}", false),
            (
                "pod/capabilities-least",
                "",
                "capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}",
                true,
            ),
            ("pod/capabilities-least", "", "capabilities: {drop: [ALL], add: [CHOWN]}", false),
            ("pod/seccomp", "seccompProfile: {type: RuntimeDefault}", "", true),
            ("pod/seccomp", "", "seccompProfile: {type: Unconfined}", false),
        ] {
            let text = deployment(pod, container);
            let said = ask(signal, &[("web.yaml", &text)]);
            assert_eq!(said.starts_with("shown"), shown, "{signal} {pod} {container}: {said}");
            assert!(said.contains("container `c` of Deployment `web`"), "{said}");
        }
    }

    #[test]
    fn one_container_that_lacks_it_leaves_the_question_open() {
        let text =
            deployment("", "readOnlyRootFilesystem: true") + "      - {name: other, image: i}\n";
        let said = ask("pod/read-only-root", &[("web.yaml", &text)]);
        assert!(said.starts_with("lacking: 1 "), "{said}");
        assert!(said.contains("container `other`") && !said.contains("container `c`"), "{said}");
    }

    #[test]
    fn services_are_asked_as_well() {
        let good = "services:\n  a:\n    image: acme/api:1\n    user: '1001'\n    read_only: true\n    \
                    cap_drop: [ALL]\n    security_opt: ['no-new-privileges:true']\n";
        let poor = "services:\n  a:\n    image: acme/api:1\n    user: '${WHO}'\n    read_only: '${RO}'\n    \
                    cap_drop: ['${CAP}']\n    security_opt: ['${OPTION}']\n";
        for signal in [
            "pod/non-root",
            "pod/read-only-root",
            "pod/capabilities-least",
            "pod/no-privilege-escalation",
            "pod/seccomp",
        ] {
            let shown = ask(signal, &[("compose.yaml", good)]);
            assert!(shown.starts_with("shown\ncompose.yaml:"), "{signal}: {shown}");
            let open = ask(signal, &[("compose.yaml", poor)]);
            assert!(open.starts_with("lacking: 1 "), "{signal}: {open}");
        }
    }

    #[test]
    fn nobody_is_asked_where_nothing_runs() {
        let readme = [("README.md", "# Orders\n")];
        for signal in ["pod/non-root", "pod/high-user", "pod/fs-group"] {
            assert!(first(signal, &readme).starts_with("moot: "), "{signal}");
        }
    }

    #[test]
    fn volumes_of_root_want_a_group() {
        let volume = "      volumes: [{name: d, persistentVolumeClaim: {claimName: d}}]\n";
        let mounts = |pod: &str| {
            deployment(pod, "")
                .replace("image: i,", "image: i, volumeMounts: [{name: d, mountPath: /data}],")
                + volume
        };
        let text = mounts("fsGroup: 1001");
        assert_eq!(
            ask("pod/fs-group", &[("web.yaml", &text)]),
            "shown\nweb.yaml:8: Deployment `web`: fsGroup: 1001"
        );
        let text = mounts("runAsUser: 1001");
        assert!(first("pod/fs-group", &[("web.yaml", &text)]).starts_with("lacking: 1 "));
    }
}
