//! Which traces are told of.

use super::parent::Parent;

/// A sampler of OpenTelemetry's, as `OTEL_TRACES_SAMPLER` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sampler {
    /// The part of the traces that begin here, 0 to 1.
    ratio: f64,
    /// Whether the sender decides about a trace that begins there.
    heeds_parent: bool,
}

impl Sampler {
    /// Reads its name and argument; absent, all traces that begin here are told
    /// of, and of others those that their sender tells of.
    pub(super) fn parse(name: Option<&str>, argument: Option<&str>) -> Result<Self, String> {
        let name = name.unwrap_or("parentbased_always_on");
        let kind = name.strip_prefix("parentbased_").unwrap_or(name);
        let ratio = match kind {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => argument.map_or(Ok(1.0), |text| {
                text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio)).ok_or_else(|| {
                    format!("OTEL_TRACES_SAMPLER_ARG is `{text}`: a number from 0 to 1 was expected")
                })
            })?,
            _ => {
                return Err(format!(
                    "OTEL_TRACES_SAMPLER is `{name}`: expected always_on, always_off or traceidratio, after \
                     `parentbased_` or not"
                ));
            }
        };
        Ok(Self { ratio, heeds_parent: kind != name })
    }

    /// Whether a trace is told of. Its id decides, so that all who see it
    /// decide alike.
    pub(super) fn samples(&self, trace: u128, parent: Option<&Parent>) -> bool {
        if let Some(parent) = parent.filter(|_| self.heeds_parent) {
            return parent.is_sampled;
        }
        // The last 32 bits of an id are random.
        let chance = f64::from(u32::try_from(trace & u128::from(u32::MAX)).unwrap_or_default());
        chance < self.ratio * (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_decides_about_its_trace_unless_told_otherwise() {
        let parent = |is_sampled| Parent { trace: 1, span: 1, is_sampled };
        let usual = Sampler::parse(None, None).unwrap();
        assert!(usual.samples(1, None) && usual.samples(1, Some(&parent(true))));
        assert!(!usual.samples(1, Some(&parent(false))));
        let always = Sampler::parse(Some("always_on"), None).unwrap();
        assert!(always.samples(1, Some(&parent(false))));
    }

    #[test]
    fn a_ratio_is_of_traces_by_their_ids() {
        let tenth = Sampler::parse(Some("parentbased_traceidratio"), Some("0.1")).unwrap();
        // In the middle of each of a thousand parts.
        let id = |number: u128| ((number << 32) + (1 << 31)) / 1000;
        assert_eq!((0..1000).filter(|number| tenth.samples(id(*number), None)).count(), 100);
        let none = Sampler::parse(Some("traceidratio"), Some("0")).unwrap();
        assert!(!none.samples(0, None));
        let all = Sampler::parse(Some("traceidratio"), Some("1")).unwrap();
        assert!(all.samples(u128::MAX, None));
    }

    #[test]
    fn what_is_no_sampler_is_refused() {
        assert!(Sampler::parse(Some("jaeger_remote"), None).unwrap_err().contains("jaeger_remote"));
        for ratio in ["2", "-1", "NaN", "half"] {
            assert!(Sampler::parse(Some("traceidratio"), Some(ratio)).unwrap_err().contains(ratio));
        }
    }
}
