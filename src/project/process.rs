//! What a process is started with: the words of its command and its variables, whether the image says
//! them or who runs it.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::{Project, Runner};
use crate::compose::interpolated;
use crate::docker::{Form, Image, Start};
use crate::image::ImageRef;
use crate::source::Place;
use crate::tree::Node;
use crate::variables;

/// Longer commands are nobody's.
const MOST_WORDS: usize = 512;

/// A text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// A process of a container or a service. What is not asked for is not looked up.
pub(crate) struct Process<'p> {
    project: &'p Project<'p>,
    pub(crate) runner: Runner<'p>,
    image: OnceCell<Option<Image<'p>>>,
    /// The words that start it, those of scripts one by one, with variables filled in as far as they are
    /// known.
    words: OnceCell<Vec<Said>>,
    /// The variables that who runs it gives it, in their order.
    variables: OnceCell<Vec<Given<'p>>>,
}

/// A variable that who runs a process gives it.
struct Given<'p> {
    name: Cow<'p, str>,
    /// The value as it is written.
    written: &'p str,
    /// Nothing where it is not known.
    value: Option<Cow<'p, str>>,
    place: Place,
}

impl<'p> Project<'p> {
    /// What a container or a service runs, as far as the files say it.
    pub(crate) fn process_of<'a>(&'a self, runner: Runner<'a>) -> Process<'a>
    where
        'p: 'a,
    {
        let (image, words, variables) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Process { project: self, runner, image, words, variables }
    }
}

