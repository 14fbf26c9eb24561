//! Joins pods with the ConfigMaps and Secrets that they refer to.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::iter;

use super::{EVERYWHERE, Project};
use crate::diagnostic::Subject;
use crate::file::File;
use crate::k8s::{
    Container, ContainerClass, DEFAULT_NAMESPACE, Found, Keyed, KeyedKind, Object, Use, Variable,
    Variables, Workload, is_secret_store, makers, references, telemetry,
};
use crate::kustomize::{Generated, Overlays};
use crate::source::Place;
use crate::tree::Node;

/// More workloads than anybody has who take variables from one `ConfigMap`: each is looked through for
/// every object of that name.
const MOST_TAKERS: usize = 200;

/// More keys than an object has that a cluster can hold: of its 1 MiB, each takes a dozen bytes and more.
/// Others are not told apart.
const MOST_KEYS: usize = 50_000;

/// Objects that the cluster itself puts into every namespace.
///
/// Sources: kubernetes.io, "Bound service account tokens"; the documentation of `OpenShift` and Istio.
const GIVEN: [(KeyedKind, &str); 3] = [
    (KeyedKind::ConfigMap, "kube-root-ca.crt"),
    (KeyedKind::ConfigMap, "openshift-service-ca.crt"),
    (KeyedKind::ConfigMap, "istio-ca-root-cert"),
];

/// The ConfigMaps and Secrets of a project.
#[derive(Debug, Default)]
pub(super) struct KeyedIndex<'p> {
    /// By namespace, kind and name.
    all: HashMap<(&'p str, KeyedKind), HashMap<&'p str, Brought<'p>>>,
    /// One of each name, in whatever namespace.
    by_name: HashMap<(KeyedKind, &'p str), Object<'p>>,
    /// The workloads whose containers take variables from a ConfigMap, by namespace and name.
    takers: HashMap<(&'p str, &'p str), Vec<Workload<'p>>>,
    /// The ConfigMaps that kustomizations generate, with the workloads that take variables from them.
    generated: HashMap<Node<'p>, (&'p Generated, Vec<Workload<'p>>)>,
    /// Something in the project keeps its secrets encrypted or elsewhere.
    has_store: bool,
}

impl<'p> KeyedIndex<'p> {
    pub(super) fn of(project: &Project<'p>) -> Self {
        let mut index = KeyedIndex::default();
        for object in project.subjects.iter().flat_map(|subjects| subjects.objects.iter().copied())
        {
            index.has_store |= is_secret_store(object);
            for keyed in Keyed::all_of(object) {
                index.by_name.entry((keyed.kind, keyed.name)).or_insert(object);
                let everywhere = keyed.is_everywhere.then_some(EVERYWHERE);
                let namespaces = project.all_namespaces_of(object).into_iter().chain(everywhere);
                for namespace in namespaces {
                    let here = index.all.entry((namespace, keyed.kind)).or_default();
                    let known = here.entry(keyed.name);
                    known.or_insert_with(|| Brought::new(keyed.by)).add(&keyed);
                }
            }
        }
        for workload in project.workloads() {
            index.has_store |= takes_from_store(workload);
            let mut names: HashSet<&str> = HashSet::new();
            for reference in workload.references() {
                let name = reference.name.text();
                let is_map = reference.kind == KeyedKind::ConfigMap;
                let is_variable = matches!(reference.used, Use::Variable | Use::Variables);
                if is_map && is_variable && names.insert(name) {
                    index.add_generated(project, workload, name);
                    for namespace in project.all_namespaces_of(workload.object()) {
                        let known: &mut Vec<_> = index.takers.entry((namespace, name)).or_default();
                        if known.len() < MOST_TAKERS {
                            known.push(workload);
                        }
                    }
                }
            }
        }
        index
    }

    fn add_generated(&mut self, project: &Project<'p>, workload: Workload<'p>, name: &str) {
        for made in project.generated_beside(workload.object(), KeyedKind::ConfigMap, name) {
            let Some(object) = made.object() else { continue };
            let (_, takers) = self.generated.entry(object.node()).or_insert((made, Vec::new()));
            if takers.len() < MOST_TAKERS {
                takers.push(workload);
            }
        }
    }

    /// Whether an object is one to tell what stands at that place. What kustomizations generate for several
    /// environments may stand at one.
    fn tells(&self, object: Object<'_>, place: Place) -> bool {
        let made = self.generated.get(&object.node()).map(|(made, _)| made);
        made.is_none_or(|made| made.tells(place))
    }
}

/// What the objects of one name bring together: each environment may have its own.
#[derive(Debug)]
struct Brought<'p> {
    /// The first of them.
    by: Object<'p>,
    /// Each once, in the order in which they stand.
    keys: Vec<&'p str>,
    known: HashSet<&'p str>,
    /// Whether there may be others.
    is_open: bool,
}

