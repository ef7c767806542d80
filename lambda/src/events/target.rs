//! Where events can go, as texts that were read once.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use serde::{Deserialize, Serialize};

/// The longest URL of a webhook, in bytes.
const MOST_URL_BYTES: usize = 2048;

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An event bus of Amazon EventBridge.
    EventBus(EventBusArn),
    /// A topic of Amazon SNS.
    Topic(TopicArn),
    /// A URL that is sent signed requests.
    Webhook(WebhookUrl),
}

/// The text names no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotATarget {
    /// Not the ARN of an event bus.
    EventBus,
    /// Not the ARN of a topic.
    Topic,
    /// Not a URL that may be sent to.
    Webhook,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $reads:ident $fault:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads it.
            ///
            /// # Errors
            /// [`NotATarget`] for anything else.
            pub fn parse(text: &str) -> Result<Self, NotATarget> {
                if $reads(text) { Ok(Self(text.to_owned())) } else { Err(NotATarget::$fault) }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotATarget;

            fn try_from(text: String) -> Result<Self, NotATarget> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+};
}

texts! {
    /// `arn:aws:events:<region>:<account>:event-bus/<name>`.
    EventBusArn is_event_bus EventBus
    /// `arn:aws:sns:<region>:<account>:<name>`.
    TopicArn is_topic Topic
    /// An `https` URL, or an `http` one of this machine.
    WebhookUrl is_webhook Webhook
}

impl EventBusArn {
    /// The Region it is in.
    #[must_use]
    pub fn region(&self) -> &str {
        region(&self.0)
    }
}

impl TopicArn {
    /// The Region it is in.
    #[must_use]
    pub fn region(&self) -> &str {
        region(&self.0)
    }

    /// Whether it keeps messages in order and drops repeats.
    #[must_use]
    pub fn is_fifo(&self) -> bool {
        self.0.ends_with(".fifo")
    }
}

fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

fn is_event_bus(text: &str) -> bool {
    resource(text, "events").and_then(|resource| resource.strip_prefix("event-bus/")).is_some_and(is_name)
}

fn is_topic(text: &str) -> bool {
    resource(text, "sns").is_some_and(is_name)
}

/// What an ARN with a Region and an account names in this service.
fn resource<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [prefix, partition, named, region, account, resource] = parts.as_slice() else { return None };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let is_ours = *prefix == "arn" && partition.starts_with("aws") && *named == service;
    (is_ours && is_word(partition) && is_word(region) && is_account).then_some(resource)
}

fn is_name(text: &str) -> bool {
    (1..=256).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
}

fn is_webhook(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let Some(authority) = uri.authority() else { return false };
    let is_plain = text.len() <= MOST_URL_BYTES
        && !text.contains('#')
        && !authority.as_str().contains('@')
        && !authority.host().is_empty();
    is_plain
        && match uri.scheme_str() {
            Some("https") => true,
            Some("http") => is_this_machine(authority.host()),
            _ => false,
        }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EventBus(arn) => arn.as_str(),
            Self::Topic(arn) => arn.as_str(),
            Self::Webhook(url) => url.as_str(),
        })
    }
}

impl fmt::Display for NotATarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EventBus => "not an ARN such as `arn:aws:events:us-east-1:123456789012:event-bus/default`",
            Self::Topic => "not an ARN such as `arn:aws:sns:us-east-1:123456789012:licenses`",
            Self::Webhook => {
                "not a URL that begins with https://, or with http:// and names this machine; it holds no \
                 user name and no fragment"
            }
        })
    }
}

impl std::error::Error for NotATarget {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_https_or_on_this_machine() {
        for url in [
            "https://example.com/hooks?tenant=7",
            "https://10.0.0.7:8443/",
            "http://127.0.0.1:8080/",
            "http://[::1]:8080/hooks",
            "http://localhost:8080",
        ] {
            assert!(WebhookUrl::parse(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "example.com/hooks",
            "/hooks",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://10.0.0.7/",
            "ftp://127.0.0.1/",
            "https://user:secret@example.com/",
            "https://example.com/#part",
            "https:///hooks",
        ] {
            assert_eq!(WebhookUrl::parse(url), Err(NotATarget::Webhook), "{url}");
        }
    }

    #[test]
    fn an_arn_tells_its_region_and_is_of_the_right_service() {
        let bus = "arn:aws:events:eu-west-1:123456789012:event-bus/default";
        let topic = "arn:aws-cn:sns:cn-north-1:123456789012:licenses.fifo";
        assert_eq!(EventBusArn::parse(bus).unwrap().region(), "eu-west-1");
        assert_eq!(TopicArn::parse(topic).unwrap().region(), "cn-north-1");
        assert!(TopicArn::parse(topic).unwrap().is_fifo());
        for text in [
            "",
            topic,
            "arn:aws:events:eu-west-1:123456789012:rule/default",
            "arn:aws:events:eu-west-1:123456789012:event-bus/",
            "arn:aws:events::123456789012:event-bus/default",
            "arn:aws:events:eu-west-1:12345678901:event-bus/default",
            "arn:aws:events:eu-west-1.evil.example:123456789012:event-bus/default",
        ] {
            assert_eq!(EventBusArn::parse(text), Err(NotATarget::EventBus), "{text}");
        }
        assert_eq!(TopicArn::parse(bus), Err(NotATarget::Topic));
    }
}