impl<'p> Process<'p> {
    /// The image, where a Dockerfile of the project makes it.
    pub(crate) fn image(&self) -> Option<&Image<'p>> {
        self.image.get_or_init(|| self.project.image_of(self.runner)).as_ref()
    }

    fn given(&self) -> &[Given<'p>] {
        self.variables.get_or_init(|| match self.runner {
            Runner::Container(container) => {
                let variables = self.project.variables_of(container);
                let own = variables.iter().map(|it| Given {
                    name: it.name.clone(),
                    written: it.at.text(),
                    value: it.value.clone(),
                    place: it.at.place(),
                });
                own.collect()
            }
            Runner::Service(service) => {
                let own = service.environment().into_iter().map(|it| {
                    let name = it.node.text().strip_suffix(it.value).unwrap_or_default();
                    let whole = interpolated(it.node);
                    let value = whole.and_then(|text| Some(text.strip_prefix(name)?.to_owned()));
                    Given {
                        name: it.name.into(),
                        written: it.value,
                        value: value.map(Cow::Owned),
                        place: it.place,
                    }
                });
                own.collect()
            }
        })
    }

    /// The words of the command. Whoever states what comes first drops what the image would hand to it.
    ///
    /// Sources: kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container;
    /// Compose specification, `05-services.md`, "entrypoint".
    fn read_words(&self) -> Vec<Said> {
        let (first, second) = match self.runner {
            Runner::Container(_) => ("command", "args"),
            Runner::Service(_) => ("entrypoint", "command"),
        };
        let stated = |key| self.runner.node().at(&[key]).filter(|node| !node.is_null());
        let (entrypoint, arguments) = (stated(first), stated(second));
        let of_image = |start: Option<Start<'p>>| start.map(texts_of).unwrap_or_default();
        let image = if entrypoint.is_none() { self.image() } else { None };
        let is_shell = image
            .and_then(|image| image.entrypoint)
            .is_some_and(|it| matches!(it.command.form, Form::Shell(_)));
        let mut texts = match entrypoint {
            Some(node) => self.texts_in(node),
            None => of_image(image.and_then(|image| image.entrypoint)),
        };
        texts.extend(match arguments {
            Some(node) if !is_shell => self.texts_in(node),
            None if entrypoint.is_none() && !is_shell => {
                of_image(image.and_then(|image| image.cmd))
            }
            _ => Vec::new(),
        });
        let words = texts.iter().flat_map(|Said { text, place }| {
            let text = self.filled_in(text).unwrap_or_else(|| text.clone());
            let words: Vec<_> = text.split_whitespace().map(bare).map(str::to_owned).collect();
            words.into_iter().map(|text| Said { text, place: *place })
        });
        words.take(MOST_WORDS).collect()
    }

    /// The texts of a command that is a list or one text.
    fn texts_in(&self, node: Node<'_>) -> Vec<Said> {
        let scalars = node.items().chain(node.is_scalar().then_some(node));
        let read = |node: Node<'_>| {
            let text = match self.runner {
                Runner::Container(_) => Some(node.text().to_owned()),
                Runner::Service(_) => interpolated(node),
            };
            Some(Said { text: text?, place: node.place() })
        };
        scalars.take(MOST_WORDS).filter_map(read).collect()
    }

    /// A text with the variables of the process filled in, as Kubernetes and shells do.
    fn filled_in(&self, text: &str) -> Option<String> {
        let value_of = |name: &str| Some(self.variable(name)?.text);
        if !text.contains('$') {
            return Some(text.to_owned());
        }
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, inside)) = rest.split_once("$(") {
            let (name, after) = inside.split_once(')')?;
            out.push_str(before);
            out.push_str(&value_of(name)?);
            rest = after;
        }
        out.push_str(rest);
        variables::expand(&out, &value_of)
    }

    /// What a variable is, given by who runs the process or else by the image; nothing where that is
    /// not known.
    pub(crate) fn variable(&self, name: &str) -> Option<Said> {
        if let Some(own) = self.given().iter().rev().find(|it| it.name == name) {
            return Some(Said { text: own.value.clone()?.into_owned(), place: own.place });
        }
        let (place, text) = self.image()?.variable(name)?;
        Some(Said { text, place })
    }

    /// The values of the variables that who runs it gives it, as they are written.
    pub(crate) fn written_values(&self) -> impl Iterator<Item = &'p str> {
        self.given().iter().map(|it| it.written)
    }

    /// The words of the command.
    pub(crate) fn words(&self) -> &[Said] {
        self.words.get_or_init(|| self.read_words())
    }

    /// The words of a variable that holds options.
    pub(crate) fn options_in(&self, name: &str) -> Vec<Said> {
        let Some(Said { text, place }) = self.variable(name) else { return Vec::new() };
        let words = text.split_whitespace().map(bare).take(MOST_WORDS);
        words.map(|word| Said { text: word.to_owned(), place }).collect()
    }

    /// Which of those programs the command runs.
    pub(crate) fn program(&self, names: &[&'static str]) -> Option<&'static str> {
        let is = |word: &Said, name: &str| word.text.rsplit('/').next() == Some(name);
        let first = |word: &Said| names.iter().copied().find(|name| is(word, name));
        self.words().iter().find_map(first)
    }

    /// What a flag of the command is given, the last time that it is there: `--workers 4`, `--workers=4`,
    /// `-w 4`, `-w4`.
    pub(crate) fn flag(&self, names: &[&str]) -> Option<Said> {
        flag_in(self.words(), names)
    }

    /// The reference of the image that is run, where its name is known.
    pub(crate) fn image_name(&self) -> Option<Said> {
        let node = self.runner.node().at(&["image"])?;
        let text = match self.runner {
            Runner::Container(_) => node.text().to_owned(),
            Runner::Service(_) => interpolated(node)?,
        };
        Some(Said { text, place: node.place() })
    }

    /// Whether it runs one of those images, which nobody of the project builds.
    pub(crate) fn is_of_image(&self, names: &[&str]) -> bool {
        let name = self.image_name().filter(|_| self.image().is_none());
        name.is_some_and(|name| names.contains(&ImageRef::parse(&name.text).short_name()))
    }
}

/// What a flag is given among those words.
pub(crate) fn flag_in(words: &[Said], names: &[&str]) -> Option<Said> {
    let value = |(index, word): (usize, &Said)| {
        names.iter().find_map(|name| {
            let rest = word.text.strip_prefix(name)?;
            let text = match rest.strip_prefix('=') {
                Some(value) => value.to_owned(),
                None if rest.is_empty() => return words.get(index + 1).cloned(),
                None if !name.starts_with("--") => rest.to_owned(),
                None => return None,
            };
            Some(Said { text, place: word.place })
        })
    };
    words.iter().enumerate().rev().find_map(value)
}

/// The texts that start an image.
fn texts_of(start: Start<'_>) -> Vec<Said> {
    match &start.command.form {
        Form::Exec(words) => {
            words.iter().map(|it| Said { text: it.text.clone(), place: it.place }).collect()
        }
        Form::Shell(text) => vec![Said { text: text.clone(), place: start.command.place }],
    }
}

/// A word without its quotes and what ends a command.
fn bare(word: &str) -> &str {
    word.trim_end_matches(';').trim_matches(['"', '\''])
}
