//! How Compose merges what one file says of a service into what another one says.
//!
//! Source: github.com/compose-spec/compose-spec, `13-merge.md`; github.com/compose-spec/compose-go,
//! `override/`.

use std::collections::HashMap;

use crate::tree::{Graft, Part, Tag};

/// How what stands at a path is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The later one counts.
    Replace,
    /// A mapping of names to values, or a list of `NAME=value`.
    Pairs,
    /// A mapping of names to settings, or a list of names.
    Names,
    /// A list, or its only item.
    Items,
    /// Merged if it is the same driver.
    Logging,
    /// A mapping, or the value of its `context`.
    Build,
    /// Mappings merge, lists append, and of scalars the later one counts.
    Plain,
}

fn how(path: &[&str]) -> How {
    match path {
        ["command" | "entrypoint"] | ["healthcheck", "test"] | ["ulimits", _] => How::Replace,
        [key] if key.starts_with("x-") => How::Replace,
        ["environment" | "labels" | "annotations" | "sysctls" | "extra_hosts" | "storage_opt"]
        | ["build", "args" | "labels" | "extra_hosts" | "additional_contexts"]
        | ["deploy", "labels"] => How::Pairs,
        ["depends_on" | "networks" | "models"] => How::Names,
        ["dns" | "dns_search" | "dns_opt" | "tmpfs" | "env_file" | "label_file"] => How::Items,
        ["logging"] => How::Logging,
        ["build"] => How::Build,
        _ => How::Plain,
    }
}

/// Deeper than any service nests.
const MAX_DEPTH: usize = 64;

/// Larger mappings are no one's to merge: each of their keys is looked for.
const MOST_KEYS: usize = 5_000;

/// Merges a service into what an earlier file, or the one that it extends, says of it.
pub(super) fn merge_service(graft: &mut Graft, below: Part, above: Part) {
    Merge { graft, path: Vec::new() }.map(below, above);
}

/// Merges a section of named things (`networks`, `volumes`, ...) into that of an earlier file.
pub(super) fn merge_section(graft: &mut Graft, below: Part, above: Part) {
    // What stands there has no path of a service.
    Merge { graft, path: vec![String::new()] }.map(below, above);
}

struct Merge<'g> {
    graft: &'g mut Graft,
    /// The keys from the service to here.
    path: Vec<String>,
}

