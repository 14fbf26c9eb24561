//! Roles and what they grant, bindings and whom they grant it to.
//!
//! Source: kubernetes.io/docs/reference/access-authn-authz/rbac; the functions `VerbMatches`,
//! `APIGroupMatches`, `ResourceMatches` and `ResourceNameMatches` of the API server.

use super::{LabelSelector, Labels, Object, is_templated};
use crate::tree::Node;

/// The API group of roles and bindings.
pub(crate) const GROUP: &str = "rbac.authorization.k8s.io";

/// The `ClusterRole` that may do everything.
pub(crate) const CLUSTER_ADMIN: &str = "cluster-admin";

/// Whoever is in this group is asked for no rights at all.
pub(crate) const MASTERS: &str = "system:masters";

/// What every verb, resource, API group or URL goes by.
const ALL: &str = "*";

/// Resources of no namespace: a `Role` grants nothing on most of them.
const CLUSTER_SCOPED: &[&str] = &[
    "certificatesigningrequests",
    "certificatesigningrequests/approval",
    "clusterrolebindings",
    "clusterroles",
    "customresourcedefinitions",
    "groups",
    "mutatingwebhookconfigurations",
    "namespaces",
    "nodes",
    "nodes/proxy",
    "persistentvolumes",
    "signers",
    "uids",
    "userextras",
    "users",
    "validatingwebhookconfigurations",
];

/// Whether a `Role` can grant that. To bind a `ClusterRole` in a namespace is asked for in there, and
/// a request that names a namespace counts as one in it.
///
/// Source: the function `NewRequestInfo` of the API server.
fn is_in_namespaces(resource: &str, verb: &str) -> bool {
    match resource {
        "clusterroles" => verb == "bind",
        "namespaces" => !NAMELESS.contains(&verb) && !["list", "watch"].contains(&verb),
        _ => !CLUSTER_SCOPED.contains(&resource),
    }
}

/// Whether the cluster makes the object itself, whatever the manifest says.
///
/// Source: the documentation of RBAC, "Default roles and role bindings".
fn is_made_by_cluster(object: Object<'_>) -> bool {
    const LABEL: &str = "kubernetes.io/bootstrapping";
    let name = object.name();
    let is_default = [CLUSTER_ADMIN, "admin", "edit", "view"].contains(&name);
    let label = || object.node().at(&["metadata", "labels", LABEL]).map(Node::text);
    (is_default || name.starts_with("system:")) && label() == Some("rbac-defaults")
}

/// Some verbs on some resources, each with its API group; a rule that looks for one of them looks
/// for all.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) verbs: &'static [&'static str],
    pub(crate) resources: &'static [(&'static str, &'static str)],
}

/// To read Secrets.
pub(crate) const SECRET_READING: Access =
    Access { verbs: &["get", "list", "watch"], resources: &[("", "secrets")] };

/// A `Role` or a `ClusterRole`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Role<'t>(Object<'t>);

impl<'t> Role<'t> {
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let is_role = object.is(GROUP, "Role") || object.is(GROUP, "ClusterRole");
        is_role.then_some(Role(object))
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.0
    }

    pub(crate) fn is_of_cluster(self) -> bool {
        self.0.kind() == "ClusterRole"
    }

    /// The rules that the manifest decides: none for the roles that every cluster has, and none
    /// where the controller writes those of other roles over them.
    pub(crate) fn rules(self) -> Vec<PolicyRule<'t>> {
        if !self.is_stated() {
            return Vec::new();
        }
        let rules = self.0.node().at(&["rules"]).into_iter().flat_map(Node::items);
        rules.filter(|node| node.is_map()).map(|node| PolicyRule { role: self, node }).collect()
    }

    /// Whether the manifest decides what it grants.
    pub(crate) fn is_stated(self) -> bool {
        !is_made_by_cluster(self.0) && self.aggregates().is_empty()
    }

    /// What the `ClusterRole`s are labelled whose rules it gets.
    pub(crate) fn aggregates(self) -> Vec<LabelSelector<'t>> {
        let selectors = self.0.node().at(&["aggregationRule", "clusterRoleSelectors"]);
        let selectors = selectors.into_iter().flat_map(Node::items);
        selectors.filter(|_| self.is_of_cluster()).map(LabelSelector::of).collect()
    }

    pub(crate) fn labels(self) -> Labels<'t> {
        Labels::of(self.0.node().at(&["metadata", "labels"]))
    }

    /// What its rules grant of that by name: one grant for each rule that does.
    pub(crate) fn grants(self, access: &Access) -> Vec<Grant<'t>> {
        self.rules().iter().filter_map(|rule| rule.grants(access)).collect()
    }
}

