use std::sync::Arc;

use super::{Dialect, HostMap, Joined, Limit, Node, Scalar, Style, Tree, json, toml, yaml};
use crate::source::{FileId, Span};

fn read(text: &str) -> Tree {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    assert!(errors.is_empty(), "{errors:?}");
    tree
}

fn raw(node: Node<'_>) -> &str {
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
    let (tree, errors) = yaml::read(FileId::new(0), &bomb.as_str().into(), None);
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!((tree.documents().len(), error.limit), (0, Some(Limit::Aliases)));
    let tree = read_cycle();
    assert!(super::de::read::<serde_json::Value>(root(&tree)).value.is_err());
}

/// The value of the first document's first entry, and whether there was an error.
fn first(text: &str) -> (String, usize) {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    let entry = tree.documents().next().and_then(|node| node.own_entries().next());
    (entry.map(|entry| entry.value.text().to_owned()).unwrap_or_default(), errors.len())
}

/// The right-hand column is the specification's, section 8.1.
#[test]
fn block_scalars_keep_what_their_header_says() {
    for (text, value) in [
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: |\n  one\n\n  two\n\n\n", "one\n\ntwo\n"),
        ("a: |-\n  one\n  two\n\n", "one\ntwo"),
        ("a: |+\n  one\n\n\nb: 1\n", "one\n\n\n"),
        ("a: >\n  one\n  two\n\n  three\n", "one two\nthree\n"),
        ("a: >\n  one\n    more\n  two\n", "one\n  more\ntwo\n"),
        ("a: >-\n  one\n  two\n\n", "one two"),
        ("a: >+\n  one\n\n\nb: 1\n", "one\n\n\n"),
        ("a: |2\n    one\n   two\n", "  one\n two\n"),
        ("a: |1-\n  one\n two\n", " one\ntwo"),
        ("a: |-2\n    one\n", "  one"),
        ("a: >2+\n    one\n  two\n\n", "  one\ntwo\n\n"),
        ("a: | # a comment\n  one # none\n", "one # none\n"),
        ("a: |\n\n  one\n", "\none\n"),
        ("a: |\n", ""),
        ("a: |\nb: 1\n", ""),
        ("a: |\n  --- x\n  {{ y }}: *z\n", "--- x\n{{ y }}: *z\n"),
        ("a: |\n  one\n  \ttwo\n", "one\n\ttwo\n"),
        ("a: |\r\n  one\r\n  two\r\n", "one\ntwo\n"),
    ] {
        assert_eq!(first(text), (value.to_owned(), 0), "{text:?}");
    }
}

/// What libyaml and go-yaml make of a file that somebody saved without a last line break.
#[test]
fn a_block_scalar_may_end_with_the_file() {
    for (text, value) in [
        ("a: |\n  one", "one"),
        ("a: |+\n  one", "one"),
        ("a: |-\n  one", "one"),
        ("a: >\n  one\n  two", "one two"),
        ("a: |\n  one\n  ", "one\n"),
    ] {
        assert_eq!(first(text), (value.to_owned(), 0), "{text:?}");
    }
    let text = "data:\n  c.yml: |\n    a: 1\n    b: yes";
    let outer = read(text);
    let scalar = root(&outer).at(&["data", "c.yml"]).unwrap();
    let host = HostMap::of(scalar).unwrap();
    let (tree, _) = yaml::read(FileId::new(0), &scalar.text().into(), Some(host));
    assert_eq!(&text[root(&tree).at(&["b"]).unwrap().place().span.range()], "yes");
}

#[test]
fn a_block_scalar_points_at_its_content() {
    let tree = read("a: |\n  one\n  two\nb: >-\n\n  three\n\nc: 1\n");
    let node = root(&tree);
    assert!(raw(node.at(&["a"]).unwrap()).starts_with("one\n  two"));
    assert!(raw(node.at(&["b"]).unwrap()).trim_start().starts_with("three"));
    assert_eq!(raw(node.get("c").unwrap().key), "c");
}

