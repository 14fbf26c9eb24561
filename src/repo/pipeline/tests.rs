#![allow(clippy::string_slice)]
use std::sync::Arc;

use super::*;

fn flow_of(files: &[(&str, &str)]) -> Vec<(String, Does, Events, Option<How>)> {
    let parts: Vec<_> = files
        .iter()
        .enumerate()
        .filter_map(|(index, (path, text))| {
            let text: Arc<str> = (*text).into();
            Some((*path, read(format_of(path)?, FileId::new(index), path, &text, &mut Vec::new())?))
        })
        .collect();
    let flow = Flow::of(parts.iter().map(|(path, part)| (*path, part)), Some("main"));
    let told = |it: &Activity| {
        let (_, text) = files[it.place.file.index()];
        (
            text[it.place.span.range()].to_owned(),
            it.does.clone(),
            it.events,
            it.lenient.as_ref().map(|it| it.how),
        )
    };
    flow.activities().iter().map(told).collect()
}

fn does(files: &[(&str, &str)]) -> Vec<Does> {
    flow_of(files).into_iter().map(|it| it.1).collect()
}

#[test]
fn a_workflow_says_what_it_does_and_when() {
    let text = "on:\n  push: {branches: [main]}\n  pull_request:\njobs:\n  ci:\n    runs-on: x\n    steps:\n\
      \x20     - uses: actions/checkout@v4\n      - run: |\n          uv run pytest -q\n          docker build -t a .\n\
      \x20     - run: trivy image a || true\n      - if: github.event_name == 'push'\n        run: docker push a\n\
      \x20     - uses: aquasecurity/trivy-action@0.30.0\n        continue-on-error: true\n        with: {image-ref: a, exit-code: '1'}\n";
    let found = flow_of(&[(".github/workflows/ci.yml", text)]);
    let all = Events::MERGE | Events::TRUNK | Events::BRANCH;
    let scan = Does::Scans(Scan::Image, "Trivy");
    let expected = vec![
        ("pytest".to_owned(), Does::Tests, all, None),
        ("docker".to_owned(), Does::BuildsImage, all, None),
        ("trivy".to_owned(), scan.clone(), all, Some(How::Swallowed)),
        ("docker".to_owned(), Does::PushesImage, Events::TRUNK | Events::BRANCH, None),
        ("aquasecurity/trivy-action@0.30.0".to_owned(), scan, all, Some(How::Ignored)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_function_runs_what_it_is_handed() {
    let script = "#!/bin/sh\nrun() {\n  \"$@\"\n}\nsay () { echo \"$*\"; }\n\
        run env CI=true cargo test\nsay 'done'\nrun trivy image a\n";
    let files = [
        (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: .ci/run\n"),
        (".ci/run", script),
    ];
    assert_eq!(does(&files), [Does::Tests, Does::Scans(Scan::Image, "Trivy")]);
}

#[test]
fn calls_are_followed() {
    let workflow = "on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml}\n  b:\n    steps:\n      - uses: ./.github/actions/x\n      - run: make ci\n      - run: ./scripts/deploy.sh\n";
    let files = [
        (".github/workflows/a.yml", workflow),
        (
            ".github/workflows/b.yml",
            "on: {workflow_call: {}}\njobs:\n  t:\n    steps:\n      - run: cargo test\n",
        ),
        (
            ".github/actions/x/action.yml",
            "runs:\n  using: composite\n  steps:\n    - run: npm audit\n      shell: bash\n",
        ),
        (
            "Makefile",
            "IMAGE := a\nci: lint test\nlint:\n\truff check .\ntest:\n\t@docker run --rm $(IMAGE) pytest\n",
        ),
        (
            "scripts/deploy.sh",
            "#!/bin/sh\nhelm upgrade --install --wait a ./chart\ncurl -f https://a.example/healthz\n",
        ),
    ];
    let expected = [
        Does::Tests,
        Does::Scans(Scan::Dependencies, "npm audit"),
        Does::Lints,
        Does::Tests,
        Does::Deploys("Helm"),
        Does::AwaitsRollout,
        Does::SmokeTests,
    ];
    assert_eq!(does(&files), expected);
}

#[test]
fn a_shell_may_be_told_to_go_on() {
    let scan = Does::Scans(Scan::Image, "Trivy");
    for (script, how) in [
        ("set +e; trivy image --exit-code 1 a; echo done", Some(How::Swallowed)),
        ("set +e; trivy image --exit-code 1 a", None),
        ("set +e; trivy image --exit-code 1 a; code=$?; exit $code", None),
        ("set +e; trivy image --exit-code 1 a && echo done", None),
        ("set +e; set -e; trivy image --exit-code 1 a; echo done", None),
        ("trivy image --exit-code 1 a; echo done", None),
    ] {
        let lines = script.replace("; ", "\n          ");
        let text =
            format!("on: push\njobs:\n  a:\n    steps:\n      - run: |\n          {lines}\n");
        let found = flow_of(&[(".github/workflows/a.yml", &text)]);
        let found: Vec<_> = found.into_iter().filter(|it| it.1 == scan).map(|it| it.3).collect();
        assert_eq!(found, [how], "{script}");
    }
}

#[test]
fn deployments_may_wait_by_themselves() {
    let wait = |what| vec![Does::Deploys(what), Does::AwaitsRollout];
    let azure = |task: &str| does(&[("azure-pipelines.yml", &*format!("steps:\n- {task}\n"))]);
    assert_eq!(azure("{task: HelmDeploy@0, inputs: {command: upgrade}}"), wait("Helm"));
    let told = "{task: HelmDeploy@0, inputs: {command: upgrade, waitForExecution: false}}";
    assert_eq!(azure(told), [Does::Deploys("Helm")]);
    let manifest = "{task: KubernetesManifest@1, inputs: {action: deploy}}";
    assert_eq!(azure(manifest), wait("KubernetesManifest"));
    let github = |step: &str| {
        let text = format!("on: push\njobs:\n  a:\n    steps:\n      - {step}\n");
        does(&[(".github/workflows/a.yml", &*text)])
    };
    let ecs = "uses: aws-actions/amazon-ecs-deploy-task-definition@v2";
    assert_eq!(github(ecs), [Does::Deploys("AWS")]);
    let stable = format!("{ecs}\n        with: {{wait-for-service-stability: true}}");
    assert_eq!(github(&stable), wait("AWS"));
    assert_eq!(github("uses: azure/k8s-deploy@v5"), wait("Azure"));
    assert_eq!(github("run: ssh ops@desk docker compose up -d --wait"), wait("ssh"));
    assert_eq!(github("run: ssh ops@desk docker compose up -d"), [Does::Deploys("ssh")]);
    assert_eq!(github("run: docker stack deploy --detach=false a"), wait("docker stack"));
}

#[test]
fn all_goals_are_followed() {
    let workflow = |run: &str| format!("on: push\njobs:\n  a:\n    steps:\n      - run: {run}\n");
    let makefile = "lint:\n\truff check .\ncheck:\n\tpytest\nscan:\n\ttrivy image x\n";
    let justfile = "lint:\n  ruff check .\ncheck:\n  pytest\ndeploy env:\n  helm upgrade a .\n";
    let taskfile = "tasks:\n  lint: {cmds: [ruff check .]}\n  check: {cmds: [pytest]}\n";
    let package =
        r#"{"scripts": {"v": "npm-run-all -s lint check", "lint": "eslint .", "check": "vitest"}}"#;
    let both = vec![Does::Lints, Does::Tests];
    for (run, expected) in [
        ("make lint check", both.clone()),
        ("make -j4 lint check", both.clone()),
        ("make -j 4 lint MODE=x check", both.clone()),
        ("make -f Makefile lint && make check", both.clone()),
        ("make check scan", vec![Does::Tests, Does::Scans(Scan::Image, "Trivy")]),
        ("just lint check", both.clone()),
        ("just deploy prod", vec![Does::Deploys("Helm")]),
        ("task lint check", both.clone()),
        ("task lint -- check", vec![Does::Lints]),
        ("npm run v", both.clone()),
        ("npx run-p lint check", both.clone()),
    ] {
        let files = [
            (".github/workflows/a.yml", &*workflow(run)),
            ("Makefile", makefile),
            ("justfile", justfile),
            ("Taskfile.yml", taskfile),
            ("package.json", package),
        ];
        assert_eq!(does(&files), expected, "{run}");
    }
}

#[test]
fn other_programs_are_understood() {
    let gitlab = "stages: [test, release]\n.base: {image: x, rules: [{if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}]}\n\
      include:\n  - template: Jobs/Container-Scanning.gitlab-ci.yml\nunit:\n  script: [tox -e py]\nship:\n  extends: .base\n  stage: release\n  script:\n    - kubectl apply -f k8s\n  allow_failure: true\n";
    let found = flow_of(&[(".gitlab-ci.yml", gitlab)]);
    assert_eq!(found[0].1, Does::Tests);
    assert_eq!((found[1].1.clone(), found[1].3), (Does::Deploys("kubectl"), Some(How::Ignored)));
    assert_eq!(found[2].1, Does::Scans(Scan::Image, "GitLab container scanning"));
    let referring = ".unit: {script: [pytest]}\nall:\n  script:\n    - !reference [.unit, script]\n    - !reference [.other, script]\n";
    assert_eq!(does(&[(".gitlab-ci.yml", referring)]), [Does::Tests, Does::Unknown]);
    assert!(found[1].2.has(Events::TRUNK) && !found[1].2.has(Events::MERGE));

    let azure = "trigger: {branches: {include: [main]}}\nstages:\n- stage: build\n  jobs:\n  - job: a\n    steps:\n    - task: Docker@2\n      inputs: {command: buildAndPush}\n\
      - stage: prod\n  jobs:\n  - deployment: d\n    environment: production\n    strategy:\n      runOnce:\n        deploy:\n          steps:\n          - script: az containerapp update -n a\n";
    let expected = [Does::BuildsImage, Does::PushesImage, Does::Deploys("Azure Container Apps")];
    assert_eq!(does(&[("azure-pipelines.yml", azure)]), expected);

    let circle = "jobs:\n  t:\n    steps:\n      - checkout\n      - run: {command: go test ./...}\nworkflows:\n  w:\n    jobs:\n      - t\n      - docker/publish: {requires: [t]}\n";
    assert_eq!(
        does(&[(".circleci/config.yml", circle)]),
        [Does::Tests, Does::BuildsImage, Does::PushesImage]
    );

    let bitbucket = "pipelines:\n  branches:\n    main:\n      - step: {script: [npm test]}\n      - step: {deployment: production, script: [{pipe: 'atlassian/aws-ecs-deploy:2.0.0'}]}\n";
    assert_eq!(
        does(&[("bitbucket-pipelines.yml", bitbucket)]),
        [Does::Tests, Does::Deploys("a pipe")]
    );

    let jenkins = "pipeline {\n  stages {\n    stage('Test') { steps { sh 'mvn -B verify' } }\n    stage('Scan') { steps { sh \"grype $IMAGE --fail-on high\" } }\n  }\n}\n";
    assert_eq!(does(&[("Jenkinsfile", jenkins)]), [Does::Tests, Does::Scans(Scan::Image, "Grype")]);
    let scripted = "node {\n  def app = docker.build('a/b')\n  app.push('latest')\n}\n";
    assert_eq!(does(&[("Jenkinsfile", scripted)]), [Does::BuildsImage, Does::PushesImage]);

    let cloud = "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, a, .]\n- name: python:3.13\n  entrypoint: bash\n  args: [-c, 'pip install . && pytest']\n";
    assert_eq!(does(&[("cloudbuild.yaml", cloud)]), [Does::BuildsImage, Does::Tests]);
}

#[test]
fn commands_are_told_by_program_and_words() {
    let of = |command: &str| {
        let said: Vec<_> = command.char_indices().chain([(command.len(), '\n')]).collect();
        let steps = command::read(FileId::new(0), &said, command::Shell::default());
        steps.into_iter().map(|it| (it.does, it.lenient.map(|it| it.how))).collect::<Vec<_>>()
    };
    let image = |tool, how| vec![(Does::Scans(Scan::Image, tool), how)];
    assert_eq!(of("trivy image --exit-code 1 a"), image("Trivy", None));
    assert_eq!(of("trivy image --severity HIGH a"), image("Trivy", Some(How::ByDefault)));
    assert_eq!(of("trivy image --exit-code=0 a"), image("Trivy", Some(How::ToldTo)));
    assert_eq!(of("TRIVY_EXIT_CODE=1 trivy image a"), image("Trivy", None));
    assert_eq!(
        of("docker run --rm -v /x:/x aquasec/trivy:0.60 image --exit-code 1 a"),
        image("Trivy", None)
    );
    assert_eq!(of("grype a:1 --fail-on high"), image("Grype", None));
    assert_eq!(of("docker scout cves --exit-code a"), image("Docker Scout", None));
    assert_eq!(of("snyk container test a || :"), image("Snyk", Some(How::Swallowed)));
    assert_eq!(of("poetry run python -m pytest tests"), [(Does::Tests, None)]);
    assert_eq!(of("uv run --extra dev pytest"), [(Does::Tests, None)]);
    for command in [
        "python manage.py test",
        "hatch test",
        "hatch run test:cov",
        "hatch run +py=3.12 test",
        "pdm run test",
        "pixi run -e dev test",
        "mise run test",
        "rye test",
        "conda run --no-capture-output -n a pytest -q",
        "micromamba run -n a python -m pytest",
        "bundle exec rspec",
        "devcontainer exec --workspace-folder . pytest",
        "nix flake check",
        "docker compose run --rm app sh -c 'python manage.py test'",
        "docker run --rm img bash -lc 'pytest -q'",
        "docker run --rm img ./run-tests.sh",
        "kubectl exec deploy/api -- pytest",
        "nix develop --command bash -c 'pytest'",
        "php artisan test",
        "composer test",
        "meson test",
        "cmake --build . --target test",
        "prove -lr t",
    ] {
        assert_eq!(of(command), [(Does::Tests, None)], "{command}");
    }
    assert_eq!(of("pdm run ci"), [(Does::Unknown, None)]);
    assert_eq!(of("pdm run alembic upgrade head\nbundle install\nconda install -n a pytest"), []);
    let both = [(Does::Deploys("Helm"), None), (Does::AwaitsRollout, None)];
    assert_eq!(of("helm upgrade --install --rollback-on-failure a ./a"), both);
    assert_eq!(of("npx playwright install"), []);
    assert_eq!(of("docker compose -f a.yml run --rm api pytest -x"), [(Does::Tests, None)]);
    assert_eq!(of("kubectl apply --dry-run=server -f x"), []);
    assert_eq!(of("kind create cluster\nhelm install a ./a"), []);
    assert_eq!(of("pip install -r requirements.txt\napt-get install -y curl\necho ok\ncd x"), []);
    assert_eq!(
        of("ssh host 'docker compose pull && docker compose up -d'"),
        [(Does::Deploys("ssh"), None)]
    );
    assert_eq!(of("curl -fsSL https://example.com/install.sh | sh"), []);
    assert_eq!(of("mvn -B -DskipTests package"), []);
    for runs in [
        "./mvnw install",
        "trial desk",
        "pytest-3",
        "node --test",
        "npx rushx test",
        "ng test --watch=false",
        "cross test --target x",
    ] {
        assert_eq!(of(runs), [(Does::Tests, None)], "{runs}");
    }
    assert_eq!(of("corepack enable"), []);
    let pushed = [(Does::BuildsImage, None), (Does::PushesImage, None)];
    for pushes in [
        "./gradlew :api:jib",
        "mvn -DskipTests package jib:build",
        "heroku container:push web",
        "dotnet publish /t:PublishContainer -p ContainerRegistry=ghcr.io",
    ] {
        assert_eq!(of(pushes), pushed, "{pushes}");
    }
    let trivy = of("trivy --cache-dir /tmp/cache image --exit-code 1 desk");
    assert_eq!(trivy, [(Does::Scans(Scan::Image, "Trivy"), None)]);
    assert_eq!(of("$PYTHON -m pytest"), [(Does::Tests, None)]);
    assert_eq!(of("$SUDO docker build ."), [(Does::BuildsImage, None)]);
    assert_eq!(of("$CMD"), [(Does::Unknown, None)]);
    assert_eq!(of("${{ matrix.command }}"), [(Does::Unknown, None)]);
    assert_eq!(of("${{ inputs.tool }} ${{ inputs.arguments }}"), [(Does::Unknown, None)]);
    assert_eq!(of("eval \"$CMD\""), [(Does::Unknown, None)]);
    assert_eq!(of("eval \"$(ssh-agent -s)\""), []);
    assert_eq!(of("pytest --collect-only"), []);
    assert_eq!(of("cargo test --no-run"), []);
    assert_eq!(of("gradle build -x test"), []);
    assert_eq!(of("./gradlew build -x test"), []);
    assert_eq!(of("docker run --rm img sh -c 'ls /'"), []);
}
