//! Webhooks.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::{DateTime, Format};
use http::Request;
use http::header::{CONTENT_TYPE, USER_AGENT};

use super::{Outcome, WebhookSecret};
use crate::events::Envelope;
use crate::events::target::WebhookUrl;
use crate::store::Unavailable;

const AGENT: &str = concat!("Licentia/", env!("CARGO_PKG_VERSION"));

/// Sends webhooks; it follows no redirect. What that needs is made when the
/// first is sent: reading the machine's certificates takes time.
#[derive(Debug, Default)]
pub(super) struct Webhooks(OnceLock<Connector>);

impl Webhooks {
    fn connector(&self) -> &Connector {
        let make = || Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build();
        self.0.get_or_init(make)
    }

    pub(super) async fn post(
        &self,
        url: &WebhookUrl,
        secret: &WebhookSecret,
        envelope: &Envelope,
        now: u64,
    ) -> Result<Outcome, Unavailable> {
        let cannot = |reason: &dyn std::fmt::Display| Unavailable(format!("{url:?}: {reason}"));
        let body = serde_json::to_vec(envelope).map_err(|error| cannot(&error))?;
        let signature =
            secret.sign(&envelope.id, now, &body).ok_or_else(|| cannot(&"its secret cannot be read"))?;
        let request = Request::post(url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, AGENT)
            .header("webhook-id", &envelope.id)
            .header("webhook-timestamp", now)
            .header("webhook-signature", signature)
            .body(SdkBody::from(body))
            .map_err(|error| cannot(&error))?;
        let request = HttpRequest::try_from(request).map_err(|error| cannot(&error))?;
        Ok(match self.connector().call(request).await {
            Ok(answer) => outcome(&answer),
            Err(error) => {
                let why = aws_sdk_sns::error::DisplayErrorContext(error).to_string();
                Outcome::Failed { why, asked: None }
            }
        })
    }
}

/// What an answer says. A receiver that read the message and will not have it
/// is believed; whatever else is wrong may be mended.
fn outcome(answer: &HttpResponse) -> Outcome {
    let status = answer.status().as_u16();
    let why = format!("it answered {status}");
    match status {
        200..300 => Outcome::Delivered,
        410 => Outcome::Gone(why),
        400 | 413 | 415 | 422 => Outcome::Refused(why),
        300..400 => Outcome::Failed { why: format!("{why}, and redirects are not followed"), asked: None },
        _ => Outcome::Failed { why, asked: answer.headers().get("retry-after").and_then(retry_after) },
    }
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::from_str(text, Format::HttpDate).ok()?;
    SystemTime::try_from(date).ok()?.duration_since(SystemTime::now()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: &str) -> Outcome {
        let response = http::Response::builder().status(status).header("retry-after", retry_after);
        outcome(&HttpResponse::try_from(response.body(SdkBody::empty()).unwrap()).unwrap())
    }

    #[test]
    fn an_answer_says_whether_to_try_again() {
        for status in [200, 202, 204] {
            assert_eq!(answer(status, "5"), Outcome::Delivered, "{status}");
        }
        assert!(matches!(answer(410, "5"), Outcome::Gone(_)));
        for status in [400, 413, 415, 422] {
            assert!(matches!(answer(status, "5"), Outcome::Refused(_)), "{status}");
        }
        for status in [301, 307] {
            assert!(matches!(answer(status, "5"), Outcome::Failed { asked: None, .. }), "{status}");
        }
        let asked = Some(Duration::from_secs(5));
        for status in [401, 403, 404, 408, 429, 500, 502, 503, 504] {
            assert_eq!(
                answer(status, "5"),
                Outcome::Failed { why: format!("it answered {status}"), asked },
                "{status}"
            );
        }
    }

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_as_a_date() {
        assert_eq!(retry_after("120"), Some(Duration::from_secs(120)));
        let in_an_hour = DateTime::from(SystemTime::now() + Duration::from_secs(3600));
        let wait = retry_after(&in_an_hour.fmt(Format::HttpDate).unwrap()).unwrap();
        assert!((3500..=3600).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), None);
        assert_eq!(retry_after("soon"), None);
    }
}
