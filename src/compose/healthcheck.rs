//! How Docker learns whether a service is well.

use super::{Service, flag, interpolated};
use crate::duration;
use crate::image::ImageRef;
use crate::tree::Node;

/// What the file says about the health check of a service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Health<'t> {
    /// There is a command, or a variable may hold one.
    Given,
    /// What says that there is to be none, not even the image's own.
    Disabled(Node<'t>),
    /// The image's own counts, if it has one.
    OfTheImage,
}

impl<'t> Service<'t> {
    pub(crate) fn health(self) -> Health<'t> {
        let Some(healthcheck) = self.node().at(&["healthcheck"]) else {
            return Health::OfTheImage;
        };
        let disable = healthcheck.at(&["disable"]);
        match disable.and_then(flag) {
            Some(true) => return disable.map_or(Health::OfTheImage, Health::Disabled),
            // Whoever says that the image's own counts knows that it has one.
            Some(false) if healthcheck.at(&["test"]).is_none() => return Health::Given,
            _ => {}
        }
        let Some(test) = healthcheck.at(&["test"]) else {
            return if healthcheck.is_map() { Health::OfTheImage } else { Health::Given };
        };
        // An empty list leaves it to the image.
        if test.is_list() && test.items().len() == 0 {
            return Health::OfTheImage;
        }
        let first = test.items().next().unwrap_or(test);
        match interpolated(first).as_deref() {
            Some("NONE") => Health::Disabled(test),
            _ => Health::Given,
        }
    }

    /// After how many seconds a service that does not answer counts as unhealthy, as far as its health
    /// check here says so; nothing where a variable decides.
    ///
    /// Source: docs.docker.com/reference/dockerfile, `HEALTHCHECK`.
    pub(crate) fn time_until_unhealthy(self) -> Option<f64> {
        let stated = |key: &str| self.node().at(&["healthcheck", key]);
        let seconds = |key: &str, default: f64| {
            stated(key).map_or(Some(default), |it| duration::seconds(&interpolated(it)?))
        };
        let retries = match stated("retries") {
            Some(retries) => interpolated(retries)?.parse().ok()?,
            None => 3.0,
        };
        Some(seconds("start_period", 0.0)? + seconds("interval", 30.0)? * retries)
    }

    /// Whether the image of the service is one of those that have a health check of their own, or
    /// do not; nothing where that cannot be told.
    pub(crate) fn image_has_healthcheck(self) -> Option<bool> {
        let image = self.known_image()?;
        let image = ImageRef::parse(&image);
        if WITH_HEALTHCHECK.contains(&image.full_name().as_str()) {
            return Some(true);
        }
        image.is_official().then_some(false)
    }

    /// Whether the image of the service holds its program alone: nothing that could ask it.
    pub(crate) fn image_is_one_program(self) -> bool {
        self.known_image().is_some_and(|image| ImageRef::parse(&image).is_one_program())
    }

    /// The command by which the image says whether it is well, for those that bring one along.
    pub(crate) fn usual_healthcheck(self) -> Option<&'static [&'static str]> {
        let image = self.known_image()?;
        let name = ImageRef::parse(&image).full_name();
        USUAL.iter().find(|(image, _)| *image == name).map(|(_, test)| *test)
    }
}

/// Images with a health check of their own. Docker's official images have none, as their
/// maintainers leave it to those who run them.
///
/// Sources: the Dockerfiles of these images; github.com/docker-library/faq, "healthcheck", 2026-11.
const WITH_HEALTHCHECK: [&str; 10] = [
    "docker.io/axllent/mailpit",
    "docker.io/containrrr/watchtower",
    "docker.io/gitlab/gitlab-ce",
    "docker.io/gitlab/gitlab-ee",
    "docker.io/louislam/uptime-kuma",
    "docker.io/mysql/mysql-server",
    "docker.io/pihole/pihole",
    "docker.io/vaultwarden/server",
    "gcr.io/cadvisor/cadvisor",
    "ghcr.io/open-webui/open-webui",
];

/// Programs in images that say whether the server in them is well.
///
/// Sources: the documentation of the servers.
const USUAL: [(&str, &[&str]); 6] = [
    ("docker.io/library/redis", &["CMD", "redis-cli", "ping"]),
    ("docker.io/valkey/valkey", &["CMD", "valkey-cli", "ping"]),
    ("docker.io/library/postgres", &["CMD", "pg_isready"]),
    ("docker.io/library/mysql", &["CMD", "mysqladmin", "ping", "-h", "127.0.0.1"]),
    ("docker.io/library/mariadb", &["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]),
    ("docker.io/library/rabbitmq", &["CMD", "rabbitmq-diagnostics", "-q", "ping"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn a_healthcheck_may_be_given_or_turned_off() {
        for (text, expected) in [
            ("{test: [CMD, curl, localhost]}", "given"),
            ("{test: curl localhost}", "given"),
            ("{test: '${TEST}'}", "given"),
            ("{test: [NONE]}", "disabled"),
            ("{test: NONE}", "disabled"),
            ("{test: []}", "image"),
            ("{disable: true}", "disabled"),
            ("{disable: false, test: x}", "given"),
            ("{disable: false}", "given"),
            ("{interval: 5s}", "image"),
            ("{}", "image"),
            ("", "image"),
        ] {
            let tree = tree(&format!("services: {{a: {{healthcheck: {text}}}}}"));
            let found = match services_of(&tree)[0].health() {
                Health::Given => "given",
                Health::Disabled(_) => "disabled",
                Health::OfTheImage => "image",
            };
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn when_a_service_counts_as_unhealthy() {
        for (text, expected) in [
            ("{test: x}", Some(90.0)),
            ("{test: x, interval: 10s, retries: 6}", Some(60.0)),
            ("{test: x, start_period: 2m, interval: 5s, retries: 2}", Some(130.0)),
            ("{test: x, start_period: '${START}'}", None),
        ] {
            let tree = tree(&format!("services: {{a: {{healthcheck: {text}}}}}"));
            assert_eq!(services_of(&tree)[0].time_until_unhealthy(), expected, "{text}");
        }
    }

    #[test]
    fn some_images_are_known() {
        for (image, has) in [
            ("redis:7", Some(false)),
            ("docker.io/library/postgres:17", Some(false)),
            ("gcr.io/cadvisor/cadvisor:v0.49.1", Some(true)),
            ("ghcr.io/acme/api:1", None),
            ("${IMAGE}", None),
        ] {
            let tree = tree(&format!("services: {{a: {{image: '{image}'}}}}"));
            assert_eq!(services_of(&tree)[0].image_has_healthcheck(), has, "{image}");
        }
    }
}
