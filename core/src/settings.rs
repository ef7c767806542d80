//! The settings of the service, one set for each account and Region
//! (section 19).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::arn::AccountId;

/// What the names of the buckets and topics begin with that are given to the
/// service.
const PREFIX: &str = "aws-license-manager-service-";

/// The ARN of a bucket: `arn:<partition>:s3:::aws-license-manager-service-…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BucketArn(String);

/// The ARN of a topic (O-2):
/// `arn:<partition>:sns:<region>:<account>:aws-license-manager-service-…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TopicArn(String);

/// The name of a Region, such as `eu-west-1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionName(String);

/// The text is not of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotASetting {
    /// Not the ARN of a bucket for the service.
    Bucket,
    /// Not the ARN of a topic for the service.
    Topic,
    /// Not the name of a Region.
    Region,
}

/// How far a discovery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiscoveryStatus {
    /// It was asked for, and has not found everything yet.
    InProgress,
    /// It has found everything once.
    Completed,
}

/// A Region that resources are discovered in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRegion {
    /// Its name.
    pub name: RegionName,
    /// How far its discovery has come.
    pub status: DiscoveryStatus,
}

/// The settings of an account in a Region (O-1). Those that were never changed
/// are the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Where reports and what was discovered are stored (O-6).
    pub bucket: Option<BucketArn>,
    /// Where notices are sent.
    pub topic: Option<TopicArn>,
    /// Whether Organizations is linked (O-3).
    pub is_linked: bool,
    /// The ARN of the resource share, made when Organizations was first linked.
    pub resource_share: Option<String>,
    /// How far the discovery across accounts has come, once it is on (O-4).
    pub cross_account_discovery: Option<DiscoveryStatus>,
    /// The Regions of the discovery across Regions (O-5).
    pub source_regions: Vec<SourceRegion>,
}

/// What is to be changed; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Where reports and what was discovered are stored.
    pub bucket: Option<BucketArn>,
    /// Where notices are sent.
    pub topic: Option<TopicArn>,
    /// Whether Organizations is linked.
    pub link: Option<bool>,
    /// Whether resources are discovered across accounts.
    pub cross_account_discovery: Option<bool>,
    /// The Regions of the discovery across Regions.
    pub source_regions: Option<Vec<RegionName>>,
}

/// Why settings are not changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsRefusal {
    /// Discovery across accounts stays on once it is on (O-4).
    DiscoveryStaysOn,
    /// Discovery across accounts is on, and needs the link.
    LinkIsNeeded,
}

impl Update {
    /// Whether it links Organizations, which not every account may (O-3, O-4).
    #[must_use]
    pub fn links(&self) -> bool {
        self.link == Some(true) || self.cross_account_discovery == Some(true)
    }

    /// Whether it asks for discovery across accounts and against the link that
    /// this needs, in one.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        self.link == Some(false) && self.cross_account_discovery == Some(true)
    }
}

impl Settings {
    /// The settings after an update that does not contradict itself.
    ///
    /// # Errors
    /// [`SettingsRefusal`] for what cannot be turned off.
    pub fn updated(&self, update: &Update) -> Result<Self, SettingsRefusal> {
        let mut settings = self.clone();
        if let Some(bucket) = &update.bucket {
            settings.bucket = Some(bucket.clone());
        }
        if let Some(topic) = &update.topic {
            settings.topic = Some(topic.clone());
        }
        match (update.cross_account_discovery, self.cross_account_discovery) {
            (Some(false), Some(_)) => return Err(SettingsRefusal::DiscoveryStaysOn),
            (Some(true), None) => settings.cross_account_discovery = Some(DiscoveryStatus::InProgress),
            (Some(true), Some(_)) | (Some(false) | None, _) => {}
        }
        if update.links() {
            settings.is_linked = true;
        } else if update.link == Some(false) {
            if self.cross_account_discovery.is_some() {
                return Err(SettingsRefusal::LinkIsNeeded);
            }
            settings.is_linked = false;
        }
        if let Some(names) = &update.source_regions {
            settings.source_regions = Vec::new();
            for name in names {
                if !settings.source_regions.iter().any(|region| &region.name == name) {
                    settings.source_regions.push(self.source_region(name));
                }
            }
        }
        Ok(settings)
    }

