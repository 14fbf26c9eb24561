//! Credentials that several environments have in common.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Project;
use crate::config::environment_of_folder;
use crate::file::File;
use crate::rules::Environment;
use crate::secret::{Secret, What, base64};
use crate::source::Place;

/// Where each credential stands, by a hash of it: the text itself is kept nowhere.
pub(crate) type Credentials = HashMap<u64, Vec<(Environment, Place)>>;

/// Where the credential of one environment stands in another one.
pub(crate) struct Shared {
    pub(crate) own: Environment,
    pub(crate) environment: Environment,
    pub(crate) at: Place,
}

impl Project<'_> {
    /// Where the files of a later environment hold the same credential: production before staging
    /// before development, so that one side says it.
    pub(crate) fn same_in_another_environment(
        &self,
        file: &File,
        secret: &Secret,
    ) -> Option<Shared> {
        let own = environment_of_folder(file.source().path())?;
        let all = self.credentials.get_or_init(|| of_files(self.files()));
        let places = all.get(&hash(file, secret)?)?;
        let later = places.iter().filter(|(environment, _)| *environment > own);
        let (environment, at) =
            later.min_by_key(|(environment, place)| (std::cmp::Reverse(*environment), *place))?;
        Some(Shared { own, environment: *environment, at: *at })
    }
}

fn of_files(files: &[File]) -> Credentials {
    let mut all = Credentials::new();
    for file in files {
        let Some(environment) = environment_of_folder(file.source().path()) else { continue };
        for secret in file.secrets() {
            let place = Place { file: file.id(), span: secret.span };
            if let Some(hash) = hash(file, secret) {
                all.entry(hash).or_default().push((environment, place));
            }
        }
    }
    all
}

/// What tells a credential from all others. What everybody knows is the same everywhere, and so may be what
/// is as short as a PIN.
fn hash(file: &File, secret: &Secret) -> Option<u64> {
    const LEAST: usize = 8;
    let text = file.source().text().get(secret.hidden.range())?;
    let is_own = match secret.what {
        What::WellKnown => false,
        What::Named | What::UrlPassword => text.len() >= LEAST,
        _ => true,
    };
    let mut hasher = DefaultHasher::new();
    let decoded = base64::readable(text);
    decoded.as_deref().unwrap_or(text).hash(&mut hasher);
    is_own.then(|| hasher.finish())
}
