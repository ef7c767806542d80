//! Metrics for Amazon CloudWatch, in its embedded metric format: lines of JSON
//! on standard output, from which CloudWatch Logs takes the figures. AWS Lambda
//! stops a function between its calls, so nothing can be scraped there.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

/// CloudWatch takes so many values of one metric in a line.
const MOST_VALUES: usize = 100;
/// What is noted between two lines, at most; more would be no call's own.
const MOST_NOTED: usize = 10_000;

static EMF: OnceLock<Emf> = OnceLock::new();

/// What was measured since it was last written.
#[derive(Debug)]
pub struct Emf {
    namespace: String,
    noted: Mutex<Vec<Noted>>,
}

#[derive(Debug)]
struct Noted {
    metric: &'static str,
    unit: &'static str,
    dimensions: Vec<(&'static str, &'static str)>,
    value: f64,
}

/// The values of each metric, with its unit.
type Values<'a> = BTreeMap<&'a str, (&'a str, Vec<f64>)>;

impl Emf {
    /// Begins to take note, if the environment names a namespace for it:
    /// `AWS_EMF_NAMESPACE`, as for AWS's own libraries.
    pub fn begin() {
        if let Some(namespace) = std::env::var("AWS_EMF_NAMESPACE").ok().filter(|name| !name.is_empty()) {
            let _ = EMF.set(Self { namespace, noted: Mutex::default() });
        }
    }

    /// Writes what was noted to standard output.
    pub fn write() {
        let Some(emf) = EMF.get() else { return };
        let noted = std::mem::take(&mut *emf.noted.lock().unwrap_or_else(PoisonError::into_inner));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let mut text = String::new();
        for line in lines(&emf.namespace, &noted, u64::try_from(now).unwrap_or(u64::MAX)) {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        // Whoever closed the output does not need it.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }
}

/// Takes note of a value, if anybody asked for that. An empty label is none.
pub(super) fn note(
    metric: &'static str,
    unit: &'static str,
    labels: &[(&'static str, &'static str)],
    value: f64,
) {
    let Some(emf) = EMF.get() else { return };
    let dimensions = labels.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    let mut noted = emf.noted.lock().unwrap_or_else(PoisonError::into_inner);
    if noted.len() < MOST_NOTED {
        noted.push(Noted { metric, unit, dimensions, value });
    }
}

/// One line for the metrics of the same dimensions.
fn lines(namespace: &str, noted: &[Noted], now: u64) -> Vec<Value> {
    let mut groups: BTreeMap<&[(&str, &str)], Values<'_>> = BTreeMap::new();
    for Noted { metric, unit, dimensions, value } in noted {
        let (_, values) = groups.entry(dimensions).or_default().entry(metric).or_insert((unit, vec![]));
        values.push(*value);
    }
    groups.iter().flat_map(|(dimensions, values)| group(namespace, dimensions, values, now)).collect()
}

/// The lines of one group: as many as its longest metric needs.
fn group(namespace: &str, dimensions: &[(&str, &str)], values: &Values<'_>, now: u64) -> Vec<Value> {
    let longest = values.values().map(|(_, values)| values.len()).max().unwrap_or_default();
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
    let line = |number: usize| {
        let mut members: Map<String, Value> =
            dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let mut metrics = vec![];
        for (metric, (unit, values)) in values {
            if let Some(part) = values.chunks(MOST_VALUES).nth(number) {
                metrics.push(json!({ "Name": metric, "Unit": unit }));
                members.insert((*metric).to_owned(), json!(part));
            }
        }
        let directive = json!({ "Namespace": namespace, "Dimensions": [names], "Metrics": metrics });
        members.insert("_aws".to_owned(), json!({ "Timestamp": now, "CloudWatchMetrics": [directive] }));
        Value::Object(members)
    };
    (0..longest.div_ceil(MOST_VALUES)).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(metric: &'static str, dimensions: &[(&'static str, &'static str)], value: f64) -> Noted {
        Noted { metric, unit: "Seconds", dimensions: dimensions.to_vec(), value }
    }

    #[test]
    fn metrics_of_the_same_dimensions_share_a_line() {
        let call = [("rpc_method", "GetLicense")];
        let all =
            [noted("a", &call, 0.5), noted("b", &call, 1.0), noted("a", &call, 0.25), noted("c", &[], 2.0)];
        let metric = |name| json!({ "Name": name, "Unit": "Seconds" });
        let aws = |names: Value, metrics: Vec<Value>| {
            let directive = json!({ "Namespace": "Licentia", "Dimensions": [names], "Metrics": metrics });
            json!({ "Timestamp": 7, "CloudWatchMetrics": [directive] })
        };
        assert_eq!(
            lines("Licentia", &all, 7),
            [
                json!({ "_aws": aws(json!([]), vec![metric("c")]), "c": [2.0] }),
                json!({
                    "_aws": aws(json!(["rpc_method"]), vec![metric("a"), metric("b")]),
                    "rpc_method": "GetLicense", "a": [0.5, 0.25], "b": [1.0],
                }),
            ]
        );
    }

    #[test]
    fn a_line_holds_a_hundred_values_of_a_metric() {
        let all: Vec<Noted> = (0..250).map(|_| noted("a", &[], 1.0)).collect();
        let sizes: Vec<usize> =
            lines("n", &all, 0).iter().map(|line| line["a"].as_array().unwrap().len()).collect();
        assert_eq!(sizes, [100, 100, 50]);
    }
}
