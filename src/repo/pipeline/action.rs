//! What ready-made steps do: actions of GitHub, tasks of Azure, orbs of `CircleCI`, pipes of Bitbucket.
//!
//! Sources: the `action.yml` of each; learn.microsoft.com/azure/devops/pipelines/tasks/reference; circleci.com/developer/orbs;
//! bitbucket.org/product/features/pipelines/integrations.

// Tables: one line for each program.
#![allow(clippy::match_same_arms, clippy::too_many_lines, clippy::unnested_or_patterns)]

use super::command::by_name;
use super::{Does, How, Leniency, Scan};
use crate::tree::Node;

/// What an action does, in the order in which it does it, and why its failure stops nothing.
pub(super) fn github(
    uses: &str,
    with: Option<Node<'_>>,
    at: Node<'_>,
) -> (Vec<Does>, Option<Leniency>) {
    let name = uses.split('@').next().unwrap_or_default().trim().to_ascii_lowercase();
    let input = |key: &str| {
        with.and_then(|with| with.at(&[key]))
            .map(Node::text)
            .map(str::trim)
            .filter(|it| !it.is_empty())
    };
    let is_on = |key: &str| input(key).is_some_and(|value| value != "false");
    let scans = |scan, tool| (vec![Does::Scans(scan, tool)], None);
    let by_default = |scan, tool, key: &str, off: &str| {
        let place =
            |node: Option<Node<'_>>, how| node.map(|node| Leniency { place: node.place(), how });
        let lenient = match with.and_then(|with| with.at(&[key])) {
            Some(value) if value.text().trim() == off => place(Some(value), How::ToldTo),
            Some(_) => None,
            None => place(Some(at), How::ByDefault),
        };
        (vec![Does::Scans(scan, tool)], lenient)
    };
    let plain = |does: Does| (vec![does], None);
    match name.as_str() {
        "docker/build-push-action"
        | "docker/bake-action"
        | "depot/build-push-action"
        | "useblacksmith/build-push-action" => {
            let outputs = input("outputs").or_else(|| input("output")).unwrap_or_default();
            let is_pushed =
                is_on("push") || outputs.contains("push=true") || outputs.contains("type=registry");
            if input("target").is_some_and(|it| it.contains("test") || it.contains("lint"))
                && !is_pushed
            {
                return plain(Does::Tests);
            }
            let mut does = vec![Does::BuildsImage];
            does.extend(is_pushed.then_some(Does::PushesImage));
            (does, None)
        }
        "redhat-actions/buildah-build" => plain(Does::BuildsImage),
        "redhat-actions/push-to-registry" => plain(Does::PushesImage),
        "mr-smithers-excellent/docker-build-push" | "elgohr/publish-docker-github-action" => {
            (vec![Does::BuildsImage, Does::PushesImage], None)
        }
        "aquasecurity/trivy-action" => {
            let scan = match input("scan-type") {
                Some("fs" | "filesystem" | "repo" | "rootfs" | "sbom") => Scan::Dependencies,
                Some("config") => Scan::Configuration,
                _ => Scan::Image,
            };
            // What is uploaded to code scanning may be refused there.
            if input("trivy-config").is_some() || input("format") == Some("sarif") {
                return scans(scan, "Trivy");
            }
            by_default(scan, "Trivy", "exit-code", "0")
        }
        "anchore/scan-action" => {
            let scan = if input("image").is_some() { Scan::Image } else { Scan::Dependencies };
            let off =
                with.and_then(|with| with.at(&["fail-build"])).filter(|it| it.text() == "false");
            let lenient = off.map(|off| Leniency { place: off.place(), how: How::ToldTo });
            (vec![Does::Scans(scan, "Grype")], lenient)
        }
        "docker/scout-action" => {
            let command = input("command").unwrap_or_default();
            match command.contains("cves") || command.contains("compare") {
                true if input("sarif-file").is_none() => {
                    by_default(Scan::Image, "Docker Scout", "exit-code", "false")
                }
                true => scans(Scan::Image, "Docker Scout"),
                false => scans(Scan::Image, "Docker Scout"),
            }
        }
        "snyk/actions/docker" => scans(Scan::Image, "Snyk"),
        "snyk/actions/iac" => scans(Scan::Configuration, "Snyk"),
        _ if name.starts_with("snyk/actions/setup") => (Vec::new(), None),
        _ if name.starts_with("snyk/actions") => scans(Scan::Dependencies, "Snyk"),
        "azure/container-scan" => scans(Scan::Image, "Azure container scan"),
        "crazy-max/ghaction-container-scan" | "aquasecurity/container-scan" => {
            scans(Scan::Image, "Trivy")
        }
        "lacework/lw-scanner-action" => scans(Scan::Image, "Lacework"),
        "sysdiglabs/scan-action" => scans(Scan::Image, "Sysdig"),
        "paloaltonetworks/prisma-cloud-scan" => scans(Scan::Image, "Prisma Cloud"),
        "neuvector/scan-action" => scans(Scan::Image, "NeuVector"),
        "aws-actions/vulnerability-scan-github-action-for-amazon-inspector"
        | "aws-actions/amazon-inspector-scan" => scans(Scan::Image, "Amazon Inspector"),
        "microsoft/security-devops-action" => (
            vec![
                Does::Scans(Scan::Image, "Microsoft Security DevOps"),
                Does::Scans(Scan::Code, "Microsoft Security DevOps"),
            ],
            None,
        ),
        "actions/dependency-review-action" => scans(Scan::Dependencies, "dependency review"),
        _ if name.starts_with("google/osv-scanner-action") => {
            scans(Scan::Dependencies, "OSV-Scanner")
        }
        "pypa/gh-action-pip-audit" => scans(Scan::Dependencies, "pip-audit"),
        "rustsec/audit-check" | "actions-rs/audit-check" | "actions-rust-lang/audit" => {
            scans(Scan::Dependencies, "cargo audit")
        }
        "embarkstudios/cargo-deny-action" => scans(Scan::Dependencies, "cargo deny"),
        "golang/govulncheck-action" => scans(Scan::Dependencies, "govulncheck"),
        "dependency-check/dependency-check_action" => scans(Scan::Dependencies, "Dependency-Check"),
        "gitleaks/gitleaks-action" | "zricethezav/gitleaks-action" => {
            scans(Scan::Secrets, "Gitleaks")
        }
        "trufflesecurity/trufflehog" => scans(Scan::Secrets, "TruffleHog"),
        _ if name.starts_with("gitguardian/ggshield") => scans(Scan::Secrets, "GitGuardian"),
        "github/codeql-action/analyze" => scans(Scan::Code, "CodeQL"),
        _ if name.starts_with("github/codeql-action") => (Vec::new(), None),
        "returntocorp/semgrep-action" | "semgrep/semgrep-action" => scans(Scan::Code, "Semgrep"),
        _ if name.starts_with("sonarsource/") => scans(Scan::Code, "SonarQube"),
        _ if name.starts_with("pycqa/bandit-action") => scans(Scan::Code, "Bandit"),
        _ if name.starts_with("bridgecrewio/checkov-action")
            || name.starts_with("checkmarx/kics")
            || name.starts_with("agentcheck/")
            || name.starts_with("zizmorcore/") =>
        {
            scans(Scan::Configuration, "a linter of configuration")
        }
        "pre-commit/action" => {
            plain(Does::Calls(super::Call::Recipe(super::Runner::PreCommit, None)))
        }
        // It waits until the objects are stable.
        "azure/k8s-deploy" if input("action").is_none_or(|it| it == "deploy") => {
            (vec![Does::Deploys("Azure"), Does::AwaitsRollout], None)
        }
        "aws-actions/amazon-ecs-deploy-task-definition"
            if input("wait-for-service-stability") == Some("true") =>
        {
            (vec![Does::Deploys("AWS"), Does::AwaitsRollout], None)
        }
        "azure/k8s-deploy"
        | "azure/webapps-deploy"
        | "azure/container-apps-deploy-action"
        | "azure/aci-deploy"
        | "azure/functions-action"
        | "azure/arm-deploy"
        | "azure/functions-container-action"
        | "azure/static-web-apps-deploy" => plain(Does::Deploys("Azure")),
        "google-github-actions/deploy-cloudrun"
        | "google-github-actions/deploy-appengine"
        | "google-github-actions/deploy-cloud-functions"
        | "google-github-actions/create-cloud-deploy-release" => {
            plain(Does::Deploys("Google Cloud"))
        }
        "aws-actions/amazon-ecs-deploy-task-definition"
        | "aws-actions/aws-cloudformation-github-deploy"
        | "aws-actions/aws-lambda-deploy"
        | "einaregilsson/beanstalk-deploy"
        | "awslabs/amazon-app-runner-deploy" => plain(Does::Deploys("AWS")),
        "superfly/flyctl-actions" => match input("args") {
            Some(args) if args.contains("deploy") => plain(Does::Deploys("Fly.io")),
            _ => (Vec::new(), None),
        },
        "akhileshns/heroku-deploy" => plain(Does::Deploys("Heroku")),
        "cloudflare/wrangler-action" => plain(Does::Deploys("Cloudflare Workers")),
        "amondnet/vercel-action" => plain(Does::Deploys("Vercel")),
        "deliverybot/helm" | "bitovi/github-actions-deploy-eks-helm" | "koslib/helm-eks-action" => {
            plain(Does::Deploys("Helm"))
        }
        "appleboy/ssh-action" => {
            let told = input("script").unwrap_or_default();
            let is_deploy = ["docker", "kubectl", "systemctl", "deploy", "git pull"]
                .iter()
                .any(|it| told.contains(it));
            if is_deploy { plain(Does::Deploys("ssh")) } else { (Vec::new(), None) }
        }
        "softprops/action-gh-release"
        | "goreleaser/goreleaser-action"
        | "pypa/gh-action-pypi-publish"
        | "ncipollo/release-action"
        | "googleapis/release-please-action"
        | "google-github-actions/release-please-action"
        | "actions/create-release"
        | "changesets/action" => plain(Does::Releases),
        "cypress-io/github-action"
        | "grafana/k6-action"
        | "grafana/run-k6-action"
        | "helm/chart-testing-action"
        | "taiki-e/nextest"
        | "matt-ball/newman-action" => plain(Does::Tests),
        "jtalk/url-health-check-action" | "emilioschepis/wait-for-endpoint" => {
            plain(Does::SmokeTests)
        }
        "actions-rs/cargo" => match input("command") {
            Some("test") => plain(Does::Tests),
            Some("audit" | "deny") => scans(Scan::Dependencies, "cargo audit"),
            _ => plain(Does::Lints),
        },
        "gradle/gradle-build-action" | "gradle/gradle-command-action"
            if input("arguments").is_some() =>
        {
            plain(
                if input("arguments").is_some_and(|it| {
                    it.contains("test") || it.contains("build") || it.contains("check")
                }) {
                    Does::Tests
                } else {
                    Does::Unknown
                },
            )
        }
        "dagger/dagger-for-github" | "earthly/actions-setup" => plain(Does::Unknown),
        _ => (unfamiliar(&name).into_iter().collect(), None),
    }
}