impl Merge<'_> {
    fn map(&mut self, below: Part, above: Part) {
        let entries = self.graft.entries(above).to_vec();
        let is_small = entries.len().max(self.graft.entries(below).len()) <= MOST_KEYS;
        if self.path.len() > MAX_DEPTH || !is_small {
            return;
        }
        for (key, value) in entries {
            let name = self.graft.word(key).to_owned();
            self.path.push(name);
            self.entry(below, key, value);
            self.path.pop();
        }
    }

    fn entry(&mut self, map: Part, key: Part, value: Part) {
        let name = self.graft.word(key).to_owned();
        let tag = self.graft.node(value).map_or(Tag::None, |(_, node)| node.tag());
        if tag == Tag::Reset {
            self.graft.remove(map, &name);
            return;
        }
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let how = how(&path);
        let passes_on = self.path.len() > 1 && is_in_pairs(&path);
        if self.is_null(value) && !passes_on {
            // `key:` alone says nothing, and takes nothing away.
            if self.graft.get(map, &name).is_none() {
                self.graft.set(map, key, value);
            }
            return;
        }
        let known = self.graft.get(map, &name).filter(|known| !self.is_null(*known));
        let Some(known) = known.filter(|_| tag != Tag::Override && how != How::Replace) else {
            self.graft.set(map, key, value);
            return;
        };
        match how {
            How::Pairs if !(self.graft.is_map(known) && self.graft.is_map(value)) => {
                self.pairs(map, key, (known, value));
            }
            How::Names if self.graft.is_map(known) != self.graft.is_map(value) => {
                let (known, value) = (self.named(known), self.named(value));
                self.graft.set(map, key, known);
                self.map(known, value);
            }
            How::Items => self.append(map, key, (known, value)),
            How::Logging if self.drivers_differ(known, value) => self.graft.set(map, key, value),
            How::Build => {
                let known = self.build(known);
                self.graft.set(map, key, known);
                let value = self.build(value);
                self.map(known, value);
            }
            _ if self.graft.is_map(known) && self.graft.is_map(value) => self.map(known, value),
            _ if self.graft.is_list(known) && self.graft.is_list(value) => {
                self.append(map, key, (known, value));
            }
            _ => self.graft.set(map, key, value),
        }
    }

    fn is_null(&self, part: Part) -> bool {
        self.graft.node(part).is_some_and(|(_, node)| node.is_null())
    }

    fn drivers_differ(&self, known: Part, value: Part) -> bool {
        let driver = |part| self.graft.word_at(part, &["driver"]);
        driver(known).zip(driver(value)).is_some_and(|(known, value)| known != value)
    }

    /// Makes one list of both, in which each name stands once.
    fn pairs(&mut self, map: Part, key: Part, (known, value): (Part, Part)) {
        let (mut all, above) = (self.listed(known), self.listed(value));
        let name = |part: &Part, graft: &Graft| {
            let word = graft.word(*part);
            word.split_once('=').map_or(word, |(name, _)| name).to_owned()
        };
        let mut at: HashMap<String, usize> = HashMap::new();
        for (index, part) in all.iter().enumerate() {
            at.insert(name(part, self.graft), index);
        }
        for part in above {
            match at.get(&name(&part, self.graft)).and_then(|index| all.get_mut(*index)) {
                Some(own) => *own = part,
                None => all.push(part),
            }
        }
        // The list that there is keeps its place; a mapping gives way to the other one's list.
        let list = if self.graft.is_list(known) { known } else { value };
        self.graft.set_items(list, all);
        self.graft.set(map, key, list);
    }

    /// The items of a list of pairs, or what a mapping would be as one.
    fn listed(&mut self, part: Part) -> Vec<Part> {
        if !self.graft.is_map(part) {
            return self.graft.items(part).to_vec();
        }
        let mut items = Vec::new();
        for (key, value) in self.graft.entries(part).to_vec() {
            let name = self.graft.word(key).to_owned();
            items.push(if self.is_null(value) {
                self.graft.reworded(key, &name)
            } else {
                let text = format!("{name}={}", self.graft.word(value));
                self.graft.reworded(value, &text)
            });
        }
        items
    }

    /// A mapping with the items of a list as its keys.
    fn named(&mut self, part: Part) -> Part {
        if !self.graft.is_list(part) {
            return part;
        }
        let Some(map) = self.graft.map_for(part) else { return part };
        for item in self.graft.items(part).to_vec() {
            if let Some(settings) = self.graft.map_for(item) {
                self.graft.set(map, item, settings);
            }
        }
        map
    }

    /// The mapping that the short form of a build stands for.
    fn build(&mut self, part: Part) -> Part {
        if self.graft.is_map(part) {
            return part;
        }
        let Some(map) = self.graft.map_for(part) else { return part };
        let key = self.graft.reworded(part, "context");
        self.graft.set(map, key, part);
        map
    }

    /// Appends a list to another, or to what stands for one. What is the same thing said anew takes
    /// the place of the old one.
    fn append(&mut self, map: Part, key: Part, (known, value): (Part, Part)) {
        let list = self.path.last().cloned().unwrap_or_default();
        let mut all = self.several(known);
        let mut at: HashMap<String, usize> = HashMap::new();
        for (index, part) in all.iter().enumerate() {
            if let Some(id) = identity(self.graft, &list, *part) {
                at.insert(id, index);
            }
        }
        for part in self.several(value) {
            let id = identity(self.graft, &list, part);
            match id.and_then(|id| at.get(&id)).and_then(|index| all.get_mut(*index)) {
                Some(own) => *own = part,
                None => all.push(part),
            }
        }
        let lists = [known, value];
        let Some(list) = lists.into_iter().find(|part| self.graft.is_list(*part)) else {
            let Some(list) = self.graft.list_for(known) else { return };
            self.graft.set_items(list, all);
            self.graft.set(map, key, list);
            return;
        };
        self.graft.set_items(list, all);
        self.graft.set(map, key, list);
    }

    fn several(&mut self, part: Part) -> Vec<Part> {
        if self.graft.is_list(part) { self.graft.items(part).to_vec() } else { vec![part] }
    }
}

/// Whether a path leads to a value of pairs, where nothing means to pass the host's value on.
fn is_in_pairs(path: &[&str]) -> bool {
    path.split_last().is_some_and(|(_, above)| how(above) == How::Pairs)
}

