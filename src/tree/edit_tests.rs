use std::sync::Arc;

use super::edit::{self, Edits, Refusal, Value};
use super::{Node, Tree, json, toml, yaml};
use crate::source::FileId;

fn read(text: &str) -> Tree {
    let text: Arc<str> = text.into();
    let file = FileId::new(0);
    let (tree, errors) = match text.trim_start().chars().next() {
        Some('{') => json::read(file, &text, None),
        Some('[') if text.starts_with('[') => toml::read(file, &text, None),
        _ => yaml::read(file, &text, None),
    };
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    tree
}

fn apply(text: &str, edits: Edits) -> String {
    let mut edits = edits.unwrap_or_else(|refusal| panic!("{refusal:?}: {text}")).edits;
    edits.sort_by_key(|edit| edit.place.span);
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.place.span.range(), &edit.text);
    }
    read(&out);
    out
}

fn memory() -> Value {
    Value::from("64Mi")
}

/// Sets `r.m` below the mapping at `path` of the last document.
fn set(text: &str, path: &[&str]) -> String {
    let tree = read(text);
    apply(text, edit::set(below(&tree, path), &["r", "m"], &memory()))
}

fn below<'t>(tree: &'t Tree, path: &[&str]) -> Node<'t> {
    let mut node = tree.documents().last().unwrap();
    for step in path {
        node = match step.parse::<usize>() {
            Ok(index) => node.items().nth(index).unwrap(),
            Err(_) => node.get(step).unwrap().value,
        };
    }
    node
}

#[test]
fn a_missing_key_goes_behind_the_last_one() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("a:\n  b: 1 # c\nd: 2\n", &["a"], "a:\n  b: 1 # c\n  r:\n    m: 64Mi\nd: 2\n"),
        ("a:\n    b: 1\n", &["a"], "a:\n    b: 1\n    r:\n        m: 64Mi\n"),
        (
            "c:\n- n: x\n  i: y # z\n# end\n- n: q\n",
            &["c", "0"],
            "c:\n- n: x\n  i: y # z\n  r:\n    m: 64Mi\n# end\n- n: q\n",
        ),
        ("c:\r\n  - n: x\r\n", &["c", "0"], "c:\r\n  - n: x\r\n    r:\r\n      m: 64Mi\r\n"),
        ("a:\n  b: 1", &["a"], "a:\n  b: 1\n  r:\n    m: 64Mi"),
        ("x: 1\n---\na:\n  ü: é\n...\n", &["a"], "x: 1\n---\na:\n  ü: é\n  r:\n    m: 64Mi\n...\n"),
        (
            "a:\n  b: |\n    t\n\n\nd: 1\n",
            &["a"],
            "a:\n  b: |\n    t\n  r:\n    m: 64Mi\n\n\nd: 1\n",
        ),
        ("a:\n  b: |+\n    t\n\nd: 1\n", &["a"], "a:\n  b: |+\n    t\n\n  r:\n    m: 64Mi\nd: 1\n"),
        ("a: {b: 1}\n", &["a"], "a: {b: 1, r: {m: 64Mi}}\n"),
        ("a: {b: 1, }\n", &["a"], "a: {b: 1, r: {m: 64Mi} }\n"),
        ("a: {\n  b: 1 # c\n}\n", &["a"], "a: {\n  b: 1, # c\n  r: {m: 64Mi}\n}\n"),
        ("a: {\n  b: 1, # c\n}\n", &["a"], "a: {\n  b: 1, # c\n  r: {m: 64Mi},\n}\n"),
        ("a: {}\n", &["a"], "a: {r: {m: 64Mi}}\n"),
        ("a:\n  r: # none yet\n  b: 1\n", &["a"], "a:\n  r: {m: 64Mi} # none yet\n  b: 1\n"),
        ("a:\n  r: null\n", &["a"], "a:\n  r: {m: 64Mi}\n"),
        ("a:\n  r: {}\n", &["a"], "a:\n  r: {m: 64Mi}\n"),
        ("a:\n  r:\n    l: 1\n", &["a"], "a:\n  r:\n    l: 1\n    m: 64Mi\n"),
        ("a:\n  r: {m: 1Gi} # big\n", &["a"], "a:\n  r: {m: 64Mi} # big\n"),
        ("a:\n  'r':\n    \"m\": '1Gi'\n", &["a"], "a:\n  'r':\n    \"m\": 64Mi\n"),
        ("{\"a\": {\"b\": 1}}", &["a"], "{\"a\": {\"b\": 1, \"r\": {\"m\": \"64Mi\"}}}"),
        (
            "{\n  \"a\": {\n    \"b\": 1 // c\n  }\n}\n",
            &["a"],
            "{\n  \"a\": {\n    \"b\": 1, // c\n    \"r\": {\"m\": \"64Mi\"}\n  }\n}\n",
        ),
        ("{\"a\": {}}", &["a"], "{\"a\": {\"r\": {\"m\": \"64Mi\"}}}"),
        (
            "[a]\nb = 1 # c\n\n[d]\ne = 2\n",
            &["a"],
            "[a]\nb = 1 # c\n\n[d]\ne = 2\n\n[a.r]\nm = \"64Mi\"\n",
        ),
        ("[a]\nb = 1\n[a.r]\nx = 1\n", &["a"], "[a]\nb = 1\n[a.r]\nx = 1\nm = \"64Mi\"\n"),
        ("[a]\nr = { x = 1 }\n", &["a"], "[a]\nr = { x = 1, m = \"64Mi\" }\n"),
        ("[a]\r\nr.m = \"1\" # c\r\n", &["a"], "[a]\r\nr.m = \"64Mi\" # c\r\n"),
    ];
    for (text, path, wanted) in cases {
        assert_eq!(set(text, path), *wanted, "{text}");
        assert_eq!(set(wanted, path), *wanted, "a second time: {wanted}");
    }
}

