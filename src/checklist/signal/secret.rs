//! Where credentials are kept.

use std::collections::HashSet;

use super::said::{self, Said};
use super::{Answer, Proof, Signal, View, name_of};
use crate::compose::{self, interpolated_or};
use crate::credential::{self, Value};
use crate::k8s::{KeyedKind, Object, Use, Workload, is_secret_store, is_templated};
use crate::project::Known;
use crate::source::{Place, Span};
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "secret/references",
        about: "credentials are taken from variables, Secrets and secret managers",
        look: references,
    },
    Signal {
        name: "secret/manager",
        about: "every Secret that workloads take comes from a secret manager",
        look: manager,
    },
    Signal {
        name: "secret/not-given",
        about: "no container or service is given a credential by a variable or a Secret",
        look: not_given,
    },
    Signal {
        name: "secret/present",
        about: "every Secret and ConfigMap that a workload needs is here, or something here makes it",
        look: present,
    },
    Signal {
        name: "secret/refreshed",
        about: "every ExternalSecret says how often it is fetched, and from a store that is there",
        look: refreshed,
    },
    Signal {
        name: "secret/rotating",
        about: "credentials are issued for a while and replaced by themselves",
        look: rotating,
    },
    Signal {
        name: "secret/per-environment",
        about: "every key of a secret manager that is asked for belongs to one environment",
        look: per_environment,
    },
    Signal {
        name: "secret/env-ignored",
        about: "git and the builds of images ignore files of variables",
        look: env_ignored,
    },
];

/// Where containers, services and agents take credentials by reference: one place for each of them.
fn references(view: &View<'_>) -> Answer {
    let of_workloads = view.workloads().filter_map(|workload| {
        let mut taken = workload.references().into_iter();
        let secret = taken.find(|it| it.kind == KeyedKind::Secret && it.used != Use::Pull)?;
        let says = format!("{}: Secret `{}`", name_of(&workload.subject()), secret.name.text());
        Some(Proof::new(secret.name.place(), says))
    });
    let of_services = view.compose_files().flat_map(compose::ComposeFile::deployed);
    let of_services = of_services.filter_map(of_service);
    let of_agents = view.agents().filter_map(|agent| {
        let is_reference = |it: &&crate::agent::Credential<'_>| it.value == Value::Reference;
        let taken = agent.credentials.iter().find(is_reference).map(|it| (it.name, it.at));
        let (name, at) = taken.or_else(|| agent.credential_env_names.first().copied())?;
        Some(Proof::new(at.place(), format!("{}: {name}", agent.format())))
    });
    let of_stores = view.objects().filter(|object| is_secret_store(*object));
    let of_stores = of_stores.map(|object| Proof::new(object.into(), object.describe()));
    let found: Vec<_> = of_workloads.chain(of_services).chain(of_agents).chain(of_stores).collect();
    let runs = view.workloads().next().is_some()
        || view.compose_files().next().is_some()
        || view.agents().next().is_some()
        || view.dockerfiles().next().is_some();
    if found.is_empty() && !runs {
        let moot = Answer::Moot("nothing here runs that could take a credential".to_owned());
        return said::unless_hidden(moot, &said::WORKLOADS, view);
    }
    Answer::any(found, "nothing here shows where credentials are taken from")
}

fn present(view: &View<'_>) -> Answer {
    let asked = view.workloads().flat_map(|workload| {
        let subject = workload.subject();
        let mut seen = HashSet::new();
        let needed =
            workload.references().into_iter().filter(|it| !it.is_optional && it.used != Use::Pull);
        let each = needed.filter(|it| seen.insert((it.kind, it.name.text()))).map(|it| {
            let (kind, name) = (it.kind.as_str(), it.name.text());
            let known = view.project().keyed(workload.object(), it.kind, name);
            let is_here =
                !matches!(known, Known::Absent(_)) || view.is_elsewhere(workload, kind, name);
            Said { is_yes: is_here, at: it.name.place(), what: format!("{kind} `{name}`") }
                .by_subject(&subject)
        });
        each.collect::<Vec<_>>()
    });
    let asked: Vec<_> = asked.collect();
    let nobody = "no workload here needs a Secret or a ConfigMap";
    said::all(asked, nobody, "Secrets and ConfigMaps that are not here")
}

