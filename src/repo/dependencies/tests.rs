use super::{Ecosystem, Format, format_of, read};
use crate::source::FileId;

/// What the manifest of that path says: the ecosystem, the names of its packages, those for
/// development in brackets, and whether it is a workspace. Each name must stand at its place.
fn found(path: &str, text: &str) -> Option<(Ecosystem, Vec<String>, bool)> {
    let found = read(format_of(path)?, FileId::new(0), text)?;
    assert!(text.get(found.place.span.range()).is_some(), "{path}");
    let names = found.packages.iter().map(|package| {
        let said = text.get(package.place.span.range()).unwrap().to_ascii_lowercase();
        let said = said.replace(['_', '.'], "-");
        let last = package.name.rsplit([':', '/']).next().unwrap().replace(['_', '.'], "-");
        assert!(said.contains(&last), "{path}: {said} is not {last}");
        if package.for_development { format!("[{}]", package.name) } else { package.name.clone() }
    });
    Some((found.ecosystem, names.collect(), found.is_workspace))
}

#[track_caller]
fn says(path: &str, text: &str, ecosystem: Ecosystem, names: &[&str], is_workspace: bool) {
    let names = names.iter().map(ToString::to_string).collect();
    assert_eq!(found(path, text), Some((ecosystem, names, is_workspace)));
}

#[test]
fn pyproject_in_every_dialect() {
    let text = "[project]\nname = 'a'\ndependencies = ['Fast_API[all]>=0.115', 'tenacity ~= 9.0 ; python_version > \"3.9\"',\n 'x @ git+https://example.com/x']\n\
                [project.optional-dependencies]\ns3 = ['boto3']\ndev = ['ruff']\n[dependency-groups]\ntest = ['pytest', {include-group = 'dev'}]\n\
                [tool.uv.workspace]\nmembers = ['packages/*']\n";
    let names = ["fast-api", "tenacity", "x", "boto3", "[ruff]", "[pytest]"];
    says("pyproject.toml", text, Ecosystem::Python, &names, true);
    let poetry = "[tool.poetry.dependencies]\npython = '^3.12'\nopenai = '^1.60'\nown = {path = '../own'}\nhttpx = {version = '*'}\n\
                  [tool.poetry.group.dev.dependencies]\nmypy = '*'\n[tool.poetry.group.api.dependencies]\nuvicorn = '*'\n";
    says(
        "a/pyproject.toml",
        poetry,
        Ecosystem::Python,
        &["openai", "httpx", "[mypy]", "uvicorn"],
        false,
    );
    assert_eq!(found("pyproject.toml", "[tool.ruff]\nline-length = 100\n"), None);
    assert_eq!(found("pyproject.toml", "[project\n"), None);
}

#[test]
fn lists_of_requirements() {
    let text = "# pinned\n-r base.txt\n--index-url https://pypi.example.com/simple\nopenai==1.60.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\
                \nhttpx[http2] >= 0.27 # for the gateway\n./local\ngit+https://example.com/x.git\nThis is prose.\nstructlog;python_version<'4'\n";
    for path in [
        "requirements.txt",
        "api/requirements-prod.txt",
        "requirements/base.in",
        "dev_requirements.txt",
    ] {
        says(path, text, Ecosystem::Python, &["openai", "httpx", "structlog"], false);
    }
    assert_eq!(format_of("notes.txt"), None);
    assert_eq!(format_of("docs/requirements.md"), None);
}

#[test]
fn other_manifests_of_python() {
    let cfg = "[metadata]\nname = a\n[options]\ninstall_requires =\n    requests>=2\n    # why\n    backoff\npython_requires = >=3.10\n[options.extras_require]\ntest =\n    pytest\n";
    says("setup.cfg", cfg, Ecosystem::Python, &["requests", "backoff", "[pytest]"], false);
    let pipfile = "[packages]\nflask = \"*\"\n[dev-packages]\nblack = \"*\"\n[requires]\npython_version = \"3.12\"\n";
    says("Pipfile", pipfile, Ecosystem::Python, &["flask", "[black]"], false);
    let conda = "name: agent\nchannels: [conda-forge]\ndependencies:\n  - python=3.12\n  - conda-forge::numpy>=2\n  - pip:\n      - tenacity\n";
    says("environment.yml", conda, Ecosystem::Conda, &["numpy", "tenacity"], false);
    assert_eq!(found("environment.yaml", "production: {}\n"), None);
}

