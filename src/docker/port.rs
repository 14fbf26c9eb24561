//! Ports, as `EXPOSE` names them.

use super::{Action, Dockerfile, Instruction, Stage, Word};

/// A word of an `EXPOSE`.
#[derive(Debug)]
pub(crate) struct ExposedWord<'d> {
    pub(crate) stage: &'d Stage,
    pub(crate) instruction: &'d Instruction,
    /// All words of the instruction.
    pub(crate) words: &'d [Word],
    pub(crate) word: &'d Word,
    /// The word with its variables replaced.
    resolved: String,
}

impl Dockerfile {
    /// The words of every `EXPOSE`, but for those with variables that the file leaves open.
    pub(crate) fn exposed_words(&self) -> impl Iterator<Item = ExposedWord<'_>> {
        let all = self.stages.iter().flat_map(|stage| {
            stage.instructions().iter().map(move |instruction| (stage, instruction))
        });
        all.flat_map(move |(stage, instruction)| {
            let words = match &instruction.action {
                Action::Expose(words) => words.as_slice(),
                _ => &[],
            };
            let state = self.at(instruction);
            words.iter().filter_map(move |word| {
                let resolved = state.expand(&word.text)?;
                Some(ExposedWord { stage, instruction, words, word, resolved })
            })
        })
    }
}

impl ExposedWord<'_> {
    pub(crate) fn port(&self) -> Exposed<'_> {
        Exposed::parse(&self.resolved)
    }
}

/// What one word of an `EXPOSE` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposed<'t> {
    /// ```text
    /// <first>[-<last>][/<protocol>]
    /// ```
    Ports { first: u16, last: u16, protocol: &'t str },
    /// A number that no port has, or a range that ends before it begins.
    OutOfRange,
    /// What `docker run --publish` takes, with the port of the container: `127.0.0.1:8080:80`.
    Mapping(&'t str),
    /// Ports and something that is no protocol.
    UnknownProtocol(&'t str),
    /// Nothing that a builder takes.
    Malformed,
}

impl<'t> Exposed<'t> {
    /// Source: docs.docker.com/reference/dockerfile, "EXPOSE"; github.com/docker/go-connections,
    /// `nat/nat.go` and `nat/parse.go`.
    pub(crate) fn parse(text: &'t str) -> Self {
        if let Some((_, inner)) = text.rsplit_once(':') {
            return Exposed::Mapping(inner);
        }
        let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(first) || !is_number(last) {
            return Exposed::Malformed;
        }
        // Nothing behind the slash means TCP.
        let protocol = if protocol.is_empty() { "tcp" } else { protocol };
        let known = ["tcp", "udp", "sctp"];
        if !known.iter().any(|known| known.eq_ignore_ascii_case(protocol)) {
            return Exposed::UnknownProtocol(protocol);
        }
        match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if first <= last => Exposed::Ports { first, last, protocol },
            _ => Exposed::OutOfRange,
        }
    }

    /// Whether it is that port, alone or in a range, over TCP.
    pub(crate) fn holds_tcp(self, port: u16) -> bool {
        match self {
            Exposed::Ports { first, last, protocol } => {
                protocol.eq_ignore_ascii_case("tcp") && (first..=last).contains(&port)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_ranges_and_what_is_neither() {
        let ports = |first, last, protocol| Exposed::Ports { first, last, protocol };
        for (text, wanted) in [
            ("80", ports(80, 80, "tcp")),
            ("0", ports(0, 0, "tcp")),
            ("53/udp", ports(53, 53, "udp")),
            ("8000-8010/TCP", ports(8000, 8010, "TCP")),
            ("65536", Exposed::OutOfRange),
            ("99999999999/tcp", Exposed::OutOfRange),
            ("90-80", Exposed::OutOfRange),
            ("127.0.0.1:80:8080/tcp", Exposed::Mapping("8080/tcp")),
            ("80:8080", Exposed::Mapping("8080")),
            ("80/http", Exposed::UnknownProtocol("http")),
            ("80/", ports(80, 80, "tcp")),
            ("80,443", Exposed::Malformed),
            ("http", Exposed::Malformed),
            ("-80", Exposed::Malformed),
        ] {
            assert_eq!(Exposed::parse(text), wanted, "{text}");
        }
        assert!(Exposed::parse("20-25").holds_tcp(22) && !Exposed::parse("22/udp").holds_tcp(22));
    }
}
