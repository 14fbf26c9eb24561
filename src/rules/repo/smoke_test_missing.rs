use crate::repo::Repository;
use crate::repo::pipeline::Does;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let Some(deployment) = repository.unproven_deployment().filter(|_| repository.is_whole())
    else {
        return;
    };
    if let Does::Deploys(tool) = deployment.does {
        cx.report(deployment.place, format!("nothing behind this deployment with {tool} asks the service whether it works"))
            .help("a deployment that went through may still answer nobody: wait for the rollout, then ask for health and for one real answer");
    }
}