/// One rule of a role: every of its verbs on every of its resources.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PolicyRule<'t> {
    role: Role<'t>,
    node: Node<'t>,
}

impl<'t> PolicyRule<'t> {
    fn list(self, field: &str) -> Vec<Node<'t>> {
        self.items(field).collect()
    }

    fn items(self, field: &str) -> impl Iterator<Item = Node<'t>> {
        self.node.items_at(&[field])
    }

    pub(crate) fn verbs(self) -> Vec<Node<'t>> {
        self.list("verbs")
    }

    pub(crate) fn groups(self) -> Vec<Node<'t>> {
        self.list("apiGroups")
    }

    pub(crate) fn resources(self) -> Vec<Node<'t>> {
        self.list("resources")
    }

    /// The only objects that the rule is about, where it says so. A request that names no object,
    /// to create one or to delete many, is not granted then.
    pub(crate) fn names(self) -> Vec<Node<'t>> {
        self.list("resourceNames")
    }

    pub(crate) fn urls(self) -> Vec<Node<'t>> {
        self.list("nonResourceURLs")
    }

    /// The `*` of a field.
    pub(crate) fn wildcard(self, field: &str) -> Option<Node<'t>> {
        self.items(field).find(|node| node.text() == ALL)
    }

    /// Whether it grants everything there is.
    pub(crate) fn is_everything(self) -> bool {
        let fields = ["verbs", "apiGroups", "resources"];
        fields.iter().all(|field| self.wildcard(field).is_some()) && self.names().is_empty()
    }

    fn has_group(self, wanted: &str) -> bool {
        let groups = self.node.at(&["apiGroups"]);
        // The API server refuses a rule without groups; what it is about is clear all the same.
        groups.is_none_or(|groups| {
            groups.items().any(|group| {
                group.text() == wanted
                    || group.text() == ALL
                    || (group.is_null() && wanted.is_empty())
            })
        })
    }

    /// What it grants of that. A resource counts where it is named, a verb also where all are
    /// granted: whoever wrote `secrets` meant secrets, but `*` is a finding of its own.
    fn grants(self, access: &Access) -> Option<Grant<'t>> {
        // Few rules are about what is asked for, which their resources tell first.
        let is_about =
            |node: &Node<'t>| access.resources.iter().any(|it| is_for(node.text(), it.1));
        let about: Vec<_> = self.items("resources").filter(is_about).collect();
        if about.is_empty() {
            return None;
        }
        let is_asked = |verb: &Node<'t>| verb.text() == ALL || access.verbs.contains(&verb.text());
        let stated: Vec<_> = self.items("verbs").filter(is_asked).collect();
        let may_grant = |resource: &str, verb: &str| {
            self.role.is_of_cluster() || is_in_namespaces(resource, verb)
        };
        let has_verb_for = |resource: &str| {
            access.verbs.iter().filter(|verb| may_grant(resource, verb)).any(|verb| {
                stated.iter().any(|stated| stated.text() == ALL || stated.text() == *verb)
            })
        };
        let all = access.resources.iter();
        let mut granted: Vec<_> = all
            .filter(|(group, resource)| has_verb_for(resource) && self.has_group(group))
            .map(|(_, resource)| *resource)
            .collect();
        let is_named = |node: &Node<'t>| granted.iter().any(|it| is_for(node.text(), it));
        let resources: Vec<_> = about.into_iter().filter(is_named).collect();
        if resources.is_empty() {
            return None;
        }
        granted.retain(|resource| resources.iter().any(|node| is_for(node.text(), resource)));
        let is_granted = |verb: &str| granted.iter().any(|resource| may_grant(resource, verb));
        let is_narrowed = self.items("resourceNames").next().is_some();
        let of_parts = resources.iter().any(|resource| resource.text().contains('/'));
        let verbs: Vec<_> = (stated.into_iter())
            .filter(|verb| verb.text() == ALL || is_granted(verb.text()))
            .filter(|verb| !is_narrowed || of_parts || !NAMELESS.contains(&verb.text()))
            .collect();
        (!verbs.is_empty()).then_some(Grant { rule: self, resources, verbs })
    }

    /// Whether it grants some of that on every object, be it by name or by `*`.
    pub(crate) fn allows(self, access: &Access) -> bool {
        let all = self.wildcard("resources").is_some()
            && access.resources.iter().any(|(group, _)| self.has_group(group))
            && self
                .verbs()
                .iter()
                .any(|verb| verb.text() == ALL || access.verbs.contains(&verb.text()));
        self.names().is_empty() && (all || self.grants(access).is_some())
    }
}

