//! ConfigMaps and Secrets: what pods take keys from. Many are not written down, but made by a
//! controller from another object.

use super::Object;
use crate::tree::Node;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyedKind {
    ConfigMap,
    Secret,
}

impl KeyedKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            KeyedKind::ConfigMap => "ConfigMap",
            KeyedKind::Secret => "Secret",
        }
    }
}

/// A ConfigMap or a Secret that a project brings.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<'t> {
    pub(crate) kind: KeyedKind,
    pub(crate) name: &'t str,
    /// Its keys, where the manifests tell all of them.
    pub(crate) keys: Option<Vec<&'t str>>,
    /// The object that it is, or that it is made from.
    pub(crate) by: Object<'t>,
    /// Whether a controller copies it into other namespaces too.
    pub(crate) is_everywhere: bool,
}

/// Annotations and labels by which controllers fill an object that is written down.
///
/// Sources: the documentation of kubernetes-replicator, Reflector, `OpenShift` and cert-manager.
const FILLED_BY: [&str; 7] = [
    "cert-manager.io/inject-ca-from",
    "config.openshift.io/inject-trusted-cabundle",
    "kubernetes.io/service-account.name",
    "reflector.v1.k8s.emberstack.com/reflects",
    "replicator.v1.mittwald.de/replicate-from",
    "service.alpha.openshift.io/inject-cabundle",
    "service.beta.openshift.io/inject-cabundle",
];

/// And those by which they copy it into other namespaces.
const COPIED_BY: [&str; 6] = [
    "kubed.appscode.com/sync",
    "reflector.v1.k8s.emberstack.com/reflection-allowed",
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
    "replicator.v1.mittwald.de/replication-allowed",
];

/// Custom resources that fetch one Secret from a store of secrets or make it themselves: group,
/// kind, and the way to the Secret's name. Without a way it is the name of the resource.
///
/// Sources: the API references of the operators, 2026-11.
const MADE_BY_NAME: [(&str, &str, &[&str]); 16] = [
    ("cert-manager.io", "Issuer", &["spec", "acme", "privateKeySecretRef", "name"]),
    ("isindir.github.com", "SopsSecret", &[]),
    ("k8s.bitwarden.com", "BitwardenSecret", &["spec", "secretName"]),
    ("kafka.strimzi.io", "KafkaUser", &[]),
    ("objectbucket.io", "ObjectBucketClaim", &[]),
    ("onepassword.com", "OnePasswordItem", &[]),
    ("ricoberger.de", "VaultSecret", &[]),
    ("secrets.doppler.com", "DopplerSecret", &["spec", "managedSecret", "name"]),
    ("secrets.hashicorp.com", "HCPVaultSecretsApp", &["spec", "destination", "name"]),
    ("secrets.hashicorp.com", "VaultDynamicSecret", &["spec", "destination", "name"]),
    ("secrets.hashicorp.com", "VaultPKISecret", &["spec", "destination", "name"]),
    ("secrets.hashicorp.com", "VaultStaticSecret", &["spec", "destination", "name"]),
    (
        "secrets.infisical.com",
        "InfisicalDynamicSecret",
        &["spec", "managedSecretReference", "secretName"],
    ),
    ("secrets.infisical.com", "InfisicalSecret", &["spec", "managedSecretReference", "secretName"]),
    ("spv.no", "AzureKeyVaultSecret", &["spec", "output", "secret", "name"]),
    ("trust.cert-manager.io", "Bundle", &[]),
];

