//! Who may do what: roles, service accounts, identities.

use super::said::{self, Said};
use super::{Answer, Proof, Signal, View};
use crate::agent::{AgentConfig, Setting};
use crate::k8s::rbac::{Binding, CLUSTER_ADMIN, PolicyRule, Role, SECRET_READING};
use crate::k8s::{Object, Workload, is_templated};
use crate::project::{Guard, Project, Runner};
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "access/accounts",
        about: "every workload has no token of the API server, or that of a narrow account of its own",
        look: accounts,
    },
    Signal {
        name: "access/narrow-roles",
        about: "every role names its verbs and resources, and the Secrets that it may read",
        look: narrow_roles,
    },
    Signal {
        name: "access/limited-tools",
        about: "every tool server and dangerous tool of an agent is limited to what is named",
        look: limited_tools,
    },
    Signal {
        name: "access/control-on",
        about: "every platform of agents that is configured here has access control on",
        look: control_on,
    },
    Signal {
        name: "access/store-passwords",
        about: "every data store that runs here asks for a password",
        look: store_passwords,
    },
    Signal {
        name: "access/cloud-identity",
        about: "a workload logs in at its cloud with an identity of its own",
        look: cloud_identity,
    },
    Signal {
        name: "access/service-principal",
        about: "a workload logs in at Azure as a service principal",
        look: service_principal,
    },
];

fn accounts(view: &View<'_>) -> Answer {
    let asked = view
        .workloads()
        .filter(|workload| workload.has_pods())
        .map(|workload| account(workload, view.project()).by_subject(&workload.subject()));
    let asked = asked.chain(said::without_containers(view));
    let lack = "workloads with a token that they may not need or that others share";
    let answer = said::all(asked, "no workload of Kubernetes here", lack);
    said::unless_hidden(answer, &said::WORKLOADS, view)
}

fn account(workload: Workload<'_>, project: &Project<'_>) -> Said {
    if let Some(at) = project.withheld_token(workload) {
        return Said::field(true, "automountServiceAccountToken", at);
    }
    let name = workload.account();
    let Some(at) = workload.stated_account().filter(|_| name != Workload::DEFAULT_ACCOUNT) else {
        let at = workload.pod_grip(&["serviceAccountName"]);
        return Said::no(at.place(), "a token of the `default` account");
    };
    if is_templated(name) {
        return Said::field(false, "serviceAccountName", at);
    }
    if let Some(other) = project.shares_account(workload) {
        return Said::no(
            at.place(),
            format!("shares ServiceAccount `{name}` with {}", other.describe()),
        );
    }
    if let Some((_, binding)) = project.power_of(workload) {
        let by = binding.object().describe();
        return Said::no(at.place(), format!("{by} grants ServiceAccount `{name}` too much"));
    }
    if project.is_bound(workload) {
        return Said::yes(
            at.place(),
            format!("ServiceAccount `{name}` of its own, with narrow rights"),
        );
    }
    Said::no(at.place(), format!("a token of ServiceAccount `{name}`, which no binding here names"))
}

fn narrow_roles(view: &View<'_>) -> Answer {
    let of_roles = view.objects().filter_map(Role::of).filter(|role| role.is_stated());
    let of_roles = of_roles.map(|role| narrow_role(role).by_subject(&role.object().subject()));
    let is_to_admin = |binding: &Binding<'_>| binding.is_to(CLUSTER_ADMIN);
    let of_bindings = view.objects().filter_map(Binding::of).filter(is_to_admin).map(|binding| {
        Said::no(binding.role_grip().place(), CLUSTER_ADMIN).by_subject(&binding.object().subject())
    });
    let asked: Vec<_> = of_roles.chain(of_bindings).collect();
    let answer =
        said::all(asked, "no Role or ClusterRole here", "roles with more than what is named");
    said::unless_hidden(answer, &["Role", "ClusterRole"], view)
}

