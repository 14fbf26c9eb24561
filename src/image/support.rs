//! Until when the makers of an image support the releases in it: Python 3.12 and Debian 12 of
//! `python:3.12-slim-bookworm`.
//!
//! The dates stand in `support.toml`, each product with its maker's page, with what was read to
//! compare them, and when.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use super::ImageRef;
use crate::diagnostic::Severity;

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| entries(include_str!("support.toml")));

/// A product of the table. It is parsed only for an image that may be of it: parsing all of them takes as long
/// as the rest of a small run.
struct Entry {
    text: &'static str,
    /// What follows the last `/` of what stands in quotes above its `source`: the names of its images.
    names: Vec<&'static str>,
    has_word: bool,
    product: OnceLock<Option<Product>>,
}

impl Entry {
    /// One that does not parse would make every image of it a supported one; a test parses all.
    fn product(&'static self) -> Option<&'static Product> {
        let parse = || {
            let table: BTreeMap<String, Product> = toml::from_str(self.text).ok()?;
            table.into_values().next()
        };
        self.product.get_or_init(parse).as_ref()
    }

    /// Whether one of its images may be called that, as far as the end of the name tells.
    fn may_name(&self, repository: &str) -> bool {
        self.names.contains(&last_segment(repository))
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The parts of a table that begin with a name in brackets, each with the tables inside it.
fn entries(table: &'static str) -> Vec<Entry> {
    let is_start = |at: &usize| {
        let line = table.get(at + 1..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        !line.contains('.')
    };
    let starts: Vec<usize> =
        table.match_indices("\n[").map(|(at, _)| at).filter(is_start).collect();
    let ends = starts.iter().skip(1).copied().chain([table.len()]);
    let entry = |(start, end): (&usize, usize)| {
        let text = table.get(*start..end)?;
        let (head, _) = text.split_once("\nsource = ")?;
        let names = head.split('"').skip(1).step_by(2).map(last_segment).collect();
        let has_word = head.contains("\nword = ");
        Some(Entry { text, names, has_word, product: OnceLock::new() })
    };
    starts.iter().zip(ends).filter_map(entry).collect()
}

/// Other images than the official ones whose tags name the distribution beneath: registry and start
/// of the path.
const TELLING: [(&str, &str); 7] = [
    ("docker.io", "nvidia/cuda"),
    ("docker.io", "nvidia/opengl"),
    ("gcr.io", "distroless/"),
    ("ghcr.io", "astral-sh/uv"),
    ("nvcr.io", "nvidia/cuda"),
    ("registry.access.redhat.com", "ubi"),
    ("registry.redhat.io", "ubi"),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    name: String,
    images: Vec<String>,
    word: Option<String>,
    source: String,
    /// What was read; for whoever brings the table up to date, as are the next two.
    #[cfg_attr(not(test), expect(dead_code))]
    seen_in: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code))]
    looked_at: Datetime,
    /// The branches whose day is in nothing that was read.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code))]
    from_memory: Vec<String>,
    #[serde(default)]
    rolls: bool,
    #[serde(default)]
    keeps_data: bool,
    ends: BTreeMap<String, Datetime>,
    #[serde(default)]
    team_ends: BTreeMap<String, Datetime>,
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    codenames: BTreeMap<String, String>,
}

/// A release branch that an image is made of.
#[derive(Clone, Debug)]
struct Release {
    product: &'static Product,
    branch: &'static str,
    /// The part of the tag that names it.
    said: String,
    /// Whether it is what the image is called after, not what lies beneath.
    is_own: bool,
}

/// What support a release has on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// None since that day.
    Ended(Date),
    /// That of a team for long-term support since the first day and up to the other.
    LongTerm(Date, Date),
    /// All of it up to a day that is near.
    Ending(Date),
}

impl Release {
    /// `Python 3.8`
    fn describe(&self) -> String {
        format!("{} {}", self.product.name, self.branch)
    }

