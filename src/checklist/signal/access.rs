//! Who may do what: roles, service accounts, identities.

use super::agent::runs;
use super::said::{self, Said};
use super::{Answer, Proof, Signal, View, code, name_of};
use crate::agent::{AgentConfig, Setting};
use crate::k8s::rbac::{Binding, CLUSTER_ADMIN, PolicyRule, Role, SECRET_READING};
use crate::k8s::{Object, Workload, is_templated};
use crate::project::{Guard, Project, Runner};
use crate::repo::signal::Kind;
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
        name: "access/data",
        about: "access control or a password guards the data of agents",
        look: data,
    },
    Signal {
        name: "access/managed-identity",
        about: "workloads or the code log in at their cloud with a managed identity",
        look: managed_identity,
    },
    Signal { name: "access/keyless", about: "no container gets a key of its cloud", look: keyless },
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
    if let Some(binding) = project.unknown_role_of(workload) {
        return Said::no(
            at.place(),
            format!("{}, {}", binding.object().describe(), not_here(binding)),
        );
    }
    if project.is_bound(workload) {
        return Said::yes(
            at.place(),
            format!("ServiceAccount `{name}` of its own, with narrow rights"),
        );
    }
    Said::no(at.place(), format!("a token of ServiceAccount `{name}`, which no binding here names"))
}

/// That nobody knows what a binding grants.
fn not_here(binding: Binding<'_>) -> String {
    format!("{} `{}` is not here", binding.role_kind(), binding.role_name())
}

fn narrow_roles(view: &View<'_>) -> Answer {
    let of_roles = view.objects().filter_map(Role::of).filter(|role| role.is_stated());
    let of_roles = of_roles.map(|role| narrow_role(role).by_subject(&role.object().subject()));
    let bindings = view.objects().filter_map(Binding::of);
    let of_bindings = bindings.filter_map(|binding| {
        Some(wide_binding(binding, view.project())?.by_subject(&binding.object().subject()))
    });
    let asked: Vec<_> = of_roles.chain(of_bindings).collect();
    let answer =
        said::all(asked, "no Role or ClusterRole here", "roles with more than what is named");
    said::unless_hidden(answer, &["Role", "ClusterRole"], view)
}

