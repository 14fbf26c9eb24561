//! All pipelines of a repository together: what they do in the end, when, and what comes before what.

use std::collections::HashMap;
use std::sync::Arc;

use super::when::{both, events};
use super::{Call, Does, Events, Job, Leniency, Part, Pipeline, Recipe, Runner, Scan, Step, When};
use crate::source::Place;

/// As far as calls are followed.
const DEPTH: usize = 6;

/// More is nobody's.
const MOST: usize = 16_384;

/// One thing that a pipeline does, wherever that is said.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    pub(crate) does: Does,
    /// Where the step stands that does it.
    pub(crate) place: Place,
    /// When it happens.
    pub(crate) events: Events,
    /// Why its failure stops nothing: that of the step, of what calls it, or of its job.
    pub(crate) lenient: Option<Leniency>,
    /// The index of the pipeline, of the job in it, and of the step in that.
    pub(crate) at: (usize, usize, usize),
}

/// The pipelines of a repository, linked.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pipelines: Vec<(String, Arc<Pipeline>)>,
    activities: Vec<Activity>,
}

struct Linker<'p> {
    /// Pipelines, actions and scripts by their paths.
    files: HashMap<&'p str, &'p Part>,
    recipes: HashMap<(Runner, &'p str), &'p Recipe>,
    /// The first recipe of the file nearest to the root, by its runner.
    defaults: HashMap<Runner, &'p Recipe>,
    default_branch: Option<&'p str>,
    activities: Vec<Activity>,
}

/// Where a step is called from.
struct Caller {
    when: Vec<When>,
    lenient: Option<Leniency>,
    at: (usize, usize, usize),
}

impl Flow {
    /// Links the parts of a repository, each with the path of its file.
    pub(crate) fn of<'p>(
        parts: impl IntoIterator<Item = (&'p str, &'p Part)>,
        default_branch: Option<&'p str>,
    ) -> Self {
        let mut parts: Vec<_> = parts.into_iter().collect();
        // What lies nearer to the root counts first.
        parts.sort_by_key(|(path, _)| (path.matches('/').count(), *path));
        let (files, recipes, defaults) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut linker =
            Linker { files, recipes, defaults, default_branch, activities: Vec::new() };
        for (path, part) in &parts {
            linker.files.entry(path).or_insert(part);
            match part {
                Part::Recipes(recipes) => {
                    for recipe in &recipes.all {
                        linker
                            .recipes
                            .entry((recipes.runner, recipe.name.as_str()))
                            .or_insert(recipe);
                        linker.defaults.entry(recipes.runner).or_insert(recipe);
                    }
                }
                Part::Pipeline(_) => {}
            }
        }
        let mut pipelines = Vec::new();
        for (path, part) in &parts {
            let Part::Pipeline(pipeline) = part else { continue };
            // A template that nobody here calls belongs to others.
            if pipeline.is_template {
                continue;
            }
            let index = pipelines.len();
            pipelines.push(((*path).to_owned(), Arc::clone(pipeline)));
            linker.pipeline(pipeline, &pipeline.triggers, None, index, DEPTH);
        }
        Flow { pipelines, activities: linker.activities }
    }

    /// The pipelines that run by themselves, with the paths of their files.
    pub(crate) fn pipelines(&self) -> impl Iterator<Item = (&str, &Pipeline)> {
        self.pipelines.iter().map(|(path, pipeline)| (path.as_str(), pipeline.as_ref()))
    }

    /// Everything that they do.
    pub(crate) fn activities(&self) -> &[Activity] {
        &self.activities
    }

    /// What they do that is of one kind.
    pub(crate) fn doing(&self, is_one: impl Fn(&Does) -> bool) -> impl Iterator<Item = &Activity> {
        self.activities.iter().filter(move |it| is_one(&it.does))
    }

    /// Whether they do something of which nobody can tell what it is.
    pub(crate) fn is_open(&self) -> bool {
        self.activities.iter().any(|it| it.does == Does::Unknown)
    }

    /// What is scanned, of one kind.
    pub(crate) fn scans(&self, kind: Scan) -> impl Iterator<Item = &Activity> {
        self.doing(move |does| matches!(does, Does::Scans(scan, _) if *scan == kind))
    }

    /// Whether one activity is through before another one begins.
    pub(crate) fn is_before(&self, one: &Activity, other: &Activity) -> bool {
        let (pipeline, job, step) = one.at;
        if pipeline != other.at.0 {
            return false;
        }
        if job == other.at.1 {
            return step < other.at.2;
        }
        let jobs = self.pipelines.get(pipeline).map_or(&[][..], |(_, it)| it.jobs.as_slice());
        is_upstream(jobs, job, other.at.1)
    }

    /// The pipeline of an activity, and the path of its file.
    pub(crate) fn home(&self, activity: &Activity) -> Option<(&str, &Pipeline)> {
        let (path, pipeline) = self.pipelines.get(activity.at.0)?;
        Some((path, pipeline))
    }

    /// The job of an activity.
    pub(crate) fn job(&self, activity: &Activity) -> Option<&Job> {
        self.home(activity)?.1.jobs.get(activity.at.1)
    }
}