#[test]
fn quoted_scalars_fold_and_escape() {
    for (text, value) in [
        ("a: \"\\t\\x41\\u00e9\\U0001F600\\\"\"\n", "\tAé😀\""),
        ("a: \"one\n  two\n\n  three\"\n", "one two\nthree"),
        ("a: \"one\\\n  two\"\n", "onetwo"),
        ("a: 'it''s'\n", "it's"),
        ("a: 'one\n  two'\n", "one two"),
        ("a: one\n  two\n\n  three\n", "one two\nthree"),
        ("a: x#y # z\n", "x#y"),
        ("a: http://x:1/y\n", "http://x:1/y"),
        ("a: \"\\/\"\n", "/"),
    ] {
        assert_eq!(first(text), (value.to_owned(), 0), "{text:?}");
    }
    assert_eq!(first("a: \"\\q\"\n").1, 1);
    assert_eq!(first("a: \"open\n").1, 1);
}

#[test]
fn quotes_and_tags_make_strings() {
    let tree = read("- 1\n- '1'\n- !!str 1\n- \"true\"\n- ~\n- ''\n-\n- !!str\n- |\n  1\n");
    let scalars: Vec<_> = root(&tree).items().map(|item| item.scalar().unwrap()).collect();
    let (null, text) = (Scalar::Null, Scalar::Str);
    assert_eq!(
        scalars,
        [
            Scalar::Int(1),
            text("1"),
            text("1"),
            text("true"),
            null,
            text(""),
            null,
            text(""),
            text("1\n")
        ]
    );
}

#[test]
fn aliases_stand_for_the_latest_anchor() {
    let tree = read("a: &x 1\nb: *x\nc: &x {k: [2]}\nd: *x\ne: [*x, &x 3, *x]\n");
    let node = root(&tree);
    assert_eq!(node.at(&["b"]).unwrap().as_int(), Some(1));
    let d = node.get("d").unwrap().value;
    assert!(d.is_alias() && d.is_map() && !d.is_anchored());
    assert!(node.at(&["c"]).unwrap().is_anchored());
    // Seen through the alias, found where it stands.
    assert_eq!(raw(d), "*x");
    assert_eq!(raw(d.at(&["k"]).unwrap()), "[2]");
    assert_eq!(d.target().style(), Style::Flow);
    let last = node.at(&["e"]).unwrap().items().next_back().unwrap();
    assert_eq!(last.as_int(), Some(3));
    // An alias may be a key.
    let tree = read("a: &x k\n*x : v\n");
    assert_eq!(root(&tree).get("k").unwrap().value.text(), "v");
}

#[test]
fn anchors_end_with_their_document() {
    let (tree, errors) = yaml::read(FileId::new(0), &"a: &x 1\n---\nb: *x\n".into(), None);
    assert_eq!((tree.documents().len(), errors.len()), (1, 1));
    assert_eq!(first("a: *nobody\n").1, 1);
}

#[test]
fn merge_keys_bring_what_is_missing() {
    let tree = read(
        "x: &x {a: 1, b: 1}\ny: &y {<<: *x, b: 2, c: 2}\n\
         one: {<<: *y, c: 3}\nmany: {<<: [*x, *y]}\ntwice: {<<: *x, <<: *y}\n\
         none: {<<: ~}\nquoted: {\"<<\": *x}\ninline: {<<: {a: 4}}\n",
    );
    let node = root(&tree);
    let of = |key: &str| -> Vec<String> {
        let map = node.get(key).unwrap().value;
        let shown = |entry: super::Entry<'_>| {
            // What a walk over the entries finds, a look-up finds too.
            let key = entry.key.text();
            assert_eq!(map.get(key).unwrap().value, entry.value, "{key}");
            format!("{key}={}", entry.value.text())
        };
        map.entries().into_iter().map(shown).collect()
    };
    assert_eq!(of("one"), ["c=3", "b=2", "a=1"]);
    assert_eq!(of("many"), ["a=1", "b=1", "c=2"]);
    assert_eq!(of("twice"), ["a=1", "b=1", "c=2"]);
    assert_eq!(of("none"), [] as [&str; 0]);
    assert_eq!(of("quoted"), ["<<="]);
    assert_eq!(of("inline"), ["a=4"]);
    // A merged entry stands where it was written.
    assert_eq!(raw(node.at(&["one", "a"]).unwrap()), "1");
    assert!(tree.duplicates().next().is_none());
    let doubled: Vec<_> = tree.doubled_merges().map(|(later, _)| later.text()).collect();
    assert_eq!(doubled, ["<<"]);
}