/// What tells an item of a list from the others.
fn identity(graft: &Graft, list: &str, item: Part) -> Option<String> {
    let says = |key: &str| graft.word_at(item, &[key]).map(str::to_owned);
    let is_map = graft.is_map(item);
    let word = graft.word(item);
    let parts = fields(word);
    match list {
        "ports" if is_map => {
            let or = |key: &str, default: &str| says(key).unwrap_or_else(|| default.to_owned());
            let ip = or("host_ip", "0.0.0.0");
            Some(port(&ip, &or("published", ""), &says("target")?, &or("protocol", "tcp")))
        }
        "ports" => {
            let (rest, protocol) = word.rsplit_once('/').unwrap_or((word, "tcp"));
            Some(match fields(rest).as_slice() {
                [target] => port("0.0.0.0", "", target, protocol),
                [published, target] => port("0.0.0.0", published, target, protocol),
                [ip @ .., published, target] => port(&ip.join(":"), published, target, protocol),
                [] => return None,
            })
        }
        "volumes" if is_map => says("target"),
        "volumes" | "devices" if !is_map => {
            parts.get(1).or(parts.first()).map(|target| target.trim_end_matches('/').to_owned())
        }
        "secrets" | "configs" => {
            let name =
                if is_map { says("target").or_else(|| says("source"))? } else { word.to_owned() };
            Some(name.strip_prefix("/run/secrets/").unwrap_or(&name).to_owned())
        }
        "env_file" if is_map => says("path"),
        _ => (!is_map && !graft.is_list(item)).then(|| word.to_owned()),
    }
}

fn port(ip: &str, published: &str, target: &str, protocol: &str) -> String {
    format!("{ip}:{published}:{target}/{protocol}")
}