/// Whether a job has to be through before another one begins.
fn is_upstream(jobs: &[Job], job: usize, other: usize) -> bool {
    let mut seen = vec![false; jobs.len()];
    let mut queue = vec![other];
    while let Some(next) = queue.pop() {
        for &before in jobs.get(next).map_or(&[][..], |it| it.after.as_slice()) {
            if before == job {
                return true;
            }
            if let Some(is_seen) = seen.get_mut(before).filter(|it| !**it) {
                *is_seen = true;
                queue.push(before);
            }
        }
    }
    false
}

impl<'p> Linker<'p> {
    fn pipeline(
        &mut self,
        pipeline: &'p Pipeline,
        when: &[When],
        inherited: Option<&Caller>,
        index: usize,
        depth: usize,
    ) {
        for (number, job) in pipeline.jobs.iter().enumerate() {
            let when = both(when, &job.when);
            let outer = inherited.and_then(|it| it.lenient.clone());
            let lenient = outer.or_else(|| job.lenient.clone());
            for (step_number, step) in job.steps.iter().enumerate() {
                let at = inherited.map_or((index, number, step_number), |it| it.at);
                let caller = Caller { when: when.clone(), lenient: lenient.clone(), at };
                self.step(step, &caller, depth);
            }
        }
        for step in &pipeline.includes {
            // Beside everything else.
            let at = inherited.map_or((index, usize::MAX, 0), |it| it.at);
            let caller = Caller { when: when.to_vec(), lenient: None, at };
            self.step(step, &caller, depth);
        }
    }

    fn step(&mut self, step: &'p Step, caller: &Caller, depth: usize) {
        if self.activities.len() >= MOST {
            return;
        }
        let when = both(&caller.when, &step.when);
        let lenient = caller.lenient.clone().or_else(|| step.lenient.clone());
        let Does::Calls(call) = &step.does else {
            self.push(step.does.clone(), step.place, &when, lenient, caller.at);
            return;
        };
        let inner = Caller { when, lenient, at: caller.at };
        let depth = depth.checked_sub(1);
        match (call, depth) {
            (Call::File(paths), Some(depth)) => {
                let found = paths.iter().find_map(|path| self.files.get(path.as_str()).copied());
                match found {
                    Some(Part::Pipeline(pipeline)) => {
                        let when = inner.when.clone();
                        self.called(pipeline, &when, &inner, depth);
                        return;
                    }
                    Some(Part::Recipes(recipes)) => {
                        for recipe in &recipes.all {
                            self.recipe(recipe, &inner, depth);
                        }
                        return;
                    }
                    None => {}
                }
                let named = paths
                    .first()
                    .and_then(|path| super::command::by_name(path.rsplit('/').next()?));
                self.push(
                    named.unwrap_or(Does::Unknown),
                    step.place,
                    &inner.when,
                    inner.lenient,
                    caller.at,
                );
            }
            (Call::Recipe(runner, name), Some(depth)) => {
                let found = match name.as_deref() {
                    Some(name) => self.recipes.get(&(*runner, name)).copied(),
                    None => self.defaults.get(runner).copied(),
                };
                if let Some(recipe) = found {
                    self.recipe(recipe, &inner, depth);
                    return;
                }
                let named = name.as_deref().and_then(super::command::by_name);
                self.push(
                    named.unwrap_or(Does::Unknown),
                    step.place,
                    &inner.when,
                    inner.lenient,
                    caller.at,
                );
            }
            (Call::Further(runner, name), Some(depth)) => {
                if let Some(recipe) = self.recipes.get(&(*runner, name.as_str())).copied() {
                    self.recipe(recipe, &inner, depth);
                }
            }
            (_, None) => {
                self.push(Does::Unknown, step.place, &inner.when, inner.lenient, caller.at);
            }
        }
    }

    fn called(&mut self, pipeline: &'p Pipeline, when: &[When], caller: &Caller, depth: usize) {
        self.pipeline(pipeline, when, Some(caller), caller.at.0, depth);
    }

    fn recipe(&mut self, recipe: &'p Recipe, caller: &Caller, depth: usize) {
        let before = self.activities.len();
        for step in &recipe.steps {
            self.step(step, caller, depth);
        }
        // What is found in it is found where it is called, too, by its name.
        let found = self.activities.get(before..).unwrap_or_default();
        let is_plain = found.iter().all(|it| it.does != Does::Unknown);
        let named = super::command::by_name(&recipe.name).filter(|named| {
            !is_plain
                || !found
                    .iter()
                    .any(|it| std::mem::discriminant(&it.does) == std::mem::discriminant(named))
        });
        let place = recipe.steps.iter().map(|step| step.place).find(|it| it.span.end > 0);
        if let (Some(does @ (Does::Tests | Does::SmokeTests)), Some(place)) = (named, place) {
            let when = caller.when.clone();
            self.push(does, place, &when, caller.lenient.clone(), caller.at);
        }
    }

    fn push(
        &mut self,
        does: Does,
        place: Place,
        when: &[When],
        lenient: Option<Leniency>,
        at: (usize, usize, usize),
    ) {
        let events = events(when, self.default_branch);
        if !events.is_empty() {
            self.activities.push(Activity { does, place, events, lenient, at });
        }
    }
}
