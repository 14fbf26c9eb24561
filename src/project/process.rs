//! A process as a container or a Compose service starts it: its image, its command line, its variables.
//! What it sees of file systems is in `confined`.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::confined::{Sight, User};
use super::serving::Made;
use super::writing::Hindered;
use super::{Project, Runner};
use crate::build::UNKNOWN;
use crate::command::{CommandLine, Word, file_name, option, place_in, started};
use crate::compose::{self, interpolated, interpolated_or};
use crate::docker::{Image, Owners};
use crate::image::ImageRef;
use crate::k8s;
use crate::listen::{Lookup, started_by};
use crate::source::Place;
use crate::tree::Node;
use crate::variables;

/// Longer commands are nobody's.
const MOST_WORDS: usize = 1024;

/// A process of a container or a service. What is not asked for is not looked up.
pub(crate) struct Process<'p> {
    pub(super) project: &'p Project<'p>,
    pub(crate) runner: Runner<'p>,
    built: OnceCell<Option<Made<'p>>>,
    line: OnceCell<Option<CommandLine>>,
    /// The words of the line, with variables filled in as far as they are known.
    words: OnceCell<Vec<Word>>,
    given: OnceCell<Given<'p>>,
    pub(super) sight: OnceCell<Sight>,
    pub(super) folder: OnceCell<Option<String>>,
    pub(super) user: OnceCell<Option<User>>,
    /// Who may write where in the image.
    pub(super) owners: OnceCell<Option<Owners>>,
    pub(super) hindered: OnceCell<Vec<Hindered>>,
}

/// Processes that were asked for, for whoever asks again.
#[derive(Default)]
pub(crate) struct Processes<'p>(RefCell<HashMap<Node<'p>, Rc<Process<'p>>>>);

impl<'p> Processes<'p> {
    /// What a container or a service starts.
    pub(crate) fn of(&self, project: &'p Project<'p>, runner: Runner<'p>) -> Rc<Process<'p>> {
        let mut known = self.0.borrow_mut();
        let process = known.entry(runner.node());
        process.or_insert_with(|| Rc::new(project.process_of(runner))).clone()
    }
}

/// The variables that who runs a process gives it.
enum Given<'p> {
    Container(k8s::Variables<'p>),
    Service(Vec<compose::Variable<'p>>),
}

/// A program that a process starts.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// Where it is named.
    pub(crate) at: Place,
    arguments: Vec<Word>,
}

impl Program {
    /// What one of those options is given.
    pub(crate) fn option(&self, names: &[&str]) -> Option<Word> {
        option(&self.arguments, names)
    }
}

impl<'p> Project<'p> {
    /// What a container or a service starts, as far as the files say it.
    pub(crate) fn process_of<'a>(&'a self, runner: Runner<'a>) -> Process<'a>
    where
        'p: 'a,
    {
        Process {
            project: self,
            runner,
            built: OnceCell::new(),
            line: OnceCell::new(),
            words: OnceCell::new(),
            given: OnceCell::new(),
            sight: OnceCell::new(),
            folder: OnceCell::new(),
            user: OnceCell::new(),
            owners: OnceCell::new(),
            hindered: OnceCell::new(),
        }
    }
}

impl<'p> Process<'p> {
    /// The image with its Dockerfile, where one of the project makes it.
    pub(crate) fn built(&self) -> Option<&Made<'p>> {
        self.built.get_or_init(|| self.project.built_by(self.runner)).as_ref()
    }