#[test]
fn packages_of_npm() {
    let text = r#"{"name": "desk", "workspaces": ["apps/*"], "dependencies": {"pino": "^9", "@acme/own": "workspace:*"},
        "devDependencies": {"vitest": "3"}, "peerDependencies": {"react": "19"}}"#;
    says("package.json", text, Ecosystem::Npm, &["pino", "[vitest]"], true);
    assert_eq!(found("package.json", r#"{"name": "a", "dependencies": {}}"#), None);
    says("pnpm-workspace.yaml", "packages: ['a']\n", Ecosystem::Npm, &[], true);
}

#[test]
fn crates() {
    let text = "[package]\nname = 'a'\n[dependencies]\nserde = '1'\nown = { path = '../own' }\nretry = { package = 'tokio_retry', version = '0.3' }\n\
                [dev-dependencies]\ninsta = '1'\n[target.'cfg(unix)'.dependencies]\nlibc = '0.2'\n";
    let found = super::read(Format::CargoToml, FileId::new(0), text).unwrap();
    let names: Vec<_> =
        found.packages.iter().map(|it| (it.name.as_str(), it.for_development)).collect();
    assert_eq!(names, [("serde", false), ("tokio-retry", false), ("insta", true), ("libc", false)]);
    says(
        "Cargo.toml",
        "[workspace]\nmembers = ['a']\n[workspace.dependencies]\nanyhow = '1'\n",
        Ecosystem::Cargo,
        &["anyhow"],
        true,
    );
    assert_eq!(super::read(Format::CargoToml, FileId::new(0), "[package]\nname = 'a'\n"), None);
}

#[test]
fn modules_of_go() {
    let text = "module example.com/a\n\ngo 1.24\n\nrequire github.com/sony/gobreaker/v2 v2.1.0\nrequire (\n\tgithub.com/cenkalti/backoff/v4 v4.3.0\n\
                \tgolang.org/x/sys v0.30.0 // indirect\n\tgopkg.in/yaml.v3 v3.0.1 // used by the loader\n)\nreplace example.com/b => ../b\n";
    let found = super::read(Format::GoMod, FileId::new(0), text).unwrap();
    let names: Vec<_> = found.packages.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        ["github.com/sony/gobreaker", "github.com/cenkalti/backoff", "gopkg.in/yaml"]
    );
    assert_eq!(super::read(Format::GoMod, FileId::new(0), "module a\n\ngo 1.24\n"), None);
}

#[test]
fn the_java_world() {
    let pom = "<?xml version='1.0'?>\n<project>\n<!-- <dependency><artifactId>old</artifactId></dependency> -->\n<parent><groupId>org.springframework.boot</groupId>\
               <artifactId>spring-boot-starter-parent</artifactId></parent>\n<groupId>a</groupId><artifactId>a</artifactId>\n<dependencies>\n<dependency>\n\
               <groupId>io.micrometer</groupId>\n<artifactId>micrometer-core</artifactId>\n<exclusions><exclusion><artifactId>x</artifactId></exclusion></exclusions>\n\
               </dependency><dependency><groupId>org.junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency></dependencies></project>";
    let names = [
        "org.springframework.boot:spring-boot-starter-parent",
        "io.micrometer:micrometer-core",
        "[org.junit:junit]",
    ];
    says("pom.xml", pom, Ecosystem::Maven, &names, false);
    let gradle = "plugins { id(\"java\") }\ndependencies {\n    implementation(\"io.github.resilience4j:resilience4j-retry:2.3.0\")\n    // implementation 'a:b:1'\n\
                  \x20   testImplementation 'org.junit.jupiter:junit-jupiter:5.12.0'\n    implementation(platform(\"com.azure:azure-sdk-bom:1.2\"))\n    implementation(libs.hikari.cp)\n    implementation project(':core')\n}\n";
    let names = [
        "io.github.resilience4j:resilience4j-retry",
        "[org.junit.jupiter:junit-jupiter]",
        "com.azure:azure-sdk-bom",
        "libs.hikari.cp",
    ];
    says("app/build.gradle.kts", gradle, Ecosystem::Gradle, &names, true);
    let catalog = "[versions]\na = '1'\n[libraries]\nhikari-cp = { module = \"com.zaxxer:HikariCP\", version.ref = \"a\" }\nguava = \"com.google.guava:guava:33\"\n";
    let found = super::read(Format::GradleCatalog, FileId::new(0), catalog).unwrap();
    let names: Vec<_> = found.packages.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["com.zaxxer:hikaricp", "com.google.guava:guava"]);
}

