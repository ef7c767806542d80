//! Where traces go, in OpenTelemetry's own variables.

use std::fmt;

use http::{HeaderName, HeaderValue, Uri};

use super::sampler::Sampler;

/// What the environment says about traces.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) endpoint: Uri,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// What all spans are of.
    pub(super) resource: Vec<(String, String)>,
    pub(super) sampler: Sampler,
}

/// What is wrong with a variable; for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSettings(pub String);

impl Settings {
    /// Reads the variables; none where they name no collector.
    ///
    /// # Errors
    /// [`NotSettings`] says which cannot be read, and what was expected.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, NotSettings> {
        let variable = |name: &str| variable(name).filter(|text| !text.is_empty());
        let is_off = variable("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true"))
            || variable("OTEL_TRACES_EXPORTER").is_some_and(|text| text == "none");
        let endpoint = match variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            Some(whole) => Some(whole),
            None => variable("OTEL_EXPORTER_OTLP_ENDPOINT")
                .map(|base| format!("{}/v1/traces", base.trim_end_matches('/'))),
        };
        let Some(endpoint) = endpoint.filter(|_| !is_off) else { return Ok(None) };
        let of_traces = |name: &str| {
            variable(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"))
                .or_else(|| variable(&format!("OTEL_EXPORTER_OTLP_{name}")))
        };
        if of_traces("PROTOCOL").is_some_and(|protocol| protocol == "grpc") {
            return Err(NotSettings(
                "OTEL_EXPORTER_OTLP_PROTOCOL is `grpc`, and traces are sent over HTTP: set it to `http/json`, and the \
                 endpoint to the collector's for HTTP, which usually is port 4318"
                    .to_owned(),
            ));
        }
        let headers = of_traces("HEADERS").map_or(Ok(vec![]), |text| headers(&text))?;
        let mut resource = variable("OTEL_RESOURCE_ATTRIBUTES").map_or(Ok(vec![]), |text| pairs(&text))?;
        if let Some(name) = variable("OTEL_SERVICE_NAME") {
            resource.retain(|(key, _)| key != "service.name");
            resource.push(("service.name".to_owned(), name));
        }
        for (key, value) in [("service.name", "licentia"), ("service.version", env!("CARGO_PKG_VERSION"))] {
            if !resource.iter().any(|(present, _)| present == key) {
                resource.push((key.to_owned(), value.to_owned()));
            }
        }
        let (name, argument) = (variable("OTEL_TRACES_SAMPLER"), variable("OTEL_TRACES_SAMPLER_ARG"));
        let sampler = Sampler::parse(name.as_deref(), argument.as_deref()).map_err(NotSettings)?;
        Ok(Some(Self { endpoint: uri(&endpoint)?, headers, resource, sampler }))
    }
}

fn uri(text: &str) -> Result<Uri, NotSettings> {
    let uri: Option<Uri> = text.parse().ok();
    uri.filter(|uri| uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https"))).ok_or_else(|| {
        NotSettings(format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT leads to `{text}`: a URL such as http://127.0.0.1:4318 was expected"
        ))
    })
}

fn headers(text: &str) -> Result<Vec<(HeaderName, HeaderValue)>, NotSettings> {
    pairs(text)?
        .into_iter()
        .map(|(name, value)| match (name.parse(), value.parse()) {
            (Ok(name), Ok(value)) => Ok((name, value)),
            _ => Err(NotSettings(format!("OTEL_EXPORTER_OTLP_HEADERS: `{name}` or its value is no header"))),
        })
        .collect()
}

/// `name=value,name=value`; a value may be percent-encoded (W3C Baggage).
fn pairs(text: &str) -> Result<Vec<(String, String)>, NotSettings> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').ok_or_else(|| {
                NotSettings(format!(
                    "`{name}` was expected as `name=value`",
                    name = part.split(' ').next().unwrap_or_default()
                ))
            })?;
            // A form's plus is a blank, and a plus here is a plus.
            let value = value.trim().replace('+', "%2B");
            let decoded = form_urlencoded::parse(value.as_bytes()).next().map(|(text, _)| text.into_owned());
            Ok((name.trim().to_owned(), decoded.unwrap_or_default()))
        })
        .collect()
}

impl fmt::Display for NotSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotSettings {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Settings>, NotSettings> {
        let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
        Settings::read(|name| variables.get(name).map(|text| (*text).to_owned()))
    }

    const HERE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318/");

    #[test]
    fn traces_go_to_the_endpoint_unless_they_are_off() {
        assert_eq!(read(&[HERE]).unwrap().unwrap().endpoint, "http://127.0.0.1:4318/v1/traces");
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example.com/in");
        assert_eq!(read(&[HERE, own]).unwrap().unwrap().endpoint, "https://traces.example.com/in");
        for off in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
            assert!(read(&[HERE, off]).unwrap().is_none());
        }
        assert!(read(&[]).unwrap().is_none());
    }

    #[test]
    fn the_resource_and_the_headers_are_as_given() {
        let settings = read(&[
            HERE,
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b, x=1+1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=other"),
            ("OTEL_SERVICE_NAME", "licenses"),
        ]);
        let Settings { headers, resource, .. } = settings.unwrap().unwrap();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(headers, [("api-key", "a b"), ("x", "1+1")]);
        let resource: Vec<(&str, &str)> =
            resource.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            resource,
            [
                ("deployment.environment.name", "test"),
                ("service.name", "licenses"),
                ("service.version", env!("CARGO_PKG_VERSION")),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (name, value, told) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318", "http://127.0.0.1:4318 was expected"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret", "name=value"),
            ("OTEL_TRACES_SAMPLER", "some", "`some`"),
        ] {
            let refused = read(&[HERE, (name, value)]).unwrap_err();
            assert!(refused.0.contains(told), "{refused}");
        }
    }
}
