#![allow(clippy::string_slice)]

use std::sync::Arc;

use super::*;
use crate::source::FileId;
use crate::tree::{Tree, yaml};

pub(super) fn tree(text: &str) -> Tree {
    let (tree, errors) = yaml::read(FileId::new(0), &Arc::from(text), None);
    assert!(errors.is_empty(), "{errors:?}");
    tree
}

pub(super) fn services_of(tree: &Tree) -> Vec<Service<'_>> {
    tree.documents().flat_map(services).collect()
}

fn is_compose(text: &str, named: bool) -> bool {
    tree(text).documents().all(|document| recognise(document, named))
}

#[test]
fn compose_files_are_told_from_others_with_services() {
    assert!(is_compose("services: {web: {image: 'a:1'}}", false));
    assert!(is_compose("x-a: 1\nname: n\nservices: {web: {build: .}, db: {ports: []}}", false));
    assert!(is_compose("services: {web: {ports: []}, db: }", true));
    assert!(is_compose("services: {base: {environment: {A: b}, x-c: d}}", false));
    for other in [
        "services: [postgres:16]\njob: {script: [x]}",
        "services: {_defaults: {autowire: true}, 'App\\Mailer': {arguments: []}}",
        "steps: {test: {image: 'a:1'}}\nservices: {db: {image: 'b:1'}}",
        "name: n\nservices: {web: {project: ., host: appservice}}",
        "name: n\nservices: {web: {image: 'a:1', host: containerapp}}",
        "services: web",
        "services: {}",
        "services: {web: {}}",
        "services: {web: {ports: []}, api: {image_name: a}}",
        "services:",
    ] {
        assert!(!is_compose(other, false), "{other}");
    }
}

#[test]
fn variables_come_in_two_forms() {
    let text = "services:\n  a:\n    environment:\n      A: b\n      N: 1\n      H:\n  b:\n    \
                environment:\n      - A=b=c\n      - \"Q=d e\"\n      - 'S=f'\n      - \"X=\\tg\"\n      \
                - E=\n      - HOST\n";
    let tree = tree(text);
    let document = tree.documents().next().unwrap();
    let found: Vec<_> = services(document)
        .into_iter()
        .flat_map(Service::environment)
        .map(|it| (it.name, it.value, &text[it.place.span.range()]))
        .collect();
    assert_eq!(
        found,
        [
            ("A", "b", "b"),
            ("N", "1", "1"),
            ("A", "b=c", "b=c"),
            ("Q", "d e", "d e"),
            ("S", "f", "f"),
            ("X", "\tg", "\"X=\\tg\""),
            ("E", "", ""),
        ]
    );
}

#[test]
fn a_merged_value_belongs_to_where_it_stands() {
    let text = "x-env: &env {A: b}\nx-base: &base {environment: *env}\nservices:\n  a: &a\n    \
                environment: {<<: *env, B: c}\n  b: {<<: *base}\n  c: {<<: *a}\n  d: *a\n";
    let tree = tree(text);
    let document = tree.documents().next().unwrap();
    let owners: Vec<_> = services(document)
        .into_iter()
        .flat_map(|service| {
            let owner = move |it: Variable<'_>| {
                let owner = service.owner_of(it.place).map(|owner| owner.name);
                format!("{} {}: {}", service.name(), it.name, owner.unwrap_or_default())
            };
            service.environment().into_iter().map(owner)
        })
        .collect();
    assert_eq!(
        owners,
        ["a B: a", "a A: x-env", "b A: x-env", "c B: ", "c A: x-env", "d B: ", "d A: x-env"]
    );
}

#[test]
fn an_image_that_is_built_here_is_not_foreign() {
    let tree = tree("services: {a: {image: 'x', build: .}, b: {image: '${I:-x}:${T}'}, c: {}}");
    let document = tree.documents().next().unwrap();
    let images: Vec<_> = services(document).into_iter().map(Service::foreign_image).collect();
    assert!(images[0].is_none() && images[2].is_none());
    assert_eq!(interpolated(images[1].unwrap()), None);
}