/// What is wrong with the role of a binding that the project itself does not describe. What people may
/// do is asked of the widest role alone.
fn wide_binding(binding: Binding<'_>, project: &Project<'_>) -> Option<Said> {
    let at = binding.role_grip().place();
    if binding.is_to(CLUSTER_ADMIN) {
        return Some(Said::no(at, CLUSTER_ADMIN));
    }
    if !binding.is_for_accounts() || project.role_of(binding).is_some() {
        return None;
    }
    // Of the roles that every cluster has, these read Secrets and enter pods.
    match ["admin", "edit"].iter().find(|role| binding.is_to(role)) {
        Some(role) => Some(Said::no(at, format!("ClusterRole `{role}`"))),
        None if binding.is_to_harmless() => None,
        None => Some(Said::no(at, not_here(binding))),
    }
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

fn grip(runner: Runner<'_>) -> Node<'_> {
    match runner {
        Runner::Container(container) => container.grip(),
        Runner::Service(service) => service.key(),
    }
}

/// Annotations and labels by which a `ServiceAccount` or pods get an identity of the cloud.
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
    let is_identity =
        |object: &Object<'_>| IDENTITY_KINDS.iter().any(|(group, kind)| object.is(group, kind));
    let of_accounts = view.workloads().filter_map(|workload| {
        let account = view.project().service_account(workload, workload.account())?;
        let (key, value) =
            IDENTITIES.iter().find_map(|key| Some((key, account.annotation(key)?)))?;
        let is_known = !value.text().is_empty() && !is_templated(value.text());
        let says = format!("{}: {key} of {}", name_of(&workload.subject()), account.describe());
        is_known.then(|| Proof::new(value.place(), says))
    });
    let of_objects = view.objects().filter(is_identity);
    let of_objects = of_objects.map(|object| Proof::new(object.into(), object.describe()));
    let found: Vec<_> = of_accounts.chain(of_objects).collect();
    Answer::any(found, "no workload here has an identity of its cloud")
}

fn managed_identity(view: &View<'_>) -> Answer {
    let answers = [cloud_identity(view), code::look(view, Kind::ManagedIdentity)];
    Answer::any_of(answers).unwrap_or_else(|| Answer::Moot(String::new()))
}

/// Variables that hold a key of a cloud, or say where it lies.
///
/// Sources: docs.aws.amazon.com, "Environment variables to configure the AWS CLI"; Azure Identity,
/// `EnvironmentCredential`; cloud.google.com, "How Application Default Credentials works".
const KEPT_KEYS: [&str; 4] = [
    "AWS_SECRET_ACCESS_KEY",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_SECRET",
    "GOOGLE_APPLICATION_CREDENTIALS",
];

fn keyless(view: &View<'_>) -> Answer {
    let project = view.project();
    let asked = said::runners(view).flat_map(|runner| {
        let kept = KEPT_KEYS.iter().filter_map(move |name| {
            let (_, at) = project.variable_named(runner, name)?;
            Some(Said::no(at, *name).by_subject(&runner.subject()))
        });
        kept.collect::<Vec<_>>()
    });
    let asked: Vec<_> = asked.collect();
    said::all(asked, "no container here gets a key of its cloud", "keys of clouds that are kept")
}

/// Where neither a switch nor a store is here, the data are kept elsewhere, and so is what guards them.
fn data(view: &View<'_>) -> Answer {
    match Answer::any_of([control_on(view), store_passwords(view)]) {
        Some(Answer::Moot(_)) | None if runs(view) => {
            Answer::Lacking("nothing here shows who may reach the data".to_owned(), Vec::new())
        }
        answer => answer.unwrap_or_else(|| Answer::Moot(String::new())),
    }
}

fn service_principal(view: &View<'_>) -> Answer {
    const VARIABLES: [&str; 2] = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"];
    let project = view.project();
    let found = said::runners(view).filter_map(|runner| {
        let places = VARIABLES.map(|name| project.variable_named(runner, name));
        let [Some(_), Some((_, at))] = places else { return None };
        Some(Proof::new(at, format!("{}: AZURE_CLIENT_ID", name_of(&runner.subject()))))
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

    fn binding(kind: &str, role: &str, subject: &str) -> String {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: b}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}\n\
             subjects: [{subject}]\n"
        )
    }

    #[test]
    fn roles_from_elsewhere_are_not_known_to_be_narrow() {
        const WEB: &str = "{kind: ServiceAccount, name: web}";
        const PEOPLE: &str = "{kind: Group, name: developers}";
        for (role, subject, word) in [
            ("agent", WEB, "lacking"),
            ("edit", WEB, "lacking"),
            ("view", WEB, "moot"),
            ("edit", PEOPLE, "moot"),
            ("cluster-admin", PEOPLE, "lacking"),
        ] {
            let text = binding("RoleBinding", role, subject);
            let said = ask("access/narrow-roles", &[("b.yaml", &text)]);
            assert!(said.starts_with(word), "{role} {subject}: {said}");
        }
        for (role, shown) in [("agent", false), ("view", true)] {
            let text = web("serviceAccountName: web, ") + &binding("RoleBinding", role, WEB);
            let said = ask("access/accounts", &[("web.yaml", &text)]);
            assert_eq!(said.starts_with("shown"), shown, "{role}: {said}");
        }
    }

    #[test]
    fn keys_of_clouds_are_seen() {
        let of = |name: &str| {
            format!(
                "services:\n  a:\n    image: acme/api:1\n    environment: {{{name}: '${{KEY}}'}}\n"
            )
        };
        let said = ask("access/keyless", &[("compose.yaml", &of("AZURE_CLIENT_SECRET"))]);
        assert!(said.starts_with("lacking: 1 key of clouds that is kept"), "{said}");
        assert!(ask("access/keyless", &[("compose.yaml", &of("LOG_LEVEL"))]).starts_with("moot"));
    }

    #[test]
    fn data_are_guarded_somewhere() {
        let api = "services:\n  a:\n    image: acme/api:1\n";
        assert!(ask("access/data", &[("compose.yaml", api)]).starts_with("lacking: nothing here"));
        assert!(ask("access/data", &[("README.md", "# x\n")]).starts_with("moot"));
    }

    #[test]
    fn identities_are_stated() {
        let of = |value: &str| {
            format!(
                "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  annotations:\n    \
                 azure.workload.identity/client-id: '{value}'\n---\n{}",
                web("serviceAccountName: web, ")
            )
        };
        let (good, poor) = (of("0a1b2c3d"), of("{{ .Values.id }}"));
        assert!(
            ask("access/cloud-identity", &[("a.yaml", &good)]).starts_with("shown\na.yaml:6: ")
        );
        // An account that nothing runs under.
        let unused = good.replace("serviceAccountName: web", "serviceAccountName: other");
        let said = ask("access/cloud-identity", &[("a.yaml", &unused)]);
        assert!(said.starts_with("lacking: "), "{said}");
        assert!(ask("access/cloud-identity", &[("a.yaml", &poor)]).starts_with("lacking: "));
    }
}