/// Lists in custom resources of which each item makes a Secret: group, kind, the way to the list,
/// and the item's field with the name.
const MADE_BY_LIST: [(&str, &str, &[&str], &str); 3] = [
    ("isindir.github.com", "SopsSecret", &["spec", "secretTemplates"], "name"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass", &["spec", "secretObjects"], "secretName"),
    (
        "secrets.infisical.com",
        "InfisicalSecret",
        &["spec", "managedKubeSecretReferences"],
        "secretName",
    ),
];

/// The custom resources that take secrets out of a store outside of the manifests, or that hold
/// them encrypted.
const STORES: [(&str, &str); 17] = [
    ("bitnami.com", "SealedSecret"),
    ("external-secrets.io", "ClusterExternalSecret"),
    ("external-secrets.io", "ExternalSecret"),
    ("generators.external-secrets.io", "VaultDynamicSecret"),
    ("isindir.github.com", "SopsSecret"),
    ("k8s.bitwarden.com", "BitwardenSecret"),
    ("onepassword.com", "OnePasswordItem"),
    ("ricoberger.de", "VaultSecret"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
    ("secrets.doppler.com", "DopplerSecret"),
    ("secrets.hashicorp.com", "HCPVaultSecretsApp"),
    ("secrets.hashicorp.com", "VaultDynamicSecret"),
    ("secrets.hashicorp.com", "VaultPKISecret"),
    ("secrets.hashicorp.com", "VaultStaticSecret"),
    ("secrets.infisical.com", "InfisicalDynamicSecret"),
    ("secrets.infisical.com", "InfisicalSecret"),
    ("spv.no", "AzureKeyVaultSecret"),
];

/// Whether an object takes secrets from where they are kept encrypted.
pub(crate) fn is_secret_store(object: Object<'_>) -> bool {
    STORES.iter().any(|(group, kind)| object.is(group, kind))
}

/// The kinds of objects, apart from the two themselves, that bring a ConfigMap or a Secret.
pub(crate) fn makers() -> impl Iterator<Item = &'static str> {
    STORES.iter().map(|(_, kind)| *kind).chain([
        "Certificate",
        "configMapGenerator",
        "secretGenerator",
    ])
}

impl<'t> Keyed<'t> {
    /// The ConfigMaps and Secrets that an object is or makes.
    pub(crate) fn all_of(object: Object<'t>) -> Vec<Self> {
        let node = object.node();
        let secret = |name, keys| Keyed::new(KeyedKind::Secret, name, keys, object);
        let named = |path: &[&str]| node.at(path).map(Node::text).filter(|name| !name.is_empty());
        let mut all = Vec::new();
        match (object.group(), object.kind()) {
            ("", "ConfigMap") => all.push(written(object, KeyedKind::ConfigMap)),
            ("", "Secret") => all.push(written(object, KeyedKind::Secret)),
            ("", "Service") => {
                let key = "service.beta.openshift.io/serving-cert-secret-name";
                all.extend(object.annotation(key).map(|name| secret(name.text(), None)));
            }
            ("bitnami.com", "SealedSecret") => {
                let name = named(&["spec", "template", "metadata", "name"]);
                let (sealed, template) =
                    (&["spec", "encryptedData"][..], &["spec", "template", "data"]);
                let mut keys = keys_of(node.at(sealed));
                keys.extend(keys_of(node.at(template)));
                all.push(secret(name.unwrap_or(object.name()), known(keys)));
            }
            ("external-secrets.io", "ExternalSecret") => {
                let spec = node.at(&["spec"]);
                all.extend(spec.map(|spec| fetched(object, spec, object.name())));
            }
            ("external-secrets.io", "ClusterExternalSecret") => {
                let name = named(&["spec", "externalSecretName"]).unwrap_or(object.name());
                let spec = node.at(&["spec", "externalSecretSpec"]);
                let made = spec.map(|spec| fetched(object, spec, name));
                all.extend(made.map(|made| Keyed { is_everywhere: true, ..made }));
            }
            ("cert-manager.io", "Certificate") => {
                // Keystores and further formats add keys of their own.
                let is_plain = ["keystores", "additionalOutputFormats", "secretTemplate"]
                    .iter()
                    .all(|field| node.at(&["spec", field]).is_none());
                let keys = is_plain.then(|| vec!["tls.crt", "tls.key", "ca.crt"]);
                all.extend(named(&["spec", "secretName"]).map(|name| secret(name, keys)));
            }
            ("cert-manager.io", "ClusterIssuer") => {
                let name = named(&["spec", "acme", "privateKeySecretRef", "name"]);
                let made = name.map(|name| secret(name, None));
                all.extend(made.map(|made| Keyed { is_everywhere: true, ..made }));
            }
            ("networking.k8s.io" | "gateway.networking.k8s.io", _) => {
                all.extend(certificates_of(object).map(|name| secret(name, None)));
            }
            ("kyverno.io", "ClusterPolicy" | "Policy") => all.extend(generated_by_policy(object)),
            _ => {}
        }
        for (_, _, path) in MADE_BY_NAME.iter().filter(|(group, kind, _)| object.is(group, kind)) {
            let name = if path.is_empty() { Some(object.name()) } else { named(path) };
            for kind in [KeyedKind::Secret, KeyedKind::ConfigMap] {
                let is_everywhere = object.kind() == "Bundle";
                let made = name.map(|name| Keyed::new(kind, name, None, object));
                all.extend(made.map(|made| Keyed { is_everywhere, ..made }));
            }
        }
        for (_, _, path, field) in
            MADE_BY_LIST.iter().filter(|(group, kind, ..)| object.is(group, kind))
        {
            for item in node.at(path).into_iter().flat_map(Node::items) {
                let keys = item.at(&["data"]).filter(|data| data.is_list()).map(|data| {
                    data.items().filter_map(|entry| Some(entry.at(&["key"])?.text())).collect()
                });
                all.extend(item.at(&[field]).map(|name| secret(name.text(), keys)));
            }
        }
        // Of Crossplane, for whatever it makes.
        let connection = named(&["spec", "writeConnectionSecretToRef", "name"]);
        all.extend(connection.map(|name| secret(name, None)));
        all
    }

    fn new(kind: KeyedKind, name: &'t str, keys: Option<Vec<&'t str>>, by: Object<'t>) -> Self {
        Keyed { kind, name, keys, by, is_everywhere: false }
    }
}

/// An object that is what it says; without data somebody else fills it.
fn written(object: Object<'_>, kind: KeyedKind) -> Keyed<'_> {
    let marked = |marks: &[&str]| {
        let metadata = |field| object.node().at(&["metadata", field]).map(Node::entries);
        let entries = metadata("annotations").into_iter().chain(metadata("labels")).flatten();
        entries.into_iter().any(|entry| marks.contains(&entry.key.text()))
    };
    let fields = match kind {
        KeyedKind::ConfigMap => ["data", "binaryData"],
        KeyedKind::Secret => ["data", "stringData"],
    };
    let keys = fields.iter().flat_map(|field| keys_of(object.node().at(&[field]))).collect();
    let keys = known(keys).filter(|_| !marked(&FILLED_BY));
    Keyed { is_everywhere: marked(&COPIED_BY), ..Keyed::new(kind, object.name(), keys, object) }
}

/// What the External Secrets Operator makes from a spec.
fn fetched<'t>(object: Object<'t>, spec: Node<'t>, own: &'t str) -> Keyed<'t> {
    let name = spec.at(&["target", "name"]).map_or(own, Node::text);
    let is_open = spec.at(&["dataFrom"]).is_some()
        || spec.at(&["target", "template", "templateFrom"]).is_some();
    let template = keys_of(spec.at(&["target", "template", "data"]));
    let is_merged = spec
        .at(&["target", "template", "mergePolicy"])
        .is_some_and(|policy| policy.text() == "Merge");
    let data = spec.at(&["data"]).into_iter().flat_map(Node::items);
    let data = data.filter_map(|item| Some(item.at(&["secretKey"])?.text()));
    let keys: Vec<_> = match template.is_empty() {
        true => data.collect(),
        false if is_merged => data.chain(template).collect(),
        false => template,
    };
    Keyed::new(KeyedKind::Secret, name, known(keys).filter(|_| !is_open), object)
}

