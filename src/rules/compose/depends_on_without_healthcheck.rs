use crate::compose::{Awaited, ComposeFile, Health, Service};
use crate::image::ImageRef;
use crate::project::Project;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Value};

use super::completed;

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    for Awaited { waiter, condition, service } in file.awaited_healthy() {
        let Some(owner) = waiter.owner_of(condition.place()) else { continue };
        let why = match service.health() {
            Health::Disabled(_) => "whose health check is turned off",
            Health::OfTheImage if has_none(service, cx.project()) => "which has no health check",
            Health::Given | Health::OfTheImage => continue,
        };
        let message = format!(
            "{} `{}` waits until service `{}` is healthy, {why}",
            owner.kind,
            owner.name,
            service.name()
        );
        let overriding = file.overriding_service(service.name());
        let overriding = overriding.filter(|it| matches!(it.health(), Health::Given));
        let help = match overriding {
            Some(_) => {
                "only the override file gives it one: Compose stops there wherever it runs without that file"
            }
            None => {
                "Compose stops there: give that service a health check, or wait for service_started"
            }
        };
        let found = cx
            .report(condition, message)
            .help(help)
            .about(owner)
            .related(service.key(), "the service that is waited for");
        let found = completed(found, overriding.map(Service::key));
        if let (Some(words), Health::OfTheImage) = (service.usual_healthcheck(), service.health()) {
            found.unsafe_fix("ask with the program that the image brings along for it", || {
                let words = words.iter().map(|word| (*word).into()).collect();
                edit::set(service.node(), &["healthcheck", "test"], &Value::List(words))
            });
        }
    }
}

/// Whether it is certain that the image of the service has no health check.
fn has_none(service: Service<'_>, project: &Project<'_>) -> bool {
    if let Some(image) = project.image_built_for(service) {
        let is_from_official = image.base().is_some_and(|base| ImageRef::parse(base).is_official());
        return !image.has_healthcheck && is_from_official;
    }
    service.image_has_healthcheck() == Some(false)
}
