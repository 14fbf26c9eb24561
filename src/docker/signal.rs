//! Signals, as `STOPSIGNAL` names them, and which one a program takes as the order to finish.

use super::{Image, Start};
use crate::command::{file_name, started};
use crate::image::ImageRef;

/// Signals by name and by number, on the platforms that images are built for.
///
/// Source: signal(7) of Linux, "Standard signals", column x86/ARM.
const SIGNALS: [(&str, u8); 31] = [
    ("SIGHUP", 1),
    ("SIGINT", 2),
    ("SIGQUIT", 3),
    ("SIGILL", 4),
    ("SIGTRAP", 5),
    ("SIGABRT", 6),
    ("SIGBUS", 7),
    ("SIGFPE", 8),
    ("SIGKILL", 9),
    ("SIGUSR1", 10),
    ("SIGSEGV", 11),
    ("SIGUSR2", 12),
    ("SIGPIPE", 13),
    ("SIGALRM", 14),
    ("SIGTERM", 15),
    ("SIGSTKFLT", 16),
    ("SIGCHLD", 17),
    ("SIGCONT", 18),
    ("SIGSTOP", 19),
    ("SIGTSTP", 20),
    ("SIGTTIN", 21),
    ("SIGTTOU", 22),
    ("SIGURG", 23),
    ("SIGXCPU", 24),
    ("SIGXFSZ", 25),
    ("SIGVTALRM", 26),
    ("SIGPROF", 27),
    ("SIGWINCH", 28),
    ("SIGIO", 29),
    ("SIGPWR", 30),
    ("SIGSYS", 31),
];

/// Other names of the same signals, as good as the first.
const SYNONYMS: [(&str, &str); 4] =
    [("SIGIOT", "SIGABRT"), ("SIGCLD", "SIGCHLD"), ("SIGPOLL", "SIGIO"), ("SIGUNUSED", "SIGSYS")];

/// The first and the last of the real-time signals.
const REAL_TIME: std::ops::RangeInclusive<u8> = 34..=64;

/// The full name of a signal, in capitals, however it is written: `15`, `term`, `SIGTERM`. Nothing
/// where there is no such signal.
pub(crate) fn signal(text: &str) -> Option<String> {
    let by_number = |number: u8| {
        let name = SIGNALS.iter().find(|(_, own)| *own == number).map(|(name, _)| *name);
        let real_time = || REAL_TIME.contains(&number).then(|| real_time(number));
        name.map(str::to_owned).or_else(real_time)
    };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return by_number(text.parse().ok()?);
    }
    let upper = text.to_ascii_uppercase();
    let full = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
    if let Some((_, name)) = SYNONYMS.iter().find(|(other, _)| *other == full) {
        return Some((*name).to_owned());
    }
    let is_known = SIGNALS.iter().any(|(name, _)| *name == full);
    (is_known || is_real_time(&full)).then_some(full)
}

/// Whether a text is the full name of a signal, in capitals.
pub(crate) fn is_full_name(text: &str) -> bool {
    SYNONYMS.iter().any(|(other, _)| *other == text)
        || signal(text).is_some_and(|name| name == text)
}

/// How far a name may be from `SIGRTMIN`, and from `SIGRTMAX`.
///
/// Source: github.com/moby/sys, `signal/signal_linux.go`.
const MOST_ABOVE: u8 = 15;
const MOST_BELOW: u8 = 14;

/// `SIGRTMIN+3` for 37.
fn real_time(number: u8) -> String {
    match (number - REAL_TIME.start(), REAL_TIME.end() - number) {
        (0, _) => "SIGRTMIN".to_owned(),
        (_, 0) => "SIGRTMAX".to_owned(),
        (above, _) if above <= MOST_ABOVE => format!("SIGRTMIN+{above}"),
        (_, below) => format!("SIGRTMAX-{below}"),
    }
}

/// `SIGRTMIN`, `SIGRTMIN+3`, `SIGRTMAX-2`
fn is_real_time(name: &str) -> bool {
    let offset = |rest: &str, sign: char, most: u8| {
        let number = rest.strip_prefix(sign).and_then(|number| number.parse::<u8>().ok());
        rest.is_empty() || number.is_some_and(|number| number <= most)
    };
    name.strip_prefix("SIGRTMIN").is_some_and(|rest| offset(rest, '+', MOST_ABOVE))
        || name.strip_prefix("SIGRTMAX").is_some_and(|rest| offset(rest, '-', MOST_BELOW))
}

