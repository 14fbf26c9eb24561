#![allow(clippy::string_slice)]

use super::*;

/// What a file builds, a line each: the images, the Dockerfiles and the stage.
fn builds(format: Format, path: &str, text: &str) -> Vec<String> {
    let statements = read(format, FileId::new(0), path, &Arc::from(text));
    let shown = statements.iter().map(|it| {
        let target = match &it.target {
            Target::Last => String::new(),
            Target::Stage(name) => format!(" #{name}"),
            Target::Unknown => " #?".to_owned(),
        };
        let images = it.images.join(" ").replace(UNKNOWN, "?");
        format!("{images} <- {}{target}", it.dockerfiles.join(" "))
    });
    shown.collect()
}

fn step(run: &str) -> Vec<String> {
    let lines: String = run.lines().map(|line| format!("          {line}\n")).collect();
    let text = format!(
        "on: push\nenv: {{IMAGE: ghcr.io/acme/api, OWN: \"${{{{ env.NONE }}}}/api\"}}\n\
         jobs:\n  build:\n    steps:\n      - run: |\n{lines}"
    );
    builds(Format::Yaml, ".github/workflows/ci.yml", &text)
}

#[test]
fn the_builds_of_shell_texts() {
    let table: [(&str, &[&str]); 30] = [
        ("docker build -t acme/api .", &["acme/api <- Dockerfile"]),
        (
            "docker build . --tag=acme/api:1 --file api/prod.Dockerfile",
            &["acme/api:1 <- api/prod.Dockerfile"],
        ),
        ("docker build -t a/b -t c/d --target run api", &["a/b c/d <- api/Dockerfile #run"]),
        (
            "docker buildx build --push --platform linux/amd64 -t a/b api/",
            &["a/b <- api/Dockerfile"],
        ),
        ("docker image build -t a/b:1 \\\n  --build-arg X=1 \\\n  .", &["a/b:1 <- Dockerfile"]),
        ("cd api && docker build -t a/b .", &["a/b <- api/Dockerfile"]),
        ("cd api\ncd ..\ndocker build -t a/b .", &["a/b <- Dockerfile"]),
        (
            "(cd api && docker build -t a/b .)\ndocker build -t c/d .",
            &["a/b <- api/Dockerfile", "c/d <- Dockerfile"],
        ),
        (
            "pushd api; docker build -t a/b .; popd; docker build -t c/d .",
            &["a/b <- api/Dockerfile", "c/d <- Dockerfile"],
        ),
        ("if true; then sudo docker build -t a/b .; fi", &["a/b <- Dockerfile"]),
        ("docker build -t $IMAGE:$SHA .", &["ghcr.io/acme/api:? <- Dockerfile"]),
        ("docker build -t \"${IMAGE}\" .", &["ghcr.io/acme/api <- Dockerfile"]),
        (
            "docker build -t ${{ env.IMAGE }}:${{ github.sha }} .",
            &["ghcr.io/acme/api:? <- Dockerfile"],
        ),
        ("docker build -t ${REGISTRY:-ghcr.io}/a/b .", &["ghcr.io/a/b <- Dockerfile"]),
        ("docker build -t $REGISTRY/api:1 .", &["?/api:1 <- Dockerfile"]),
        ("docker build -t $OWN .", &["?/api <- Dockerfile"]),
        ("NAME=acme/web\ndocker build -t $NAME .", &["acme/web <- Dockerfile"]),
        ("export NAME=a/b; NAME=c/d; docker build -t $NAME .", &["? <- Dockerfile"]),
        ("docker build -t a/b -f $GITHUB_WORKSPACE/x/Dockerfile .", &["a/b <- x/Dockerfile"]),
        ("docker build -t a/b $(pwd)/api", &["a/b <- api/Dockerfile"]),
        ("docker build -t a/b $DIR", &[]),
        ("docker build -t a/b --target $STAGE .", &["a/b <- Dockerfile #?"]),
        ("docker build $MORE_ARGS -t a/b .", &["a/b <- Dockerfile"]),
        ("docker build $MORE -t a/b .", &[]),
        ("docker build -t a/b https://github.com/acme/b.git", &[]),
        ("docker build -t a/b - < Dockerfile", &[]),
        ("echo docker build -t a/b .", &[]),
        (
            "docker build -t b .\ndocker tag b:latest ghcr.io/acme/b:1",
            &["b ghcr.io/acme/b:1 <- Dockerfile"],
        ),
        ("podman build -t a/b", &["a/b <- Containerfile Dockerfile"]),
        (
            "/kaniko/executor --context $GITHUB_WORKSPACE --dockerfile api/Dockerfile --destination a/b:1",
            &["a/b:1 <- api/Dockerfile api/Dockerfile"],
        ),
    ];
    for (run, expected) in table {
        assert_eq!(step(run), expected, "{run}");
    }
}

