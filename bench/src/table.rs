//! What is printed.

use serde::Deserialize;

/// What a figure counts, and which way is better.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) enum Unit {
    #[serde(rename = "ns")]
    Nanoseconds,
    #[serde(rename = "µs")]
    Microseconds,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "bytes")]
    Bytes,
    #[serde(rename = "requests")]
    Requests,
    #[serde(rename = "write units")]
    WriteUnits,
    #[serde(rename = "/s")]
    PerSecond,
}

/// One comparison.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) name: String,
    /// Ours.
    pub(crate) ours: f64,
    /// Whose the other figure is.
    pub(crate) peer: String,
    /// The other figure.
    pub(crate) theirs: f64,
    /// Of both.
    pub(crate) unit: Unit,
}

/// The comparisons of one section.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::Bytes => "bytes",
            Self::Requests => "requests",
            Self::WriteUnits => "write units",
            Self::PerSecond => "/s",
        }
    }
}

impl Row {
    /// How many times better ours is: faster, smaller, fewer.
    fn advantage(&self) -> f64 {
        match self.unit {
            Unit::PerSecond => self.ours / self.theirs,
            _ => self.theirs / self.ours,
        }
    }
}

impl Table {
    pub(crate) fn row(&mut self, name: impl Into<String>, ours: f64, peer: &str, theirs: f64, unit: Unit) {
        self.0.push(Row { name: name.into(), ours, peer: peer.to_owned(), theirs, unit });
    }

    pub(crate) fn extend(&mut self, rows: Vec<Row>) {
        self.0.extend(rows);
    }

    /// Prints the rows in columns.
    pub(crate) fn print(&self, title: &str) {
        let width = |text: fn(&Row) -> &str, least: &str| {
            self.0.iter().map(|row| text(row).chars().count()).chain([least.len()]).max().unwrap_or_default()
        };
        let (name, peer) = (width(|row| &row.name, "measured"), width(|row| &row.peer, "peer"));
        println!("\n## {title}\n");
        println!(
            "{:name$}  {:>10}  {:>10}  {:11}  {:peer$}  {:>9}",
            "measured", "ours", "theirs", "unit", "peer", "advantage"
        );
        for row in &self.0 {
            println!(
                "{:name$}  {:>10}  {:>10}  {:11}  {:peer$}  {:>8}x",
                row.name,
                figure(row.ours),
                figure(row.theirs),
                row.unit.name(),
                row.peer,
                figure(row.advantage())
            );
        }
    }
}

/// Three digits of what is small, all of what is large.
fn figure(value: f64) -> String {
    match value {
        value if value.is_infinite() => "∞".to_owned(),
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
