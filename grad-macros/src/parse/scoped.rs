//! What names mean in the sources. A file's own names come first; of others nothing is known where they don't agree.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

thread_local! {
    /// The file that is being expanded.
    static CURRENT: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
}

/// From here on it's this file that is expanded.
pub fn enter(file: &Path) {
    CURRENT.with(|current| *current.borrow_mut() = Some(file.to_owned()));
}

/// The file that is being expanded.
pub fn current() -> Option<PathBuf> {
    CURRENT.with(|current| current.borrow().clone())
}

/// What each name means, and in which file.
pub struct Scoped(Mutex<BTreeMap<String, BTreeSet<(PathBuf, String)>>>);

impl Scoped {
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    pub fn declare(&self, file: &Path, name: String, meaning: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(name).or_default().insert((file.to_owned(), meaning));
    }

    /// Whether a name means something in the file that is being expanded.
    pub fn is_here(&self, name: &str) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name).is_some_and(|all| all.iter().any(|(file, _)| is_current(file)))
    }

    /// What a name means here, if that is sure.
    pub fn meaning(&self, name: &str) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = known.get(name)?;
        let here = all.iter().any(|(file, _)| is_current(file));
        let mut meanings =
            all.iter().filter(|(file, _)| !here || is_current(file)).map(|(_, meaning)| meaning);
        let first = meanings.next()?;
        meanings.all(|other| other == first).then(|| first.clone())
    }
}

fn is_current(file: &Path) -> bool {
    CURRENT.with(|current| current.borrow().as_deref() == Some(file))
}
