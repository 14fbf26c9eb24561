use crate::repo::Repository;
use crate::repo::pipeline::Does;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let flow = repository.flow();
    // What nobody can read may run them.
    let may_be = flow.is_open() || repository.has_foreign_pipeline();
    if !repository.is_whole()
        || may_be
        || !repository.has_code()
        || flow.doing(|it| *it == Does::Tests).next().is_some()
    {
        return;
    }
    let ships = flow
        .doing(|it| matches!(it, Does::BuildsImage | Does::PushesImage | Does::Deploys(_)))
        .next();
    let builds = flow.doing(|it| matches!(it, Does::BuildsImage | Does::PushesImage)).next();
    if builds.is_some() && repository.tests_in_builds() {
        return;
    }
    let first = ships.and_then(|it| flow.home(it)).or_else(|| flow.pipelines().next());
    if let Some((_, pipeline)) = first {
        cx.report(pipeline.place, format!("no step of {} runs tests", pipeline.tool.as_str()))
            .help("what breaks is then found by whoever uses the service: run the tests before anything is built or deployed");
    }
}