fn of_service(service: compose::Service<'_>) -> Option<Proof> {
    let who = name_of(&service.subject());
    let given = service.environment().into_iter().find(|variable| {
        // A variable without a default takes the place of the value.
        let text = interpolated_or(variable.node, '\0').unwrap_or_default();
        let is_passed_on = text.contains('\0') && credential::names_credential(variable.name);
        is_passed_on || credential::in_variable(variable.name, variable.value).0 == Value::Reference
    });
    if let Some(variable) = given {
        return Some(Proof::new(variable.place, format!("{who}: {}", variable.name)));
    }
    let secret = service.node().at(&["secrets"])?.items().next()?;
    Some(Proof::new(secret.place(), format!("{who}: secrets")))
}

fn manager(view: &View<'_>) -> Answer {
    let asked = view.workloads().flat_map(|workload| {
        let subject = workload.subject();
        let by_pods = injected(workload).map(|at| Said::field(true, "from a secret manager", at));
        let taken = match by_pods {
            Some(said) => vec![said],
            None => of_manager(workload, view),
        };
        taken.into_iter().map(|said| said.by_subject(&subject)).collect::<Vec<_>>()
    });
    let asked: Vec<_> = asked.collect();
    if !asked.is_empty() {
        return said::all(asked, "", "Secrets that no secret manager brings");
    }
    let stores =
        view.objects().filter(|object| is_secret_store(*object) && !is_never_fetched(*object));
    let found: Vec<_> = stores.map(|object| Proof::new(object.into(), object.describe())).collect();
    Answer::any(found, "nothing here takes secrets from a secret manager")
}

/// Whether programs have to ask for their credentials, because nobody gives them any.
fn not_given(view: &View<'_>) -> Answer {
    let of_workloads = view.workloads().map(|workload| {
        let mut taken = workload.references().into_iter();
        let secret = taken.find(|it| it.kind == KeyedKind::Secret && it.used != Use::Pull);
        let said = match secret {
            Some(secret) => {
                Said::no(secret.name.place(), format!("Secret `{}`", secret.name.text()))
            }
            None => Said::yes(workload, "is given no Secret"),
        };
        said.by_subject(&workload.subject())
    });
    let of_services = view.compose_files().flat_map(compose::ComposeFile::deployed);
    let of_services = of_services.map(|service| {
        let variables = service.environment();
        let given = variables.iter().find(|it| credential::names_credential(it.name));
        let file = service.node().at(&["secrets"]).and_then(|it| it.items().next());
        let said = match (given, file) {
            (Some(variable), _) => Said::no(variable.place, variable.name),
            (None, Some(secret)) => Said::no(secret.place(), "secrets"),
            (None, None) => Said::yes(service.key().place(), "is given no credential"),
        };
        said.by_subject(&service.subject())
    });
    let asked: Vec<_> = of_workloads.chain(of_services).collect();
    let answer = said::all(
        asked,
        said::NO_CONTAINER,
        "programs with a credential from a variable or a Secret",
    );
    said::unless_hidden(answer, &said::WORKLOADS, view)
}

/// What brings secrets into the pods themselves.
///
/// Sources: developer.hashicorp.com/vault, "Agent sidecar injector"; secrets-store-csi-driver.sigs.k8s.io.
fn injected(workload: Workload<'_>) -> Option<Node<'_>> {
    let vault = workload.pod_annotation("vault.hashicorp.com/agent-inject");
    let volumes = workload.pod_spec().and_then(|spec| spec.at(&["volumes"]));
    let mut drivers = volumes
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|volume| volume.at(&["csi", "driver"]));
    vault
        .filter(|it| it.text() == "true")
        .or_else(|| drivers.find(|driver| driver.text() == "secrets-store.csi.k8s.io"))
}

/// What becomes of each Secret that a workload takes. Those that a controller makes of its own are not
/// asked: certificates, accounts of operators.
fn of_manager(workload: Workload<'_>, view: &View<'_>) -> Vec<Said> {
    let mut seen = HashSet::new();
    let taken = workload.references().into_iter();
    let taken = taken.filter(|it| it.kind == KeyedKind::Secret && it.used != Use::Pull);
    let each = taken.filter(|it| seen.insert(it.name.text())).filter_map(|secret| {
        let name = secret.name.text();
        let by = view.project().bringer(workload.object(), KeyedKind::Secret, name);
        match by {
            Some(by) if is_secret_store(by) && !is_never_fetched(by) => {
                Some(Said::yes(by, format!("Secret `{name}` by {}", by.describe())))
            }
            Some(by) if is_secret_store(by) => {
                let at = external(by).and_then(|spec| spec.at(&["refreshInterval"]));
                let at = at.map_or(secret.name.place(), Node::place);
                Some(Said::no(at, format!("Secret `{name}`, which is never fetched again")))
            }
            Some(by) if !by.is("", "Secret") => None,
            // SOPS encrypts the values and says so at the top.
            Some(by) if by.node().at(&["sops"]).is_some() => {
                Some(Said::yes(by, format!("Secret `{name}`, encrypted by SOPS")))
            }
            _ => Some(Said::no(secret.name.place(), format!("Secret `{name}`"))),
        }
    });
    each.collect()
}

