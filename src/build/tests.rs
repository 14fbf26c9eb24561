#![allow(clippy::string_slice)]

use super::*;

/// What a file builds, a line each: the images, the Dockerfiles and the stage.
fn builds(format: Format, path: &str, text: &str) -> Vec<String> {
    let Told { builds: statements, .. } = read(format, FileId::new(0), path, &Arc::from(text));
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
    let lines: Vec<_> = run.lines().map(|line| format!("          {line}\n")).collect();
    let lines = lines.concat();
    let text = format!(
        "on: push\nenv: {{IMAGE: ghcr.io/acme/api, OWN: \"${{{{ env.NONE }}}}/api\"}}\n\
         jobs:\n  build:\n    steps:\n      - run: |\n{lines}"
    );
    builds(Format::Yaml, ".github/workflows/ci.yml", &text)
}

#[test]
fn the_builds_of_shell_texts() {
    let table: [(&str, &[&str]); 40] = [
        ("docker build -t acme/api .", &["acme/api <- Dockerfile"]),
        ("docker build .", &[]),
        ("docker build --target test .", &[" <- Dockerfile #test"]),
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
            "az acr build --registry acme --image api:1 --file prod.Dockerfile api",
            &["acme.azurecr.io/api:1 <- api/prod.Dockerfile prod.Dockerfile"],
        ),
        ("az acr build -r $ACR -t api:1 .", &["?/api:1 <- Dockerfile"]),
        ("az acr build -r acme -t api:1 https://github.com/acme/api.git", &[]),
        (
            "gcloud builds submit --tag gcr.io/acme/api:$SHA api",
            &["gcr.io/acme/api:? <- api/Dockerfile"],
        ),
        ("gcloud --quiet builds submit -t gcr.io/acme/api", &["gcr.io/acme/api <- Dockerfile"]),
        ("gcloud builds submit --config cloudbuild.yaml .", &[]),
        ("depot build -t acme/api --push .", &["acme/api <- Dockerfile"]),
        ("nerdctl build -t acme/api .", &["acme/api <- Dockerfile"]),
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
    let Told { builds: statements, .. } =
        read(Format::Yaml, FileId::new(0), "azure-pipelines.yml", &Arc::from(text));
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
fn cloud_build_and_orbs() {
    let google = "substitutions: {_NAME: api}\nsteps:\n  - name: gcr.io/cloud-builders/docker\n    dir: services/api\n    \
                  args: [build, --tag, 'gcr.io/$PROJECT_ID/${_NAME}:$COMMIT_SHA', .]\n  \
                  - name: gcr.io/kaniko-project/executor:latest\n    args: ['--destination=acme/web', '--dockerfile=web/Dockerfile', '--context=.']\n  \
                  - {name: gcr.io/cloud-builders/docker, entrypoint: bash, args: [-c, 'docker build -t acme/x x']}\n  \
                  - {name: gcr.io/cloud-builders/docker, args: [push, acme/web]}\n";
    assert_eq!(
        builds(Format::Yaml, "cloudbuild.yaml", google),
        [
            "gcr.io/?/api:? <- services/api/Dockerfile",
            "acme/web <- web/Dockerfile web/Dockerfile",
            "acme/x <- x/Dockerfile"
        ]
    );
    let circle = "version: 2.1\norbs: {docker: circleci/docker@2.8.2}\njobs:\n  a:\n    steps:\n      \
                  - docker/build: {image: acme/api, path: api, tag: << pipeline.id >>}\n      \
                  - docker/publish:\n          {image: acme/web, registry: ghcr.io, dockerfile: web.Dockerfile}\n";
    assert_eq!(
        builds(Format::Yaml, ".circleci/config.yml", circle),
        ["acme/api <- api/Dockerfile", "ghcr.io/acme/web <- web.Dockerfile"]
    );
}

#[test]
fn the_targets_of_bake() {
    let hcl = r#"
// docker buildx bake
variable "REGISTRY" { default = "ghcr.io/acme" }
variable "TAG" {
  default = ""
}
group "default" { targets = ["api", "web"] }
target "_common" {
  context = "."  # the folder of the repository
  labels = { "a" = "b", tags = "c" }
  args = {
    VERSION = "${TAG}"
  }
}
target "api" {
  inherits   = ["_common"]
  dockerfile = "services/api/Dockerfile"
  target     = "run"
  tags = [
    "${REGISTRY}/api:${TAG}",
    notequal("", TAG) ? "${REGISTRY}/api:x" : "", /* , */
  ]
}
target "web" {
  context = "web"
  tags = ["${REGISTRY}/web:${equal("", TAG) ? "a" : "b"}"]
}
target "inline" {
  dockerfile-inline = <<EOT
FROM x
target "fake" { tags = ["a/b"] }
EOT
  tags = ["acme/inline"]
}
target "many" {
  matrix = { item = ["a", "b"] }
  tags = ["acme/many"]
}
target "remote" {
  context = "https://github.com/acme/x.git"
  tags = ["acme/remote"]
}
target "nothing" {}
"#;
    let expected = [
        "ghcr.io/acme/api:? ? <- services/api/Dockerfile #run",
        "ghcr.io/acme/web:? <- web/Dockerfile",
    ];
    assert_eq!(builds(Format::Bake, "docker-bake.hcl", hcl), expected);
    let json = r#"{"variable": {"REGISTRY": {"default": "ghcr.io/acme"}, "TAG": {}},
        "target": {"base": {"dockerfile": "services/api/Dockerfile", "target": "run"},
                   "api": {"inherits": ["base"], "tags": ["${REGISTRY}/api:${TAG}"]}}}"#;
    assert_eq!(
        builds(Format::BakeJson, "ci/docker-bake.json", json),
        [
            "ghcr.io/acme/api:? <- ci/services/api/Dockerfile #run",
            "ghcr.io/acme/api:? <- services/api/Dockerfile #run"
        ]
    );
    let Told { builds: statements, .. } =
        read(Format::Bake, FileId::new(0), "docker-bake.hcl", &Arc::from(hcl));
    assert_eq!(&hcl[statements[0].place.span.range()], "api");
    // Without a name, it tells the stage and the contexts; what others inherit need not be built itself.
    let plain = "target \"_base\" {\n target = \"x\"\n}\ntarget \"a\" {\n inherits = [\"_base\"]\n\
                 contexts = {\n \"tools\" = \"../tools\"\n app = \"target:b\"\n }\n}\n";
    let Told { builds: statements, .. } =
        read(Format::Bake, FileId::new(0), "docker-bake.hcl", &Arc::from(plain));
    assert_eq!(builds(Format::Bake, "docker-bake.hcl", plain), [" <- Dockerfile #x"]);
    assert_eq!(statements[0].contexts, ["tools", "app"]);
    let plain = r#"{"target": {"a": {"contexts": {"tools": "../tools"}}}}"#;
    let Told { builds: statements, .. } =
        read(Format::BakeJson, FileId::new(0), "docker-bake.json", &Arc::from(plain));
    assert_eq!(statements[0].contexts, ["tools"]);
    let circle = "target \"a\" {\n inherits = [\"b\"]\n tags = [\"x/y\"]\n}\ntarget \"b\" {\n inherits = [\"a\", \"b\"]\n}\n";
    assert_eq!(builds(Format::Bake, "docker-bake.hcl", circle), ["x/y <- Dockerfile"; 2]);
}