#[test]
fn statements_stand_where_they_are_written() {
    let text = "steps:\n  - script: |\n      echo\n      docker build -t ${{ x }} -t a/b .\n";
    let statements = read(Format::Yaml, FileId::new(0), "azure-pipelines.yml", &Arc::from(text));
    assert_eq!(&text[statements[0].place.span.range()], "docker");
}

#[test]
fn the_actions_of_workflows() {
    let action = |with: &str| {
        let text = format!(
            "on: push\nenv: {{REGISTRY: ghcr.io, NAME: acme/api}}\njobs:\n  a:\n    steps:\n      \
             - {{id: meta, uses: docker/metadata-action@v5, with: {{images: \"${{{{ env.REGISTRY }}}}/${{{{ env.NAME }}}}\"}}}}\n      \
             - uses: docker/build-push-action@v6\n        with: {with}\n"
        );
        builds(Format::Yaml, "x/.github/workflows/ci.yml", &text)
    };
    let table: [(&str, &[&str]); 10] = [
        ("{tags: a/b}", &["a/b <- x/Dockerfile"]),
        ("{tags: 'a/b:1,a/b:latest', context: api}", &["a/b:1 a/b:latest <- x/api/Dockerfile"]),
        (
            "{tags: a/b, context: api, file: ./docker/api.Dockerfile, target: run}",
            &["a/b <- x/docker/api.Dockerfile #run"],
        ),
        (
            "{tags: a/b, context: '{{defaultContext}}:api', file: own.Dockerfile}",
            &["a/b <- x/api/own.Dockerfile"],
        ),
        ("{tags: '${{ steps.meta.outputs.tags }}'}", &["ghcr.io/acme/api <- x/Dockerfile"]),
        (
            "{tags: 'ghcr.io/${{ github.repository_owner }}/api:1'}",
            &["ghcr.io/?/api:1 <- x/Dockerfile"],
        ),
        ("{outputs: 'type=image,name=a/b,push=true'}", &["a/b <- x/Dockerfile"]),
        ("{tags: a/b, file: '${{ inputs.file }}'}", &[]),
        ("{tags: a/b, context: 'https://github.com/acme/b.git'}", &[]),
        ("{push: true}", &[]),
    ];
    for (with, expected) in table {
        assert_eq!(action(with), expected, "{with}");
    }
}