/// The parts of a text that colons part, unless they stand in braces (`${HOME:-/root}:/data`) or
/// in brackets (`[::1]:80:80`).
fn fields(text: &str) -> Vec<&str> {
    let mut open = 0i32;
    text.split(|c: char| {
        match c {
            '{' | '[' => open += 1,
            '}' | ']' => open -= 1,
            _ => {}
        }
        c == ':' && open == 0
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::FileId;
    use crate::tree::{Node, Tree, yaml};

    /// What a service becomes of two, as text.
    fn merged(below: &str, above: &str) -> String {
        let tree = |file, text: &str| -> Arc<Tree> {
            let (tree, errors) = yaml::read(FileId::new(file), &text.into(), None);
            assert!(errors.is_empty(), "{text}: {errors:?}");
            Arc::new(tree)
        };
        let (below, above) = (tree(0, below), tree(1, above));
        let mut graft = Graft::new(&below, below.documents().next().unwrap());
        let part = graft.take(&above, above.documents().next().unwrap());
        merge_service(&mut graft, Graft::root(), part);
        let tree = graft.finish().unwrap();
        shown(tree.documents().next().unwrap())
    }

    /// The node in brackets; what is from the upper file with a `^`.
    fn shown(node: Node<'_>) -> String {
        let list = |parts: Vec<String>| parts.join(", ");
        if node.is_map() {
            let entry =
                |it: crate::tree::Entry<'_>| format!("{}: {}", it.key.text(), shown(it.value));
            return format!("{{{}}}", list(node.entries().into_iter().map(entry).collect()));
        }
        if node.is_list() {
            return format!("[{}]", list(node.items().map(shown).collect()));
        }
        let mark = if node.place().file == FileId::new(1) { "^" } else { "" };
        format!("{mark}{}", if node.is_null() { "null" } else { node.text() })
    }

    #[test]
    fn mappings_merge_and_scalars_are_replaced() {
        let table = [
            (
                "{image: a, x: {b: 1, c: 2}}",
                "{x: {c: 3, d: 4}}",
                "{image: a, x: {b: 1, c: ^3, d: ^4}}",
            ),
            ("{user: a}", "{user: b}", "{user: ^b}"),
            ("{user: a, d: {e: 1}}", "{user: , d: null}", "{user: a, d: {e: 1}}"),
            ("{x-a: {b: 1}}", "{x-a: {c: 2}}", "{x-a: {c: ^2}}"),
            (
                "{deploy: {resources: {limits: {cpus: 1}}}}",
                "{deploy: {resources: {limits: {memory: 1g}}}}",
                "{deploy: {resources: {limits: {cpus: 1, memory: ^1g}}}}",
            ),
        ];
        for (below, above, expected) in table {
            assert_eq!(merged(below, above), expected, "{below} {above}");
        }
    }

    #[test]
    fn lists_append_and_say_each_thing_once() {
        let table = [
            ("dns: [a]", "dns: [b]", "{dns: [a, ^b]}"),
            ("dns: a", "dns: b", "{dns: [a, ^b]}"),
            ("tmpfs: /a", "tmpfs: [/b, /a]", "{tmpfs: [^/a, ^/b]}"),
            ("cap_add: [A, B]", "cap_add: [B, C]", "{cap_add: [A, ^B, ^C]}"),
            (
                "volumes: ['a:/w', 'b:/v:ro']",
                "volumes: ['c:/w/', {type: bind, source: d, target: /v}]",
                "{volumes: [^c:/w/, {type: ^bind, source: ^d, target: ^/v}]}",
            ),
            ("volumes: ['${A:-./a}:/w']", "volumes: ['./b:/w']", "{volumes: [^./b:/w]}"),
            (
                "ports: ['80:80', '127.0.0.1:81:81']",
                "ports: ['80:80/tcp', '81:81', {target: 80, published: 80}]",
                "{ports: [{target: ^80, published: ^80}, 127.0.0.1:81:81, ^81:81]}",
            ),
            (
                "ports: ['53:53/udp']",
                "ports: ['53:53', '8080:53/udp']",
                "{ports: [53:53/udp, ^53:53, ^8080:53/udp]}",
            ),
            (
                "secrets: [a, b]",
                "secrets: [{source: b, mode: 1}, {source: c, target: a}]",
                "{secrets: [{source: ^c, target: ^a}, {source: ^b, mode: ^1}]}",
            ),
            ("security_opt: [a]", "security_opt: [b]", "{security_opt: [a, ^b]}"),
            (
                "env_file: .env",
                "env_file: [{path: .env}, b.env]",
                "{env_file: [{path: ^.env}, ^b.env]}",
            ),
        ];
        for (below, above, expected) in table {
            assert_eq!(merged(below, above), expected, "{below} {above}");
        }
    }

    #[test]
    fn what_has_two_forms_is_merged_across_them() {
        let table = [
            (
                "environment: {A: 1, B: 2}",
                "environment: {B: 3, A: }",
                "{environment: {A: ^null, B: ^3}}",
            ),
            ("environment: [A=1, B=2]", "environment: [B=3, C]", "{environment: [A=1, ^B=3, ^C]}"),
            (
                "environment: {A: 1, B: , D: 4}",
                "environment: [B=3, D]",
                "{environment: [A=1, ^B=3, ^D]}",
            ),
            ("environment: [A=1, B]", "environment: {B: 3, C: }", "{environment: [A=1, ^B=3, ^C]}"),
            (
                "depends_on: [a, b]",
                "depends_on: {b: {condition: service_healthy}}",
                "{depends_on: {a: {}, b: {condition: ^service_healthy}}}",
            ),
            (
                "networks: {a: {aliases: [x]}}",
                "networks: [a, b]",
                "{networks: {a: {aliases: [x]}, b: {}}}",
            ),
            ("build: .", "build: {target: t}", "{build: {context: ., target: ^t}}"),
            (
                "build: {context: ., args: {A: 1}}",
                "build: ./b",
                "{build: {context: ^./b, args: {A: 1}}}",
            ),
            ("build: {args: {A: 1}}", "build: {args: [A=2, B=3]}", "{build: {args: [^A=2, ^B=3]}}"),
            ("labels: [a=b]", "labels: {c: d}", "{labels: [a=b, ^c=d]}"),
        ];
        for (below, above, expected) in table {
            assert_eq!(merged(below, above), expected, "{below} {above}");
        }
    }

    #[test]
    fn commands_are_replaced_and_so_is_another_drivers_logging() {
        let table = [
            ("command: [a, b]", "command: [c]", "{command: [^c]}"),
            ("command: [a, b]", "command: c d", "{command: ^c d}"),
            (
                "healthcheck: {test: [a], interval: 5s}",
                "healthcheck: {test: [b]}",
                "{healthcheck: {test: [^b], interval: 5s}}",
            ),
            (
                "ulimits: {nofile: {soft: 1, hard: 2}, core: 1}",
                "ulimits: {nofile: 3}",
                "{ulimits: {nofile: ^3, core: 1}}",
            ),
            (
                "logging: {driver: a, options: {x: 1}}",
                "logging: {driver: b}",
                "{logging: {driver: ^b}}",
            ),
            (
                "logging: {driver: a, options: {x: 1}}",
                "logging: {options: {y: 2}}",
                "{logging: {driver: a, options: {x: 1, y: ^2}}}",
            ),
        ];
        for (below, above, expected) in table {
            assert_eq!(merged(below, above), expected, "{below} {above}");
        }
    }

    #[test]
    fn tags_take_away_and_replace() {
        let table = [
            (
                "{ports: [a], environment: {A: 1, B: 2}}",
                "ports: !reset []\nenvironment:\n  A: !reset null\n",
                "{environment: {B: 2}}",
            ),
            ("ports: ['1:1']", "ports: !override\n  - '2:2'\n", "{ports: [^2:2]}"),
            (
                "deploy: {replicas: 2}",
                "deploy: !override {mode: global}",
                "{deploy: {mode: ^global}}",
            ),
            ("user: a", "ports: !reset []", "{user: a}"),
        ];
        for (below, above, expected) in table {
            assert_eq!(merged(below, above), expected, "{below} {above}");
        }
    }
}