#[test]
fn tables_without_a_header_get_one() {
    let set = |text: &str, path: &[&str], value: Value| {
        apply(text, edit::set(below(&read(text), &[]), path, &value))
    };
    let one = || Value::from(1);
    assert_eq!(set("[a.b]\nx = 1\n", &["a", "m"], one()), "[a.b]\nx = 1\n\n[a]\nm = 1\n");
    assert_eq!(set("[a.b]\nx = 1", &["a", "c", "m"], one()), "[a.b]\nx = 1\n\n[a.c]\nm = 1");
    assert_eq!(set("[a]\n[a.b]\nx = 1\n", &["a", "m"], one()), "[a]\nm = 1\n[a.b]\nx = 1\n");
    assert_eq!(set("[a]\r\nx = 1\r\n", &["b", "m"], one()), "[a]\r\nx = 1\r\n\r\n[b]\r\nm = 1\r\n");
    let two = || Value::Map(vec![("m".to_owned(), one()), ("o".to_owned(), "x".into())]);
    assert_eq!(set("[a]\nx = 1\n", &["a", "b"], two()), "[a]\nx = 1\n\n[a.b]\nm = 1\no = \"x\"\n");
    assert_eq!(
        set("[a]\nx = {}\n", &["a", "x", "b"], two()),
        "[a]\nx = { b = { m = 1, o = \"x\" } }\n"
    );
    assert_eq!(set("a:\n  x: 1\n", &["a", "b"], two()), "a:\n  x: 1\n  b:\n    m: 1\n    o: x\n");
    let refused = |text: &str, path: &[&str]| {
        assert!(edit::set(below(&read(text), &[]), path, &one()).is_err(), "{text}");
    };
    refused("[a]\nb.x = 1\n", &["a", "b", "c", "m"]);
    refused("[a]\nb.x = 1\n", &["a", "b", "m"]);
}

#[test]
fn a_scalar_keeps_its_quotes() {
    let reword = |text: &str, new: &str| apply(text, edit::reword(below(&read(text), &["a"]), new));
    assert_eq!(reword("a: debug # b\n", "info"), "a: info # b\n");
    assert_eq!(reword("a: 'x'\n", "${X:?}"), "a: '${X:?}'\n");
    assert_eq!(reword("a: \"x\"\n", "${X:?}"), "a: \"${X:?}\"\n");
    assert_eq!(reword("a: x\n", "${X:?}"), "a: ${X:?}\n");
    assert_eq!(reword("---\n{a: x}\n", "${X:?}"), "---\n{a: \"${X:?}\"}\n");
    assert_eq!(reword("a: x\n", "on: y"), "a: \"on: y\"\n");
    assert_eq!(reword("{\"a\": \"x\"}", "y"), "{\"a\": \"y\"}");
    let toml = "[t]\na = 'x' # b\n";
    let tree = read(toml);
    let edits = edit::reword(below(&tree, &["t", "a"]), "y");
    assert_eq!(apply(toml, edits), "[t]\na = 'y' # b\n");
    let block = "a: |\n  x\n";
    assert!(edit::reword(below(&read(block), &["a"]), "y").is_err());
}