    /// The image, where a Dockerfile of the project makes it.
    pub(crate) fn image(&self) -> Option<&Image<'p>> {
        Some(&self.built()?.image)
    }

    /// A field that says what is started. An empty list is nothing to Kubernetes.
    fn stated(&self, key: &str) -> Option<Node<'p>> {
        let node = self.runner.node().at(&[key]).filter(|node| !node.is_null())?;
        let is_nothing = node.is_list() && node.items().len() == 0;
        (self.runner.service().is_some() || !is_nothing).then_some(node)
    }

    /// What it is told instead of what the image starts: a program, and arguments.
    fn stated_start(&self) -> (Option<Node<'p>>, Option<Node<'p>>) {
        let (first, second) = match self.runner {
            Runner::Container(_) => ("command", "args"),
            Runner::Service(_) => ("entrypoint", "command"),
        };
        (self.stated(first), self.stated(second))
    }

    /// Whether the image alone says what is started.
    pub(crate) fn is_started_by_image(&self) -> bool {
        self.stated_start() == (None, None)
    }

    /// What starts it; nothing where that cannot be read. Its variables are not filled in.
    pub(crate) fn line(&self) -> Option<&CommandLine> {
        self.line.get_or_init(|| self.read_line()).as_ref()
    }

    /// Whoever states what comes first drops what the image would hand to it.
    ///
    /// Sources: kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container;
    /// Compose specification, `05-services.md`, "entrypoint".
    fn read_line(&self) -> Option<CommandLine> {
        let (first, second) = self.stated_start();
        let arguments = match second {
            Some(node) => Some(self.line_in(node)?),
            None => None,
        };
        if let Some(first) = first {
            let mut line = self.line_in(first)?;
            line.extend(&arguments.unwrap_or_default());
            return Some(line);
        }
        match self.built() {
            Some(Made { dockerfile, image, .. }) => dockerfile.line_with(image, arguments),
            None => match self.line_of_known_image() {
                Some(mut line) => {
                    line.extend(&arguments.unwrap_or_default());
                    Some(line)
                }
                None => arguments,
            },
        }
    }

    /// The command line in a field. A template in the place of a list may be anything.
    fn line_in(&self, node: Node<'_>) -> Option<CommandLine> {
        if self.runner.container().is_some() {
            return node.is_list().then(|| CommandLine::of_list(node));
        }
        let mut line = CommandLine::default();
        if node.is_scalar() {
            line.push_text(&interpolated_or(node, UNKNOWN)?, &|word| place_in(node, word));
        }
        for item in node.items() {
            line.push(&interpolated_or(item, UNKNOWN)?, &|word| place_in(item, word));
        }
        Some(line)
    }

    /// What an image of somebody else is known to start.
    fn line_of_known_image(&self) -> Option<CommandLine> {
        let name = self.image_name()?;
        let mut line = CommandLine::default();
        for word in started_by(&ImageRef::parse(&name.text).full_name())? {
            line.push_word(word, name.place);
        }
        Some(line)
    }

    /// Whether it runs an image of somebody else of which it is known what it starts.
    pub(crate) fn is_of_known_image(&self) -> bool {
        let name = self.image_name();
        name.is_some_and(|it| started_by(&ImageRef::parse(&it.text).full_name()).is_some())
    }

    /// The words of the command, with variables filled in as far as they are known.
    pub(crate) fn words(&self) -> &[Word] {
        self.words.get_or_init(|| {
            let words = self.line().into_iter().flat_map(CommandLine::words);
            words.flat_map(|word| self.filled_in(word)).take(MOST_WORDS).collect()
        })
    }

    /// A word with the variables of the process filled in, as Kubernetes and shells do.
    fn filled_in(&self, word: &Word) -> Vec<Word> {
        let fill = || {
            let value_of = |name: &str| Some(self.variable(name)?.text);
            let (mut out, mut rest) = (String::new(), word.text.as_str());
            while let Some((before, inside)) = rest.split_once("$(") {
                let (name, after) = inside.split_once(')')?;
                out.push_str(before);
                out.push_str(&value_of(name)?);
                rest = after;
            }
            out.push_str(rest);
            variables::expand(&out, &value_of)
        };
        let filled = if word.text.contains('$') { fill() } else { None };
        let text = filled.as_deref().unwrap_or(&word.text);
        let words = text.split_whitespace().map(bare);
        words.map(|text| Word { text: text.to_owned(), place: word.place }).collect()
    }

    fn given(&self) -> &Given<'p> {
        self.given.get_or_init(|| match self.runner {
            Runner::Container(container) => Given::Container(self.project.variables_of(container)),
            Runner::Service(service) => Given::Service(service.environment()),
        })
    }

    /// The variables that a container gives it.
    pub(crate) fn variables_of_container(&self) -> Option<&k8s::Variables<'p>> {
        match self.given() {
            Given::Container(variables) => Some(variables),
            Given::Service(_) => None,
        }
    }

    /// What who runs the process says of a variable; nothing where that is left to the image.
    fn stated_variable(&self, name: &str) -> Option<Lookup> {
        match (self.given(), self.runner) {
            (Given::Container(variables), _) => match variables.get(name) {
                Some(it) => Some(lookup(it.value.as_deref(), it.at.place())),
                None => variables.is_open().then_some(Lookup::Open),
            },
            (Given::Service(variables), Runner::Service(service)) => {
                if let Some(it) = variables.iter().find(|it| it.name == name) {
                    return Some(lookup(value_of(it).as_deref(), it.place));
                }
                let environment = service.node().at(&["environment"]);
                let is_passed_on = environment.is_some_and(|it| {
                    it.get(name).is_some() || it.items().any(|item| item.text() == name)
                });
                match () {
                    () if is_passed_on => Some(Lookup::Unknown),
                    () if !service.env_files().is_empty() => Some(Lookup::Open),
                    () => None,
                }
            }
            (Given::Service(_), Runner::Container(_)) => None,
        }
    }

    /// What is known of a variable: as who runs the process says, else as the image does.
    pub(crate) fn lookup(&self, name: &str) -> Lookup {
        if let Some(stated) = self.stated_variable(name) {
            return stated;
        }
        match self.built() {
            Some(Made { dockerfile, image, .. }) => dockerfile.lookup(image, name),
            None if self.is_of_known_image() => Lookup::Unset,
            // An image of somebody else may have any variable.
            None => Lookup::Open,
        }
    }

    /// The value of a variable; nothing where that is not known. What may be given by what is not among
    /// the files is taken not to be.
    pub(crate) fn variable(&self, name: &str) -> Option<Word> {
        match self.stated_variable(name) {
            Some(Lookup::Is(text, place)) => Some(Word { text, place }),
            Some(Lookup::Unknown) => None,
            Some(Lookup::Open | Lookup::Unset) | None => {
                let (place, text) = self.image()?.variable(name)?;
                Some(Word { text, place })
            }
        }
    }

    /// Whether a variable may be set, for all that is known.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        self.lookup(name) != Lookup::Unset
    }

    /// The variables whose values are known, in the order of their names.
    pub(crate) fn variables(&self) -> Vec<(String, Word)> {
        let mut all: BTreeMap<String, Option<Word>> = BTreeMap::new();
        let word = |text: Option<String>, place| Some(Word { text: text?, place });
        for (name, pair, value) in self.image().map(Image::environment).unwrap_or_default() {
            all.insert(name.to_owned(), word(value, pair.place()));
        }
        match self.given() {
            Given::Container(variables) => all.extend(variables.iter().map(|it| {
                let value = it.value.as_deref().map(str::to_owned);
                (it.name.to_string(), word(value, it.at.place()))
            })),
            Given::Service(variables) => all.extend(
                variables.iter().map(|it| (it.name.to_owned(), word(value_of(it), it.place))),
            ),
        }
        all.into_iter().filter_map(|(name, word)| Some((name, word?))).collect()
    }

    /// The values of the variables that who runs it gives it, as they are written.
    pub(crate) fn written_values(&self) -> Vec<&str> {
        match self.given() {
            Given::Container(variables) => variables.iter().map(|it| it.at.text()).collect(),
            Given::Service(variables) => variables.iter().map(|it| it.value).collect(),
        }
    }

    /// The words of a variable that holds options.
    pub(crate) fn options_in(&self, name: &str) -> Vec<Word> {
        let Some(Word { text, place }) = self.variable(name) else { return Vec::new() };
        let words = text.split_whitespace().map(bare).take(MOST_WORDS);
        words.map(|word| Word { text: word.to_owned(), place }).collect()
    }

    /// Which of those programs the command starts, the last time that it starts one.
    pub(crate) fn program(&self, names: &[&'static str]) -> Option<Program> {
        let commands: Vec<_> = self.line()?.commands().collect();
        commands.into_iter().rev().find_map(|words| self.program_in(words, names))
    }

    /// Which of those programs the last command starts, in whose place the process runs on.
    pub(crate) fn last_program(&self, names: &[&'static str]) -> Option<Program> {
        self.program_in(self.line()?.commands().last()?, names)
    }

    fn program_in(&self, words: &[Word], names: &[&'static str]) -> Option<Program> {
        let (word, behind) = started(words, |name| names.contains(&name))?;
        let name = names.iter().find(|name| **name == file_name(&word.text))?;
        let arguments = behind.iter().flat_map(|word| self.filled_in(word)).collect();
        Some(Program { name, at: word.place, arguments })
    }

    /// What an option of the command is given, whatever program it is for.
    pub(crate) fn flag(&self, names: &[&str]) -> Option<Word> {
        option(self.words(), names)
    }

    /// The reference of the image that is run, where its name is known.
    pub(crate) fn image_name(&self) -> Option<Word> {
        let node = self.runner.node().at(&["image"])?;
        let text = match self.runner {
            Runner::Container(_) => node.text().to_owned(),
            Runner::Service(_) => interpolated(node)?,
        };
        Some(Word { text, place: node.place() })
    }

    /// Whether it runs one of those images, which nobody of the project builds.
    pub(crate) fn is_of_image(&self, names: &[&str]) -> bool {
        let name = self.image_name().filter(|_| self.image().is_none());
        name.is_some_and(|name| names.contains(&ImageRef::parse(&name.text).short_name()))
    }
}

fn lookup(value: Option<&str>, place: Place) -> Lookup {
    value.map_or(Lookup::Unknown, |value| Lookup::Is(value.to_owned(), place))
}

/// What Compose gives a variable of a service.
fn value_of(variable: &compose::Variable<'_>) -> Option<String> {
    // `NAME=value` in a list, or the value alone.
    let before = variable.node.text().strip_suffix(variable.value).unwrap_or_default();
    Some(interpolated(variable.node)?.strip_prefix(before)?.to_owned())
}

/// A word without its quotes and what ends a command.
fn bare(word: &str) -> &str {
    word.trim_end_matches(';').trim_matches(['"', '\''])
}