    /// The Region as it is, or one whose discovery begins.
    fn source_region(&self, name: &RegionName) -> SourceRegion {
        let known = self.source_regions.iter().find(|region| &region.name == name);
        let begins = || SourceRegion { name: name.clone(), status: DiscoveryStatus::InProgress };
        known.cloned().unwrap_or_else(begins)
    }
}

impl BucketArn {
    /// Reads the ARN of a bucket for the service.
    ///
    /// # Errors
    /// [`NotASetting::Bucket`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotASetting> {
        let name = resource(text, "s3").and_then(|rest| rest.strip_prefix("::"));
        let valid = name.is_some_and(|name| {
            name.starts_with(PREFIX)
                && name.len() <= 63
                && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        });
        if valid { Ok(Self(text.to_owned())) } else { Err(NotASetting::Bucket) }
    }
}

impl TopicArn {
    /// Reads the ARN of a topic for the service.
    ///
    /// # Errors
    /// [`NotASetting::Topic`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotASetting> {
        let valid = (|| {
            let (region, rest) = resource(text, "sns")?.split_once(':')?;
            let (account, name) = rest.split_once(':')?;
            RegionName::parse(region).ok()?;
            AccountId::parse(account).ok()?;
            let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
            (name.starts_with(PREFIX) && name.len() <= 256 && is_name).then_some(())
        })();
        valid.map(|()| Self(text.to_owned())).ok_or(NotASetting::Topic)
    }
}

impl RegionName {
    /// Reads the name of a Region: two or more words and a number.
    ///
    /// # Errors
    /// [`NotASetting::Region`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotASetting> {
        let valid = text.rsplit_once('-').is_some_and(|(words, number)| {
            text.len() <= 32
                && (1..=2).contains(&number.len())
                && number.bytes().all(|b| b.is_ascii_digit())
                && words.contains('-')
                && words
                    .split('-')
                    .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
        });
        if valid { Ok(Self(text.to_owned())) } else { Err(NotASetting::Region) }
    }
}

/// What follows `arn:<partition>:<service>:`.
fn resource<'a>(text: &'a str, service: &str) -> Option<&'a str> {
    let (partition, rest) = text.strip_prefix("arn:aws")?.split_once(':')?;
    let is_partition = partition.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    rest.strip_prefix(service)?.strip_prefix(':').filter(|_| is_partition)
}

impl DiscoveryStatus {
    /// The word for it on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
        }
    }
}

impl fmt::Display for NotASetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bucket => write!(f, "not the ARN of a bucket arn:<partition>:s3:::{PREFIX}*"),
            Self::Topic => {
                write!(f, "not the ARN of a topic arn:<partition>:sns:<region>:<account>:{PREFIX}*")
            }
            Self::Region => f.write_str("not the name of a Region, such as eu-west-1"),
        }
    }
}

impl core::error::Error for NotASetting {}

impl fmt::Display for SettingsRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DiscoveryStaysOn => "cross-account discovery is on and cannot be turned off again",
            Self::LinkIsNeeded => {
                "cross-account discovery is on and needs Organizations: the integration cannot be turned off"
            }
        })
    }
}

impl core::error::Error for SettingsRefusal {}

macro_rules! text {
    ($($setting:ty),+) => {$(
        impl $setting {
            /// The whole text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $setting {
            type Error = NotASetting;

            fn try_from(text: String) -> Result<Self, NotASetting> {
                Self::parse(&text)
            }
        }

        impl From<$setting> for String {
            fn from(setting: $setting) -> Self {
                setting.0
            }
        }
    )+};
}

