//! The variables of its process that a configuration is not whole without.

use super::credentials::env_name;
use super::leaves::{self, Leaf};
use super::{AgentConfig, formats};
use crate::file::FileKind;
use crate::tree::Node;
use crate::variables;

/// A variable that a configuration takes a value from, and has none for it otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NeededVariable<'t> {
    pub(crate) name: &'t str,
    /// The value that names it.
    pub(crate) at: Node<'t>,
}

/// Longer values are texts, in which a `$` is anything.
const LONGEST: usize = 512;

/// What holds texts for models and people, who write `${NAME}` for other things.
const TEXTS: [&str; 9] = [
    "backstory",
    "content",
    "description",
    "goal",
    "instruction",
    "instructions",
    "prompt",
    "system_prompt",
    "template",
];

impl<'t> AgentConfig<'t> {
    /// The variables that the configuration takes values from, each once: those that are named as such
    /// (`api_key_env`) and those that are filled in without a default. What is switched off needs none.
    pub(crate) fn needed_variables(&self) -> Vec<NeededVariable<'t>> {
        let is_of_process = self.owner.is_some() || self.format == formats::ENVIRONMENT;
        let is_read = self.is_of_agent() || self.format.file_kind() == FileKind::Collector;
        if is_of_process || self.object.is_some() || !is_read {
            return Vec::new();
        }
        let mut needed: Vec<NeededVariable<'t>> = Vec::new();
        for leaf in leaves::below(self.root).iter().filter(|leaf| !leaf.disabled) {
            let is_verbatim = || self.verbatim.iter().any(|node| node.place() == leaf.node.place());
            for name in named_in(leaf) {
                if needed.len() < MOST && !needed.iter().any(|it| it.name == name) && !is_verbatim()
                {
                    needed.push(NeededVariable { name, at: leaf.node });
                }
            }
        }
        needed
    }
}

/// No configuration takes more.
const MOST: usize = 256;

/// The variables that a scalar takes its value from.
fn named_in<'t>(leaf: &Leaf<'t>) -> Vec<&'t str> {
    let text = leaf.node.text();
    let is_text = text.len() > LONGEST || text.contains('\n') || TEXTS.contains(&leaf.name);
    if !leaf.node.is_scalar() || is_text {
        return Vec::new();
    }
    if env_name(leaf).is_some() {
        return text.split([',', ' ']).filter(|name| is_name(name)).collect();
    }
    if let Some(name) = text.strip_prefix("os.environ/") {
        return Some(name).filter(|name| is_name(name)).into_iter().collect();
    }
    variables::without_default(text).into_iter().filter(|name| is_name(name)).collect()
}

/// Whether that is what people call variables of a process; what is written otherwise may be a
/// framework's own.
fn is_name(name: &str) -> bool {
    let of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(of_name)
}