fn narrow_role<'t>(role: Role<'t>) -> Said {
    const FIELDS: [&str; 4] = ["verbs", "apiGroups", "resources", "nonResourceURLs"];
    let rules = role.rules();
    let wide = |rule: &PolicyRule<'t>| FIELDS.iter().find_map(|field| rule.wildcard(field));
    if let Some(wildcard) = rules.iter().find_map(wide) {
        return Said::no(wildcard.place(), "`*`");
    }
    let words = |rule: &PolicyRule<'t>| [rule.verbs(), rule.resources(), rule.names()].concat();
    let is_open = |node: &Node<'_>| is_templated(node.text());
    if let Some(open) = rules.iter().flat_map(words).find(is_open) {
        return Said::no(open.place(), "a template fills it in");
    }
    let secrets = role.grants(&SECRET_READING);
    if let Some(grant) = secrets.iter().find(|grant| !grant.is_narrowed()) {
        return Said::no(grant.at().place(), format!("{} without resourceNames", grant.describe()));
    }
    let names = secrets.first().and_then(|grant| grant.rule().names().first().copied());
    match (names, rules.is_empty()) {
        (Some(name), _) => {
            Said::yes(name.place(), "verbs and resources by name, Secrets by resourceNames")
        }
        (None, false) => Said::yes(role.object(), "verbs and resources by name"),
        (None, true) => Said::no(role.object(), "its rules are not known"),
    }
}

/// What an agent says of a switch, and of one that a variable fills in, that at `grip` nothing is known;
/// nothing where its format has no such setting.
fn switched(setting: &Setting<'_, bool>, grip: Node<'_>) -> Option<Said> {
    if let Some(because) = setting.on() {
        return Some(Said::yes(because.at.place(), because.text));
    }
    if let Some(because) = setting.off().or_else(|| setting.unset()) {
        return Some(Said::no(because.at.place(), because.text));
    }
    setting.is_stated().then(|| Said::no(grip.place(), "not known"))
}

fn limited_tools(view: &View<'_>) -> Answer {
    let of_agent = |agent: &AgentConfig<'_>| {
        let servers = agent.tool_servers.iter().filter(|server| !server.is_off());
        let servers = servers.filter_map(|server| {
            Some(
                switched(&server.limited, server.at)?.by(&format!("tool server `{}`", server.name)),
            )
        });
        let grants = agent.grants.iter().filter_map(|grant| {
            let who = format!("{} {}", grant.who, grant.power.describe());
            Some(switched(&grant.checked, grant.at)?.by(&who))
        });
        servers.chain(grants).collect::<Vec<_>>()
    };
    let asked: Vec<_> = view.agents().flat_map(of_agent).collect();
    said::all(
        asked,
        "no agent here has tools that could be limited",
        "tools of agents that nothing limits",
    )
}

fn control_on(view: &View<'_>) -> Answer {
    let asked = view.agents().filter_map(|agent| {
        Some(switched(&agent.platform.access_control, agent.root())?.by(agent.format()))
    });
    let asked: Vec<_> = asked.collect();
    said::all(
        asked,
        "no configuration here has a switch for access control",
        "configurations without access control",
    )
}

fn store_passwords(view: &View<'_>) -> Answer {
    let project = view.project();
    let asked = said::runners(view).filter_map(|runner| {
        let said = match project.guard_of(runner)? {
            Guard::Password(by, at) => Said::yes(at, by),
            Guard::Off(by, at) => Said::no(at, format!("{by} turns the password off")),
            Guard::Unseen => Said::no(grip(runner).place(), "no password"),
        };
        Some(said.by_subject(&runner.subject()))
    });
    let asked: Vec<_> = asked.collect();
    let empty = view.agents().flat_map(|agent| {
        let of_agent = agent.empty_passwords.iter();
        of_agent.map(|(name, at)| Said::no(at.place(), "empty").by(name)).collect::<Vec<_>>()
    });
    let empty: Vec<_> = empty.collect();
    let answer = said::all(
        asked.into_iter().chain(empty),
        "no data store runs here",
        "stores without a password",
    );
    said::unless_hidden(answer, &said::WORKLOADS, view)
}

fn grip<'t>(runner: Runner<'t>) -> Node<'t> {
    match runner {
        Runner::Container(container) => container.grip(),
        Runner::Service(service) => service.key(),
    }
}

/// Annotations and labels by which a ServiceAccount or pods get an identity of the cloud.
///
/// Sources: azure.github.io/azure-workload-identity, "Labels and Annotations"; docs.aws.amazon.com/eks,
/// "IAM roles for service accounts"; cloud.google.com/kubernetes-engine, "Workload Identity".
const IDENTITIES: [&str; 3] = [
    "azure.workload.identity/client-id",
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
];

/// Objects that give one to those whom they name.
const IDENTITY_KINDS: [(&str, &str); 2] = [
    ("aadpodidentity.k8s.io", "AzureIdentityBinding"),
    ("eks.services.k8s.aws", "PodIdentityAssociation"),
];