    /// What there is to say of its support; nothing where it goes on for more than `soon` days, or
    /// where nobody knows.
    fn standing(&self, today: Date, soon: i64) -> Option<Standing> {
        self.product.standing(self.branch, today, soon)
    }
}

/// What is wrong with the support of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lapse {
    /// `Python 3.8 has had no support since 2024-10-07`, of every release that has a problem.
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) severity: Severity,
    /// The same image of a branch that has support, where the tag is plain.
    pub(crate) next: Option<String>,
}

/// When a lapse counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) today: Date,
    /// How many days before the end it is worth a note.
    pub(crate) soon: i64,
    /// How many days after the end it is an error.
    pub(crate) late: i64,
}

impl Standing {
    fn describe(self, release: &Release) -> String {
        let whose = release.describe();
        match self {
            Standing::Ended(end) => format!("{whose} has had no support since {end}"),
            Standing::LongTerm(team_end, end) => {
                format!("{whose} has had long-term support only since {team_end}, until {end}")
            }
            Standing::Ending(end) => format!("support of {whose} ends on {end}"),
        }
    }

    fn severity(self, release: &Release, clock: Clock) -> Severity {
        let Standing::Ended(end) = self else { return Severity::Note };
        match (days(end, clock.today) > clock.late, release.product.rolls) {
            (true, false) => Severity::Error,
            (true, true) | (false, false) => Severity::Warning,
            (false, true) => Severity::Note,
        }
    }
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

impl Product {
    fn branches(&self) -> impl Iterator<Item = &str> {
        self.ends.keys().chain(&self.open).map(String::as_str)
    }

    fn standing(&self, branch: &str, today: Date, soon: i64) -> Option<Standing> {
        let day = |days: &BTreeMap<String, Datetime>| days.get(branch).and_then(date);
        let end = day(&self.ends)?;
        if end < today {
            return Some(Standing::Ended(end));
        }
        if let Some(team_end) = day(&self.team_ends).filter(|team_end| *team_end < today) {
            return Some(Standing::LongTerm(team_end, end));
        }
        // Of what ends every few weeks the end is always near.
        (days(today, end) <= soon && !self.rolls).then_some(Standing::Ending(end))
    }