/// Rights that lead to all others where they are held in every namespace, and what they make of
/// their holder.
const WAYS: [(Access, &str); 6] = [
    (
        Access { verbs: &["escalate", "bind"], resources: &[(GROUP, "clusterroles")] },
        "may give itself any right",
    ),
    (
        Access { verbs: &["impersonate"], resources: &[("", "users"), ("", "groups")] },
        "may act as anybody",
    ),
    (
        Access { verbs: &["create"], resources: &[("", "serviceaccounts/token")] },
        "may get a token of every ServiceAccount",
    ),
    (
        Access { verbs: &["get", "list", "watch"], resources: &[("", "secrets")] },
        "may read every Secret of the cluster",
    ),
    (
        Access { verbs: &["create"], resources: &[("", "pods/exec"), ("", "nodes/proxy")] },
        "may run commands in every pod of the cluster",
    ),
    (
        Access {
            verbs: &["create"],
            resources: &[
                ("", "pods"),
                ("apps", "deployments"),
                ("apps", "statefulsets"),
                ("apps", "daemonsets"),
                ("batch", "jobs"),
                ("batch", "cronjobs"),
            ],
        },
        "may run pods under every ServiceAccount of the cluster",
    ),
];

/// How far the rules of a role reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// No further than they say.
    #[default]
    AsStated,
    /// To all other rights, where it is granted in every namespace; what it makes of its holder.
    Onward(&'static str),
    Everything,
}

impl Reach {
    pub(crate) fn of(rules: &[PolicyRule<'_>]) -> Self {
        if rules.iter().any(|rule| rule.is_everything()) {
            return Reach::Everything;
        }
        let way = WAYS.iter().find(|(access, _)| rules.iter().any(|rule| rule.allows(access)));
        way.map_or(Reach::AsStated, |(_, what)| Reach::Onward(what))
    }
}

/// What a binding makes of those that it names, if that is more than a program should be; from
/// less to more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Power {
    EditsNamespace,
    AdministersNamespace,
    OwnsNamespace,
    Onward(&'static str),
    EditsCluster,
    OwnsCluster,
}

impl Power {
    /// What a binding gives whose role reaches that far. The roles `admin` and `edit` are those of
    /// every cluster.
    pub(crate) fn of(binding: Binding<'_>, reach: Reach) -> Option<Self> {
        let is_of_cluster = binding.is_of_cluster();
        let is_everything = binding.is_to(CLUSTER_ADMIN) || reach == Reach::Everything;
        match reach {
            _ if is_everything && is_of_cluster => Some(Power::OwnsCluster),
            _ if is_everything => Some(Power::OwnsNamespace),
            _ if binding.is_to("admin") || binding.is_to("edit") => Some(match is_of_cluster {
                true => Power::EditsCluster,
                false if binding.is_to("admin") => Power::AdministersNamespace,
                false => Power::EditsNamespace,
            }),
            Reach::Onward(what) if is_of_cluster => Some(Power::Onward(what)),
            _ => None,
        }
    }

    /// `may do everything in the cluster`, as messages put it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Power::EditsNamespace => "may read every Secret of the namespace and enter every pod",
            Power::AdministersNamespace => "administers the namespace of the binding",
            Power::OwnsNamespace => "may do everything in the namespace of the binding",
            Power::Onward(what) => what,
            Power::EditsCluster => "may read every Secret of the cluster and enter every pod",
            Power::OwnsCluster => "may do everything in the cluster",
        }
    }
}

/// Verbs of requests that name no object.
const NAMELESS: [&str; 2] = ["create", "deletecollection"];

