//! How far something long has come.

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is done, as "records copied".
    pub step: &'static str,
    /// How many.
    pub done: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
}

/// Hears of progress, more often than anybody wants to read of it.
pub type Told<'a> = &'a mut (dyn FnMut(Progress) + Send);
