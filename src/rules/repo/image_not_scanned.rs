use crate::repo::Repository;
use crate::repo::pipeline::{Does, Scan};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let flow = repository.flow();
    // What nobody can read may scan it.
    let may_be = flow.is_open() || repository.has_foreign_pipeline();
    if !repository.is_whole() || may_be || flow.scans(Scan::Image).next().is_some() {
        return;
    }
    let pushed = flow.doing(|it| *it == Does::PushesImage).next();
    let (made, what) = match pushed {
        Some(pushed) => (Some(pushed), "pushed"),
        None => (flow.doing(|it| *it == Does::BuildsImage).next(), "built"),
    };
    if let Some(made) = made {
        cx.report(made.place, format!("the image is {what} here, and no step scans it"))
            .help("the base image and what is installed into it have known holes sooner or later: scan it before it is pushed, and fail for what is high or critical");
    }
}
