//! What CI does.

use super::{Answer, Proof, Signal, View};
use crate::agent::{AgentConfig, Safeguards};
use crate::repo::pipeline::{Activity, Does, Scan};
use crate::repo::{Repository, is_aside, is_for_show};

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "pipeline/awaits-rollout",
        about: "every deployment of a pipeline waits until what it deploys is ready",
        look: awaits_rollout,
    },
    Signal { name: "pipeline/builds", about: "a pipeline builds what is released", look: builds },
    Signal {
        name: "pipeline/deploys",
        about: "a pipeline deploys, or a controller does what the repository says",
        look: deploys,
    },
    Signal {
        name: "pipeline/dry-run",
        about: "the integration with the real world is rehearsed in dry run",
        look: dry_run,
    },
    Signal {
        name: "pipeline/image-scan",
        about: "a pipeline scans images, and goes no further with what has known holes",
        look: image_scan,
    },
    Signal { name: "pipeline/load-test", about: "a pipeline runs a load test", look: load_test },
    Signal {
        name: "pipeline/request",
        about: "a pipeline sends a real request to what it has deployed",
        look: request,
    },
    Signal {
        name: "pipeline/security-scan",
        about: "a pipeline scans the code, its dependencies or its image, and stops at findings",
        look: security_scan,
    },
    Signal {
        name: "pipeline/smoke-test",
        about: "every deployment of a pipeline is followed by a test of what was deployed",
        look: smoke_test,
    },
    Signal {
        name: "pipeline/staging",
        about: "there is a staging environment before production",
        look: staging,
    },
    Signal {
        name: "pipeline/tests",
        about: "a pipeline runs the tests whenever something changes, and stops when they fail",
        look: tests,
    },
];

/// What is missing, unless it may stand where nobody looked.
pub(super) fn absent(view: &View<'_>, absent: &str) -> String {
    let is_part = view.repositories().iter().any(|repository| !repository.is_whole());
    if is_part { "only a part of the repository is in scope" } else { absent }.to_owned()
}

/// Of a question that one repository answers with yes for all; `nothing` says what is missing.
pub(super) fn in_any<'p>(
    view: &View<'p>,
    nothing: &str,
    find: impl Fn(&'p Repository<'p>) -> Vec<Proof>,
) -> Answer {
    let mut found: Vec<Proof> = view.repositories().iter().flat_map(find).collect();
    found.sort_by_key(|proof| proof.place);
    found.dedup_by_key(|proof| proof.place);
    Answer::any(found, &absent(view, nothing))
}

/// ``job `deploy` deploys with kubectl``
fn told(repository: &Repository<'_>, activity: &Activity) -> Proof {
    let does = activity.does.describe();
    let says = match repository.flow().job(activity) {
        Some(job) => format!("job `{}` {does}", job.name),
        None => format!("the pipeline {does}"),
    };
    Proof::new(activity.place, says)
}

/// Whether a deployment is more than a part of a test, as the name of its job says.
fn is_real(repository: &Repository<'_>, deployment: &Activity) -> bool {
    const TESTS: [&str; 6] = ["e2e", "integration", "kind", "smoke", "test", "tests"];
    let Some(job) = repository.flow().job(deployment) else { return true };
    let name = job.name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    job.environment.is_some() || !words.any(|word| TESTS.contains(&word))
}

/// Whether something happens when it matters, and stops what follows when it fails.
fn counts(activity: &Activity) -> bool {
    activity.lenient.is_none() && activity.events.describe().is_none()
}