/// The Secrets of an Ingress or a Gateway for which cert-manager makes certificates.
fn certificates_of(object: Object<'_>) -> impl Iterator<Item = &str> {
    const ASKS: [&str; 4] = [
        "cert-manager.io/cluster-issuer",
        "cert-manager.io/issuer",
        "certmanager.k8s.io/cluster-issuer",
        "kubernetes.io/tls-acme",
    ];
    let asks = ASKS.iter().any(|key| object.annotation(key).is_some());
    let list = move |path: &[&str]| {
        object.node().at(path).filter(|_| asks).into_iter().flat_map(Node::items)
    };
    let references = list(&["spec", "listeners"]).flat_map(|listener| {
        listener.at(&["tls", "certificateRefs"]).into_iter().flat_map(Node::items)
    });
    let names = list(&["spec", "tls"]).filter_map(|tls| tls.at(&["secretName"]));
    names.chain(references.filter_map(|item| item.at(&["name"]))).map(Node::text)
}

/// What Kyverno makes in every namespace that a policy matches.
fn generated_by_policy(object: Object<'_>) -> impl Iterator<Item = Keyed<'_>> {
    let rules = object.node().at(&["spec", "rules"]).into_iter().flat_map(Node::items);
    rules.filter_map(move |rule| {
        let generate = rule.at(&["generate"])?;
        let kind = [KeyedKind::ConfigMap, KeyedKind::Secret]
            .into_iter()
            .find(|kind| generate.at(&["kind"]).is_some_and(|it| it.text() == kind.as_str()))?;
        let made = Keyed::new(kind, generate.at(&["name"])?.text(), None, object);
        Some(Keyed { is_everywhere: true, ..made })
    })
}

fn keys_of(map: Option<Node<'_>>) -> Vec<&str> {
    map.map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.text()).collect()
}

