//! How much of its host a service may take.

use super::{Service, interpolated};
use crate::tree::Node;

/// A limit of a service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit<'t> {
    /// There is one, or a variable may hold one.
    Given,
    /// What stands there means that there is none: zero, or less.
    Unlimited(Node<'t>),
    Missing,
}

/// What a service may take of its host.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resource {
    Cpu,
    Memory,
    Processes,
}

impl Resource {
    /// What its limit is called as a field of a service, and below `deploy.resources.limits`.
    fn names(self) -> [&'static str; 2] {
        match self {
            Resource::Cpu => ["cpus", "cpus"],
            Resource::Memory => ["mem_limit", "memory"],
            Resource::Processes => ["pids_limit", "pids"],
        }
    }
}

impl<'t> Service<'t> {
    pub(super) fn limit_of(self, resource: Resource) -> Limit<'t> {
        match resource {
            Resource::Cpu => self.cpu_limit(),
            Resource::Memory => self.memory_limit(),
            Resource::Processes => self.pids_limit(),
        }
    }

    fn memory_limit(self) -> Limit<'t> {
        self.limit(&[&["mem_limit"], &["deploy", "resources", "limits", "memory"]])
    }

    fn cpu_limit(self) -> Limit<'t> {
        self.limit(&[
            &["cpus"],
            &["deploy", "resources", "limits", "cpus"],
            &["cpu_quota"],
            &["cpuset"],
            // On Windows.
            &["cpu_count"],
            &["cpu_percent"],
        ])
    }

    fn pids_limit(self) -> Limit<'t> {
        self.limit(&[&["pids_limit"], &["deploy", "resources", "limits", "pids"]])
    }

    /// The memory that is kept free for the service, where that is more than some size: a limit
    /// must not be below it.
    pub(crate) fn memory_reserved_beyond(self, size: &str) -> Option<String> {
        let fields: [&[&str]; 2] =
            [&["mem_reservation"], &["deploy", "resources", "reservations", "memory"]];
        let reserved =
            fields.iter().find_map(|field| self.node().at(field)).and_then(interpolated)?;
        (bytes(&reserved)? > bytes(size)?).then_some(reserved)
    }

    /// The limit that one of those fields gives.
    fn limit(self, fields: &[&[&str]]) -> Limit<'t> {
        let mut unlimited = Limit::Missing;
        for node in fields.iter().filter_map(|field| self.node().at(field)) {
            if interpolated(node).is_none_or(|text| !is_none(&text)) {
                return Limit::Given;
            }
            unlimited = Limit::Unlimited(node);
        }
        unlimited
    }

    /// A limit with its amount, in bytes or cores, where both are known.
    pub(crate) fn stated_limit(self, resource: Resource) -> Option<(Node<'t>, f64)> {
        let [short, long] = resource.names();
        let paths: [&[&str]; 2] = [&[short], &["deploy", "resources", "limits", long]];
        let stated = paths.iter().find_map(|path| self.node().at(path));
        let Some(node) = stated else { return self.quota().filter(|_| short == "cpus") };
        let text = interpolated(node)?;
        let amount = match resource {
            Resource::Memory => bytes(&text)?,
            Resource::Cpu | Resource::Processes => text.trim().parse().ok()?,
        };
        (amount > 0.0).then_some((node, amount))
    }

    /// The CPUs that a quota comes to, which holds for each period.
    ///
    /// Source: Docker, `docker run`, "`--cpu-quota`", "`--cpu-period`".
    fn quota(self) -> Option<(Node<'t>, f64)> {
        const PERIOD: f64 = 100_000.0;
        let amount = |node: Node<'_>| interpolated(node)?.trim().parse::<f64>().ok();
        let node = self.node().at(&["cpu_quota"])?;
        let period = self.node().at(&["cpu_period"]).map_or(Some(PERIOD), amount)?;
        let cpus = amount(node)? / period;
        (cpus > 0.0 && period > 0.0).then_some((node, cpus))
    }

    /// The path of a limit, as the service writes them: below `deploy`, where it has limits there. It is
    /// empty where the service writes them both ways: Compose compares the two, and refuses a limit that
    /// stands on one side only.
    ///
    /// Source: compose-spec/compose-go, `loader/validate.go`, "can't set distinct values on".
    pub(super) fn limit_path(self, resource: Resource) -> Vec<&'static str> {
        let [short, long] = resource.names();
        let is_long = self.node().at(&["deploy", "resources", "limits"]).is_some();
        let all = [Resource::Cpu, Resource::Memory, Resource::Processes];
        let has_short = |it: &Resource| {
            let [short, _] = it.names();
            self.node().at(&[short]).is_some()
        };
        match is_long || self.is_for_swarm() {
            true if all.iter().any(has_short) => Vec::new(),
            true => vec!["deploy", "resources", "limits", long],
            false => vec![short],
        }
    }
}