#[test]
fn lists_take_items_in_their_own_style() {
    let append =
        |text: &str| apply(text, edit::append(below(&read(text), &["l"]), &Value::from("ALL")));
    assert_eq!(append("l: [a]\n"), "l: [a, ALL]\n");
    assert_eq!(append("l: []\n"), "l: [ALL]\n");
    assert_eq!(append("l:\n  - a # b\nm: 1\n"), "l:\n  - a # b\n  - ALL\nm: 1\n");
    assert_eq!(append("l:\n- a\n"), "l:\n- a\n- ALL\n");
    let append_map = |text: &str| {
        let value = Value::map([("a", 1.into()), ("b", Value::List(vec!["c".into()]))]);
        apply(text, edit::append(below(&read(text), &["l"]), &value))
    };
    assert_eq!(append_map("l:\n  - a: 0\n"), "l:\n  - a: 0\n  - a: 1\n    b:\n      - c\n");
    assert_eq!(append_map("l: [{a: 0}]\n"), "l: [{a: 0}, {a: 1, b: [c]}]\n");
    assert_eq!(append("{\"l\": [\n  \"a\"\n]}"), "{\"l\": [\n  \"a\",\n  \"ALL\"\n]}");
    let list = Value::List(vec![Value::from("ALL")]);
    let set = |text: &str| apply(text, edit::set(below(&read(text), &[]), &["c", "drop"], &list));
    assert_eq!(set("x:\n- a\n"), "x:\n- a\nc:\n  drop:\n  - ALL\n");
    assert_eq!(set("x:\n  - a\n"), "x:\n  - a\nc:\n  drop:\n    - ALL\n");
}

#[test]
fn what_others_use_is_not_lost() {
    for (text, expected) in [
        ("a: {}\nb: &b\n  c: 1\nd: *b\n", Err(Refusal::Anchor)),
        ("a: 1\nb:\n  c: &c [1]\nd: [*c]\n", Err(Refusal::Anchor)),
        ("a: 1\nb:\n  c: &c [1]\n  d: *c\n", Ok("a: 1\n")),
        ("a: 1\nb: &b\n  c: 1\n", Ok("a: 1\n")),
        ("a: &a 1\nb: *a\nd: *a\n", Ok("a: &a 1\nd: *a\n")),
    ] {
        let tree = read(text);
        let map = below(&tree, &[]);
        let found = edit::delete(map, map.get("b").unwrap());
        assert_eq!(found.map(|it| apply(text, Ok(it))), expected.map(str::to_owned), "{text}");
    }
    for (text, refused) in [
        ("l: [&x A, B]\nm: [*x]\n", true),
        ("l: [&x A, B]\nm: [x]\n", false),
        ("l:\n  - a: &x A\n  - B\nm: [*x]\n", true),
        ("l:\n  - a: &x A\n  - B\n", false),
    ] {
        let tree = read(text);
        let map = below(&tree, &[]);
        let entry = map.get("l").unwrap();
        let found = edit::remove(map, entry, entry.value.items().next().unwrap());
        assert_eq!(found.err(), refused.then_some(Refusal::Anchor), "{text}");
    }
}

#[test]
fn entries_and_documents_come_and_go() {
    let delete = |text: &str, key: &str| {
        let tree = read(text);
        let map = below(&tree, &[]);
        apply(text, edit::delete(map, map.get(key).unwrap()))
    };
    assert_eq!(delete("a: 1\nb: 2\nd: 3\n", "b"), "a: 1\nd: 3\n");
    assert_eq!(delete("a: 1\nb: |\n  x\n\nd: 3\n", "b"), "a: 1\n\nd: 3\n");
    assert_eq!(delete("a: 1\r\nb: x#y\r\nd: 3", "b"), "a: 1\r\nd: 3");
    assert_eq!(delete("a: 1\nb:\n  c: 1\n  d: 2\n", "b"), "a: 1\n");
    assert_eq!(delete("b: 1\n\na: 1\n", "b"), "a: 1\n");
    assert_eq!(delete("a: 1\r\n\r\nb: 1\r\n\r\nd: 3\r\n", "b"), "a: 1\r\n\r\nd: 3\r\n");
    let document = |text: &str| apply(text, edit::append_document(&read(text), "kind: X\n"));
    assert_eq!(document("a: 1\n"), "a: 1\n---\nkind: X\n");
    assert_eq!(document("a: 1"), "a: 1\n---\nkind: X");
    assert_eq!(document("a: 1\r\n---\r\n"), "a: 1\r\n---\r\nkind: X\r\n");
}

