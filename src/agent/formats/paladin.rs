//! The application configuration of Paladin, `config.yml`, which clusters hold in `ConfigMaps`.
//!
//! An older layout, with `paladin` at the root, has no `http`: nothing is said about its server.

use crate::agent::setting::{Root, Unset};
use crate::agent::{Access, AgentConfig, Definition, Logs, Origins, Store};
use crate::file::FileKind;
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "Paladin",
    kind: FileKind::Agent,
    // The first stands in every document of today's layout, the others in those of the older one.
    marker: "llm_url|garrison|arsenal",
    recognise: |document, _| grip(document).is_some(),
    objects: &[],
    read: |document| read(document).unwrap_or_else(|| AgentConfig::of_tree(&FORMAT, document)),
    keys: None,
};

/// The key to point at when something is missing.
fn grip(document: Node<'_>) -> Option<Node<'_>> {
    let has = |key: &str| document.get(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let today = has("llm_type") && has("llm_url");
    let older =
        document.at(&["paladin"]).is_some_and(Node::is_map) && any(&["garrison", "arsenal"]);
    let is_paladin = today && any(&["server", "agents", "garrison", "arsenal"]) || older;
    let grip = ["http", "server", "llm_url", "paladin"].iter().find_map(|key| document.get(key));
    grip.filter(|_| is_paladin).map(|entry| entry.key)
}

fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let root = Root { node: document, grip: grip(document)? };
    let common = AgentConfig {
        logs: Logs { level: root.text("logging.level", Unset::Means("info")), ..Logs::default() },
        stores: vec![Store {
            what: "file storage",
            host: root.text("file_storage.minio_endpoint", Unset::Documented("localhost:9000")),
            tls: root.flag("file_storage.minio_secure", Unset::Documented(false)),
            ..Store::default()
        }],
        ..AgentConfig::of_tree(&FORMAT, document)
    };
    if document.get("llm_url").is_none() && document.get("http").is_none() {
        return Some(common);
    }
    Some(AgentConfig {
        access: Access {
            authentication: root.flag("http.auth.enabled", Unset::Documented(true)),
            cors: root.setting(
                "http.cors_allow_origins",
                origins,
                Unset::Documented(Origins::AnyByEmptyList),
            ),
            rate_limit: root
                .flag("http.rate_limit.enabled", Unset::Documented(false))
                .beside([("per_second", 10.into()), ("burst", 20.into())]),
            ..Access::default()
        },
        ..common
    })
}

/// An empty list is permissive here, unlike elsewhere.
fn origins(list: Node<'_>) -> Option<Origins> {
    let mut items = list.items();
    if !list.is_list() {
        None
    } else if items.len() == 0 {
        Some(Origins::AnyByEmptyList)
    } else {
        Some(if items.any(|item| item.text() == "*") { Origins::Any } else { Origins::Listed })
    }
}