/// What an `ExternalSecret`, or a cluster-wide one, asks for.
fn external(object: Object<'_>) -> Option<Node<'_>> {
    let path: &[&str] = match object.kind() {
        "ExternalSecret" => &["spec"],
        "ClusterExternalSecret" => &["spec", "externalSecretSpec"],
        _ => return None,
    };
    object.node().at(path).filter(|_| object.group() == "external-secrets.io")
}

/// Whether an `ExternalSecret` is fetched once and never again.
///
/// Source: external-secrets.io, `ExternalSecretSpec.refreshInterval`: zero is never, an hour the default.
fn is_never_fetched(object: Object<'_>) -> bool {
    let interval = external(object).and_then(|spec| spec.at(&["refreshInterval"]));
    interval.is_some_and(|it| crate::duration::seconds(it.text()) == Some(0.0) || it.text() == "0")
}

fn refreshed(view: &View<'_>) -> Answer {
    const STORES: [&str; 2] = ["SecretStore", "ClusterSecretStore"];
    let stores: HashSet<_> = view
        .objects()
        .filter(|it| it.group() == "external-secrets.io" && STORES.contains(&it.kind()))
        .map(|store| (store.kind(), store.name()))
        .collect();
    let asked = view.objects().filter_map(|object| Some((object, external(object)?)));
    let asked = asked.map(|(object, spec)| {
        let store = spec.at(&["secretStoreRef", "name"]);
        let kind = spec.at(&["secretStoreRef", "kind"]).map_or("SecretStore", Node::text);
        let is_there = store.is_some_and(|name| stores.contains(&(kind, name.text())));
        let interval = spec.at(&["refreshInterval"]);
        let is_known =
            |it: &Node<'_>| crate::duration::seconds(it.text()).is_some_and(|it| it > 0.0);
        let said = match (interval, store) {
            (Some(interval), _) if !is_known(&interval) => {
                Said::field(false, "refreshInterval", interval)
            }
            (None, _) => Said::no(object, "no refreshInterval"),
            (_, Some(store)) if !is_there => {
                Said::no(store.place(), format!("{kind} `{}` is not here", store.text()))
            }
            (Some(interval), _) => Said::field(true, "refreshInterval", interval),
        };
        said.by_subject(&object.subject())
    });
    let asked: Vec<_> = asked.collect();
    let answer = said::all(
        asked,
        "no ExternalSecret here",
        "ExternalSecrets without an interval or a store",
    );
    said::unless_hidden(answer, &["ExternalSecret"], view)
}

/// Objects whose credentials end by themselves and are issued anew.
///
/// Sources: developer.hashicorp.com, "Vault Secrets Operator"; external-secrets.io, "Generators";
/// infisical.com, "Dynamic secrets".
const ROTATING: [(&str, &str); 9] = [
    ("generators.external-secrets.io", "ACRAccessToken"),
    ("generators.external-secrets.io", "ECRAuthorizationToken"),
    ("generators.external-secrets.io", "GCRAccessToken"),
    ("generators.external-secrets.io", "GithubAccessToken"),
    ("generators.external-secrets.io", "STSSessionToken"),
    ("generators.external-secrets.io", "VaultDynamicSecret"),
    ("secrets.hashicorp.com", "VaultDynamicSecret"),
    ("secrets.hashicorp.com", "VaultPKISecret"),
    ("secrets.infisical.com", "InfisicalDynamicSecret"),
];

fn rotating(view: &View<'_>) -> Answer {
    let is_one = |object: &Object<'_>| ROTATING.iter().any(|(group, kind)| object.is(group, kind));
    let found = view.objects().filter(is_one);
    let found: Vec<_> = found.map(|it| Proof::new(it.into(), it.describe())).collect();
    Answer::any(found, "nothing here replaces credentials by itself")
}

/// Environments, and the words of names that belong to each.
const ENVIRONMENTS: [(&str, &[&str]); 4] = [
    ("production", &["prod", "production", "prd", "live"]),
    ("staging", &["preprod", "stage", "staging", "stg"]),
    ("test", &["acceptance", "qa", "uat"]),
    ("development", &["dev", "development", "sandbox", "test", "testing"]),
];

fn per_environment(view: &View<'_>) -> Answer {
    // A base that several overlays take; a patch may give each a key of its own.
    let is_shared = |object: Object<'_>, key: Node<'_>| {
        key.place().file == object.node().place().file
            && view.project().all_namespaces_of(object).len() > 2
    };
    let asked = view.objects().flat_map(|object| {
        let said = asked_keys(object).into_iter().map(move |key| {
            let text = key.text();
            let is_one = !is_templated(text) && names_environment(text);
            let what = format!("`{}`", said::short(text));
            Said { is_yes: is_one, at: key.place(), what }
                .unless(is_shared(object, key), "several environments share it")
                .by_subject(&object.subject())
        });
        said.collect::<Vec<_>>()
    });
    let asked: Vec<_> = asked.collect();
    match said::all(asked, "", "keys of a secret manager without the name of an environment") {
        Answer::Moot(_) => Answer::Lacking(
            "nothing here shows that each environment has keys of its own".to_owned(),
            Vec::new(),
        ),
        answer => answer,
    }
}

/// Whether a key is that of one environment in which a team meets what it runs for others: the words
/// of none but one stand in it, and that is none of development.
fn names_environment(key: &str) -> bool {
    let words = key.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    let mut named = words.filter_map(|word| {
        ENVIRONMENTS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|it| it.0)
    });
    let Some(first) = named.next() else { return false };
    first != "development" && named.all(|other| other == first)
}

