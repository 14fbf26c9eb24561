use std::sync::Arc;

use super::{HostMap, Node, Scalar, Tree, json, toml, yaml};
use crate::source::FileId;

fn read(text: &str) -> Tree {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    assert!(errors.is_empty(), "{errors:?}");
    tree
}

fn raw<'t>(node: Node<'t>) -> &'t str {
    &node.tree().text()[node.place().span.range()]
}

fn root(tree: &Tree) -> Node<'_> {
    tree.documents().next().unwrap()
}

#[test]
fn spans_are_those_of_the_tokens() {
    let tree = read(
        "\u{feff}a: &x \"ü\\n\" # c\r\nb:\r\n- 1\r\n-   {k: v}\r\nc: |\r\n  one\r\n  two\r\nd:\r\ne: *x\r\n",
    );
    let node = root(&tree);
    assert_eq!(raw(node.get("a").unwrap().key), "a");
    assert_eq!(raw(node.get("a").unwrap().value), "\"ü\\n\"");
    assert!(node.get("a").unwrap().value.is_anchored());
    assert_eq!(node.get("a").unwrap().value.text(), "ü\n");
    assert_eq!(raw(node.get("b").unwrap().value), "- 1\r\n-   {k: v}");
    assert_eq!(raw(node.get("b").unwrap().value.items().nth(1).unwrap()), "{k: v}");
    assert_eq!(node.get("c").unwrap().value.text(), "one\ntwo\n");
    assert!(node.get("d").unwrap().value.is_null());
    assert_eq!(raw(node.get("e").unwrap().value), "*x");
    assert_eq!(node.get("e").unwrap().value.text(), "ü\n");
}

#[test]
fn merge_keys_give_way_to_own_keys() {
    let tree = read("x: &x {a: 1, b: 2}\ny: &y {c: 3, a: 9}\nz:\n  <<: [*x, *y]\n  b: 5\n  b: 6\n");
    let z = root(&tree).get("z").unwrap().value;
    let entries: Vec<_> = z.entries().iter().map(|e| (e.key.text(), e.value.text())).collect();
    assert_eq!(entries, [("b", "6"), ("a", "1"), ("c", "3")]);
    assert_eq!(z.get("a").unwrap().value.scalar(), Some(Scalar::Int(1)));
    assert_eq!(tree.duplicates().count(), 1);
}

#[test]
fn a_broken_document_costs_itself_only() {
    let text = "a: 1\n---\nb: [1\nc: 2\n---\nd: 3\n---\n\te: 4\n---\nf: 5\n";
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    let keys: Vec<_> =
        tree.documents().map(|node| node.own_entries().next().unwrap().key.text()).collect();
    assert_eq!(keys, ["a", "d", "f"]);
    let lost: Vec<_> = errors.iter().map(|error| &text[error.document.range()]).collect();
    assert_eq!(lost, ["---\nb: [1\nc: 2\n", "---\n\te: 4\n"]);
}

#[test]
fn an_embedded_text_knows_its_place_in_the_file() {
    for text in [
        "data:\n  c.yml: |\n    a: 1\n\n    b:\n      c: yes\n",
        "data:\r\n  c.yml: |\r\n    a: 1\r\n\r\n    b:\r\n      c: yes\r\n",
        "data:\n  c.yml: |-\n\n    a: 1\n    b:\n      c: yes",
        "data:\n  c.yml: \"{a: 1, b: {c: yes}}\"\n",
    ] {
        let outer = read(text);
        let scalar = root(&outer).path(&["data", "c.yml"]).unwrap().value;
        let host = HostMap::of(scalar).unwrap_or_else(|| panic!("{text:?}"));
        let inner: Arc<str> = scalar.text().into();
        let (tree, errors) = yaml::read(FileId::new(0), &inner, Some(host));
        assert!(errors.is_empty());
        let entry = root(&tree).path(&["b", "c"]).unwrap();
        assert_eq!(&text[entry.key.place().span.range()], "c", "{text:?}");
        assert_eq!(&text[entry.value.place().span.range()], "yes", "{text:?}");
    }
}

#[test]
fn json_has_comments_and_trailing_commas() {
    let text: Arc<str> =
        "{ // c\n \"a\": [1, true, null, \"x\\u0041\",], /* d */ \"b\": {},}".into();
    let (tree, errors) = json::read(FileId::new(0), &text, None);
    assert!(errors.is_empty(), "{errors:?}");
    let node = root(&tree);
    let items: Vec<_> =
        node.get("a").unwrap().value.items().map(|item| item.scalar().unwrap()).collect();
    assert_eq!(items, [Scalar::Int(1), Scalar::Bool(true), Scalar::Null, Scalar::Str("xA")]);
    assert_eq!(raw(node.get("a").unwrap().value), "[1, true, null, \"x\\u0041\",]");
    for broken in
        ["{", "{\"a\" 1}", "[1 2]", "{a: 1}", "[}", "1 2", "{\"a\":}", &"[".repeat(100_000)]
    {
        let (tree, errors) = json::read(FileId::new(0), &broken.into(), None);
        assert_eq!((tree.documents().len(), errors.len()), (0, 1), "{broken:.20}");
    }
}

#[test]
fn toml_tables_point_at_their_headers() {
    let text: Arc<str> = "[agent]\nlog = 'x'\nn = 0x1F\n[agent.security.rate]\non = true\n[[agent.models]]\nname = \"a\"\n[[agent.models]]\nname = \"b\"\n".into();
    let (tree, errors) = toml::read(FileId::new(0), &text, None);
    assert!(errors.is_empty());
    let agent = root(&tree).get("agent").unwrap();
    assert_eq!(raw(agent.key), "agent");
    assert_eq!(agent.value.get("n").unwrap().value.as_int(), Some(31));
    assert_eq!(agent.value.at(&["security", "rate", "on"]).unwrap().as_bool(), Some(true));
    let models = agent.value.get("models").unwrap().value;
    let names: Vec<_> = models.items().map(|item| item.get("name").unwrap().value.text()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(raw(agent.value.get("security").unwrap().key), "security");
    assert_eq!(models.items().map(raw).collect::<Vec<_>>(), ["[[agent.models]]"; 2]);
}

#[test]
fn depth_and_alias_bombs_end_in_an_error() {
    let deep = "[".repeat(100_000);
    let (tree, errors) = yaml::read(FileId::new(0), &deep.as_str().into(), None);
    assert_eq!((tree.documents().len(), errors.len()), (0, 1));
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        bomb += &format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1);
    }
    let tree = read(&bomb);
    let read = super::de::read::<serde_json::Value>(root(&tree));
    assert!(read.value.unwrap_err().1.contains("without end"));
    let tree = read_cycle();
    assert!(super::de::read::<serde_json::Value>(root(&tree)).value.is_err());
}

fn read_cycle() -> Tree {
    read("a: &a\n  b: *a\n  <<: *a\n")
}