#[test]
fn scripts_run_from_their_folder_or_from_that_of_the_repository() {
    let table: [(&str, &[&str]); 9] = [
        (
            "#!/bin/sh\ndocker build -t acme/api .\n",
            &["acme/api <- ci/Dockerfile", "acme/api <- Dockerfile"],
        ),
        (
            "cd \"$(dirname \"$0\")/..\"\ndocker build -t acme/api api\n",
            &["acme/api <- api/Dockerfile"],
        ),
        (
            "ROOT=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\" && pwd)\"\ndocker build -t acme/api -f $ROOT/api/Dockerfile \"$ROOT\"\n",
            &["acme/api <- api/Dockerfile"],
        ),
        (
            "DIR=$(cd \"$(dirname \"$0\")\" >/dev/null 2>&1 && pwd -P)\ndocker build -t acme/api $DIR\n",
            &["acme/api <- ci/Dockerfile"],
        ),
        (
            "cd $(git rev-parse --show-toplevel)/api\ndocker build -t acme/api .\n",
            &["acme/api <- api/Dockerfile"],
        ),
        ("DIR=$(cd \"$1\" && pwd)\ndocker build -t acme/api $DIR\n", &[]),
        ("docker build -t acme/$1 $1\n", &[]),
        ("# docker build -t acme/api .\n", &[]),
        ("echo no\n", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(builds(Format::Script, "ci/build.sh", text), expected, "{text}");
    }
    let text = "cd \"$(dirname \"$0\")/..\"\ndocker build -t acme/api api\n";
    let Told { builds: statements, .. } =
        read(Format::Script, FileId::new(0), "ci/build.sh", &Arc::from(text));
    assert_eq!(&text[statements[0].place.span.range()], "docker");
}

#[test]
fn what_else_holds_commands() {
    let just = "registry := \"ghcr.io\"\nimage := registry + '/acme/api'  \nexport tag := env_var(\"TAG\")\n\n\
                # docker build -t no .\nbuild target='run':\n    @docker build -t {{image}}:{{ tag }} \\\n      --target {{target}} .\n\n\
                web: build\n  #!/usr/bin/env bash\n  cd web\n  docker build -t acme/web .\n";
    assert_eq!(
        builds(Format::Justfile, "x/justfile", just),
        ["ghcr.io/acme/api:? <- x/Dockerfile #?", "acme/web <- x/web/Dockerfile"]
    );
    let package = r#"{"name": "web", "scripts": {"test": "vitest", "docker": "npm run build && docker build -t \"acme/web\" ."}}"#;
    assert_eq!(
        builds(Format::Package, "web/package.json", package),
        ["acme/web <- web/Dockerfile"]
    );
    let task = "version: '3'\nvars:\n  IMAGE: acme/api\n  TAG: {sh: git describe}\ntasks:\n  build:\n    dir: api\n    cmds:\n      \
                - docker build -t {{.IMAGE}}:{{.TAG}} .\n      - task: push\n      - cmd: docker build -t acme/web {{.ROOT_DIR}}/web\n  \
                x:\n    cmd: docker build -t acme/x -f {{ .FILE }} .\n";
    assert_eq!(
        builds(Format::Yaml, "Taskfile.yml", task),
        ["acme/api:? <- api/Dockerfile", "acme/web <- web/Dockerfile"]
    );
}

#[test]
fn the_steps_of_jenkins() {
    let text = "// docker build -t no .\npipeline {\n  agent any\n  environment {\n    REGISTRY = 'ghcr.io/acme'\n    \
                IMAGE = \"${REGISTRY}/api\"\n    TOKEN = credentials('x')\n  }\n  stages {\n    stage('a') {\n      steps {\n        \
                sh \"docker build -t ${IMAGE}:${env.BUILD_NUMBER} .\"\n        dir('web') {\n          \
                sh '''\n            docker build -t $REGISTRY/web .\n          '''\n        }\n        \
                sh(label: 'x', returnStdout: true, script: 'docker build -t acme/x -f x.Dockerfile .')\n        \
                script { docker.build(\"acme/y:${env.BUILD_ID}\", '-f y/Dockerfile y') }\n        \
                script { docker.build(name) }\n        sh script\n      }\n    }\n  }\n}\n";
    assert_eq!(
        builds(Format::Jenkinsfile, "Jenkinsfile", text),
        [
            "ghcr.io/acme/api:? <- Dockerfile",
            "ghcr.io/acme/web <- web/Dockerfile",
            "acme/x <- x.Dockerfile",
            "acme/y:? <- y/Dockerfile"
        ]
    );
    let Told { builds: statements, .. } =
        read(Format::Jenkinsfile, FileId::new(0), "Jenkinsfile", &Arc::from(text));
    assert_eq!(&text[statements[1].place.span.range()], "docker");
}

#[test]
fn names_tell_which_files_may_build() {
    for (name, expected) in [
        ("docker-bake.hcl", Some(Format::Bake)),
        ("docker-bake.override.hcl", None),
        ("docker-bake.json", Some(Format::BakeJson)),
        ("main.hcl", None),
        ("package.json", Some(Format::Package)),
        ("package-lock.json", None),
        ("build.sh", Some(Format::Script)),
        ("Jenkinsfile.release", Some(Format::Jenkinsfile)),
        ("Jenkinsfile", Some(Format::Jenkinsfile)),
        ("Justfile", Some(Format::Justfile)),
        (".justfile", Some(Format::Justfile)),
        ("docker.mk", Some(Format::Makefile)),
        ("GNUmakefile", Some(Format::Makefile)),
        ("Tiltfile", Some(Format::Tiltfile)),
        ("compose.yaml", None),
    ] {
        assert_eq!(Format::named(name), expected, "{name}");
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
    let doubling: Vec<_> = (0..40).map(|n| format!("A{} = $(A{n})$(A{n})\n", n + 1)).collect();
    let doubling = doubling.concat();
    let text = format!("A0 = x\n{doubling}b:\n\tdocker build -t $(A40) .\n");
    builds(Format::Makefile, "Makefile", &text);
    builds(Format::Makefile, "Makefile", &format!("b:\n\tdocker {}", "$(".repeat(50_000)));
    builds(Format::Tiltfile, "Tiltfile", &"docker_build(".repeat(20_000));
    let bake = format!("target \"a\" {{\n tags = {}", "[\"${\", <<".repeat(20_000));
    builds(Format::Bake, "docker-bake.hcl", &bake);
    let chain: Vec<_> = (0..2_000)
        .map(|n| format!("target \"t{n}\" {{\n inherits = [\"t{}\", \"t{}\"]\n}}\n", n + 1, n + 2))
        .collect();
    builds(Format::Bake, "docker-bake.hcl", &chain.concat());
    builds(
        Format::Script,
        "a.sh",
        &format!("docker {}", "$(cd \"$(dirname \"$0\")".repeat(20_000)),
    );
    builds(Format::Justfile, "justfile", &format!("a:\n  docker {}", "{{ x".repeat(50_000)));
    builds(
        Format::Jenkinsfile,
        "Jenkinsfile",
        &format!("sh 'docker' {}", "dir('a') {".repeat(20_000)),
    );
}

#[test]
fn what_commands_bring_into_a_cluster() {
    let brought = |format, path: &str, text: &str| {
        let told = read(format, FileId::new(0), path, &Arc::from(text));
        let shown = told.brought.iter().map(|it| match it {
            Brought::Release(name) => format!("release {name}"),
            Brought::Secret(name) => format!("secret {name}"),
            Brought::ConfigMap(name) => format!("configmap {name}"),
        });
        shown.collect::<Vec<_>>()
    };
    let table: [(&str, &[&str]); 9] = [
        (
            "helm upgrade --install -n rag vectors qdrant/qdrant",
            &["release vectors", "release qdrant"],
        ),
        (
            "helm install --set a=b cache oci://ghcr.io/acme/redis",
            &["release cache", "release redis"],
        ),
        ("helm --kube-context prod upgrade -i \"$RELEASE\" ./chart", &[]),
        ("helm repo add qdrant https://qdrant.github.io/qdrant-helm", &[]),
        ("helm uninstall vectors", &[]),
        ("kubectl -n a create secret generic keys --from-literal=a=b", &["secret keys"]),
        ("kubectl create configmap prompts --from-file prompts/ | tee x", &["configmap prompts"]),
        ("oc create secret docker-registry pull --docker-server=x", &["secret pull"]),
        ("kubectl delete secret keys", &[]),
    ];
    for (command, expected) in table {
        let script = format!("set -e\n{command}\n");
        assert_eq!(brought(Format::Script, "deploy.sh", &script), expected, "{command}");
        let makefile = format!("deploy:\n\t{}\n", command.replace('$', "$$"));
        assert_eq!(brought(Format::Makefile, "Makefile", &makefile), expected, "{command}");
        let workflow =
            format!("on: push\njobs:\n  a:\n    steps:\n      - run: |\n          {command}\n");
        let path = ".github/workflows/deploy.yml";
        assert_eq!(brought(Format::Yaml, path, &workflow), expected, "{command}");
    }
    let helmfile =
        "releases:\n  - {name: vectors, chart: qdrant/qdrant}\n  - {name: own, chart: ./chart}\n";
    assert_eq!(
        brought(Format::Yaml, "helmfile.yaml", helmfile),
        ["release vectors", "release qdrant", "release own"]
    );
}

#[test]
fn the_builds_of_pipelines_without_jobs() {
    let codebuild =
        "version: 0.2\nphases:\n  build:\n    commands:\n      - docker build -t acme/api:1 .\n";
    let buildkite = "steps:\n  - label: build\n    command: docker build -t acme/api:1 .\n";
    let travis = "language: minimal\nscript:\n  - docker build -t acme/api:1 .\n";
    for (path, text) in [
        ("buildspec.yml", codebuild),
        (".buildkite/pipeline.yml", buildkite),
        (".travis.yml", travis),
    ] {
        assert_eq!(builds(Format::Yaml, path, text), ["acme/api:1 <- Dockerfile"], "{path}");
    }
}
