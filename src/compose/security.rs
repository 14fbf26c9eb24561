//! What a service may do on its host: capabilities, security options, namespaces.

use super::{Service, flag, interpolated};
use crate::tree::Node;

/// How far a capability reaches that a service asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Code of the container can be run on the host.
    Host,
    /// The network or the boot of the host, or what its kernel runs.
    Kernel,
    /// Other processes and files, the clock, the log of the kernel.
    Lesser,
    /// Every container has it, unless it drops it.
    Usual,
}

/// Source: capabilities(7).
const REACHES: [(Reach, &[&str]); 3] = [
    (Reach::Host, &["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO"]),
    (Reach::Kernel, &["BPF", "NET_ADMIN", "SYS_BOOT", "MAC_ADMIN", "MAC_OVERRIDE"]),
    (
        Reach::Lesser,
        &[
            "AUDIT_CONTROL",
            "AUDIT_READ",
            "BLOCK_SUSPEND",
            "CHECKPOINT_RESTORE",
            "DAC_READ_SEARCH",
            "IPC_LOCK",
            "IPC_OWNER",
            "LEASE",
            "LINUX_IMMUTABLE",
            "NET_BROADCAST",
            "PERFMON",
            "SYSLOG",
            "SYS_NICE",
            "SYS_PACCT",
            "SYS_PTRACE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "WAKE_ALARM",
        ],
    ),
];

/// A capability that a service asks for.
#[derive(Clone, Debug)]
pub(crate) struct Capability<'t> {
    pub(crate) node: Node<'t>,
    /// Without `CAP_`, in upper case.
    pub(crate) name: String,
    pub(crate) reach: Reach,
}

/// An item of `security_opt`: `<name>:<value>`, `<name>=<value>` or a name alone.
#[derive(Clone, Debug)]
pub(crate) struct SecurityOption<'t> {
    pub(crate) node: Node<'t>,
    pub(crate) name: String,
    pub(crate) value: String,
}

impl<'t> Service<'t> {
    pub(crate) fn is_privileged(self) -> bool {
        self.node().at(&["privileged"]).and_then(flag) == Some(true)
    }

    /// The capabilities that the service asks for. A privileged one has them all.
    pub(crate) fn capabilities_added(self) -> Vec<Capability<'t>> {
        let list = self.node().at(&["cap_add"]).filter(|_| !self.is_privileged());
        let items = list.into_iter().flat_map(Node::items);
        items
            .filter_map(|node| {
                let name = capability(&interpolated(node)?);
                let known = REACHES.iter().find(|(_, names)| names.contains(&name.as_str()));
                let reach = known.map_or(Reach::Usual, |(reach, _)| *reach);
                Some(Capability { node, name, reach })
            })
            .collect()
    }

    /// Whether the service gives up every capability, or may, for all that variables say.
    pub(crate) fn drops_all_capabilities(self) -> bool {
        let Some(list) = self.node().at(&["cap_drop"]) else { return false };
        let is_all = |item: Node<'_>| interpolated(item).is_none_or(|it| capability(&it) == "ALL");
        !list.is_list() || list.items().any(is_all)
    }

    /// What says that the service gives up every capability.
    pub(crate) fn drop_of_all_capabilities(self) -> Option<Node<'t>> {
        let mut items = self.node().at(&["cap_drop"])?.items();
        items.find(|item| interpolated(*item).is_some_and(|it| capability(&it) == "ALL"))
    }

    /// The security options whose values are known.
    pub(crate) fn security_options(self) -> Vec<SecurityOption<'t>> {
        let list = self.node().at(&["security_opt"]);
        let items = list.into_iter().flat_map(Node::items);
        items
            .filter_map(|node| {
                let text = interpolated(node)?;
                let (name, value) = text.split_once([':', '=']).unwrap_or((&text, ""));
                let (name, value) = (name.trim().to_lowercase(), value.trim().to_owned());
                Some(SecurityOption { node, name, value })
            })
            .collect()
    }

    /// Whether programs of the service can gain privileges, by setuid files for example. What
    /// variables decide may be as it should.
    pub(crate) fn may_gain_privileges(self) -> bool {
        let list = self.node().at(&["security_opt"]);
        let mut items = list.into_iter().flat_map(Node::items);
        let is_unknown = items.any(|item| interpolated(item).is_none());
        !is_unknown && self.no_new_privileges().is_none()
    }

    /// What keeps programs of the service from gaining privileges.
    pub(crate) fn no_new_privileges(self) -> Option<Node<'t>> {
        let denies = |option: &SecurityOption<'_>| {
            option.name == "no-new-privileges"
                && matches!(option.value.to_lowercase().as_str(), "" | "true" | "1" | "t")
        };
        self.security_options().into_iter().find(denies).map(|option| option.node)
    }

    /// The fields by which the service shares a namespace with its host, besides its network.
    pub(crate) fn host_namespaces(self) -> Vec<(&'static str, Node<'t>)> {
        let shared = |field: &'static str| {
            let node = self.node().at(&[field])?;
            (interpolated(node)? == "host").then_some((field, node))
        };
        ["pid", "ipc", "uts", "userns_mode", "cgroup"].into_iter().filter_map(shared).collect()
    }

    /// What says that the service has its host's network, by whichever spelling.
    pub(crate) fn host_network(self) -> Option<Node<'t>> {
        let mode = self.node().at(&["network_mode"]);
        mode.filter(|mode| interpolated(*mode).as_deref() == Some("host"))
    }
}

fn capability(text: &str) -> String {
    let upper = text.trim().to_uppercase();
    upper.strip_prefix("CAP_").map_or(upper.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn capabilities_have_several_spellings() {
        let tree = tree(
            "services: {a: {cap_add: [cap_sys_admin, NET_ADMIN, 'ipc_lock', CHOWN, '${CAP}'], \
             cap_drop: [all]}, b: {cap_drop: ['${CAP}']}, c: {cap_drop: [NET_RAW]}, \
             d: {privileged: yes, cap_add: [ALL]}}",
        );
        let services = services_of(&tree);
        let added: Vec<_> =
            services[0].capabilities_added().into_iter().map(|it| (it.name, it.reach)).collect();
        let expected = [
            ("SYS_ADMIN", Reach::Host),
            ("NET_ADMIN", Reach::Kernel),
            ("IPC_LOCK", Reach::Lesser),
            ("CHOWN", Reach::Usual),
        ];
        assert_eq!(added, expected.map(|(name, reach)| (name.to_owned(), reach)));
        let drops: Vec<_> = services.iter().map(|it| it.drops_all_capabilities()).collect();
        assert_eq!(drops, [true, true, false, false]);
        assert!(services[3].capabilities_added().is_empty());
    }

    #[test]
    fn privileges_are_denied_in_several_spellings() {
        for (options, gains) in [
            ("[no-new-privileges]", false),
            ("['no-new-privileges:true']", false),
            ("[no-new-privileges=true]", false),
            ("['${OPTION}']", false),
            ("['no-new-privileges:false']", true),
            ("['seccomp:unconfined']", true),
            ("", true),
        ] {
            let tree = tree(&format!("services: {{a: {{security_opt: {options}}}}}"));
            assert_eq!(services_of(&tree)[0].may_gain_privileges(), gains, "{options}");
        }
    }
}