fn known(keys: Vec<&str>) -> Option<Vec<&str>> {
    (!keys.is_empty()).then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    /// What an object makes: `Kind name: key key`, with `?` for keys that are not known and `*` for
    /// every namespace.
    fn made(object: &str) -> Vec<String> {
        let (tree, errors) = yaml::read(FileId::new(0), &object.into(), None);
        assert!(errors.is_empty(), "{errors:?}");
        let object = Object::of(tree.documents().next().unwrap()).unwrap();
        let describe = |it: Keyed<'_>| {
            let keys = it.keys.map_or("?".to_owned(), |keys| keys.join(" "));
            format!(
                "{} {}{}: {keys}",
                it.kind.as_str(),
                it.name,
                if it.is_everywhere { "*" } else { "" }
            )
        };
        Keyed::all_of(object).into_iter().map(describe).collect()
    }

    fn assert_made(version: &str, kind: &str, rest: &str, expected: &[&str]) {
        let object = format!("apiVersion: {version}\nkind: {kind}\n{rest}\n");
        assert_eq!(made(&object), expected, "{object}");
    }

    #[test]
    fn what_is_written_down() {
        let meta = "metadata: {name: w}\n";
        let with = |rest: &str| format!("{meta}{rest}");
        assert_made(
            "v1",
            "ConfigMap",
            &with("data: {a: b}\nbinaryData: {c: d}"),
            &["ConfigMap w: a c"],
        );
        assert_made("v1", "Secret", &with("data: {a: b}\nstringData: {c: d}"), &["Secret w: a c"]);
        assert_made("v1", "Secret", meta, &["Secret w: ?"]);
        let marked =
            |key: &str| format!("metadata: {{name: w, annotations: {{{key}: x}}}}\ndata: {{a: b}}");
        let filled = marked("replicator.v1.mittwald.de/replicate-from");
        assert_made("v1", "Secret", &filled, &["Secret w: ?"]);
        let copied = marked("reflector.v1.k8s.emberstack.com/reflection-auto-enabled");
        assert_made("v1", "ConfigMap", &copied, &["ConfigMap w*: a"]);
        assert_made("apps/v1", "Secret", &with("data: {a: b}"), &[]);
    }

    #[test]
    fn what_controllers_make() {
        let of = |spec: &str| format!("metadata: {{name: w}}\nspec: {spec}");
        let external = "external-secrets.io/v1";
        let data = "data: [{secretKey: a}, {secretKey: b}]";
        assert_made(external, "ExternalSecret", &of(&format!("{{{data}}}")), &["Secret w: a b"]);
        for (rest, expected) in [
            ("target: {name: x}", "Secret x: a b"),
            ("dataFrom: []", "Secret w: ?"),
            ("target: {template: {data: {c: d}}}", "Secret w: c"),
            ("target: {template: {mergePolicy: Merge, data: {c: d}}}", "Secret w: a b c"),
            ("target: {template: {templateFrom: [], data: {c: d}}}", "Secret w: ?"),
        ] {
            assert_made(
                external,
                "ExternalSecret",
                &of(&format!("{{{data}, {rest}}}")),
                &[expected],
            );
        }
        let cluster = of(&format!("{{externalSecretName: x, externalSecretSpec: {{{data}}}}}"));
        assert_made(external, "ClusterExternalSecret", &cluster, &["Secret x*: a b"]);
        for (version, kind, spec, expected) in [
            ("bitnami.com/v1alpha1", "SealedSecret", "{encryptedData: {a: b}}", "Secret w: a"),
            (
                "cert-manager.io/v1",
                "Certificate",
                "{secretName: x}",
                "Secret x: tls.crt tls.key ca.crt",
            ),
            ("cert-manager.io/v1", "Certificate", "{secretName: x, keystores: {}}", "Secret x: ?"),
            (
                "secrets-store.csi.x-k8s.io/v1",
                "SecretProviderClass",
                "{secretObjects: [{secretName: x, data: [{key: a}]}]}",
                "Secret x: a",
            ),
            (
                "database.aws.upbound.io/v1",
                "Instance",
                "{writeConnectionSecretToRef: {name: x}}",
                "Secret x: ?",
            ),
            (
                "kyverno.io/v1",
                "ClusterPolicy",
                "{rules: [{generate: {kind: Secret, name: x}}]}",
                "Secret x*: ?",
            ),
        ] {
            assert_made(version, kind, &of(spec), &[expected]);
        }
        assert_made("example.com/v1", "Certificate", &of("{secretName: x}"), &[]);
        let vault = of("{destination: {name: x}}");
        let both = ["Secret x: ?", "ConfigMap x: ?"];
        assert_made("secrets.hashicorp.com/v1beta1", "VaultStaticSecret", &vault, &both);
        let tls = "spec: {tls: [{secretName: x}]}";
        let asks =
            format!("metadata: {{name: w, annotations: {{cert-manager.io/issuer: ca}}}}\n{tls}");
        assert_made("networking.k8s.io/v1", "Ingress", &asks, &["Secret x: ?"]);
        assert_made(
            "networking.k8s.io/v1",
            "Ingress",
            &format!("metadata: {{name: w}}\n{tls}"),
            &[],
        );
    }
}