fn doing(
    view: &View<'_>,
    nothing: &str,
    is_one: impl Fn(&Repository<'_>, &Activity) -> bool,
) -> Answer {
    in_any(view, nothing, |repository| {
        let all = repository.flow().activities().iter();
        all.filter(|it| is_one(repository, it)).map(|it| told(repository, it)).collect()
    })
}

fn tests(view: &View<'_>) -> Answer {
    doing(view, "no pipeline here runs tests", |_, it| it.does == Does::Tests && counts(it))
}

fn builds(view: &View<'_>) -> Answer {
    let is_build =
        |does: &Does| matches!(does, Does::BuildsImage | Does::PushesImage | Does::Releases);
    doing(view, "no pipeline here builds what is released", |_, it| {
        is_build(&it.does) && it.lenient.is_none()
    })
}

fn deploys(view: &View<'_>) -> Answer {
    let by_pipelines = doing(view, "no pipeline here deploys", |repository, it| {
        matches!(it.does, Does::Deploys(_)) && it.lenient.is_none() && is_real(repository, it)
    });
    // They follow a repository by themselves.
    let controlled = view.objects().filter(|object| {
        matches!(
            (object.group(), object.kind()),
            ("argoproj.io", "Application" | "ApplicationSet")
                | ("kustomize.toolkit.fluxcd.io", "Kustomization")
                | ("helm.toolkit.fluxcd.io", "HelmRelease")
        )
    });
    let controlled = controlled.map(|it| Proof::new(it.grip().place(), it.describe()));
    let by_controllers = Answer::any(controlled, "no pipeline here deploys");
    Answer::any_of([by_pipelines, by_controllers])
        .unwrap_or_else(|| Answer::Lacking(absent(view, "no pipeline here deploys"), Vec::new()))
}

fn image_scan(view: &View<'_>) -> Answer {
    in_any(view, "no pipeline here scans images and stops at what it finds", |repository| {
        let scans = repository.stopping_scans(Scan::Image);
        scans.map(|it| told(repository, it)).collect()
    })
}

fn security_scan(view: &View<'_>) -> Answer {
    in_any(view, "no pipeline here scans anything and stops at what it finds", |repository| {
        let kinds = [Scan::Code, Scan::Dependencies, Scan::Image];
        let scans = kinds.into_iter().flat_map(|kind| repository.stopping_scans(kind));
        scans.map(|it| told(repository, it)).collect()
    })
}

/// Programs that put load on what runs.
const LOADERS: [&str; 8] =
    ["artillery", "gatling", "ghz", "hey", "jmeter", "k6", "locust", "vegeta"];

fn load_test(view: &View<'_>) -> Answer {
    doing(view, "no pipeline here runs a load test", |_, it| {
        let source = view.project().source(it.place.file);
        let program = source.map_or("", |source| source.slice(it.place.span)).to_ascii_lowercase();
        let mut words = program.split(|c: char| !c.is_ascii_alphanumeric());
        it.does == Does::Tests && words.any(|word| LOADERS.contains(&word))
    })
}

/// Of every deployment: whether something behind it says that it works.
fn each_deployment(view: &View<'_>, lack: &str, proves: fn(&Does) -> bool) -> Answer {
    let mut asked = Vec::new();
    for repository in view.repositories() {
        let deployments = repository.deployments(proves).into_iter();
        for (deployment, proof) in deployments.filter(|(it, _)| is_real(repository, it)) {
            asked.push(match proof {
                Some(proof) => (told(repository, proof), true),
                None => (told(repository, deployment), false),
            });
        }
    }
    match Answer::all(asked, "", lack) {
        Answer::Moot(_) => Answer::Lacking(absent(view, "no pipeline here deploys"), Vec::new()),
        answer => answer,
    }
}

fn smoke_test(view: &View<'_>) -> Answer {
    let lack = "of the deployments here are followed by no test";
    each_deployment(view, lack, |does| matches!(does, Does::SmokeTests | Does::Tests))
}

fn awaits_rollout(view: &View<'_>) -> Answer {
    let lack = "of the deployments here do not wait until something is ready";
    each_deployment(view, lack, |does| *does == Does::AwaitsRollout)
}

/// Words of addresses that ask for health and nothing else.
const HEALTH: [&str; 9] =
    ["health", "healthz", "healthcheck", "live", "livez", "ping", "ready", "readyz", "status"];

/// Whether a step sends more than a question for health, as far as its line says so.
fn sends_request(view: &View<'_>, activity: &Activity) -> bool {
    if activity.does == Does::Tests {
        return true;
    }
    let Some(source) = view.project().source(activity.place.file) else { return false };
    let rest = source.text().get(activity.place.span.range().start..).unwrap_or_default();
    let mut line = String::new();
    for part in rest.lines().take(8) {
        let part = part.trim_end();
        line.push_str(part.trim_end_matches('\\'));
        if !part.ends_with('\\') {
            break;
        }
    }
    let lower = line.to_ascii_lowercase();
    let asks_health =
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| HEALTH.contains(&word));
    let posts = [" -d ", "--data", "--json", "-x post", "--request post", "method post"];
    posts.iter().any(|it| lower.contains(it)) || lower.contains("smoke") && !asks_health()
}