/// Signals that no process can catch.
///
/// Source: signal(7) of Linux, "Signal dispositions".
pub(crate) const UNCAUGHT: [&str; 2] = ["SIGKILL", "SIGSTOP"];

/// A program, and the signal on which it finishes its work before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fitting {
    pub(crate) program: &'static str,
    pub(crate) signal: &'static str,
}

impl Fitting {
    /// That of a program by its name.
    ///
    /// Source: nginx.org/en/docs/control.html; systemd(1), "Signals"; docs.gunicorn.org, "Signal Handling".
    pub(crate) fn of_program(program: &str) -> Option<Self> {
        let (program, signal) = match program {
            "nginx" => ("nginx", "SIGQUIT"),
            "openresty" => ("openresty", "SIGQUIT"),
            "systemd" => ("systemd", "SIGRTMIN+3"),
            "gunicorn" => ("gunicorn", "SIGTERM"),
            _ => return None,
        };
        Some(Fitting { program, signal })
    }

    /// That of an image which is known for its program.
    pub(crate) fn of_image(image: &ImageRef<'_>) -> Option<Self> {
        let known = ["nginx", "openresty"].into_iter().find(|name| is_of(image, &[name]))?;
        Fitting::of_program(known)
    }
}

impl Image<'_> {
    /// What the image starts, and the signal that ends it in good order.
    pub(crate) fn fitting_signal(&self) -> Option<Fitting> {
        let base = ImageRef::parse(self.base()?);
        let entrypoint = self.entrypoint.filter(|it| !it.command.is_empty());
        match entrypoint.or(self.cmd).and_then(Start::program) {
            // On Alpine, init is another program.
            Some("init") if !is_of(&base, &["alpine", "busybox"]) => Fitting::of_program("systemd"),
            Some(program) => Fitting::of_program(program).or_else(|| self.fitting_behind()),
            // The command of the base stays.
            None => Fitting::of_image(&base),
        }
    }

    /// That of the program which another one starts: `uv run`, `python -m`, an init in the ENTRYPOINT.
    /// What a script does with signals nobody knows.
    fn fitting_behind(&self) -> Option<Fitting> {
        let line = self.dockerfile().line_of_image(self)?;
        let words = line.commands().last()?;
        let known = |name: &str| Fitting::of_program(name).is_some();
        let (program, behind) = started(words, known)?;
        let mut before = words.iter().take(words.len().saturating_sub(behind.len()));
        let is_script = before.any(|word| {
            word.text.to_ascii_lowercase().ends_with(".sh") || word.text.contains("entrypoint")
        });
        Fitting::of_program(file_name(&program.text)).filter(|_| !is_script)
    }

    /// Whether the base is an image of that program, which chooses the signal itself.
    pub(crate) fn chooses_signal(&self) -> bool {
        self.base().is_some_and(|base| Fitting::of_image(&ImageRef::parse(base)).is_some())
    }
}

fn is_of(base: &ImageRef<'_>, names: &[&str]) -> bool {
    let tag = base.tag.unwrap_or_default();
    names.iter().any(|name| base.repository.contains(name) || tag.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_one_name() {
        for (text, wanted) in [
            ("SIGTERM", Some("SIGTERM")),
            ("term", Some("SIGTERM")),
            ("15", Some("SIGTERM")),
            ("sigrtmin+3", Some("SIGRTMIN+3")),
            ("37", Some("SIGRTMIN+3")),
            ("RTMAX-1", Some("SIGRTMAX-1")),
            ("IOT", Some("SIGABRT")),
            ("34", Some("SIGRTMIN")),
            ("63", Some("SIGRTMAX-1")),
            ("64", Some("SIGRTMAX")),
            ("0", None),
            ("32", None),
            ("99", None),
            ("300", None),
            ("SIGFOO", None),
            ("SIGRTMIN+99", None),
            ("", None),
        ] {
            assert_eq!(signal(text).as_deref(), wanted, "{text}");
        }
        assert!(["SIGIO", "SIGPOLL", "SIGIOT"].into_iter().all(is_full_name));
        assert!(!["IO", "sigio", "SIGFOO", "29"].into_iter().any(is_full_name));
    }
}