impl<'p> Brought<'p> {
    fn new(by: Object<'p>) -> Self {
        Brought { by, keys: Vec::new(), known: HashSet::new(), is_open: false }
    }

    fn add(&mut self, keyed: &Keyed<'p>) {
        self.is_open |= keyed.keys.as_ref().is_none_or(|keys| keys.len() > MOST_KEYS);
        let keys = keyed.keys.iter().flatten().copied().take(MOST_KEYS);
        self.keys.extend(keys.filter(|key| self.known.insert(key)));
    }
}

/// Whether the pods get secrets that never are objects of the cluster.
///
/// Sources: developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations;
/// secrets-store-csi-driver.sigs.k8s.io; bank-vaults.dev.
pub(super) fn takes_from_store(workload: Workload<'_>) -> bool {
    const INJECTED: [&str; 3] = [
        "vault.hashicorp.com/agent-inject",
        "vault.security.banzaicloud.io/vault-addr",
        "secrets.doppler.com/reload",
    ];
    let volumes = workload.pod_spec().and_then(|spec| spec.at(&["volumes"]));
    workload.annotations().any(|entry| INJECTED.contains(&entry.key.text()))
        || volumes.into_iter().flat_map(Node::items).any(|volume| {
            let driver = volume.at(&["csi", "driver"]);
            driver.is_some_and(|driver| driver.text() == "secrets-store.csi.k8s.io")
        })
}

/// What the project knows of a ConfigMap or a Secret that a pod refers to.
pub(crate) enum Known<'p> {
    /// It is there, and these are its keys, with one of the objects that bring it.
    Keys(Object<'p>, Vec<&'p str>),
    /// It is there or may be, with whatever keys.
    Open,
    /// It is not among the files; an object of that name is in another namespace.
    Absent(Option<Object<'p>>),
}

/// A variable of containers, at the place where a manifest says what it is.
pub(crate) struct StatedVariable<'p> {
    /// What it is called: one place in a ConfigMap may be several variables.
    pub(super) names: Vec<Cow<'p, str>>,
    pub(crate) value: Cow<'p, str>,
    /// The variables that it refers to, such as `$(LOG_LEVEL)`, each with its value.
    origins: Vec<(Cow<'p, str>, Cow<'p, str>)>,
    pub(crate) at: Node<'p>,
    /// The workload or the ConfigMap that says so.
    pub(crate) object: Object<'p>,
    /// A container that has it.
    pub(crate) container: Container<'p>,
    /// The container that takes it from a ConfigMap, which is the one that says so.
    pub(crate) taker: Option<Container<'p>>,
}