/// How many bytes a size is: `512`, `512m`, `1.5gb`, `1GiB`; less than zero for "without end".
///
/// Source: github.com/docker/go-units, `size.go`.
pub(crate) fn bytes(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '))?;
    let (number, unit) = text.split_at_checked(end + 1)?;
    let power = match unit.to_ascii_lowercase().as_bytes() {
        [] | [b'b'] => 0,
        [scale] | [scale, b'b'] | [scale, b'i', b'b'] => {
            1 + b"kmgtp".iter().position(|known| known == scale)?
        }
        _ => return None,
    };
    let number: f64 = number.trim_end().parse().ok()?;
    Some(number * 1024_f64.powi(i32::try_from(power).ok()?))
}

/// Whether an amount is none: `0`, `0m`, `-1`.
fn is_none(text: &str) -> bool {
    let number = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    number.parse().is_ok_and(|number: f64| number <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn sizes_have_units() {
        for (text, expected) in [
            ("512", Some(512.0)),
            ("512b", Some(512.0)),
            ("1k", Some(1024.0)),
            ("1.5KiB", Some(1536.0)),
            ("1 mb", Some(1_048_576.0)),
            ("-1", Some(-1.0)),
            ("", None),
            ("512Mi", None),
            ("m", None),
            ("1x", None),
            ("512mibb", None),
            ("1.2.3m", None),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
        let tree = tree("services: {a: {mem_reservation: 1g}, b: {mem_reservation: 64m}}");
        let services = services_of(&tree);
        assert_eq!(services[0].memory_reserved_beyond("512m").as_deref(), Some("1g"));
        assert_eq!(services[1].memory_reserved_beyond("512m"), None);
    }

    #[test]
    fn limits_go_where_the_others_are() {
        for (text, expected) in [
            ("image: x", "mem_limit"),
            ("deploy: {replicas: 2}", "mem_limit"),
            ("cpus: 1, deploy: {resources: {reservations: {memory: 1G}}}", "mem_limit"),
            ("deploy: {resources: {limits: {cpus: '1'}}}", "deploy.resources.limits.memory"),
            ("deploy: {placement: {constraints: []}}", "deploy.resources.limits.memory"),
            ("cpus: 1, deploy: {resources: {limits: {cpus: '1'}}}", ""),
            ("pids_limit: 9, deploy: {placement: {constraints: []}}", ""),
        ] {
            let tree = tree(&format!("services: {{a: {{{text}}}}}"));
            let path = services_of(&tree)[0].limit_path(Resource::Memory);
            assert_eq!(path.join("."), expected, "{text}");
        }
    }

    #[test]
    fn zero_is_no_limit() {
        for (text, expected) in [
            ("mem_limit: 512m", "given"),
            ("mem_limit: 0", "unlimited"),
            ("mem_limit: 0m", "unlimited"),
            ("mem_limit: '${LIMIT}'", "given"),
            ("mem_limit: '${LIMIT:-0}'", "unlimited"),
            ("deploy: {resources: {limits: {memory: 1G}}}", "given"),
            ("mem_limit: 0, deploy: {resources: {limits: {memory: 1G}}}", "given"),
            ("mem_reservation: 1g", "missing"),
            ("deploy: {resources: {reservations: {memory: 1G}}}", "missing"),
        ] {
            let tree = tree(&format!("services: {{a: {{{text}}}}}"));
            let found = match services_of(&tree)[0].memory_limit() {
                Limit::Given => "given",
                Limit::Unlimited(_) => "unlimited",
                Limit::Missing => "missing",
            };
            assert_eq!(found, expected, "{text}");
        }
        let tree = tree("services: {a: {pids_limit: -1}, b: {cpus: 0.5}, c: {cpus: '0.0'}}");
        let services = services_of(&tree);
        assert!(matches!(services[0].pids_limit(), Limit::Unlimited(_)));
        assert_eq!(services[1].cpu_limit(), Limit::Given);
        assert!(matches!(services[2].cpu_limit(), Limit::Unlimited(_)));
    }
}