#[test]
fn what_holds_for_all_that_follows_goes_first() {
    let first = |text: &str, path: &[&str]| {
        apply(text, edit::set_first(below(&read(text), path), &["r", "m"], &memory()))
    };
    let cases: &[(&str, &str)] = &[
        ("a:\n  b: 1\n", "a:\n  r:\n    m: 64Mi\n  b: 1\n"),
        ("a: # c\n\n  # d\n  b: 1\n", "a: # c\n  r:\n    m: 64Mi\n\n  # d\n  b: 1\n"),
        ("a:\r\n  b: 1\r\n", "a:\r\n  r:\r\n    m: 64Mi\r\n  b: 1\r\n"),
        ("a:\n  b: 1\n  r:\n    x: 1\n", "a:\n  b: 1\n  r:\n    x: 1\n    m: 64Mi\n"),
        ("a: {b: 1}\n", "a: {b: 1, r: {m: 64Mi}}\n"),
        ("a: !!map\n  b: 1\n", "a: !!map\n  b: 1\n  r:\n    m: 64Mi\n"),
    ];
    for (text, wanted) in cases {
        assert_eq!(first(text, &["a"]), *wanted, "{text}");
    }
    assert_eq!(first("# c\nb: 1\n", &[]), "# c\nr:\n  m: 64Mi\nb: 1\n");
    assert_eq!(first("a:\n  - b: 1\n", &["a", "0"]), "a:\n  - b: 1\n    r:\n      m: 64Mi\n");
}