impl<'p> StatedVariable<'p> {
    /// The container, where it says so itself and does not take it from a ConfigMap.
    pub(crate) fn own_container(&self) -> Option<Container<'p>> {
        self.taker.is_none().then_some(self.container)
    }

    /// Who says so, as messages name it.
    pub(crate) fn whose(&self) -> String {
        self.own_container().map_or_else(|| self.object.describe(), Container::describe)
    }

    /// The container or the ConfigMap that says so.
    pub(super) fn subject(&self) -> Subject {
        self.own_container().map_or_else(|| self.object.subject(), Container::subject)
    }

    /// Whether the same container or ConfigMap says so.
    pub(super) fn is_of_the_same(&self, other: &Self) -> bool {
        let own = |it: &Self| it.own_container().map(Container::node);
        self.object == other.object && own(self) == own(other)
    }

    /// Whether what is written there refers to another variable: `$(LOG_LEVEL)`.
    pub(crate) fn refers(&self) -> bool {
        self.at.text() != self.value
    }

    /// Whether the value comes from another variable in which the same is found under its own name.
    pub(crate) fn is_found_where_it_comes_from<T>(
        &self,
        find: impl Fn(&str, &str) -> Option<T>,
    ) -> bool {
        let mut others = self.origins.iter().filter(|(name, _)| !self.names.contains(name));
        others.any(|(name, value)| find(name, value).is_some())
    }

    /// What somebody finds in the value under one of the names, and that name.
    pub(crate) fn under_any_name<T>(
        &self,
        find: impl Fn(&str, &str) -> Option<T>,
    ) -> Option<(&str, T)> {
        self.names.iter().find_map(|name| Some((name.as_ref(), find(name, &self.value)?)))
    }
}

impl<'p> Project<'p> {
    /// What is known of a ConfigMap or a Secret by the name that `object` calls it.
    pub(crate) fn keyed(&self, object: Object<'_>, kind: KeyedKind, name: &str) -> Known<'p> {
        let over = self.kustomizations_over(object).map(|it| it.unprefixed(name));
        let mut names = vec![name];
        names.extend(over.filter(|other| *other != name));
        let mut namespaces = self.namespaces_of(object);
        namespaces.push(EVERYWHERE);
        let made = self.generated_beside(object, kind, name);
        let is_unknown = made.is_empty() || made.iter().any(|it| it.is_open());
        let (mut keys, mut by) = (keys_of(&made), made.first().and_then(|it| it.object()));
        for name in &names {
            if GIVEN.contains(&(kind, *name))
                || is_unknown && self.generates(object, kind.as_str(), name)
            {
                return Known::Open;
            }
            let here = namespaces
                .iter()
                .filter_map(|namespace| self.keyed.all.get(&(*namespace, kind))?.get(name));
            for brought in here {
                if brought.is_open {
                    return Known::Open;
                }
                keys.extend(brought.keys.iter().copied());
                by.get_or_insert(brought.by);
            }
        }
        match by {
            Some(by) => Known::Keys(by, keys),
            None if self.comes_otherwise(object, kind, name) => Known::Open,
            None => Known::Absent(self.keyed.by_name.get(&(kind, name)).copied()),
        }
    }

    /// What the kustomizations over an object make of that kind and name, as far as it is known.
    fn generated_beside(
        &self,
        object: Object<'_>,
        kind: KeyedKind,
        name: &str,
    ) -> Vec<&'p Generated> {
        let overlays: &'p Overlays<'p> = self.overlays;
        overlays.generated(object.node().tree().file(), kind, name).collect()
    }

