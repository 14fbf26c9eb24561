use super::*;
use crate::compose::Stacks;
use crate::config::Config;
use crate::file::Files;
use crate::kustomize::Overlays;
use crate::project::tests::linked;

const FROM: &str = "FROM debian:12 AS base\nUSER 1000\nFROM base AS run\nUSER 2000\nEXPOSE 80\n";

fn pod(image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\n\
         spec: {{containers: [{{name: web, image: \"{image}\"}}]}}\n"
    )
}

/// The path of the Dockerfile that the first container runs, and what says so.
fn link_in(project: &Project<'_>) -> Option<(String, EvidenceKind)> {
    let container = project.workloads().next()?.containers()[0];
    let link = project.link_of_container(container)?;
    let path = project.source(link.dockerfile.file())?.path().to_owned();
    Some((path, link.evidence[0].kind))
}

fn link(files: &[(&str, &str)]) -> Option<(String, EvidenceKind)> {
    linked(files, link_in)
}

fn stage(files: &[(&str, &str)]) -> Option<String> {
    linked(files, |project| {
        let container = project.workloads().next()?.containers()[0];
        project.image_of_container(container)?.0.user?.resolved
    })
}

#[test]
fn names_are_compared_as_images_are() {
    let table = [
        ("acme/api", "docker.io/acme/api:1@sha256:ab", true),
        ("api", "docker.io/library/api:1", true),
        ("ghcr.io/acme/api", "acme/api", false),
        ("$REGISTRY/acme/api:$TAG", "ghcr.io/acme/api", true),
        ("$REGISTRY/acme/api", "ghcr.io/other/api", false),
        ("ghcr.io/$OWNER/api", "ghcr.io/acme/api", true),
        ("ghcr.io/$OWNER/api", "quay.io/acme/api", false),
        ("$REGISTRY/api", "${REGISTRY}/api", true),
        ("$REGISTRY/api", "api", false),
        ("$REGISTRY/api", "{{ .Values.registry }}/acme/api:{{ .Values.tag }}", true),
        ("acme/$NAME/api", "acme/x/api", true),
        ("acme/$NAME/api", "quay.io/acme/x/api", false),
        ("gcr.io/PROJECT_ID/api", "gcr.io/acme-prod/api", true),
    ];
    for (one, other, expected) in table {
        let (one, other) = (Name::read(one).unwrap(), Name::read(other).unwrap());
        assert_eq!(one.may_be(&other), expected, "{one:?} {other:?}");
        assert_eq!(other.may_be(&one), expected, "{other:?} {one:?}");
    }
    for text in ["$IMAGE", "acme/$NAME", "acme/api-$NAME", "{{ .Values.image }}", "", "acme/"] {
        assert_eq!(Name::read(text), None, "{text}");
    }
}

#[test]
fn every_kind_of_evidence() {
    let compose = "services: {api: {build: {context: .}, image: 'ghcr.io/acme/api:dev'}}\n";
    let skaffold = "apiVersion: skaffold/v4beta11\nkind: Config\n\
                    build: {artifacts: [{image: ghcr.io/acme/api}]}\n";
    let workflow = "on: push\njobs: {a: {steps: [{run: docker build -t ghcr.io/acme/api .}]}}\n";
    let makefile = "b:\n\tdocker build -t ghcr.io/acme/api:1 .\n";
    let tilt = "docker_build('ghcr.io/acme/api', '.')\n";
    let bake = "target \"api\" {\n tags = [\"ghcr.io/acme/api:1\"]\n}\n";
    let image = pod("ghcr.io/acme/api:1");
    for (path, text, expected) in [
        ("compose.yaml", compose, EvidenceKind::Compose),
        ("compose.dev.yaml", compose, EvidenceKind::Compose),
        ("skaffold.yaml", skaffold, EvidenceKind::Skaffold),
        (".github/workflows/x.yml", workflow, EvidenceKind::Pipeline),
        ("Makefile", makefile, EvidenceKind::Makefile),
        ("Tiltfile", tilt, EvidenceKind::Tilt),
        ("docker-bake.hcl", bake, EvidenceKind::Bake),
        ("ci/image.sh", "docker build -t ghcr.io/acme/api .\n", EvidenceKind::Script),
    ] {
        let found = link(&[("Dockerfile", FROM), (path, text), ("pod.yaml", &image)]);
        assert_eq!(found, Some(("Dockerfile".to_owned(), expected)), "{path}");
    }
    let found = link(&[("services/api/Dockerfile", FROM), ("pod.yaml", &image)]);
    assert_eq!(found, Some(("services/api/Dockerfile".to_owned(), EvidenceKind::Path)));
    assert_eq!(link(&[("Dockerfile", FROM), ("pod.yaml", &image)]), None);
}

#[test]
fn stronger_evidence_wins() {
    let image = pod("ghcr.io/acme/api:1");
    let workflow = "on: push\njobs: {a: {steps: [{run: docker build -t ghcr.io/acme/api x}]}}\n";
    let makefile = "b:\n\tdocker build -t ghcr.io/acme/api y\n";
    let tilt = "docker_build('ghcr.io/acme/api', 'z')\n";
    let all = [
        ("x/Dockerfile", FROM),
        ("y/Dockerfile", FROM),
        ("z/Dockerfile", FROM),
        ("api/Dockerfile", FROM),
        ("pod.yaml", &image),
        (".github/workflows/x.yml", workflow),
    ];
    let with = |more: &[(&'static str, &'static str)]| {
        let files: Vec<_> = all.iter().copied().chain(more.iter().copied()).collect();
        link(&files)
    };
    assert_eq!(with(&[]), Some(("x/Dockerfile".to_owned(), EvidenceKind::Pipeline)));
    assert_eq!(with(&[("Makefile", makefile)]), None);
    assert_eq!(
        with(&[("Makefile", makefile), ("Tiltfile", tilt)]),
        Some(("z/Dockerfile".to_owned(), EvidenceKind::Tilt))
    );
}

#[test]
fn what_the_configuration_says_is_the_strongest() {
    let toml = "profile = \"strict\"\n[images]\n\"ghcr.io/acme/api\" = \"./x/Dockerfile\"\n\"a/b\" = \"none/Dockerfile\"\n";
    let config = Config::parse("agentcheck.toml", toml).unwrap();
    let image = pod("ghcr.io/acme/api:1");
    let tilt = "docker_build('ghcr.io/acme/api', 'z')\n";
    let files =
        [("x/Dockerfile", FROM), ("z/Dockerfile", FROM), ("pod.yaml", &*image), ("Tiltfile", tilt)];
    let files = Files::in_memory(files);
    let stated = config.images_among(files.paths());
    let files = files.stating(stated);
    let (overlays, stacks) = (Overlays::default(), Stacks::default());
    let project = Project::link(&files, &overlays, &stacks);
    let container = project.workloads().next().unwrap().containers()[0];
    let link = project.link_of_container(container).unwrap();
    assert_eq!(
        link.evidence,
        [Evidence { kind: EvidenceKind::Configuration, stated: Stated::Configuration(3) }]
    );
    assert_eq!(link.dockerfile.file().index(), 0);
}

#[test]
fn the_stage_that_is_built() {
    let image = pod("acme/api:1");
    let makefile = |options: &str| format!("b:\n\tdocker build -t acme/api {options} .\n");
    for (options, expected) in [
        ("", Some("2000")),
        ("--target base", Some("1000")),
        ("--target nowhere", None),
        ("--target $(STAGE)", None),
    ] {
        let makefile = makefile(options);
        let found = stage(&[("Dockerfile", FROM), ("Makefile", &makefile), ("pod.yaml", &image)]);
        assert_eq!(found.as_deref(), expected, "{options}");
    }
}

#[test]
fn what_developers_build_does_not_stand_in_the_way() {
    let image = pod("acme/api:1");
    let makefile = "b:\n\tdocker build -t acme/api:1 .\n\tdocker build -t acme/api:dev -f Dockerfile.dev .\n\t\
                    docker build --target test -t acme/api:test .\n";
    let dockerfile = format!("{FROM}FROM run AS test\nUSER root\nFROM run\nUSER 3000\n");
    let files = [
        ("Dockerfile", &*dockerfile),
        ("Dockerfile.dev", FROM),
        ("Makefile", makefile),
        ("pod.yaml", &image),
    ];
    assert_eq!(stage(&files).as_deref(), Some("3000"));
}

#[test]
fn a_name_with_a_gap_counts_where_it_is_the_only_one() {
    let makefile = "b:\n\tdocker build -t $(REGISTRY)/api .\n";
    let files = |pods: &str| {
        link(&[("Dockerfile", FROM), ("Makefile", makefile), ("pods.yaml", pods)]).is_some()
    };
    let one = pod("ghcr.io/acme/api:1");
    let other = pod("quay.io/acme/api:1");
    let foreign = pod("ghcr.io/elsewhere/api:1");
    assert!(files(&one));
    assert!(files(&format!("{one}---\n{other}")));
    assert!(!files(&format!("{one}---\n{foreign}")));
    let two = "b:\n\tdocker build -t $(REGISTRY)/api .\n\tdocker build -t $(OTHER)/api x\n";
    let files =
        [("Dockerfile", FROM), ("x/Dockerfile", FROM), ("Makefile", two), ("pod.yaml", &one)];
    assert_eq!(link(&files), None);
}

#[test]
fn the_images_of_others_have_no_dockerfile_here() {
    let makefile =
        "b:\n\tdocker build -t $(REGISTRY)/redis redis\n\tdocker build -t postgres postgres\n";
    for image in ["redis:7", "bitnami/redis:7", "postgres:16", "quay.io/acme/postgres"] {
        let files = [
            ("redis/Dockerfile", FROM),
            ("postgres/Dockerfile", FROM),
            ("Makefile", makefile),
            ("pod.yaml", &pod(image)),
        ];
        assert_eq!(link(&files), None, "{image}");
    }
    // One without an owner may be anybody's.
    assert_eq!(link(&[("api/Dockerfile", FROM), ("pod.yaml", &pod("api:1"))]), None);
    let derived = "FROM minio/minio\nRUN true\n";
    assert_eq!(link(&[("minio/Dockerfile", derived), ("pod.yaml", &pod("minio/minio"))]), None);
}

#[test]
fn a_kustomization_gives_another_name() {
    let tilt = "docker_build('api', '.')\n";
    let kustomization =
        "resources: [pod.yaml]\nimages: [{name: api, newName: ghcr.io/acme/backend, newTag: v1}]\n";
    let image = pod("api");
    let files = [
        ("Dockerfile", FROM),
        ("Tiltfile", tilt),
        ("pod.yaml", &*image),
        ("kustomization.yaml", kustomization),
    ];
    assert_eq!(link(&files), Some(("Dockerfile".to_owned(), EvidenceKind::Kustomization)));
    let built = "b:\n\tdocker build -t ghcr.io/acme/backend .\n";
    let files = [
        ("Dockerfile", FROM),
        ("Makefile", built),
        ("pod.yaml", &*image),
        ("kustomization.yaml", kustomization),
    ];
    assert_eq!(link(&files), Some(("Dockerfile".to_owned(), EvidenceKind::Makefile)));
    let files =
        [("api/Dockerfile", FROM), ("pod.yaml", &*image), ("kustomization.yaml", kustomization)];
    assert_eq!(link(&files), Some(("api/Dockerfile".to_owned(), EvidenceKind::Path)));
}

#[test]
fn who_runs_what_a_dockerfile_builds() {
    let makefile = "b:\n\tdocker build -t ghcr.io/acme/api .\n";
    let compose = "services:\n  api: {image: 'ghcr.io/acme/api:${TAG}'}\n  \
                   db: {image: 'postgres:16'}\n  same: {image: '${REGISTRY:-ghcr.io}/acme/api'}\n";
    let image = pod("ghcr.io/acme/api:1");
    let files = [
        ("Dockerfile", FROM),
        ("Makefile", makefile),
        ("compose.yaml", compose),
        ("pod.yaml", &*image),
    ];
    linked(&files, |project| {
        let dockerfile = project.files()[0].dockerfile().unwrap();
        let names = project.services_running(dockerfile).iter().map(|it| it.name());
        assert_eq!(names.collect::<Vec<_>>(), ["api", "same"]);
        assert_eq!(project.containers_running(dockerfile).len(), 1);
        let service = project.services_running(dockerfile)[0];
        assert_eq!(
            project.image_built_for(service).unwrap().user.unwrap().resolved.as_deref(),
            Some("2000")
        );
        assert!(project.images().unnamed.is_empty());
    });
}

#[test]
fn names_do_not_outweigh_what_is_built_elsewhere_or_shared_with_a_chart() {
    let image = pod("ghcr.io/acme/api:1");
    let files = [("api/Dockerfile", FROM), ("pod.yaml", image.as_str())];
    let with = |more: &[(&'static str, &'static str)]| {
        let files: Vec<_> = files.iter().copied().chain(more.iter().copied()).collect();
        link(&files).is_some()
    };
    assert!(with(&[]));
    let compose = "services: {api: {build: 'https://acme.io/x.git', image: 'ghcr.io/acme/api'}}\n";
    assert!(!with(&[("compose.yaml", compose)]));
    let compose = "services: {api: {build: '${DIR}', image: 'ghcr.io/acme/api'}}\n";
    assert!(with(&[("compose.yaml", compose)]));
    let chart = ("charts/x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    let values = "api: {image: {registry: ghcr.io, repository: other/api}}\n";
    assert!(!with(&[chart, ("charts/x/values.yaml", values)]));
    let values = "image: ghcr.io/acme/api:2\n";
    assert!(with(&[chart, ("charts/x/values.yaml", values)]));
}