fn cloud_identity(view: &View<'_>) -> Answer {
    let of_object = |object: Object<'_>| -> Option<Proof> {
        if IDENTITY_KINDS.iter().any(|(group, kind)| object.is(group, kind)) {
            return Some(Proof::new(object.into(), object.describe()));
        }
        IDENTITIES.iter().find_map(|key| {
            let value = object.annotation(key).filter(|_| object.is("", "ServiceAccount"))?;
            let is_known = !value.text().is_empty() && !is_templated(value.text());
            is_known.then(|| Proof::new(value.place(), format!("{}: {key}", object.describe())))
        })
    };
    let found: Vec<_> = view.objects().filter_map(of_object).collect();
    Answer::any(found, "no workload here has an identity of its cloud")
}

fn service_principal(view: &View<'_>) -> Answer {
    const VARIABLES: [&str; 2] = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"];
    let project = view.project();
    let found = said::runners(view).filter_map(|runner| {
        let places = VARIABLES.map(|name| project.variable_named(runner, name));
        let [Some(_), Some((_, at))] = places else { return None };
        Some(Proof::new(at, format!("{}: AZURE_CLIENT_ID", super::name_of(&runner.subject()))))
    });
    let found: Vec<_> = found.collect();
    Answer::any(found, "no workload here logs in as a service principal")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn web(spec: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    \
             metadata: {{labels: {{app: web}}}}\n    spec: {{{spec}containers: [{{name: c, image: i}}]}}\n"
        )
    }

    fn role(rules: &str) -> String {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: r}}\nrules: [{rules}]\n---\n\
             apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: b}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}}\n\
             subjects: [{{kind: ServiceAccount, name: web}}]\n"
        )
    }

    const NARROW: &str =
        "{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [s]}";

    #[test]
    fn tokens_are_withheld_or_narrow() {
        for (spec, rules, shown) in [
            ("automountServiceAccountToken: false, ", "", true),
            ("serviceAccountName: web, ", NARROW, true),
            ("serviceAccountName: web, ", "", false),
            ("", NARROW, false),
            ("automountServiceAccountToken: '{{ .Values.x }}', ", "", false),
        ] {
            let text = web(spec) + &if rules.is_empty() { String::new() } else { role(rules) };
            let said = ask("access/accounts", &[("web.yaml", &text)]);
            assert_eq!(said.starts_with("shown"), shown, "{spec} {rules}: {said}");
        }
        assert!(ask("access/accounts", &[("README.md", "# x\n")]).starts_with("moot: "));
    }

    #[test]
    fn roles_name_what_they_grant() {
        for (rules, shown) in [
            (NARROW, true),
            ("{apiGroups: [''], resources: [configmaps], verbs: [get]}", true),
            ("{apiGroups: [''], resources: [secrets], verbs: [get]}", false),
            ("{apiGroups: [''], resources: ['*'], verbs: [get]}", false),
            ("{apiGroups: [''], resources: ['{{ .Values.r }}'], verbs: [get]}", false),
        ] {
            let text = role(rules);
            let said = ask("access/narrow-roles", &[("r.yaml", &text)]);
            assert_eq!(said.starts_with("shown"), shown, "{rules}: {said}");
        }
        assert!(ask("access/narrow-roles", &[("README.md", "# x\n")]).starts_with("moot: "));
    }

    #[test]
    fn stores_ask_for_a_password() {
        let of = |environment: &str| {
            format!(
                "services:\n  db:\n    image: postgres:17\n    environment: {{{environment}}}\n"
            )
        };
        let (good, poor) = (of("POSTGRES_PASSWORD: '${DB}'"), of(""));
        assert_eq!(
            ask("access/store-passwords", &[("compose.yaml", &good)]),
            "shown\ncompose.yaml:4: compose service `db`: POSTGRES_PASSWORD"
        );
        assert!(
            ask("access/store-passwords", &[("compose.yaml", &poor)]).starts_with("lacking: 1 ")
        );
        assert!(ask("access/store-passwords", &[("README.md", "# x\n")]).starts_with("moot: "));
    }

    #[test]
    fn identities_are_stated() {
        let of = |value: &str| {
            format!(
                "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  annotations:\n    \
                 azure.workload.identity/client-id: '{value}'\n"
            )
        };
        let (good, poor) = (of("0a1b2c3d"), of("{{ .Values.id }}"));
        assert!(
            ask("access/cloud-identity", &[("a.yaml", &good)]).starts_with("shown\na.yaml:6: ")
        );
        assert!(ask("access/cloud-identity", &[("a.yaml", &poor)]).starts_with("lacking: "));
    }
}
