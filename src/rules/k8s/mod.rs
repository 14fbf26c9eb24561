//! Rules about Kubernetes manifests.

mod memory_limit_missing;

group!(k8s: memory_limit_missing);
