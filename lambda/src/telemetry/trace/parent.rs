//! What a request belongs to: the span of whoever sent it.

use http::HeaderMap;

/// The trace and span of a request's sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) trace: u128,
    pub(super) span: u64,
    pub(super) is_sampled: bool,
}

/// The header that tells it: `traceparent` (W3C Trace Context), else
/// `X-Amzn-Trace-Id` (AWS X-Ray), which AWS's own front doors add.
pub(super) fn header(headers: &HeaderMap) -> Option<&str> {
    ["traceparent", "x-amzn-trace-id"].iter().find_map(|name| {
        let text = headers.get(*name)?.to_str().ok()?;
        Parent::parse(text).map(|_| text)
    })
}

impl Parent {
    /// Reads either header; none where it names no span.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::w3c(text).or_else(|| Self::x_ray(text))
    }

    /// `00-<trace>-<span>-<flags>`; what later versions add follows a dash.
    fn w3c(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(5, '-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_of_known_form = version == "00" && parts.next().is_none();
        let is_of_later_form = version != "00" && version != "ff";
        let flags = u8::try_from(hex(flags, 2)?).ok()?;
        hex(version, 2).filter(|_| is_of_known_form || is_of_later_form)?;
        Self::of(hex(trace, 32)?, hex(span, 16)?, flags & 1 == 1)
    }

    /// `Root=1-<8 digits>-<24 digits>;Parent=<span>;Sampled=1`.
    fn x_ray(text: &str) -> Option<Self> {
        let member =
            |name: &str| text.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        let (seconds, unique) = member("Root")?.strip_prefix("1-")?.split_once('-')?;
        let trace = hex(seconds, 8)? << 96 | hex(unique, 24)?;
        Self::of(trace, hex(member("Parent")?, 16)?, member("Sampled") == Some("1"))
    }

    fn of(trace: u128, span: u128, is_sampled: bool) -> Option<Self> {
        let span = u64::try_from(span).ok()?;
        (trace != 0 && span != 0).then_some(Self { trace, span, is_sampled })
    }
}

/// Exactly so many digits, in lower case.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (text.len() == digits && is_hex).then(|| u128::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
    const SPAN: u64 = 0x00f0_67aa_0ba9_02b7;

    #[test]
    fn both_headers_name_a_span() {
        let parent = |is_sampled| Some(Parent { trace: TRACE, span: SPAN, is_sampled });
        for (text, expected) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", parent(true)),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", parent(false)),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more", parent(true)),
            ("Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1", parent(true)),
            (
                "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=0;Lineage=a",
                parent(false),
            ),
        ] {
            assert_eq!(Parent::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_no_span_is_passed_over() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736",
            "Self=1-4bf92f35-77b34da6a3ce929d0e0e4736;Root=1-4bf92f35-7;Parent=00f067aa0ba902b7",
        ] {
            assert_eq!(Parent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_standard_header_goes_before_that_of_x_ray() {
        let mut headers = HeaderMap::new();
        let x_ray = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";
        headers.insert("x-amzn-trace-id", x_ray.parse().unwrap());
        assert_eq!(header(&headers), Some(x_ray));
        let w3c = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", w3c.parse().unwrap());
        assert_eq!(header(&headers), Some(w3c));
        headers.insert("traceparent", "nonsense".parse().unwrap());
        assert_eq!(header(&headers), Some(x_ray));
    }
}