    /// What a container takes from generated objects of one name: of several, from those by which it is
    /// judged, where they say the same.
    fn found_generated<'a>(
        &self,
        object: Object<'_>,
        made: Vec<&'a Generated>,
        chosen: Option<Object<'a>>,
    ) -> Found<'a> {
        let file = object.node().tree().file();
        let is_chosen = |it: &&&Generated| it.object().is_some() && it.object() == chosen;
        let counting: Vec<_> = match made.iter().find(is_chosen) {
            Some(made) => vec![*made],
            None => made.into_iter().filter(|it| self.overlays.is_judged_by(file, it)).collect(),
        };
        let Some((made, home)) = counting.first().and_then(|it| Some((it, it.object()?))) else {
            return Found::Unknown;
        };
        let is_open = counting.iter().any(|it| it.is_open());
        let has_values = home.is("", "ConfigMap") && counting.iter().all(|it| it.is_like(made));
        match (has_values, is_open) {
            (true, false) => Found::ConfigMap(home),
            (true, true) => Found::PartOfConfigMap(home),
            (false, false) => Found::Keys(home, keys_of(&counting)),
            (false, true) => Found::Unknown,
        }
    }

    /// What brings a ConfigMap or a Secret by the name that `object` calls it, be its keys known or not.
    pub(crate) fn bringer(
        &self,
        object: Object<'_>,
        kind: KeyedKind,
        name: &str,
    ) -> Option<Object<'p>> {
        let over = self.kustomizations_over(object).map(|it| it.unprefixed(name));
        let names: Vec<_> = iter::once(name).chain(over).collect();
        let mut namespaces = self.namespaces_of(object);
        namespaces.push(EVERYWHERE);
        namespaces.iter().find_map(|namespace| {
            let here = self.keyed.all.get(&(*namespace, kind))?;
            names.iter().find_map(|name| here.get(name)).map(|brought| brought.by)
        })
    }

    /// Whether a ConfigMap or a Secret of that name may come by a controller, a chart or a command.
    fn comes_otherwise(&self, object: Object<'_>, kind: KeyedKind, name: &str) -> bool {
        makers().any(|kind| self.may_hide(kind))
            || self.may_be_made(&self.namespaces_of(object), name)
            || self.installed.creates(kind, name)
    }

    /// Whether the project has any ConfigMap or Secret in the namespaces of an object, however it
    /// comes to be.
    pub(crate) fn has_keyed_beside(&self, object: Object<'_>, kind: KeyedKind) -> bool {
        self.namespaces_of(object)
            .iter()
            .any(|namespace| self.keyed.all.contains_key(&(*namespace, kind)))
    }

    /// Whether something in the project keeps its secrets encrypted or takes them from elsewhere.
    pub(crate) fn has_secret_store(&self) -> bool {
        self.keyed.has_store || makers().any(|kind| self.may_hide(kind))
    }

    /// Whether an operator puts the settings for traces into the workload's pods, asked by them or
    /// by their namespace.
    pub(crate) fn is_instrumented(&self, workload: Workload<'_>) -> bool {
        let namespaces =
            self.objects.by_kind.get("Namespace").and_then(|all| all.get(DEFAULT_NAMESPACE));
        let own = self.namespaces_of(workload.object());
        let named = own.iter().filter_map(|name| Some(namespaces?.called(name))).flatten();
        let of_namespaces = named
            .filter_map(|namespace| namespace.node().at(&["metadata", "annotations"]))
            .flat_map(Node::entries);
        telemetry::asks_for_instrumentation(workload.annotations())
            || telemetry::asks_for_instrumentation(of_namespaces)
    }

    /// Whether a value of a ConfigMap is the configuration of an agent.
    pub(crate) fn holds_agent(&self, value: Node<'_>) -> bool {
        let Place { file, span } = value.place();
        let file = self.files.get(file.index());
        file.into_iter().flat_map(File::embedded).any(|document| {
            let inside = document.place().span;
            span.start <= inside.start && inside.end <= span.end
        })
    }

    /// The variables of a container, those from ConfigMaps of the project included.
    pub(crate) fn variables_of<'a>(&'a self, container: Container<'a>) -> Variables<'a> {
        self.variables_with(container, None)
    }

    /// The variables of a container; of several objects of one name, for several environments,
    /// those of `chosen`.
    fn variables_with<'a>(
        &'a self,
        container: Container<'a>,
        chosen: Option<Object<'a>>,
    ) -> Variables<'a> {
        let object = container.workload().object();
        let is_chosen = |kind: KeyedKind, name: &str| {
            chosen.filter(|it| it.is("", kind.as_str()) && it.name() == name)
        };
        Variables::of(container, &|kind, name| {
            let made = self.generated_beside(object, kind, name);
            let is_made = |it: &Object<'_>| self.keyed.generated.contains_key(&it.node());
            let written = is_chosen(kind, name).filter(|it| !is_made(it));
            if !made.is_empty() && written.is_none() {
                return self.found_generated(object, made, chosen);
            }
            match (self.keyed(object, kind, name), written) {
                (Known::Keys(_, _), Some(written)) => Found::ConfigMap(written),
                (Known::Keys(by, _), None) if by.is("", "ConfigMap") => Found::ConfigMap(by),
                (Known::Keys(by, keys), None) => Found::Keys(by, keys),
                (Known::Open | Known::Absent(_), _) => Found::Unknown,
            }
        })
    }

    /// The variables of containers whose values an object states, each place once.
    pub(crate) fn variables_in(&self, object: Object<'p>) -> Vec<StatedVariable<'_>> {
        let mut all: Vec<StatedVariable<'_>> = Vec::new();
        let mut seen: HashMap<Place, usize> = HashMap::new();
        for container in self.containers_fed_by(object) {
            let variables = self.variables_with(container, Some(object));
            for variable in variables.iter() {
                let stated = stated(variable, &variables, object, container);
                let Some(stated) = stated.filter(|it| self.keyed.tells(object, it.at.place()))
                else {
                    continue;
                };
                let place = stated.at.place();
                if let Some(known) = seen.get(&place).and_then(|index| all.get_mut(*index)) {
                    let is_new = |name: &Cow<'_, str>| !known.names.contains(name);
                    let new: Vec<_> = stated.names.into_iter().filter(is_new).collect();
                    known.names.extend(new);
                } else {
                    seen.insert(place, all.len());
                    all.push(stated);
                }
            }
        }
        all
    }

    /// The containers of a workload, or those that take variables from a ConfigMap.
    pub(super) fn containers_fed_by<'a>(&self, object: Object<'a>) -> Vec<Container<'a>>
    where
        'p: 'a,
    {
        let workloads: Vec<_> = match Workload::of(object) {
            Some(workload) => vec![workload],
            None if let Some((_, takers)) = self.keyed.generated.get(&object.node()) => {
                takers.clone()
            }
            None if object.is("", "ConfigMap") => self
                .namespaces_of(object)
                .into_iter()
                .filter_map(|namespace| self.keyed.takers.get(&(namespace, object.name())))
                .flatten()
                .copied()
                .collect(),
            None => Vec::new(),
        };
        let containers = workloads.into_iter().flat_map(Workload::containers);
        containers.filter(|it| it.class() != ContainerClass::Ephemeral).collect()
    }
}