#[test]
fn an_entry_gives_way_to_another() {
    let replaced = |text: &str| {
        let tree = read(text);
        let map = below(&tree, &["e", "0"]);
        let new = Value::map([("s", Value::map([("k", "K".into())]))]);
        edit::replace_entry(map, map.get("v").unwrap(), "from", &new)
    };
    let cases: &[(&str, &str)] = &[
        ("e:\n- n: x\n  v: y\n", "e:\n- n: x\n  from:\n    s:\n      k: K\n"),
        (
            "e:\r\n- v: \"y z\" # c\r\n  n: x\r\n",
            "e:\r\n- from: # c\r\n    s:\r\n      k: K\r\n  n: x\r\n",
        ),
        ("e: [{n: x, v: 'y'}]\n", "e: [{n: x, from: {s: {k: K}}}]\n"),
        (
            "{\"e\": [{\"v\": \"y\", \"n\": 1}]}",
            "{\"e\": [{\"from\": {\"s\": {\"k\": \"K\"}}, \"n\": 1}]}",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(apply(text, replaced(text)), *wanted, "{text}");
    }
    assert_eq!(replaced("e:\n- v: |\n    y\n").unwrap_err(), Refusal::Occupied);
    assert_eq!(replaced("e:\n- v: y\n  from: 1\n").unwrap_err(), Refusal::Occupied);
    assert_eq!(replaced("e:\n- v: &x y\nf: *x\n").unwrap_err(), Refusal::Anchor);
}

#[test]
fn a_document_is_written_as_the_file_is() {
    let port = Value::map([("protocol", "UDP".into()), ("port", 53.into())]);
    let new = Value::map([
        ("kind", "X".into()),
        ("labels", Value::map([("1", "true".into()), ("a/b.c", Value::Map(vec![]))])),
        ("ports", Value::List(vec![port, Value::List(vec![])])),
    ]);
    let beside = |text: &str, path: &[&str]| edit::append_beside(below(&read(text), path), &new);
    let cases = [
        (
            "a:\n    b: 1\nl:\n- 1\n",
            "a:\n    b: 1\nl:\n- 1\n---\nkind: X\nlabels:\n    \"1\": \"true\"\n    a/b.c: {}\n\
             ports:\n- protocol: UDP\n  port: 53\n- []\n",
        ),
        (
            "a: 1\r\n",
            "a: 1\r\n---\r\nkind: X\r\nlabels:\r\n  \"1\": \"true\"\r\n  a/b.c: {}\r\n\
             ports:\r\n  - protocol: UDP\r\n    port: 53\r\n  - []\r\n",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(apply(text, beside(text, &[])), wanted);
    }
    assert_eq!(beside("items:\n- a: 1\n", &["items", "0"]).unwrap_err(), Refusal::NoDocument);
    assert_eq!(beside("{\"a\": 1}", &[]).unwrap_err(), Refusal::NoDocument);
}

#[test]
fn what_is_not_local_is_refused() {
    let refusal = |text: &str, path: &[&str]| {
        edit::set(below(&read(text), path), &["r", "m"], &memory()).unwrap_err()
    };
    assert_eq!(refusal("a: &x\n  b: 1\nc: *x\n", &["a"]), Refusal::Anchor);
    assert_eq!(refusal("a: &x\n  b:\n    c: 1\nd: *x\n", &["a", "b"]), Refusal::Anchor);
    assert_eq!(refusal("a: &x\n  b: 1\nc: *x\n", &["c"]), Refusal::Alias);
    assert_eq!(refusal("x: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n", &["c"]), Refusal::Merge);
    assert_eq!(
        refusal("# Code generated by x. DO NOT EDIT.\na:\n  b: 1\n", &["a"]),
        Refusal::NotSource
    );
    assert_eq!(refusal("a:\n  b: \"{{ .x }}\"\n", &["a"]), Refusal::NotSource);
    assert_eq!(refusal("a:\n  b: \"${{ .x }}\"\n", &["a"]), Refusal::NotSource);
    let expression = read("a:\n  b: \"${{ env.X }}\"\n");
    assert!(edit::set(below(&expression, &["a"]), &["r", "m"], &memory()).is_ok());
    assert_eq!(refusal("a:\n  r: text\n", &["a"]), Refusal::Occupied);
}

/// Every case is text, where to set `r.m`, and what comes of it.
#[test]
fn odd_places_are_understood() {
    let cases: &[(&str, &[&str], &str)] = &[
        // An absent value at the end, with and without a comment.
        ("a:\n  b:\nc: 1\n", &["a"], "a:\n  b:\n  r:\n    m: 64Mi\nc: 1\n"),
        ("a:\n  b: # x\n  # y\nc: 1\n", &["a"], "a:\n  b: # x\n  r:\n    m: 64Mi\n  # y\nc: 1\n"),
        ("a:\n  b:\n  -\nc: 1\n", &["a"], "a:\n  b:\n  -\n  r:\n    m: 64Mi\nc: 1\n"),
        ("a: {b: }\n", &["a"], "a: {b:, r: {m: 64Mi} }\n"),
        ("a: {b}\n", &["a"], "a: {b, r: {m: 64Mi}}\n"),
        // Comments in brackets.
        ("a: {\n  # none\n}\n", &["a"], "a: {r: {m: 64Mi}\n  # none\n}\n"),
        ("a: {b: 1 # x, y\n  }\n", &["a"], "a: {b: 1, # x, y\n    r: {m: 64Mi}\n  }\n"),
        (
            "{\n\t\"a\": {\n\t\t\"b\": 1 /* , */\n\t}\n}",
            &["a"],
            "{\n\t\"a\": {\n\t\t\"b\": 1, /* , */\n\t\t\"r\": {\"m\": \"64Mi\"}\n\t}\n}",
        ),
        ("{\"a\": {\n  }}", &["a"], "{\"a\": {\"r\": {\"m\": \"64Mi\"}}}"),
        // Brackets inside of indentation, over several lines.
        ("a:\n  b: [1,\n    2]\nc: 1\n", &["a"], "a:\n  b: [1,\n    2]\n  r:\n    m: 64Mi\nc: 1\n"),
        ("a:\n  b: \"x\n    y\" # z\n", &["a"], "a:\n  b: \"x\n    y\" # z\n  r:\n    m: 64Mi\n"),
        // Texts in blocks.
        ("a:\n  b: |2-\n    t\nc: 1\n", &["a"], "a:\n  b: |2-\n    t\n  r:\n    m: 64Mi\nc: 1\n"),
        ("a:\n  b: |-\n    t", &["a"], "a:\n  b: |-\n    t\n  r:\n    m: 64Mi"),
        ("a:\n  b: >+ # c\n    t\n\n", &["a"], "a:\n  b: >+ # c\n    t\n\n  r:\n    m: 64Mi\n"),
        // On the line of a dash.
        ("- - é: ü\n", &["0", "0"], "- - é: ü\n    r:\n      m: 64Mi\n"),
        ("\u{feff}a: 1\n", &[], "\u{feff}a: 1\nr:\n  m: 64Mi\n"),
        ("\"é\":\n    b: 1\n", &["é"], "\"é\":\n    b: 1\n    r:\n        m: 64Mi\n"),
        ("a: !!map\n  b: 1\n", &["a"], "a: !!map\n  b: 1\n  r:\n    m: 64Mi\n"),
        // TOML.
        ("[a]\n# only this\n", &["a"], "[a]\n# only this\n\n[a.r]\nm = \"64Mi\"\n"),
        (
            "[a]\nb = [\n  1, # x\n]\nr = {}\n",
            &["a"],
            "[a]\nb = [\n  1, # x\n]\nr = { m = \"64Mi\" }\n",
        ),
        ("[a]\nb = 1", &["a"], "[a]\nb = 1\n\n[a.r]\nm = \"64Mi\""),
        (
            "[[a]]\nb = 1\n[[a]]\nr = {b = 1}\n",
            &["a", "1"],
            "[[a]]\nb = 1\n[[a]]\nr = {b = 1, m = \"64Mi\"}\n",
        ),
        ("[a]\n\"r\" = {x=1 }\n", &["a"], "[a]\n\"r\" = {x=1, m = \"64Mi\" }\n"),
    ];
    for (text, path, wanted) in cases {
        assert_eq!(set(text, path), *wanted, "{text}");
        assert_eq!(set(wanted, path), *wanted, "a second time: {wanted}");
    }
}

#[test]
fn a_toml_key_stays_in_its_table() {
    let set = |text: &str, path: &[&str]| {
        edit::set(below(&read(text), path), &["m"], &Value::from(1))
            .map(|change| apply(text, Ok(change)))
    };
    assert_eq!(
        set("[a]\nr.x = 1\n[a.b]\ny = 1\n", &["a"]).unwrap(),
        "[a]\nm = 1\nr.x = 1\n[a.b]\ny = 1\n"
    );
    assert_eq!(set("[a] # c\n[a.b]\ny = 1\n", &["a"]).unwrap(), "[a] # c\nm = 1\n[a.b]\ny = 1\n");
    assert_eq!(set("[a]", &["a"]).unwrap(), "[a]\nm = 1");
    assert_eq!(set("[[a]]\ny = 1\n[[a]]\ny = 2\n", &["a", "0"]), Err(Refusal::Occupied));
    assert_eq!(set("[a]\nr.x = 1\n", &["a", "r"]), Err(Refusal::Occupied));
}

#[test]
fn odd_places_that_are_not_understood_are_refused() {
    let refusal = |text: &str, path: &[&str]| {
        edit::set(below(&read(text), path), &["r", "m"], &memory()).unwrap_err()
    };
    assert_eq!(refusal("? a\n: 1\n", &[]), Refusal::Occupied);
    assert_eq!(refusal("a:\n  !!str b: 1\n", &["a"]), Refusal::Occupied);
    assert_eq!(refusal("a:\n  r: !!null\n", &["a"]), Refusal::Occupied);
    assert_eq!(refusal("a:\n  r: !!null null\n", &["a"]), Refusal::Occupied);
    assert_eq!(refusal("a:\n  r: &x\nb: *x\n", &["a"]), Refusal::Anchor);
    assert_eq!(refusal("a: {r, b: 1}\n", &["a"]), Refusal::Occupied);
    assert_eq!(refusal("a:\n  b: |\n    t", &["a"]), Refusal::Occupied);
    assert_eq!(refusal("a: 1\n", &["a"]), Refusal::Occupied);
    assert_eq!(
        refusal("# Source: chart/templates/x.yaml\na: {b: 1}\n", &["a"]),
        Refusal::NotSource
    );
    let text = "a: {m: [1, # one\n 2]}\n";
    let tree = read(text);
    let replaced = edit::set(below(&tree, &["a"]), &["m"], &memory());
    assert_eq!(replaced, Err(Refusal::Comment));
    let text = "a: 1\nb: 2 # why\n";
    let tree = read(text);
    let map = below(&tree, &[]);
    assert_eq!(edit::delete(map, map.get("b").unwrap()), Err(Refusal::Comment));
}

#[test]
fn a_node_knows_its_way_from_the_root() {
    let tree = read("a: 1\n---\nb:\n- c: {d: [1, {e: 2}]}\n");
    let node = below(&tree, &["b", "0", "c", "d", "1", "e"]);
    assert_eq!(node.data_path(), ["1", "b", "0", "c", "d", "1", "e"]);
    let tree = read("[a]\nx = 1\n[b]\ny = 1\n[a.c]\nz = 1\n");
    assert_eq!(below(&tree, &["a", "c", "z"]).data_path(), ["0", "a", "c", "z"]);
    assert_eq!(below(&tree, &["b", "y"]).data_path(), ["0", "b", "y"]);
}
