use std::collections::BTreeMap;

use crate::diagnostic::Confidence;
use crate::repo::Repository;
use crate::repo::dependencies::Ecosystem;
use crate::repo::updates::{Cover, EcosystemFound, Manifest, Updates, listed};
use crate::rules::{Check, Cx};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Repository(check);

/// As many manifests are shown.
const FEW: usize = 5;

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    if !repository.is_whole() {
        return;
    }
    let found = repository.ecosystems();
    if !repository.has_updates() {
        without_tool(repository, &found, cx);
        return;
    }
    // Of these another rule says that they are empty.
    let empty: Vec<Place> = repository
        .updates()
        .filter_map(|(_, updates)| match updates {
            Updates::Dependabot(dependabot) => Some(dependabot.empty(repository)),
            _ => None,
        })
        .flatten()
        .map(|(_, directory)| directory.place)
        .collect();
    for of in &found {
        // One finding for each place that would have to name them.
        let mut lost: BTreeMap<Place, Vec<&Manifest<'_>>> = BTreeMap::new();
        for manifest in &of.manifests {
            if let Cover::Nobody(Some(place)) = repository.updating(of, manifest) {
                lost.entry(place).or_default().push(manifest);
            }
        }
        for (place, manifests) in lost.into_iter().filter(|(place, _)| !empty.contains(place)) {
            let files = match manifests.as_slice() {
                [one] => format!("`{}`", one.path),
                many => format!("{} files", many.len()),
            };
            let what = of.ecosystem.describe();
            let related =
                manifests.iter().take(FEW).map(|it| (it.place, format!("{what} of `{}`", it.path)));
            let related: Vec<_> = related.collect();
            cx.report(place, format!("nothing updates the {what} of {files}"))
                .help(format!(
                    "security fixes do not arrive by themselves: {}",
                    advice(of.ecosystem)
                ))
                .related_to(related.into_iter())
                .milder_where(of.ecosystem == Ecosystem::Compose);
        }
    }
}

fn advice(ecosystem: Ecosystem) -> String {
    format!("let an entry for `{}` name the folder, or Renovate read the file", ecosystem.as_str())
}

/// Nothing updates anything: said once, where packages are named first.
fn without_tool(repository: &Repository<'_>, found: &[EcosystemFound<'_>], cx: &mut Cx<'_>) {
    let manifests = found.iter().flat_map(|of| of.manifests.iter().map(move |it| (of, it)));
    let first = manifests.min_by_key(|(of, it)| {
        // What the service itself is made of goes first.
        let rank = match of.ecosystem {
            Ecosystem::Actions => 3,
            Ecosystem::Compose => 2,
            Ecosystem::Docker => 1,
            _ => 0,
        };
        (rank, it.path.matches('/').count(), it.path)
    });
    let Some((_, first)) = first else { return };
    let names = listed(found.iter().map(|of| of.ecosystem.describe()));
    let others = found.iter().filter_map(|of| {
        let other = of.manifests.first().filter(|it| it.path != first.path)?;
        Some((other.place, format!("{} of `{}`", of.ecosystem.describe(), other.path)))
    });
    let is_minor = found.iter().all(|of| of.ecosystem == Ecosystem::Compose);
    let confidence =
        if repository.root().is_versioned { Confidence::High } else { Confidence::Medium };
    cx.report(first.place, format!("nothing updates the {names} of this repository"))
        .help("security fixes do not arrive by themselves: add `.github/dependabot.yml` or `renovate.json`")
        .related_to(others.collect::<Vec<_>>().into_iter())
        .confidence(confidence)
        .milder_where(is_minor);
}
