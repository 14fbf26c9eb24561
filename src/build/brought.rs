//! What commands bring into a cluster: releases of charts, and objects that are made on the spot.

use super::Found;
use super::known::{Known, UNKNOWN};
use crate::docker::shell::{Arguments, ShellWord, Valued};

/// Something that a command brings into a cluster, of which no manifest tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Brought {
    /// What the objects of a chart are called after: the release, or the chart.
    Release(String),
    /// `kubectl create secret generic NAME`
    Secret(String),
    /// `kubectl create configmap NAME`
    ConfigMap(String),
}

/// Options of `helm` that take a value.
///
/// Source: helm.sh/docs/helm, `helm upgrade`, `helm install`, `helm template`.
static HELM: Valued = Valued::of(
    "-n --namespace -f --values --set --set-string --set-file --set-json --set-literal --version --timeout --repo \
    --kube-context --kubeconfig --kube-apiserver --kube-as-group --kube-as-user --kube-ca-file --kube-tls-server-name \
    --kube-token --history-max --description --post-renderer --post-renderer-args -o --output --username --password \
    --ca-file --cert-file --key-file --keyring -l --labels --name-template --output-dir --registry-config \
    --repository-cache --repository-config --burst-limit --qps -a --api-versions --kube-version -s --show-only",
);

/// Options of `kubectl` that take a value.
///
/// Source: `kubernetes.io/docs/reference/kubectl/generated/kubectl_create`.
static KUBECTL: Valued = Valued::of(
    "-n --namespace --context --cluster --user --kubeconfig --token -s --server --as --as-group --as-uid \
    --certificate-authority --client-certificate --client-key --request-timeout --cache-dir --field-manager \
    --from-file --from-literal --from-env-file --type --cert --key --docker-server --docker-username \
    --docker-password --docker-email -o --output --template --validate",
);

/// Whether a text may bring something.
pub(super) fn may_bring(text: &str) -> bool {
    text.contains("helm")
        || text.contains("create secret")
        || text.contains("create configmap")
        || text.contains("create cm")
}

/// Notes what a command brings.
pub(super) fn note(program: &str, words: &[ShellWord], known: &Known<'_>, found: &mut Found) {
    let told = |valued| {
        let arguments = Arguments::plain(words, valued);
        let operands = arguments.operands().iter();
        operands.map(|it| super::command::filled(it, known)).collect::<Vec<_>>()
    };
    match program {
        "helm" => {
            let told = told(&HELM);
            let told: Vec<_> = told.iter().map(String::as_str).collect();
            if let ["upgrade" | "install" | "template", names @ ..] = told.as_slice() {
                for name in names.iter().take(2) {
                    found.bring_release(name);
                }
            }
        }
        "kubectl" | "oc" | "k3s" | "microk8s" => {
            let told = told(&KUBECTL);
            let mut told: Vec<_> = told.iter().map(String::as_str).collect();
            told.retain(|word| *word != "kubectl");
            match told.as_slice() {
                ["create", "secret", _, name] => found.bring(name, Brought::Secret),
                ["create", "configmap" | "cm", name] => found.bring(name, Brought::ConfigMap),
                _ => {}
            }
        }
        _ => {}
    }
}

impl Found {
    /// Notes a release or a chart by its name: `qdrant`, `qdrant/qdrant`, `oci://ghcr.io/acme/qdrant`. A
    /// folder of the project is no other's.
    pub(super) fn bring_release(&mut self, name: &str) {
        if !name.starts_with(['.', '/']) {
            self.bring(name.rsplit('/').next().unwrap_or(name), Brought::Release);
        }
    }

    fn bring(&mut self, name: &str, of: fn(String) -> Brought) {
        let brought = of(name.to_owned());
        let is_known = !name.is_empty() && !name.contains(UNKNOWN);
        if is_known && self.brought.len() < super::MOST && !self.brought.contains(&brought) {
            self.brought.push(brought);
        }
    }
}