#[test]
fn the_later_duplicate_wins_also_where_it_is_merged() {
    let tree = read("x: &x {a: 1, a: 2}\ny: {<<: *x}\nz: 1\nz: 2\n? [c]\n: 1\n? [c]\n: 2\n");
    let node = root(&tree);
    let y = node.get("y").unwrap().value;
    assert_eq!(y.get("a").unwrap().value.text(), "2");
    let entries = y.entries();
    assert_eq!(entries.iter().map(|entry| entry.value.text()).collect::<Vec<_>>(), ["2"]);
    assert_eq!(node.at(&["z"]).unwrap().as_int(), Some(2));
    let duplicates: Vec<_> = tree.duplicates().map(|(later, _)| later.text()).collect();
    assert_eq!(duplicates, ["a", "z"]);
}

#[test]
fn many_keys_are_compared_as_few_are() {
    let mut text: String = (0..100).map(|n| format!("k{n}: {n}\n")).collect();
    text += "k7: again\n\"k8\": again\n";
    let tree = read(&text);
    let pairs: Vec<_> = tree
        .duplicates()
        .map(|(later, earlier)| (later.text(), earlier.place().span < later.place().span))
        .collect();
    assert_eq!(pairs, [("k7", true), ("k8", true)]);
    assert_eq!(root(&tree).entries().len(), 100);
}

#[test]
fn the_dialect_decides_what_a_plain_scalar_means() {
    let mut tree = read("[yes, Off, y, 0644, 0x1F, 1_000, 'yes', 1e3, 12:30:45, ~]\n");
    let values = |tree: &Tree| -> Vec<String> {
        root(tree).items().map(|item| format!("{:?}", item.scalar().unwrap())).collect()
    };
    assert_eq!(
        values(&tree),
        [
            "Str(\"yes\")",
            "Str(\"Off\")",
            "Str(\"y\")",
            "Int(644)",
            "Int(31)",
            "Str(\"1_000\")",
            "Str(\"yes\")",
            "Float(1000.0)",
            "Str(\"12:30:45\")",
            "Null"
        ]
    );
    tree.set_dialect(Dialect::Kubernetes);
    assert_eq!(
        values(&tree),
        [
            "Bool(true)",
            "Bool(false)",
            "Bool(true)",
            "Int(420)",
            "Int(31)",
            "Int(1000)",
            "Str(\"yes\")",
            "Float(1000.0)",
            "Str(\"12:30:45\")",
            "Null"
        ]
    );
}

#[test]
fn documents_end_in_many_ways() {
    for (text, keys) in [
        ("a: 1\n---\nb: 2\n", "ab"),
        ("---\na: 1\n---\n---\nb: 2\n---\n", "ab"),
        ("a: 1\n...\n---\nb: 2\n...\n", "ab"),
        ("%YAML 1.2\n---\na: 1\n", "a"),
        ("# only a comment\n---\n# and another\n", ""),
        ("--- {a: 1}\n--- {b: 2}\n", "ab"),
        ("--- # a comment\na: 1\n", "a"),
        ("\u{feff}---\r\na: 1\r\n---\r\nb: 2\r\n", "ab"),
        ("a: 1\n--- \nb: |\n  ---x\n  --- y\nc: 1\n", "ab"),
        ("", ""),
        ("\u{feff}", ""),
    ] {
        let tree = read(text);
        let found: String =
            tree.documents().map(|node| node.own_entries().next().unwrap().key.text()).collect();
        assert_eq!(found, keys, "{text:?}");
    }
}