#[test]
fn a_matrix_makes_several_builds() {
    let job = |strategy: &str| {
        let text = format!(
            "on: push\njobs:\n  a:\n    strategy: {{matrix: {strategy}}}\n    steps:\n      \
             - uses: docker/build-push-action@v6\n        with:\n          \
             context: ${{{{ matrix.app }}}}\n          tags: acme/${{{{ matrix.app }}}}:${{{{ matrix.os }}}}\n"
        );
        builds(Format::Yaml, ".github/workflows/ci.yml", &text)
    };
    assert_eq!(
        job("{app: [api, web]}"),
        ["acme/api:? <- api/Dockerfile", "acme/web:? <- web/Dockerfile"]
    );
    assert_eq!(
        job("{include: [{app: api, os: a}, {app: web, os: b}]}"),
        ["acme/api:a <- api/Dockerfile", "acme/web:b <- web/Dockerfile"]
    );
    assert_eq!(
        job("{app: [api], os: [a, b]}"),
        ["acme/api:a <- api/Dockerfile", "acme/api:b <- api/Dockerfile"]
    );
    assert_eq!(job("{app: [api], include: [{app: api, os: a}]}"), ["acme/api:a <- api/Dockerfile"]);
    assert_eq!(job("'${{ fromJSON(needs.x.outputs.y) }}'"), [""; 0]);
}

#[test]
fn other_pipelines() {
    let gitlab = "variables: {IMAGE: acme/api}\nbuild:\n  variables: {DIR: api}\n  script:\n    \
                  - cd $DIR\n    - docker build -t $CI_REGISTRY_IMAGE/api -t \"$IMAGE\" .\n";
    assert_eq!(
        builds(Format::Yaml, ".gitlab-ci.yml", gitlab),
        ["?/api acme/api <- api/Dockerfile"]
    );
    let azure = "variables: [{name: repo, value: acme/api}]\nsteps:\n  - task: Docker@2\n    inputs: {command: buildAndPush, \
                 repository: $(repo), dockerfile: $(Build.SourcesDirectory)/api/Dockerfile}\n  \
                 - script: docker build -t $(repo) web\n    workingDirectory: apps\n";
    assert_eq!(
        builds(Format::Yaml, "azure-pipelines.yml", azure),
        ["?/acme/api <- api/Dockerfile", "acme/api <- apps/web/Dockerfile"]
    );
    let circle = "version: 2.1\njobs:\n  build:\n    working_directory: ~/project\n    steps:\n      - run:\n          \
                  name: x\n          command: |\n            docker build -t acme/api:<< pipeline.id >> .\n";
    assert_eq!(builds(Format::Yaml, ".circleci/config.yml", circle), ["acme/api:? <- Dockerfile"]);
}

#[test]
fn the_recipes_of_makefiles() {
    let table: [(&str, &[&str]); 11] = [
        ("build:\n\tdocker build -t acme/api .\n", &["acme/api <- sub/Dockerfile"]),
        (
            "IMAGE := acme/api\nTAG ?= 1\nb:\n\t@docker build -t $(IMAGE):${TAG} -f Dockerfile.prod ..\n",
            &["acme/api:1 <- sub/Dockerfile.prod"],
        ),
        (
            "R = ghcr.io/$(O)\nO = acme\nb:\n\tdocker build \\\n\t  -t $(R)/api \\\n\t  $(CURDIR)\n",
            &["ghcr.io/acme/api <- sub/Dockerfile"],
        ),
        (
            "V = $(shell git rev-parse HEAD)\nb:\n\tdocker build -t acme/api:$(V) api\n",
            &["acme/api:? <- sub/api/Dockerfile"],
        ),
        (
            "ifdef X\nI = a/b\nelse\nI = c/d\nendif\nb:\n\tdocker build -t $(I) .\n",
            &["? <- sub/Dockerfile"],
        ),
        ("I = a/b\nb: I = c/d\nb:\n\tdocker build -t $(I) .\n", &["? <- sub/Dockerfile"]),
        ("api:\n\tcd $@ && docker build -t acme/$@ .\n", &["acme/api <- sub/api/Dockerfile"]),
        ("docker-%:\n\tdocker build -t acme/$* $*\n", &[]),
        ("b:\n\tfor x in a b; do docker build -t acme/$$x $$x; done\n", &[]),
        ("define X\n\tdocker build -t a/b .\nendef\n", &[]),
        (
            "A = $(B)$(B)\nB = $(A)$(A)\nb:\n\tdocker build -t $(A)/api .\n",
            &["?/api <- sub/Dockerfile"],
        ),
    ];
    for (text, expected) in table {
        let found = builds(Format::Makefile, "sub/Makefile", text);
        // What is not known may be several times nothing.
        let found: Vec<_> =
            found.iter().map(|it| it.replace("????", "?").replace("??", "?")).collect();
        let is_same = found == expected || text.starts_with("A =") && found.len() == 1;
        assert!(is_same, "{text}: {found:?}");
    }
}