/// What an action does that nobody here knows. Those that only prepare or tell have names for it.
fn unfamiliar(name: &str) -> Option<Does> {
    const HARMLESS: [&str; 37] = [
        "actions/",
        "checkout",
        "setup",
        "install",
        "cache",
        "upload",
        "download",
        "login",
        "auth",
        "configure",
        "credentials",
        "toolchain",
        "metadata",
        "qemu",
        "buildx",
        "label",
        "comment",
        "notify",
        "slack",
        "codecov",
        "coveralls",
        "artifact",
        "pages",
        "free-disk",
        "sbom",
        "cosign",
        "docs",
        "semantic",
        "changelog",
        "version",
        "paths-filter",
        "changed-files",
        "wait-on",
        "pull-request",
        "actions-poetry",
        "assign",
        "stale",
    ];
    if HARMLESS.iter().any(|it| name.contains(it)) {
        return None;
    }
    let last = name.rsplit('/').next().unwrap_or(name);
    Some(by_name(last).unwrap_or(Does::Unknown))
}

/// What a task of Azure Pipelines does.
pub(super) fn azure(task: &str, inputs: Option<Node<'_>>) -> Vec<Does> {
    let name = task.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let input = |key: &str| {
        let entries = inputs.map(Node::entries).unwrap_or_default();
        let entry = entries.into_iter().find(|it| it.key.text().eq_ignore_ascii_case(key));
        entry.map(|it| it.value.text().to_ascii_lowercase())
    };
    let command = input("command").unwrap_or_default();
    match name.as_str() {
        "docker" => match command.as_str() {
            "build" => vec![Does::BuildsImage],
            "push" => vec![Does::PushesImage],
            "" | "buildandpush" => vec![Does::BuildsImage, Does::PushesImage],
            _ => Vec::new(),
        },
        "dockercompose" => vec![Does::BuildsImage],
        "kubernetesmanifest" => match input("action").as_deref() {
            Some("bake" | "createsecret" | "delete" | "scale") => Vec::new(),
            // Deploying, it waits until the objects are stable.
            None | Some("deploy") => {
                vec![Does::Deploys("KubernetesManifest"), Does::AwaitsRollout]
            }
            _ => vec![Does::Deploys("KubernetesManifest")],
        },
        "kubernetes" if matches!(command.as_str(), "apply" | "set" | "create" | "") => {
            vec![Does::Deploys("kubectl")]
        }
        "helmdeploy" if matches!(command.as_str(), "upgrade" | "install") => {
            let mut does = vec![Does::Deploys("Helm")];
            // It adds `--wait` unless it is told not to.
            let waits = input("waitforexecution").as_deref() != Some("false");
            does.extend(waits.then_some(Does::AwaitsRollout));
            does
        }
        "azurewebapp"
        | "azurewebappcontainer"
        | "azurermwebappdeployment"
        | "azurefunctionapp"
        | "azurefunctionappcontainer"
        | "azurecontainerapps"
        | "azureresourcemanagertemplatedeployment"
        | "azurespringcloud" => {
            vec![Does::Deploys("Azure")]
        }
        "azureappservicemanage"
            if input("action").is_none_or(|it| it.is_empty() || it == "swap slots") =>
        {
            vec![Does::Switches("slots of Azure App Service")]
        }
        "vstest" | "visualstudiotest" => vec![Does::Tests],
        "dotnetcorecli" if command == "test" => vec![Does::Tests],
        "maven" | "gradle" | "ant" => vec![Does::Tests],
        "npm" if input("customcommand").is_some_and(|it| it.contains("test")) => vec![Does::Tests],
        "npm" if input("customcommand").is_some() => vec![Does::Unknown],
        "trivy" => vec![Does::Scans(Scan::Image, "Trivy")],
        "snyksecurityscan" => match input("testtype").as_deref() {
            Some("container") => vec![Does::Scans(Scan::Image, "Snyk")],
            _ => vec![Does::Scans(Scan::Dependencies, "Snyk")],
        },
        "microsoftsecuritydevops" => {
            vec![
                Does::Scans(Scan::Image, "Microsoft Security DevOps"),
                Does::Scans(Scan::Code, "Microsoft Security DevOps"),
            ]
        }
        "aquascanner" | "prisma-cloud-compute-scan" | "qualysconnector" => {
            vec![Does::Scans(Scan::Image, "a scanner of images")]
        }
        "advancedsecurity-dependency-scanning"
        | "dependency-check-build-task"
        | "mend"
        | "whitesource" => {
            vec![Does::Scans(Scan::Dependencies, "a scanner of dependencies")]
        }
        _ if name.starts_with("advancedsecurity-codeql-analyze") || name.starts_with("sonar") => {
            vec![Does::Scans(Scan::Code, "a scanner of code")]
        }
        "credscan" => vec![Does::Scans(Scan::Secrets, "CredScan")],
        _ if known_by_azure(&name) => Vec::new(),
        _ => vec![by_name(&name).unwrap_or(Does::Unknown)],
    }
}