/// Whether a resource of a rule stands for that resource by name. `*/scale` is the scale of every
/// resource; `pods/*` and `*/*` are taken by the letter.
fn is_for(stated: &str, resource: &str) -> bool {
    let part = stated.strip_prefix("*/").filter(|part| !part.contains(ALL));
    stated == resource
        || part.is_some_and(|part| resource.split_once('/').map(|it| it.1) == Some(part))
}

/// What a rule of a role grants of an [`Access`].
#[derive(Clone, Debug)]
pub(crate) struct Grant<'t> {
    rule: PolicyRule<'t>,
    /// The resources at fault, as the rule names them.
    pub(crate) resources: Vec<Node<'t>>,
    /// The verbs at fault, or `*`.
    pub(crate) verbs: Vec<Node<'t>>,
}

impl<'t> Grant<'t> {
    pub(crate) fn role(&self) -> Role<'t> {
        self.rule.role
    }

    pub(crate) fn rule(&self) -> PolicyRule<'t> {
        self.rule
    }

    /// Whether it is for named objects only.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.rule.names().is_empty()
    }

    /// The resource at fault.
    pub(crate) fn at(&self) -> Node<'t> {
        self.resources.first().copied().unwrap_or(self.rule.node)
    }

    /// The verb of that name that is granted by name.
    pub(crate) fn verb(&self, name: &str) -> Option<Node<'t>> {
        self.verbs.iter().copied().find(|verb| verb.text() == name)
    }

    /// `` `get` and `list` on `secrets` ``
    pub(crate) fn describe(&self) -> String {
        format!("{} on {}", verbs(&self.verbs), names(&self.resources))
    }
}

/// `` `get` and `list` ``, or `every verb`.
pub(crate) fn verbs(nodes: &[Node<'_>]) -> String {
    let has_all = nodes.iter().any(|node| node.text() == ALL);
    if has_all { "every verb".to_owned() } else { names(nodes) }
}

/// `` `pods`, `services` and `secrets` ``
pub(crate) fn names(nodes: &[Node<'_>]) -> String {
    let quoted: Vec<_> = nodes.iter().map(|node| format!("`{}`", node.text())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A `RoleBinding` or a `ClusterRoleBinding`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding<'t>(Object<'t>);

/// Roles of every cluster that neither change anything nor read Secrets.
///
/// Source: kubernetes.io, "Using RBAC Authorization", "Default roles and role bindings".
const HARMLESS: [&str; 6] = [
    "system:auth-delegator",
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
    "view",
];

impl<'t> Binding<'t> {
    /// The binding that an object is, if it is one that is not every cluster's own.
    pub(crate) fn of(object: Object<'t>) -> Option<Self> {
        let is_binding = object.is(GROUP, "RoleBinding") || object.is(GROUP, "ClusterRoleBinding");
        (is_binding && !is_made_by_cluster(object)).then_some(Binding(object))
    }

    pub(crate) fn object(self) -> Object<'t> {
        self.0
    }

    /// Whether it grants in every namespace, and what belongs to none.
    pub(crate) fn is_of_cluster(self) -> bool {
        self.0.kind() == "ClusterRoleBinding"
    }

    /// The kind of the role: a `ClusterRoleBinding` can have no other.
    pub(crate) fn role_kind(self) -> &'t str {
        self.0.node().at(&["roleRef", "kind"]).map_or("", Node::text)
    }

    pub(crate) fn role_name(self) -> &'t str {
        self.0.node().at(&["roleRef", "name"]).map_or("", Node::text)
    }

    /// The name of the role, or where it should stand.
    pub(crate) fn role_grip(self) -> Node<'t> {
        let node = self.0.node();
        let stated = node.at(&["roleRef", "name"]).or_else(|| node.grip(&["roleRef", "name"]));
        stated.unwrap_or_else(|| self.0.grip())
    }

    /// Whether the role is the `ClusterRole` of that name.
    pub(crate) fn is_to(self, cluster_role: &str) -> bool {
        self.role_kind() == "ClusterRole" && self.role_name() == cluster_role
    }

    /// Whether the role is one of every cluster that grants programs little.
    pub(crate) fn is_to_harmless(self) -> bool {
        HARMLESS.iter().any(|role| self.is_to(role))
    }

    /// Whether programs get the role, and not only people.
    pub(crate) fn is_for_accounts(self) -> bool {
        self.subjects().iter().any(|subject| match subject.who {
            Who::Account(..) => true,
            Who::Group(group) => group.starts_with("system:serviceaccounts"),
            Who::User(_) => false,
        })
    }

    pub(crate) fn subjects(self) -> Vec<Bound<'t>> {
        let subjects = self.0.node().at(&["subjects"]).into_iter().flat_map(Node::items);
        subjects.filter_map(Bound::of).collect()
    }

    /// Those that get the role, as messages name them.
    pub(crate) fn describe_subjects(self) -> String {
        match self.subjects().as_slice() {
            [] => "whoever it will name".to_owned(),
            [one] => one.describe(),
            [first, rest @ ..] => format!("{} and {} more", first.describe(), rest.len()),
        }
    }
}

