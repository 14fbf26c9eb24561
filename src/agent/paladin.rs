//! The application configuration of Paladin, `config.yml`, which clusters hold in `ConfigMaps`.
//!
//! An older layout, with `paladin` at the root, has no `http`: nothing is said about its server.

use super::{AgentConfig, Format, Origins, Root, Setting, Store, Unset};
use crate::tree::Node;

/// `llm_url` stands in every document of today's layout, the others in those of the older one.
pub(super) const MARKER: &str = "garrison|arsenal";

/// The key to point at when something is missing.
pub(super) fn recognise(document: Node<'_>) -> Option<Node<'_>> {
    let has = |key: &str| document.get(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let today = has("llm_type") && has("llm_url");
    let older =
        document.at(&["paladin"]).is_some_and(Node::is_map) && any(&["garrison", "arsenal"]);
    let is_paladin = today && any(&["server", "agents", "garrison", "arsenal"]) || older;
    let grip = ["http", "server", "llm_url", "paladin"].iter().find_map(|key| document.get(key));
    grip.filter(|_| is_paladin).map(|entry| entry.key)
}

pub(super) fn read(document: Node<'_>) -> Option<AgentConfig<'_>> {
    let root = Root { node: document, grip: recognise(document)? };
    let common = AgentConfig {
        log_level: root.text("logging.level", Unset::Means("info")),
        stores: vec![Store {
            what: "file storage",
            enabled: Setting::not_in_format(),
            host: root.text("file_storage.minio_endpoint", Unset::Documented("localhost:9000")),
            tls: root.flag("file_storage.minio_secure", Unset::Documented(false)),
        }],
        ..AgentConfig::of_tree(Format::Paladin, document)
    };
    if document.get("llm_url").is_none() && document.get("http").is_none() {
        return Some(common);
    }
    Some(AgentConfig {
        authentication: root.flag("http.auth.enabled", Unset::Documented(true)),
        cors: root.setting(
            "http.cors_allow_origins",
            origins,
            Unset::Documented(Origins::AnyByEmptyList),
        ),
        rate_limit: root
            .flag("http.rate_limit.enabled", Unset::Documented(false))
            .beside([("per_second", 10.into()), ("burst", 20.into())]),
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