/// Tasks that only prepare, publish or tell.
fn known_by_azure(name: &str) -> bool {
    const HARMLESS: [&str; 22] = [
        "use",
        "install",
        "publish",
        "download",
        "copyfiles",
        "cache",
        "nodetool",
        "authenticate",
        "replacetokens",
        "archivefiles",
        "extractfiles",
        "azurekeyvault",
        "deletefiles",
        "kubelogin",
        "npm",
        "nuget",
        "pip",
        "kubernetes",
        "helmdeploy",
        "dotnetcorecli",
        "goTool",
        "azurecli",
    ];
    HARMLESS.iter().any(|it| name.contains(it))
}

/// What a step of an orb of `CircleCI` does, or one of its jobs, given its parameters.
pub(super) fn orb(name: &str, with: Option<Node<'_>>) -> Vec<Does> {
    let Some((orb, step)) = name.split_once('/') else { return Vec::new() };
    let step = step.to_ascii_lowercase();
    match (orb, step.as_str()) {
        (
            _,
            "install"
            | "setup"
            | "check"
            | "login"
            | "install-packages"
            | "install-deps"
            | "attach"
            | "checkout"
            | "install-docker-tools"
            | "authenticate"
            | "notify"
            | "save"
            | "restore",
        ) => Vec::new(),
        ("docker" | "gcp-gcr" | "gcp-artifact-registry" | "azure-acr", "build" | "build-image") => {
            vec![Does::BuildsImage]
        }
        ("docker" | "gcp-gcr" | "azure-acr", "push" | "push-image") => vec![Does::PushesImage],
        ("docker" | "aws-ecr", "publish" | "build-and-push-image" | "build_and_push_image") => {
            vec![Does::BuildsImage, Does::PushesImage]
        }
        ("snyk", "scan") => {
            let is_image = with.is_some_and(|with| with.at(&["docker-image-name"]).is_some());
            vec![Does::Scans(if is_image { Scan::Image } else { Scan::Dependencies }, "Snyk")]
        }
        ("trivy", _) => vec![Does::Scans(Scan::Image, "Trivy")],
        ("anchore", _) => vec![Does::Scans(Scan::Image, "Anchore")],
        ("slack" | "codecov" | "coveralls" | "aws-cli" | "gcp-cli" | "azure-cli", _) => Vec::new(),
        _ if step.starts_with("install") || step.starts_with("setup") => Vec::new(),
        _ if step.contains("deploy") => vec![Does::Deploys("an orb")],
        _ => vec![by_name(&step).unwrap_or(Does::Unknown)],
    }
}

/// What a pipe of Bitbucket does.
pub(super) fn pipe(name: &str) -> Vec<Does> {
    let name = name.split(':').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    match last.as_str() {
        "snyk-scan" => vec![Does::Scans(Scan::Image, "Snyk")],
        "git-secrets-scan" => vec![Does::Scans(Scan::Secrets, "git-secrets")],
        "trivy" | "trivy-pipe" => vec![Does::Scans(Scan::Image, "Trivy")],
        "sonarcloud-scan" | "sonarqube-scan" => vec![Does::Scans(Scan::Code, "SonarQube")],
        "aws-ecr-push-image" | "google-gcr-push-image" => vec![Does::PushesImage],
        _ if last.contains("deploy") || last.ends_with("-run") => vec![Does::Deploys("a pipe")],
        _ if ["notify", "upload", "cache", "s3", "trigger"].iter().any(|it| last.contains(it)) => {
            Vec::new()
        }
        _ => vec![by_name(&last).unwrap_or(Does::Unknown)],
    }
}