/// The keys of generated objects, each once.
fn keys_of<'p>(made: &[&'p Generated]) -> Vec<&'p str> {
    let all = made.iter().flat_map(|it| it.data()).map(|entry| entry.key.text());
    let mut known = HashSet::new();
    all.filter(|key| known.insert(*key)).collect()
}

/// The variable, where it is that object that says what it is.
fn stated<'a>(
    variable: &Variable<'a>,
    beside: &Variables<'a>,
    object: Object<'a>,
    container: Container<'a>,
) -> Option<StatedVariable<'a>> {
    let value = variable.value.as_ref().filter(|_| variable.home == object)?;
    let is_own = Workload::of(object).is_some();
    // In a ConfigMap, `$(NAME)` is only text.
    let text = Some(variable.at.text()).filter(|text| text != value);
    let origin = |name| {
        let other = beside.get(name)?;
        Some((other.name.clone(), other.value.clone()?))
    };
    Some(StatedVariable {
        names: vec![variable.name.clone()],
        value: value.clone(),
        origins: text.into_iter().flat_map(references).filter_map(origin).collect(),
        at: variable.at,
        object,
        container,
        taker: (!is_own).then_some(container),
    })
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  \
        - name: c\n    envFrom: [{configMapRef: {name: m}}, {secretRef: {name: s}}]\n    \
        env: [{name: ONE, valueFrom: {configMapKeyRef: {name: m, key: A}}}]\n";

    /// The variables of the pod: `NAME=value`, with `?` for one that is not known, and `...` where there may
    /// be others.
    fn variables(files: &[(&str, &str)]) -> String {
        let files: Vec<_> =
            [("base/pod.yaml", POD)].into_iter().chain(files.iter().copied()).collect();
        linked(&files, |project| {
            let container = project.workloads().next().unwrap().containers()[0];
            let variables = project.variables_of(container);
            let told = variables
                .iter()
                .map(|it| format!("{}={}", it.name, it.value.as_deref().unwrap_or("?")));
            let rest = variables.is_open().then(|| "...".to_owned());
            told.chain(rest).collect::<Vec<_>>().join(" ")
        })
    }

    #[test]
    fn what_a_kustomization_generates_is_given() {
        let secret = "secretGenerator: [{name: s, literals: [K=v]}]\n";
        let env = ("base/.env", "A=1\nB=2 # two\nC=\"3\"\n");
        let open = ("base/.env", "A=1\nB\n");
        for (map, file, expected) in [
            ("literals: [A=1, 'B=\"x=y\"', C=, D=$(X)]", env, "A=1 B=x=y C= D=? K=? ONE=1"),
            ("files: [A=a.txt, conf/app.conf]", env, "A=? app.conf=? K=? ONE=?"),
            ("envs: [.env]", env, "A=1 B=? C=? K=? ONE=1"),
            ("env: .env", env, "A=1 B=? C=? K=? ONE=1"),
            ("envs: [.env]", open, "A=1 K=? ONE=1 ..."),
            ("literals: [A=1], envs: [none.env]", env, "A=1 K=? ONE=1 ..."),
            ("literals: [A=1], behavior: merge", env, "A=1 K=? ONE=1 ..."),
        ] {
            let text = format!(
                "resources: [pod.yaml]\nconfigMapGenerator: [{{name: m, {map}}}]\n{secret}"
            );
            let found = variables(&[("base/kustomization.yaml", &text), file]);
            assert_eq!(found, expected, "{map}");
        }
    }

    #[test]
    fn kustomizations_above_change_what_those_below_generate() {
        let base = "resources: [pod.yaml]\nnameSuffix: -b\n\
                    configMapGenerator: [{name: m, literals: [A=1, B=2]}]\n\
                    secretGenerator: [{name: s, literals: [K=v]}]\n";
        let overlay = |more: &str| format!("resources: [../base]\nnamePrefix: p-\n{more}");
        let generator =
            |more: &str| overlay(&format!("configMapGenerator: [{{name: m, {more}}}]\n"));
        let patch = |patch: &str| overlay(&format!("patches:\n- patch: |\n    {patch}\n"));
        let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}";
        let merge = generator("behavior: merge, literals: [A=3]");
        let all = "A=1 B=2 K=? ONE=1";
        for (prod, dev, expected) in [
            (overlay(""), overlay(""), all),
            (merge.clone(), overlay(""), "A=3 B=2 K=? ONE=3"),
            (overlay(""), merge.clone(), all),
            (generator("behavior: replace, literals: [A=3]"), overlay(""), "A=3 K=? ONE=3"),
            (
                patch(&format!("{map}, data: {{A: '4', C: '5'}}}}")),
                overlay(""),
                "A=4 B=2 C=5 K=? ONE=4",
            ),
            (patch(&format!("{map}, $patch: delete}}")), overlay(""), "K=? ONE=? ..."),
            (
                overlay("replacements: [{targets: [{select: {kind: ConfigMap}}]}]\n"),
                overlay(""),
                "K=? ONE=? ...",
            ),
            (
                "resources: [../base, 'https://acme.io/more']\n".to_owned(),
                overlay(""),
                "A=1 B=2 ONE=1 ...",
            ),
            (overlay("components: [../more]\n"), overlay(""), "A=6 B=2 K=? ONE=6"),
        ] {
            let found = variables(&[
                ("base/kustomization.yaml", base),
                ("overlays/production/kustomization.yaml", &prod.replace("../", "../../")),
                ("overlays/development/kustomization.yaml", &dev.replace("../", "../../")),
                (
                    "more/kustomization.yaml",
                    "kind: Component\nconfigMapGenerator: [{name: m, behavior: merge, literals: [A=6]}]\n",
                ),
            ]);
            assert_eq!(found, expected, "{prod}");
        }
        // Where nothing says which of two counts, they must agree.
        let two = |other: &str| {
            variables(&[
                ("base/kustomization.yaml", base),
                ("eu/kustomization.yaml", &merge),
                ("us/kustomization.yaml", &merge.replace("A=3", other)),
            ])
        };
        assert_eq!(two("A=3"), "A=3 B=2 K=? ONE=3");
        assert_eq!(two("A=4"), "A=? B=? K=? ONE=?");
    }
}