#[test]
fn the_artifacts_of_skaffold() {
    let text = "apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n    \
        - image: acme/api\n    - {image: acme/web, context: web, docker: {dockerfile: prod.Dockerfile, target: run}}\n    \
        - {image: acme/jvm, jib: {}}\n    - {image: '{{.REGISTRY}}/x', context: x}\n\
        profiles: [{name: dev, build: {artifacts: [{image: acme/dev, kaniko: {dockerfile: Dockerfile.dev}}]}}]\n";
    assert_eq!(
        builds(Format::Yaml, "deploy/skaffold.yaml", text),
        [
            "acme/api <- deploy/Dockerfile",
            "acme/web <- deploy/web/prod.Dockerfile #run",
            "?/x <- deploy/x/Dockerfile",
            "acme/dev <- deploy/Dockerfile.dev"
        ]
    );
}

#[test]
fn the_plain_calls_of_tiltfiles() {
    let table: [(&str, &[&str]); 10] = [
        ("docker_build('acme/api', '.')", &["acme/api <- Dockerfile"]),
        (
            "docker_build(\n  \"acme/api\",  # ours\n  './api',\n  dockerfile='docker/api.Dockerfile', target=\"run\",\n  live_update=[sync('a', 'b')],\n)",
            &["acme/api <- docker/api.Dockerfile #run"],
        ),
        (
            "docker_build(ref='acme/api', context='api', only=['a', 'b'])",
            &["acme/api <- api/Dockerfile"],
        ),
        ("docker_build('acme/api', '.', {}, 'x/Dockerfile')", &["acme/api <- x/Dockerfile"]),
        ("docker_build(name, '.')", &[]),
        ("docker_build('acme/' + name, '.')", &[]),
        ("docker_build(f'acme/{name}', '.')", &[]),
        ("docker_build('acme/api', '.', dockerfile_contents='FROM x')", &[]),
        ("docker_build('acme/api', '.', **more)", &[]),
        (
            "# docker_build('acme/api', '.')\nx = \"docker_build('a', '.')\"\ncustom_build('a/b', 'x')",
            &[],
        ),
    ];
    for (text, expected) in table {
        assert_eq!(builds(Format::Tiltfile, "Tiltfile", text), expected, "{text}");
    }
}

#[test]
fn hostile_texts_end() {
    let deep = format!("on: x\na: {}docker build -t a/b .", "[".repeat(10_000));
    let many =
        format!("on: x\njobs: {{a: {{script: '{}docker build'}}}}\n", "${{ x }}".repeat(20_000));
    let matrix =
        "strategy: {matrix: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9], b: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}";
    let nested = (0..20).fold("{script: docker build -t a/b .}".to_owned(), |inner, _| {
        format!("{{{matrix}, x: {inner}}}")
    });
    for text in [deep, many, format!("on: x\njobs: {nested}\n")] {
        builds(Format::Yaml, "ci.yml", &text);
    }
    let doubling: String = (0..40).map(|n| format!("A{} = $(A{n})$(A{n})\n", n + 1)).collect();
    let text = format!("A0 = x\n{doubling}b:\n\tdocker build -t $(A40) .\n");
    builds(Format::Makefile, "Makefile", &text);
    builds(Format::Makefile, "Makefile", &format!("b:\n\tdocker {}", "$(".repeat(50_000)));
    builds(Format::Tiltfile, "Tiltfile", &"docker_build(".repeat(20_000));
}