fn request(view: &View<'_>) -> Answer {
    let nothing = "no pipeline here sends a real request to what it has deployed";
    in_any(view, nothing, |repository| {
        let flow = repository.flow();
        let deployments = repository.deployments(|_| false);
        let is_behind = |it: &&Activity| {
            deployments.iter().any(|(deployment, _)| {
                flow.is_before(deployment, it)
                    || it.at == deployment.at && it.does == Does::SmokeTests
            })
        };
        let asking = flow.doing(|does| matches!(does, Does::SmokeTests | Does::Tests));
        let asking = asking.filter(|it| it.lenient.is_none() && sends_request(view, it));
        asking.take(256).filter(is_behind).map(|it| told(repository, it)).collect()
    })
}

fn staging(view: &View<'_>) -> Answer {
    in_any(view, "no staging environment here", |repository| {
        let found = repository.rehearsals(view.project());
        found.into_iter().map(|(place, says)| Proof::new(place, says)).collect()
    })
}

fn dry_run(view: &View<'_>) -> Answer {
    // An example says nothing of what runs.
    let is_own = |agent: &&AgentConfig<'_>| {
        let source = view.project().source(agent.root().place().file);
        source.is_none_or(|it| !is_aside(it.path_in_run()) && !is_for_show(it.path_in_run()))
    };
    let agents = view.agents().filter(is_own);
    let safeguards: Vec<&Safeguards<'_>> =
        agents.filter_map(|agent| agent.safeguards.as_ref()).collect();
    if safeguards.is_empty() {
        return Answer::Moot("no integration with a marketplace here".to_owned());
    }
    let pretending = safeguards.iter().filter_map(|it| it.pretends());
    let pretending = pretending.map(|it| Proof::new(it.at.place(), it.text));
    Answer::any(pretending, "no configuration of the integration keeps it in dry run")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const WORKFLOW: &str = ".github/workflows/ci.yml";

    fn workflow(signal: &str, jobs: &str) -> String {
        let text = format!("on: [push, pull_request]\njobs:\n{jobs}");
        ask(signal, &[("README.md", "# Orders\n"), (WORKFLOW, &text)])
    }

    #[test]
    fn a_pipeline_shows_what_it_does() {
        let jobs = "  test:\n    steps:\n    - run: pytest\n    - run: k6 run load.js\n";
        assert_eq!(
            workflow("pipeline/tests", "  test:\n    steps:\n    - run: pytest\n"),
            "shown\n.github/workflows/ci.yml:5: job `test` runs tests"
        );
        assert!(
            workflow("pipeline/load-test", jobs).starts_with("shown\n.github/workflows/ci.yml:6")
        );
        let lenient = "  test:\n    steps:\n    - run: pytest || true\n";
        assert_eq!(workflow("pipeline/tests", lenient), "lacking: no pipeline here runs tests");
        assert_eq!(workflow("pipeline/deploys", jobs), "lacking: no pipeline here deploys");
        let kind = "  integration-test:\n    steps:\n    - run: kubectl apply -f k8s\n";
        assert_eq!(workflow("pipeline/deploys", kind), "lacking: no pipeline here deploys");
    }

    #[test]
    fn a_scan_that_stops_nothing_shows_nothing() {
        let scan = |more: &str| {
            format!(
                "  image:\n    steps:\n    - run: trivy image {more} acme/api:1\n    - run: docker push acme/api:1\n"
            )
        };
        let stopping = scan("--exit-code 1");
        assert!(workflow("pipeline/image-scan", &stopping).starts_with("shown\n"));
        assert!(workflow("pipeline/security-scan", &stopping).starts_with("shown\n"));
        assert!(workflow("pipeline/image-scan", &scan("")).starts_with("lacking: "));
    }

    #[test]
    fn every_deployment_is_tried() {
        let deploy = "    - run: kubectl apply -k deploy\n";
        let awaited = "    - run: kubectl rollout status deployment/api\n";
        let health = "    - run: curl --fail https://orders.test/health/ready\n";
        let request = "    - run: \"curl --fail https://orders.test/chat -d '{}'\"\n";
        let job = |name: &str, steps: &[&str]| format!("  {name}:\n    steps:\n{}", steps.concat());
        let all = job("production", &[deploy, awaited, health, request]);
        for signal in ["pipeline/smoke-test", "pipeline/awaits-rollout", "pipeline/deploys"] {
            assert!(workflow(signal, &all).starts_with("shown\n"), "{signal}");
        }
        assert!(
            workflow("pipeline/request", &all).starts_with("shown\n.github/workflows/ci.yml:8")
        );
        let posted = job("production", &[deploy, request]);
        assert!(workflow("pipeline/smoke-test", &posted).starts_with("shown"));
        for told in [
            "curl https://orders.test/chat -d a",
            "curl -f https://slack.test/api/chat.post",
            "curl -f https://api.openai.com/v1/chat/completions -d a",
        ] {
            let told = job("production", &[deploy, &format!("    - run: {told}\n")]);
            assert!(workflow("pipeline/smoke-test", &told).starts_with("lacking"), "{told}");
        }
        let partly = job("production", &[deploy, health]) + &job("other", &[deploy]);
        let answer = workflow("pipeline/smoke-test", &partly);
        assert!(answer.starts_with("lacking: 1 of the deployments"), "{answer}");
        assert!(workflow("pipeline/request", &partly).starts_with("lacking: "));
        assert!(workflow("pipeline/awaits-rollout", &partly).starts_with("lacking: 2 of the"));
        assert_eq!(
            workflow("pipeline/smoke-test", "  a:\n    steps: []\n"),
            "lacking: no pipeline here deploys"
        );
    }

    #[test]
    fn staging_is_an_environment_and_no_variable() {
        let environment = |name: &str| {
            let job = format!(
                "  a:\n    environment: {name}\n    steps:\n    - run: kubectl apply -k deploy\n"
            );
            workflow("pipeline/staging", &job)
        };
        assert!(environment("staging").ends_with(": environment `staging`"));
        for name in ["production", "test", "${{ inputs.environment || 'staging' }}"] {
            assert_eq!(environment(name), "lacking: no staging environment here", "{name}");
        }
        let integration = |dry: &str| {
            format!(
                "real_world_integration_system:\n  enabled: true\n  safety_constraints:\n    dry_run_mode: {dry}\n"
            )
        };
        let ask_dry = |path: &str, dry| ask("pipeline/dry-run", &[(path, &integration(dry))]);
        let path = "config/staging/integration_config.yaml";
        assert!(
            ask_dry(path, "true").starts_with("shown\nconfig/staging/integration_config.yaml:4")
        );
        assert!(ask_dry(path, "false").starts_with("lacking: no configuration"));
        assert!(ask_dry("docs/integration_config.yaml", "true").starts_with("moot: "));
    }
}