    /// The branch that a version belongs to; that of `3` is the newest one that begins so.
    fn branch_of(&'static self, version: &str) -> Option<&'static str> {
        let begins = |whole: &str, start: &str| {
            let rest = whole.strip_prefix(start);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let exact = self.branches().filter(|branch| begins(version, branch));
        exact.max_by_key(|branch| branch.len()).or_else(|| {
            let is_short = version.chars().all(|c| c.is_ascii_digit() || c == '.');
            let longer = self.branches().filter(|branch| is_short && begins(branch, version));
            longer.filter(|_| !version.is_empty()).max_by(|a, b| compare(a, b))
        })
    }

    fn codenamed(&'static self, word: &str) -> Option<&'static str> {
        self.codenames.get(word).map(String::as_str)
    }

    /// The branch that a part of another image's tag names: `alpine3.20`, `bookworm`.
    fn beneath(&'static self, word: &str) -> Option<&'static str> {
        let own = self.word.as_deref()?;
        let version =
            word.strip_prefix(own).filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
        self.codenamed(word).or_else(|| self.branch_of(version?))
    }

    /// The next branch that has all support for longer than `soon` days.
    fn next(&self, branch: &str, today: Date, soon: i64) -> Option<&str> {
        let newer = self.branches().filter(|other| compare(other, branch) == Ordering::Greater);
        newer
            .filter(|other| self.standing(other, today, soon).is_none())
            .min_by(|a, b| compare(a, b))
    }
}

fn date(day: &Datetime) -> Option<Date> {
    let day = day.date?;
    Date::new(day.year.try_into().ok()?, day.month.try_into().ok()?, day.day.try_into().ok()?).ok()
}

/// By their numbers, so that 3.10 comes behind 3.9.
fn compare(a: &str, b: &str) -> Ordering {
    let numbers = |text: &str| text.split('.').map(|it| it.parse::<u32>().ok()).collect::<Vec<_>>();
    numbers(a).cmp(&numbers(b))
}

impl ImageRef<'_> {
    /// What is wrong with the support of what the image is made of; the worst decides how bad it is.
    pub(crate) fn lapse(&self, clock: Clock) -> Option<Lapse> {
        let releases = self.releases();
        let mut lapsed: Vec<_> = releases
            .iter()
            .filter_map(|release| Some((release, release.standing(clock.today, clock.soon)?)))
            .collect();
        lapsed.sort_by_key(|(release, standing)| standing.severity(release, clock));
        let (worst, standing) = *lapsed.last()?;
        let messages: Vec<_> =
            lapsed.iter().rev().map(|(release, standing)| standing.describe(release)).collect();
        let why = match standing {
            Standing::Ended(_) => "nobody mends its security flaws any more",
            Standing::LongTerm(..) => "volunteers mend the flaws of a part of it",
            Standing::Ending(_) => "after that nobody mends its security flaws",
        };
        Some(Lapse {
            message: messages.join(", and "),
            help: format!("{why}: move on to a newer release (see {})", worst.product.source),
            severity: standing.severity(worst, clock),
            next: self.next_supported(worst, &releases, clock),
        })
    }

    /// Whether the reference says which version it means: a digest, a release, or a tag with a number.
    /// `slim` and `stable` mean another version after every release, and so do branches of one's own.
    pub(crate) fn names_version(&self) -> bool {
        let Some(tag) = self.tag else { return self.digest.is_some() };
        let has_number = tag.contains(|c: char| c.is_ascii_digit());
        let is_known = self.product().is_some();
        let names_release = || self.releases().iter().any(|release| release.is_own);
        self.digest.is_some()
            || !tag.starts_with("latest") && if is_known { names_release() } else { has_number }
    }

    /// What the image is made of, where its makers support all of that on a day: "Python 3.13, Debian
    /// 13". Nothing where that is over, or nobody knows.
    ///
    /// Python has to be as new as the checklist of the MSFT agent asks ("Container Image").
    pub(crate) fn supported(&self, today: Date) -> Option<String> {
        const OLDEST_PYTHON: &str = "3.12";
        let releases = self.releases();
        let is_good = |release: &Release| {
            let is_old = release.product.name == "Python"
                && compare(release.branch, OLDEST_PYTHON) == Ordering::Less;
            !is_old && release.standing(today, 0).is_none()
        };
        let is_one = !releases.is_empty() && releases.iter().all(is_good);
        let names = || releases.iter().map(Release::describe).collect::<Vec<_>>().join(", ");
        is_one.then(names)
    }

    /// The releases that the image is made of, as far as its name and its tag say so.
    fn releases(&self) -> Vec<Release> {
        if self.is_windows() {
            return Vec::new();
        }
        let tag = self.tag.unwrap_or_default();
        let own = self.product();
        let mut found = Vec::new();
        if let Some(product) = own {
            let version = tag.split('-').next().unwrap_or_default();
            let named = || {
                let mut words = tag.split('-');
                words.find_map(|word| Some((product.codenamed(word)?, word)))
            };
            let numbered = product.branch_of(version).map(|branch| (branch, version));
            let release = |(branch, said): (_, &str)| Release {
                product,
                branch,
                said: said.to_owned(),
                is_own: true,
            };
            found.extend(numbered.or_else(named).map(release));
        }
        if own.is_some() || self.official_name().is_some() || self.tells_its_base() {
            let is_other = |product: &&Product| own.is_none_or(|own| own.name != product.name);
            let others = TABLE.iter().filter(|it| it.has_word).filter_map(Entry::product);
            let words: Vec<&str> = tag.split('-').chain(self.path_words()).collect();
            found.extend(others.filter(is_other).filter_map(|product| {
                let named = words.iter().find_map(|word| Some((product.beneath(word)?, *word)));
                let (branch, word) = named?;
                Some(Release { product, branch, said: word.to_owned(), is_own: false })
            }));
        }
        found
    }

    /// What the image is called after.
    fn product(&self) -> Option<&'static Product> {
        let official = self.official_name();
        let is_it = |name: &String| official == Some(name) || self.goes_by(name);
        let listed = TABLE.iter().filter(|it| it.may_name(self.repository));
        listed.filter_map(Entry::product).find(|product| product.images.iter().any(is_it))
    }

    fn tells_its_base(&self) -> bool {
        let registry = self.registry.unwrap_or("docker.io");
        let is =
            |(host, path): &(&str, &str)| *host == registry && self.repository.starts_with(path);
        TELLING.iter().any(is)
    }

    /// The parts of the path that may name a distribution.
    ///
    /// ```text
    /// gcr.io/distroless/base-debian12         registry.access.redhat.com/ubi9/python-312
    ///                        ^^^^^^^^                                    ^^^^
    /// ```
    fn path_words(&self) -> impl Iterator<Item = &str> {
        let path = Some(self.repository).filter(|_| self.tells_its_base());
        path.into_iter().flat_map(|path| path.split(['/', '-']))
    }

    /// The same image of the next branch that has support for longer than `soon` days. Nothing where
    /// the tag says more than the branch and a variant, or where the data would have to move as well.
    fn next_supported(&self, release: &Release, all: &[Release], clock: Clock) -> Option<String> {
        let tag = self.tag.filter(|_| self.digest.is_none())?;
        let product = release.product;
        if product.keeps_data || !release.is_own || all.len() > 1 {
            return None;
        }
        let next = product.next(release.branch, clock.today, clock.soon)?;
        let is_version = release.branch.starts_with(release.said.as_str());
        let codename = || product.codenames.iter().find(|(_, branch)| *branch == next);
        let said = if is_version {
            next
        } else {
            codename().filter(|_| product.codenames.contains_key(&release.said))?.0
        };
        let words = tag.split('-').map(|word| if word == release.said { said } else { word });
        // A day or a build belongs to the old branch alone.
        let is_plain = |word: &str| !word.starts_with(|c: char| c.is_ascii_digit());
        let is_simple = tag.split('-').all(|word| word == release.said || is_plain(word));
        is_simple.then(|| format!("{}:{}", self.name(), words.collect::<Vec<_>>().join("-")))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    const SOON: i64 = 90;

    fn today() -> Date {
        day(2026, 11, 21)
    }

    #[test]
    fn the_table_is_read_whole() {
        let table: BTreeMap<String, Product> =
            toml::from_str(include_str!("support.toml")).expect("a table");
        assert!(table.len() > 20 && TABLE.len() == table.len());
        for ((key, product), entry) in table.iter().zip(&*TABLE) {
            assert_eq!(entry.product().map(|it| &it.name), Some(&product.name), "{key}");
            assert!(product.images.iter().all(|image| entry.may_name(image)), "{key}");
            assert_eq!(entry.has_word, product.word.is_some(), "{key}");
            assert!(product.source.starts_with("https://"), "{key}");
            assert!(!product.seen_in.is_empty(), "{key} was seen nowhere");
            assert!(date(&product.looked_at).is_some(), "{key}");
            for branch in &product.from_memory {
                assert!(product.ends.contains_key(branch), "{key} {branch} has no day");
            }
            assert!(!product.images.is_empty() || product.word.is_some(), "{key}");
            let days = product.ends.iter().chain(&product.team_ends);
            for (branch, end) in days {
                let end = date(end).unwrap_or_else(|| panic!("{key} {branch} has no day"));
                assert!((2010..2040).contains(&end.year()), "{key} {branch}");
                assert!(!product.open.contains(branch), "{key} {branch} is open and ends");
            }
            for (branch, team_end) in &product.team_ends {
                assert!(date(team_end) < date(&product.ends[branch]), "{key} {branch}");
            }
            for branch in product.codenames.values() {
                assert!(product.branches().any(|it| it == branch), "{key} {branch} is not listed");
            }
        }
    }

    #[test]
    fn a_tag_names_the_releases() {
        for (text, releases) in [
            ("python:3.8", "Python 3.8"),
            ("python:3.8.10-slim-buster", "Python 3.8, Debian 10"),
            ("python:3.12-buster@sha256:ab", "Python 3.12, Debian 10"),
            ("python:2", "Python 2.7"),
            ("python:3-alpine3.16", "Python 3.15, Alpine 3.16"),
            ("python:3.10", "Python 3.10"),
            ("python:slim", ""),
            ("python:buster", "Debian 10"),
            ("python", ""),
            ("python@sha256:ab", ""),
            ("public.ecr.aws/docker/library/node:18-alpine", "Node.js 18"),
            ("node:lts-gallium", "Node.js 16"),
            ("node:20-stretch", "Node.js 20, Debian 9"),
            ("node:lts", ""),
            ("openjdk:11-jre-slim-bullseye", "the `openjdk` image of Java 11, Debian 11"),
            ("openjdk:25-ea-jdk", ""),
            ("eclipse-temurin:8u402-b06-jdk-focal", "Java 8, Ubuntu 20.04"),
            ("eclipse-temurin:17.0.9_9-jre", "Java 17"),
            ("debian:buster-slim", "Debian 10"),
            ("debian:11.9", "Debian 11"),
            ("debian:stable-slim", ""),
            ("ubuntu:focal-20230801", "Ubuntu 20.04"),
            ("ubuntu:20.04", "Ubuntu 20.04"),
            ("rust:1.80-slim-bullseye", "Rust 1.80, Debian 11"),
            ("rust:1", "Rust 1.100"),
            ("postgres:9", "PostgreSQL 9.6"),
            ("postgres:13.2-alpine", "PostgreSQL 13"),
            ("golang:1.2", ""),
            ("golang:1.20-alpine3.17", "Go 1.20, Alpine 3.17"),
            ("mcr.microsoft.com/dotnet/aspnet:6.0-jammy", ".NET 6.0, Ubuntu 22.04"),
            ("mcr.microsoft.com/dotnet/sdk:6.0-nanoserver-1809", ""),
            ("gcr.io/distroless/python3-debian11:nonroot", "Debian 11"),
            ("registry.access.redhat.com/ubi7/nodejs-14:1", "Red Hat UBI 7"),
            ("nvidia/cuda:11.4.3-base-ubuntu18.04", "Ubuntu 18.04"),
            ("nvidia/cuda:11.4.3-base-centos7", "CentOS 7"),
            ("amazoncorretto:17-al2-jdk", "Amazon Linux 2"),
            ("amazonlinux:2.0.20240109.0", "Amazon Linux 2"),
            ("amazonlinux:2023", "Amazon Linux 2023"),
            ("quay.io/centos/centos:stream8", "CentOS stream8"),
            ("acme/python:3.8-buster", ""),
            ("bitnami/node:14", ""),
            ("redis:7.2-alpine", "Redis 7.2"),
            ("redis:7", "Redis 7.4"),
            ("${IMAGE}:3.8", ""),
        ] {
            let found = ImageRef::parse(text).releases();
            let found: Vec<_> = found.iter().map(Release::describe).collect();
            assert_eq!(found.join(", "), releases, "{text}");
        }
    }

    #[test]
    fn a_reference_says_which_version_it_means_or_does_not() {
        for (text, expected) in [
            ("python:3.13-slim", true),
            ("python:slim", false),
            ("python:bookworm", false),
            ("debian:bookworm-slim", true),
            ("acme/api:1.4.2", true),
            ("acme/api:main", false),
            ("acme/api:latest", false),
            ("acme/api", false),
            ("acme/api@sha256:ab", true),
            ("acme/api:latest@sha256:ab", true),
            ("acme/api:sha-3fca2d1", true),
        ] {
            assert_eq!(ImageRef::parse(text).names_version(), expected, "{text}");
        }
    }

    #[test]
    fn an_image_is_supported_where_all_of_it_is() {
        let of = |text: &str| ImageRef::parse(text).supported(today());
        assert_eq!(of("python:3.13-slim-trixie").as_deref(), Some("Python 3.13, Debian 13"));
        for text in ["python:3.11-slim", "python:3.13-slim-buster", "python:slim", "acme/api:1"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn support_ends_on_a_day() {
        let standing = |text: &str, today| {
            ImageRef::parse(text).releases().first().and_then(|it| it.standing(today, SOON))
        };
        let ended = |year, month, on| Some(Standing::Ended(day(year, month, on)));
        assert_eq!(standing("python:3.8", today()), ended(2024, 10, 7));
        assert_eq!(
            standing("python:3.8", day(2024, 10, 7)),
            Some(Standing::Ending(day(2024, 10, 7)))
        );
        assert_eq!(standing("python:3.8", day(2024, 1, 1)), None);
        assert_eq!(standing("php:8.2", today()), Some(Standing::Ending(day(2026, 12, 31))));
        let long_term = Standing::LongTerm(day(2026, 7, 11), day(2028, 6, 30));
        assert_eq!(standing("debian:12", today()), Some(long_term));
        assert_eq!(standing("debian:10", today()), ended(2024, 6, 30));
        assert_eq!(standing("nginx:1.31", today()), None);
        assert_eq!(standing("python:3.14", today()), None);
        assert_eq!(standing("rust:1.93", today()), ended(2026, 3, 5));
        assert_eq!(standing("rust:1.99", day(2026, 11, 11)), None);
    }

    #[test]
    fn what_rolls_on_is_judged_less_hard() {
        let clock = Clock { today: today(), soon: SOON, late: 180 };
        let severity = |text: &str| ImageRef::parse(text).lapse(clock).map(|it| it.severity);
        assert_eq!(severity("rust:1.93"), Some(Severity::Warning));
        assert_eq!(severity("rust:1.97.1-slim"), Some(Severity::Note));
        assert_eq!(severity("rust:1.100"), None);
        assert_eq!(severity("node:18"), Some(Severity::Error));
        assert_eq!(severity("python:3.10"), Some(Severity::Warning));
    }

    #[test]
    fn the_next_branch_is_one_with_support() {
        for (text, next) in [
            ("python:3.8", Some("python:3.11")),
            ("python:3.8-slim", Some("python:3.11-slim")),
            ("docker.io/library/python:2", Some("docker.io/library/python:3.11")),
            ("node:18-alpine", Some("node:22-alpine")),
            ("node:lts-gallium", Some("node:lts-jod")),
            ("debian:buster-slim", Some("debian:trixie-slim")),
            ("debian:11", Some("debian:13")),
            ("ubuntu:18.04", Some("ubuntu:22.04")),
            ("php:7.4-fpm", Some("php:8.3-fpm")),
            ("mcr.microsoft.com/dotnet/aspnet:6.0", Some("mcr.microsoft.com/dotnet/aspnet:10.0")),
            // More than the branch and a variant.
            ("python:3.8.10", None),
            ("python:3.8@sha256:ab", None),
            ("python:3.8-slim-buster", None),
            ("ubuntu:focal-20230801", None),
            // The data, the vendor, the end of the line.
            ("postgres:11", None),
            ("openjdk:11", None),
            ("centos:7", None),
            ("rust:1.80-buster", None),
            ("rust:1.80-slim", Some("rust:1.100-slim")),
        ] {
            let image = ImageRef::parse(text);
            let releases = image.releases();
            let clock = Clock { today: today(), soon: SOON, late: 180 };
            let found = image.next_supported(&releases[0], &releases, clock);
            assert_eq!(found.as_deref(), next, "{text}");
        }
    }
}