#[test]
fn line_endings_and_marks_change_no_value() {
    let text = "# é\na: {b: [1, \"two\"]}\nc:\n- d: |\n    x\n\n    y\n  e: >-\n    x\n    y\n- 'f\n\n  g'\n";
    let values = |text: &str| -> Vec<(String, String)> {
        let tree = read(text);
        let shown = |node: Node<'_>| (node.text().to_owned(), raw(node).replace('\r', ""));
        tree.scalars().map(shown).collect()
    };
    let plain = values(text);
    assert!(plain.len() > 8);
    assert_eq!(values(&text.replace('\n', "\r\n")), plain);
    assert_eq!(values(&format!("\u{feff}{text}")), plain);
    assert_eq!(values(&format!("\u{feff}{}", text.replace('\n', "\r\n"))), plain);
}

#[test]
fn a_tab_may_separate_and_may_not_indent() {
    for (text, at) in [
        ("a:\n\tb: 1\n", 3),
        ("a:\n  - x\n\t- y\n", 9),
        ("a:\n  b: 1\n \tc: 2\n", 11),
        ("\ta: 1\n", 0),
    ] {
        for mark in ["", "\u{feff}"] {
            let marked: Arc<str> = format!("{mark}{text}").into();
            let (tree, errors) = yaml::read(FileId::new(0), &marked, None);
            assert_eq!((tree.documents().len(), errors.len()), (0, 1), "{marked:?}");
            let place = errors[0].place.span.range();
            assert_eq!(place.start - mark.len(), at, "{marked:?}: {}", errors[0].message);
            assert!(errors[0].message.starts_with("a tab indents"), "{}", errors[0].message);
        }
    }
    for text in [
        "a:\t1\n",
        "a: 1\t# c\n",
        "a: [1,\n\t2]\n",
        "{\n\t\"a\": {\n\t\t\"b\": [\n\t\t\t1\n\t\t]\n\t}\n}\n",
        "a: |\n  x\n  \ty\n",
        "a: \"x\n \ty\"\n",
        "\t\n# c\n\t\na: 1\n",
        "a: 1\n\t# c\n",
    ] {
        let (_, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
        assert!(errors.is_empty(), "{text:?}: {errors:?}");
    }
}

#[test]
fn merged_lists_of_merged_lists_come_to_an_end() {
    let mut text = "a0: &a0 {k: v}\n".to_owned();
    for level in 1..3 {
        let many = vec![format!("*a{}", level - 1); 100].join(", ");
        text += &format!("a{level}: &a{level} {{<<: [{many}], k{level}: v}}\n");
    }
    text += "z: &z {<<: [*z, *z, *z, *z, *z, *z, *z, *z, *z, *z], own: 1}\n";
    let tree = read(&text);
    let map = root(&tree).get("a2").unwrap().value;
    assert!(map.get("none").is_none());
    assert!(map.entries().len() > 1);
    let itself = root(&tree).get("z").unwrap().value;
    assert!(itself.get("none").is_none());
    assert_eq!(itself.entries().len(), 1);
}

fn read_cycle() -> Tree {
    read("a: &a\n  b: *a\n  <<: *a\n")
}

/// The text that the scalars of a list make, and what stands in the file for each part of it.
fn joined(tree: &Tree, doubled: Option<char>, parts: &[&str]) -> (String, Vec<String>) {
    let mut joined = Joined::default();
    joined.push_made("made\n");
    for item in root(tree).items() {
        joined.push_scalar(item, doubled);
        joined.push_made("\n");
    }
    let (text, map) = joined.finish();
    let place = |part: &&str| {
        let start = text.find(part).unwrap_or_else(|| panic!("{part:?} in {text:?}"));
        tree.text()[map.outer(Span::new(start, start + part.len())).range()].to_owned()
    };
    (text.to_string(), parts.iter().map(place).collect())
}

#[test]
fn a_text_of_several_strings_knows_their_places() {
    let (tree, _) = json::read(
        FileId::new(0),
        &r#"["RUN \"a\" b", "x\\\ny", "\u00fc \ud83d\ude00!", "", "\/z"]"#.into(),
        None,
    );
    let parts = ["RUN", "\"", "\"a\"", "b", "x", "\\\ny", "y", "ü", "😀", "!", "ü 😀!", "/z"];
    let (text, places) = joined(&tree, None, &parts);
    assert_eq!(text, "made\nRUN \"a\" b\nx\\\ny\nü 😀!\n\n/z\n");
    let expected = [
        "RUN",
        "\\\"",
        "\\\"a\\\"",
        "b",
        "x",
        "\\\\\\ny",
        "y",
        "\\u00fc",
        "\\ud83d\\ude00",
        "!",
        "\\u00fc \\ud83d\\ude00!",
        "/z",
    ];
    assert_eq!(places, expected);
}

#[test]
fn what_cannot_be_told_apart_is_one_thing() {
    // Folded lines, and escapes that JSON does not have.
    let tree = read("- >\n  one\n  two\n- \"a\\x41 b\"\n- 'it''s'\n- |\n  l1\n  l2 $$x\n");
    let (text, places) = joined(&tree, Some('$'), &["two", "b", "it", "l2", "$x", "x"]);
    assert_eq!(text, "made\none two\n\naA b\nit's\nl1\nl2 $x\n\n");
    assert_eq!(places, ["one\n  two\n", "\"a\\x41 b\"", "'it''s'", "l2", "$$x", "x"]);
}

#[test]
fn odd_strings_join_without_harm() {
    for text in [
        r#"["\ud83d"]"#,
        r#"["\ud83d\u0041"]"#,
        r#"["\u12"]"#,
        r#"["\"#,
        "[\"é\\é\"]",
        "[\"$$$\", \"$\", \"$$$$\"]",
        "[[], {}, null, 1]",
    ] {
        let (tree, _) = json::read(FileId::new(0), &text.into(), None);
        for doubled in [None, Some('$')] {
            let mut joined = Joined::default();
            for item in tree.documents().flat_map(Node::items) {
                joined.push_scalar(item, doubled);
            }
            let (inner, map) = joined.finish();
            for at in 0..=inner.len() {
                let end = map.outer(Span::new(0, at)).end as usize;
                assert!(end <= text.len().max(at), "{text}");
            }
        }
    }
}

#[test]
fn what_is_forgotten_leaves_the_rest_as_it_was() {
    let text = "a: {b: [1, \"x\\ny\"], c: 2}\nd: \"e\\nf\"\n---\na: 1\n---\ng: &g 1\na:\n- h: *g\nd: [*g, \"i\\tj\"]\n";
    let mut tree = read(text);
    tree.forget(|document| document.at(&["a"]));
    let documents: Vec<_> = tree.documents().collect();
    let a = documents[0].get("a").unwrap().value;
    assert_eq!((raw(a), a.is_map(), a.entries().len()), ("{b: [1, \"x\\ny\"], c: 2}", true, 0));
    assert_eq!(documents[0].get("d").unwrap().value.text(), "e\nf");
    assert_eq!(documents[1].get("a").unwrap().value.text(), "1");
    let last = documents[2];
    assert_eq!(last.get("a").unwrap().value.items().count(), 0);
    let d: Vec<_> = last.get("d").unwrap().value.items().map(Node::text).collect();
    assert_eq!(d, ["1", "i\tj"]);
    assert_eq!(last.get("d").unwrap().value.items().nth(1).unwrap().data_path(), ["2", "d", "1"]);
    assert!(last.get("g").unwrap().value.is_anchored());
}

#[test]
fn what_others_refer_to_is_not_forgotten() {
    let mut anchored = read("a: {b: &b 1}\nc: *b\n");
    anchored.forget(|document| document.at(&["a"]));
    assert_eq!(root(&anchored).at(&["a", "b"]).map(Node::text), Some("1"));
    let mut doubled = read("a: {b: 1, b: 2}\n");
    doubled.forget(|document| document.at(&["a"]));
    assert_eq!(doubled.duplicates().count(), 1);
}