#[test]
fn ruby_php_and_dotnet() {
    let gemfile = "source 'https://rubygems.org'\ngem \"rails\", \"~> 8.0\"\ngem 'own', path: '../own'\ngroup :development, :test do\n  gem 'rspec-rails'\nend\ngem 'semian'\n";
    says("Gemfile", gemfile, Ecosystem::Bundler, &["rails", "[rspec-rails]", "semian"], false);
    let composer = r#"{"require": {"php": ">=8.3", "ext-json": "*", "Symfony/messenger": "^7"}, "require-dev": {"phpunit/phpunit": "^12"}}"#;
    says(
        "composer.json",
        composer,
        Ecosystem::Composer,
        &["symfony/messenger", "[phpunit/phpunit]"],
        false,
    );
    let project = "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"Polly\" Version=\"8.5.2\" />\n\
                   <PackageReference Include='$(Own)' /></ItemGroup></Project>";
    says("src/Api/Api.csproj", project, Ecosystem::NuGet, &["polly"], false);
}

#[test]
fn deno_elixir_dart_and_swift() {
    let deno = r#"{"imports": {"@std/assert": "jsr:@std/assert@^1", "zod": "npm:zod@3", "own/": "./own/"}}"#;
    says("deno.json", deno, Ecosystem::Deno, &["jsr:@std/assert@^1", "npm:zod@3"], false);
    let mix = "  defp deps do\n    [\n      {:plug, \"~> 1.16\"},\n      {:credo, \"~> 1.7\", only: [:dev, :test]},\n      # {:old, \"~> 1\"},\n      \
               {:own, path: \"../own\"},\n      {:fork, github: \"acme/fork\"}\n    ]\n  end\n";
    says("mix.exs", mix, Ecosystem::Hex, &["plug", "[credo]", "fork"], false);
    let pubspec = "name: a\ndependencies:\n  flutter: {sdk: flutter}\n  http: ^1.2.0\n  own: {path: ../own}\ndev_dependencies:\n  lints: ^5.0.0\n";
    says("pubspec.yaml", pubspec, Ecosystem::Pub, &["http", "[lints]"], false);
    let swift = "let package = Package(\n  name: \"a\",\n  dependencies: [\n    .package(url: \"https://github.com/apple/swift-nio.git\", from: \"2.0.0\"),\n    .package(path: \"../own\"),\n  ])\n";
    says(
        "Package.swift",
        swift,
        Ecosystem::Swift,
        &["https://github.com/apple/swift-nio.git"],
        false,
    );
    let modules = "[submodule \"spec\"]\n\tpath = spec\n\turl = https://git.acme.io/spec.git\n";
    says(".gitmodules", modules, Ecosystem::Submodules, &["https://git.acme.io/spec.git"], false);
    assert_eq!(format_of("infra/main.tofu"), Some(Format::Terraform));
}

#[test]
fn what_has_no_registry_of_its_own() {
    let workflow = "on: push\njobs:\n  call:\n    uses: acme/flows/.github/workflows/build.yml@v2\n  test:\n    steps:\n      - uses: actions/checkout@v5\n\
                    \x20     - uses: ./.github/actions/setup\n      - uses: docker://alpine:3.22\n";
    says(
        ".github/workflows/ci.yml",
        workflow,
        Ecosystem::Actions,
        &["acme/flows/.github/workflows/build.yml", "actions/checkout"],
        false,
    );
    assert_eq!(format_of("deploy/ci.yml"), None);
    let terraform = "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\", version = \"~> 6.0\" }\n  }\n}\nmodule \"own\" {\n  source = \"../vpc\"\n}\n\
                     module \"vpc\" {\n  source  = \"terraform-aws-modules/vpc/aws\"\n}\nresource \"aws_s3_object\" \"x\" {\n  source = \"files/x\"\n}\n";
    says(
        "infra/main.tf",
        terraform,
        Ecosystem::Terraform,
        &["hashicorp/aws", "terraform-aws-modules/vpc/aws"],
        true,
    );
    let chart = "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 21.0.0, repository: 'oci://registry.example.com'}\n  - {name: own, repository: 'file://../own'}\n";
    says("chart/Chart.yaml", chart, Ecosystem::Helm, &["redis"], false);
}

#[test]
fn long_manifests_take_no_longer_than_they_are() {
    let many = [
        ("requirements.txt", "a==\\\n".repeat(200_000)),
        ("pom.xml", "<dependency><artifactId>".repeat(100_000)),
        ("pom.xml", "<!--".repeat(300_000)),
        ("Gemfile", "gem 'a".repeat(200_000)),
        ("go.mod", "require (".repeat(200_000)),
        ("main.tf", "module {{{{".repeat(200_000)),
        ("a.csproj", "<PackageReference Include".repeat(100_000)),
    ];
    let begin = std::time::Instant::now();
    for (path, text) in many {
        let _ = found(path, &text);
    }
    assert!(begin.elapsed().as_secs() < 20);
}