/// The keys that an object asks a secret manager for.
fn asked_keys(object: Object<'_>) -> Vec<Node<'_>> {
    if let Some(spec) = external(object) {
        let single = spec.items_at(&["data"]);
        let single = single.filter_map(|item| item.at(&["remoteRef", "key"]));
        let whole = spec.items_at(&["dataFrom"]);
        let whole = whole
            .filter_map(|item| item.at(&["extract", "key"]).or_else(|| item.at(&["find", "path"])));
        return single.chain(whole).collect();
    }
    let path: &[&str] = match (object.group(), object.kind()) {
        ("secrets.hashicorp.com", "VaultStaticSecret" | "VaultDynamicSecret") => &["spec", "path"],
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => {
            &["spec", "parameters", "keyvaultName"]
        }
        ("spv.no", "AzureKeyVaultSecret") => &["spec", "vault", "name"],
        _ => return Vec::new(),
    };
    object.node().at(path).into_iter().collect()
}

/// Files of variables that people make. The document asks for `.env*`.
///
/// Source: reference msft-agent, "Secrets Management".
const DOTENVS: [&str; 3] = [".env", ".env.local", ".env.production"];

fn env_ignored(view: &View<'_>) -> Answer {
    let repositories = view.repositories();
    if repositories.iter().any(|it| !it.is_whole()) {
        let why = "only a part of the repository is in scope";
        return Answer::Lacking(why.to_owned(), Vec::new());
    }
    let lists: Vec<_> = repositories.iter().filter_map(ignored_by_git).collect();
    if lists.len() < repositories.len() || repositories.is_empty() {
        return Answer::Lacking("no .gitignore here".to_owned(), Vec::new());
    }
    let asked = lists.into_iter().chain(ignored_by_builds(view));
    said::all(asked, "no repository here", "lists without files of variables")
}

fn ignored_by_git(repository: &crate::repo::Repository<'_>) -> Option<(Proof, bool)> {
    let ignored = repository.ignored();
    let list = repository.file(".gitignore");
    let open = DOTENVS.iter().find(|name| ignored.ignores(name).is_none());
    let said = match (open, ignored.ignores(".env")) {
        (None, Some((file, span))) => Said::yes(file.place(span), "covers `.env*`"),
        _ => Said::no(
            list?.place(Span::new(0, 0)),
            format!("lets `{}` pass", open.unwrap_or(&".env")),
        ),
    };
    Some(said.by(".gitignore"))
}

fn ignored_by_builds<'a>(view: &'a View<'_>) -> impl Iterator<Item = (Proof, bool)> + 'a {
    view.dockerfiles().flat_map(|(file, dockerfile)| {
        let path = file.source().path();
        let is_left = dockerfile.image().is_some_and(|it| it.is_for_development(path));
        let contexts = if is_left { Vec::new() } else { view.project().contexts_of(dockerfile) };
        let start: Place = file.place(Span::new(0, 0));
        let asked = contexts.into_iter().map(move |context| {
            let said = match context.excludes(".env") {
                Some(at) => Said::yes(at, "`.env` is left out"),
                None => Said::no(start, "its build sees `.env`"),
            };
            said.by(&format!("`{path}`"))
        });
        asked.collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    \
        metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: s}}]}]}\n";

    fn external(interval: &str, key: &str) -> String {
        format!(
            "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: s}}\nspec:\n  \
             {interval}\n  secretStoreRef: {{name: vault, kind: SecretStore}}\n  data: [{{secretKey: A, remoteRef: {{key: {key}}}}}]\n\
             ---\napiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {{name: vault}}\n"
        )
    }

    #[test]
    fn whoever_is_given_a_credential_does_not_ask_for_it() {
        let compose = |line: &str| {
            let text = format!("services:\n  api:\n    image: a\n    {line}\n");
            ask("secret/not-given", &[("compose.yaml", &text)])
        };
        let good = compose("environment: [LOG_LEVEL=INFO]");
        assert_eq!(good, "shown\ncompose.yaml:2: compose service `api`: is given no credential");
        for line in
            ["environment: ['AZURE_OPENAI_API_KEY=${AZURE_OPENAI_API_KEY}']", "secrets: [db]"]
        {
            let poor = compose(line);
            assert!(poor.starts_with("lacking: 1 "), "{poor}");
        }
    }

    #[test]
    fn references_are_shown() {
        assert_eq!(
            ask("secret/references", &[("web.yaml", WEB)]),
            "shown\nweb.yaml:7: Deployment `web`: Secret `s`"
        );
        let compose =
            "services:\n  a:\n    image: acme/api:1\n    environment: {API_KEY: '${API_KEY}'}\n";
        assert!(ask("secret/references", &[("compose.yaml", compose)]).starts_with("shown\n"));
        let open =
            "services:\n  a:\n    image: acme/api:1\n    environment: {LOG_LEVEL: '${LEVEL}'}\n";
        assert!(ask("secret/references", &[("compose.yaml", open)]).starts_with("lacking: "));
        assert!(ask("secret/references", &[("README.md", "# x\n")]).starts_with("moot: "));
    }

    #[test]
    fn managers_bring_every_secret() {
        let text = format!("{WEB}{}", external("refreshInterval: 1h", "orders/prod/a"));
        for signal in ["secret/manager", "secret/refreshed", "secret/per-environment"] {
            assert!(ask(signal, &[("web.yaml", &text)]).starts_with("shown\n"), "{signal}");
        }
        let text = format!("{WEB}{}", external("refreshInterval: '0'", "orders/a"));
        for signal in ["secret/manager", "secret/refreshed", "secret/per-environment"] {
            assert!(ask(signal, &[("web.yaml", &text)]).starts_with("lacking: 1 "), "{signal}");
        }
        assert!(ask("secret/manager", &[("web.yaml", WEB)]).starts_with("lacking: 1 "));
        assert!(ask("secret/refreshed", &[("web.yaml", WEB)]).starts_with("moot: "));
        assert!(ask("secret/rotating", &[("web.yaml", WEB)]).starts_with("lacking: "));
    }

    #[test]
    fn a_store_may_bring_keys_that_nobody_lists() {
        let store = external("refreshInterval: 1h", "orders/prod/a")
            .replace("data: [{secretKey: A, remoteRef:", "dataFrom: [{extract:");
        let text = format!("{WEB}{store}");
        let said = ask("secret/manager", &[("web.yaml", &text)]);
        assert!(said.starts_with("shown\n"), "{said}");
        assert!(ask("secret/present", &[("web.yaml", &text)]).starts_with("shown\n"));
        assert!(ask("secret/present", &[("web.yaml", WEB)]).starts_with("lacking: 1 "));
    }

    #[test]
    fn keys_belong_to_one_environment() {
        for (key, shown) in [
            ("orders/prod/a", true),
            ("staging-orders", true),
            ("dev/orders", false),
            ("prod/dev/orders", false),
            ("orders/product", false),
        ] {
            let said =
                ask("secret/per-environment", &[("a.yaml", &external("refreshInterval: 1h", key))]);
            assert_eq!(said.starts_with("shown"), shown, "{key}: {said}");
        }
    }

    #[test]
    fn lists_cover_files_of_variables() {
        let docker = ("Dockerfile", "FROM python:3.12-slim\nCOPY . .\nUSER 1001\nCMD [\"api\"]\n");
        let git = |list| (".gitignore", list);
        let builds = (".dockerignore", ".env*\n");
        for (files, shown) in [
            (vec![git(".env*\n")], true),
            (vec![git(".env\n")], false),
            (vec![git(".env*\n"), docker], false),
            (vec![git(".env*\n"), builds, docker], true),
        ] {
            let said = ask("secret/env-ignored", &files);
            assert_eq!(said.starts_with("shown"), shown, "{files:?}: {said}");
        }
        assert_eq!(ask("secret/env-ignored", &[("a.md", "# x\n")]), "lacking: no .gitignore here");
    }
}