/// One of those that a binding gives its role to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound<'t> {
    pub(crate) who: Who<'t>,
    /// Its name.
    pub(crate) at: Node<'t>,
}

/// Whom a binding names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who<'t> {
    User(&'t str),
    Group(&'t str),
    /// A `ServiceAccount` by its namespace, which nothing may state, and its name.
    Account(Option<&'t str>, &'t str),
}

impl<'t> Bound<'t> {
    fn of(node: Node<'t>) -> Option<Self> {
        let at = node.at(&["name"])?;
        let name = at.text();
        let who = match node.at(&["kind"])?.text() {
            "ServiceAccount" => Who::Account(node.at(&["namespace"]).map(Node::text), name),
            "Group" => Who::Group(name),
            "User" => match account(name) {
                Some((namespace, name)) => Who::Account(Some(namespace), name),
                None => Who::User(name),
            },
            _ => return None,
        };
        (!is_templated(name)).then_some(Bound { who, at })
    }

    /// ``ServiceAccount `web` ``, as messages name it.
    pub(crate) fn describe(self) -> String {
        match self.who {
            Who::User(name) => format!("User `{name}`"),
            Who::Group(name) => format!("Group `{name}`"),
            Who::Account(Some(namespace), name) => format!("ServiceAccount `{namespace}/{name}`"),
            Who::Account(None, name) => format!("ServiceAccount `{name}`"),
        }
    }
}

/// The namespace and the name of the account that a user's name stands for.
fn account(user: &str) -> Option<(&str, &str)> {
    user.strip_prefix("system:serviceaccount:")?.split_once(':')
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use super::*;
    use crate::tree::Tree;

    fn object(tree: &Tree) -> Object<'_> {
        Object::of(tree.documents().next().unwrap()).unwrap()
    }

    const EXEC: Access = Access { verbs: &["create", "get"], resources: &[("", "pods/exec")] };
    const MAKE: Access = Access { verbs: &["create"], resources: &[("apps", "deployments")] };
    const READ: Access = Access { verbs: &["get", "list"], resources: &[("", "secrets")] };
    const BIND: Access = Access { verbs: &["bind"], resources: &[(GROUP, "clusterroles")] };
    const NODE: Access = Access { verbs: &["get"], resources: &[("", "nodes/proxy")] };

    /// A rule, and whether it grants the access by name, and at all on every object.
    #[test]
    fn rules_grant_what_the_api_server_reads_in_them() {
        let table = [
            (&READ, "apiGroups: [''], resources: [secrets], verbs: [get]", true, true),
            (&READ, "apiGroups: [''], resources: [secrets], verbs: ['*']", true, true),
            (&READ, "apiGroups: ['*'], resources: [secrets], verbs: [list]", true, true),
            (&READ, "apiGroups: [~], resources: [secrets], verbs: [list]", true, true),
            (&READ, "apiGroups: [apps], resources: [secrets], verbs: [get]", false, false),
            (&READ, "apiGroups: [''], resources: [pods], verbs: [get]", false, false),
            (&READ, "apiGroups: [''], resources: [secrets], verbs: [create]", false, false),
            (&READ, "apiGroups: [''], resources: ['*'], verbs: [get]", false, true),
            (&READ, "apiGroups: [apps], resources: ['*'], verbs: [get]", false, false),
            (&READ, "apiGroups: [''], resources: ['${R}'], verbs: [get]", false, false),
            (&READ, "apiGroups: [''], resources: [secrets/*], verbs: [get]", false, false),
            (
                &READ,
                "{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [a]}",
                true,
                false,
            ),
            (
                &READ,
                "{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: []}",
                true,
                true,
            ),
            (&EXEC, "apiGroups: [''], resources: [pods/exec], verbs: [create]", true, true),
            (&EXEC, "apiGroups: [''], resources: ['*/exec'], verbs: [create]", true, true),
            (&EXEC, "apiGroups: [''], resources: ['*/*'], verbs: [create]", false, false),
            (&EXEC, "apiGroups: [''], resources: ['pods/*'], verbs: [create]", false, false),
            (&EXEC, "apiGroups: [''], resources: [pods], verbs: [create]", false, false),
            (&EXEC, "apiGroups: [''], resources: ['*'], verbs: [create]", false, true),
            (
                &EXEC,
                "{apiGroups: [''], resources: [pods/exec], verbs: [create], resourceNames: [a]}",
                true,
                false,
            ),
            (
                &MAKE,
                "{apiGroups: [apps], resources: [deployments], verbs: [create], resourceNames: [a]}",
                false,
                false,
            ),
        ];
        for (access, rule, by_name, at_all) in table {
            let rule = rule.trim_matches(['{', '}']);
            let text = format!(
                "apiVersion: {GROUP}/v1\nkind: Role\nmetadata: {{name: r}}\nrules: [{{{rule}}}]\n"
            );
            let tree = read(&text);
            let grantor = Role::of(object(&tree)).unwrap();
            assert_eq!(!grantor.grants(access).is_empty(), by_name, "by name: {rule}");
            assert_eq!(grantor.rules()[0].allows(access), at_all, "at all: {rule}");
        }
    }

    #[test]
    fn a_role_grants_nothing_on_what_has_no_namespace() {
        for (kind, expected) in [("Role", false), ("ClusterRole", true)] {
            for (access, rule) in [
                (&BIND, format!("apiGroups: [{GROUP}], resources: [clusterroles], verbs: [bind]")),
                (&NODE, "apiGroups: [''], resources: [nodes/proxy], verbs: [get]".to_owned()),
            ] {
                let tree = read(&format!(
                    "apiVersion: {GROUP}/v1\nkind: {kind}\nmetadata: {{name: r}}\nrules: [{{{rule}}}]\n"
                ));
                let role = Role::of(object(&tree)).unwrap();
                // A `bind` is asked for in the namespace of the binding.
                let expected = expected || rule.contains("bind");
                assert_eq!(!role.grants(access).is_empty(), expected, "{kind} {rule}");
            }
        }
    }

    #[test]
    fn whose_rules_are_no_business_of_the_manifest() {
        let rules = "rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]\n";
        let own = "labels: {kubernetes.io/bootstrapping: rbac-defaults}";
        let aggregated = "aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}\n";
        let table = [
            (String::new(), "system:node", "", 1),
            (own.to_owned(), "system:node", "", 0),
            (own.to_owned(), "admin", "", 0),
            (own.to_owned(), "web", "", 1),
            (String::new(), "web", aggregated, 0),
        ];
        for (labels, name, more, count) in table {
            let metadata = format!("metadata:\n  name: {name}\n  {labels}\n");
            let text =
                format!("apiVersion: {GROUP}/v1\nkind: ClusterRole\n{metadata}{more}{rules}");
            let tree = read(&text);
            assert_eq!(Role::of(object(&tree)).unwrap().rules().len(), count, "{text}");
        }
    }

    #[test]
    fn users_that_are_accounts() {
        let table = [
            ("kind: ServiceAccount, name: a, namespace: n", Some(Who::Account(Some("n"), "a"))),
            ("kind: ServiceAccount, name: a", Some(Who::Account(None, "a"))),
            ("kind: User, name: 'system:serviceaccount:n:a'", Some(Who::Account(Some("n"), "a"))),
            ("kind: User, name: jane", Some(Who::User("jane"))),
            ("kind: Group, name: 'system:masters'", Some(Who::Group(MASTERS))),
            ("kind: User, name: '${USER}'", None),
            ("kind: Robot, name: r", None),
        ];
        for (subject, expected) in table {
            let tree = read(&format!(
                "apiVersion: {GROUP}/v1\nkind: RoleBinding\nmetadata: {{name: b}}\n\
                 roleRef: {{kind: Role, name: r}}\nsubjects: [{{{subject}}}]\n"
            ));
            let binding = Binding::of(object(&tree)).unwrap();
            assert_eq!(binding.subjects().first().map(|bound| bound.who), expected, "{subject}");
        }
    }
}