text!(BucketArn, TopicArn, RegionName);

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn regions(names: &[&str]) -> Option<Vec<RegionName>> {
        Some(names.iter().map(|name| RegionName::parse(name).unwrap()).collect())
    }

    #[test]
    fn o_2_a_topic_is_named_for_the_service() {
        for text in [
            "arn:aws:sns:us-east-1:444455556666:aws-license-manager-service-alerts",
            "arn:aws-us-gov:sns:us-gov-west-1:444455556666:aws-license-manager-service-",
        ] {
            assert_eq!(TopicArn::parse(text).map(String::from).as_deref(), Ok(text));
        }
        for text in [
            "",
            "aws-license-manager-service-alerts",
            "arn:aws:sns:us-east-1:444455556666:alerts",
            "arn:aws:sns:us-east-1:444455556666:my-aws-license-manager-service-alerts",
            "arn:aws:sns::444455556666:aws-license-manager-service-alerts",
            "arn:aws:sns:us-east-1:4444:aws-license-manager-service-alerts",
            "arn:aws:sqs:us-east-1:444455556666:aws-license-manager-service-alerts",
            "arn:azure:sns:us-east-1:444455556666:aws-license-manager-service-alerts",
            "arn:aws:sns:us-east-1:444455556666:aws-license-manager-service-al erts",
            "arn:aws:sns:us-east-1:444455556666:aws-license-manager-service-alerts:0",
        ] {
            assert_eq!(TopicArn::parse(text), Err(NotASetting::Topic), "{text:?}");
        }
    }

    #[test]
    fn o_1_a_bucket_is_named_for_the_service() {
        let text = "arn:aws:s3:::aws-license-manager-service-c22d6279-35c4-47c4-bb";
        assert_eq!(BucketArn::parse(text).map(String::from).as_deref(), Ok(text));
        for text in [
            "",
            "arn:aws:s3:::reports",
            "arn:aws:s3:us-east-1:444455556666:aws-license-manager-service-a",
            "arn:aws:s3:::aws-license-manager-service-A",
            "arn:aws:s3:::aws-license-manager-service-a/key",
            "arn:aws:s3:::aws-license-manager-service-0123456789012345678901234567890123456",
        ] {
            assert_eq!(BucketArn::parse(text), Err(NotASetting::Bucket), "{text:?}");
        }
    }

    #[test]
    fn a_region_is_words_and_a_number() {
        for text in ["us-east-1", "us-gov-west-1", "ap-southeast-7"] {
            assert_eq!(RegionName::parse(text).map(String::from).as_deref(), Ok(text));
        }
        for text in
            ["", "us", "us-1", "us-east", "US-EAST-1", "us--1", "us-east-1a", "us-east-123", "us east-1"]
        {
            assert_eq!(RegionName::parse(text), Err(NotASetting::Region), "{text:?}");
        }
    }

    #[test]
    fn an_absent_member_stays_as_it_is() {
        let update = Update {
            bucket: BucketArn::parse("arn:aws:s3:::aws-license-manager-service-a").ok(),
            link: Some(true),
            source_regions: regions(&["us-east-1"]),
            ..Update::default()
        };
        let settings = Settings::default().updated(&update).unwrap();
        assert_eq!(settings.updated(&Update::default()), Ok(settings));
    }

    #[test]
    fn o_3_a_link_is_switched_off_again() {
        let link = |link| Update { link: Some(link), ..Update::default() };
        let linked = Settings::default().updated(&link(true)).unwrap();
        assert!(linked.is_linked && linked.cross_account_discovery.is_none());
        assert!(!linked.updated(&link(false)).unwrap().is_linked);
    }

    #[test]
    fn o_4_discovery_across_accounts_links_and_stays_on() {
        let discover = |on| Update { cross_account_discovery: Some(on), ..Update::default() };
        assert!(discover(true).links() && !discover(false).links());
        assert_eq!(Settings::default().updated(&discover(false)), Ok(Settings::default()));
        let on = Settings::default().updated(&discover(true)).unwrap();
        assert_eq!((on.is_linked, on.cross_account_discovery), (true, Some(DiscoveryStatus::InProgress)));
        assert_eq!(on.updated(&discover(true)), Ok(on.clone()));
        assert_eq!(on.updated(&discover(false)), Err(SettingsRefusal::DiscoveryStaysOn));
        let unlink = Update { link: Some(false), ..Update::default() };
        assert_eq!(on.updated(&unlink), Err(SettingsRefusal::LinkIsNeeded));
        assert!(Update { link: Some(false), ..discover(true) }.contradicts_itself());
    }

    #[test]
    fn o_5_a_region_that_stays_keeps_its_status() {
        let discovered = Settings {
            source_regions: vec![SourceRegion {
                name: RegionName::parse("eu-west-1").unwrap(),
                status: DiscoveryStatus::Completed,
            }],
            ..Settings::default()
        };
        let update = |names| Update { source_regions: regions(names), ..Update::default() };
        let settings = discovered.updated(&update(&["us-east-1", "eu-west-1", "us-east-1"])).unwrap();
        let seen: Vec<_> =
            settings.source_regions.iter().map(|region| (region.name.as_str(), region.status)).collect();
        assert_eq!(
            seen,
            [("us-east-1", DiscoveryStatus::InProgress), ("eu-west-1", DiscoveryStatus::Completed)]
        );
        assert!(settings.updated(&update(&[])).unwrap().source_regions.is_empty());
    }
}
