//! How a long command tells how far it has come.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::progress::Progress;

/// How often somebody wants to read of it.
const PACE: Duration = Duration::from_secs(1);

/// Writes lines to standard error: each step once, and while one lasts.
#[derive(Debug, Default)]
pub(super) struct ProgressLines {
    last: Option<(&'static str, Instant)>,
}

impl ProgressLines {
    /// Says it, unless something alike was said a moment ago.
    pub(super) fn tell(&mut self, Progress { step, done, of }: Progress) {
        if let Some((last, at)) = self.last
            && last == step
            && at.elapsed() < PACE
            && of != Some(done)
        {
            return;
        }
        self.last = Some((step, Instant::now()));
        let all = of.map(|of| format!(" of {of}")).unwrap_or_default();
        let text = if done == 0 { format!("{step}\n") } else { format!("{step}: {done}{all}\n") };
        // Whoever closed it does not want to know.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}
