//! UpdateServiceSettings.

use licentia_core::settings::{
    BucketArn, NotASetting, RegionName, Settings, SettingsRefusal, TopicArn, Update,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::allow;
use crate::context::{Context, Tries};
use crate::error::Error;
use crate::operation::Operation;
use crate::settings::{self, SettingsRecord, settings_key};
use crate::store::{Change, Guard, Item, Path, Write};
use crate::wire::{Object, Violations};

/// The most Regions that are discovered.
const MOST_REGIONS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct UpdateServiceSettings {
    s3_bucket_arn: Option<String>,
    sns_topic_arn: Option<String>,
    organization_configuration: Option<Object<OrganizationConfigurationInput>>,
    enable_cross_accounts_discovery: Option<bool>,
    enabled_discovery_source_regions: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct OrganizationConfigurationInput {
    enable_integration: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct Output {}

impl Operation for UpdateServiceSettings {
    const NAME: &'static str = "UpdateServiceSettings";
    type Request = Update;
    type Output = Output;

    fn validate(self) -> Result<Update, Error> {
        let mut violations = Violations::default();
        let link = self.organization_configuration.and_then(|Object(configuration)| {
            let member = "organizationConfiguration.enableIntegration";
            violations.required(member, configuration.enable_integration)
        });
        let source_regions =
            self.enabled_discovery_source_regions.map(|names| read_regions(&mut violations, &names));
        let mut update = Update {
            bucket: None,
            topic: None,
            link,
            cross_account_discovery: self.enable_cross_accounts_discovery,
            source_regions,
        };
        if update.contradicts_itself() {
            violations.add_combination(
                "enableCrossAccountsDiscovery needs Organizations: leave organizationConfiguration out, or set \
                 enableIntegration to true",
            );
        }
        violations.finish(Some(()))?;
        update.bucket = read_arn("s3BucketArn", self.s3_bucket_arn, BucketArn::parse)?;
        update.topic = read_arn("snsTopicArn", self.sns_topic_arn, TopicArn::parse)?;
        Ok(update)
    }

    async fn call(update: Update, cx: &Context) -> Result<Output, Error> {
        let account = &cx.caller.account;
        let allowed = allow::own_account(&cx.caller);
        if update.links() {
            settings::check_may_link(cx).await?;
        }
        let mut tries = Tries::default();
        loop {
            let record = settings::load(&cx.service, account).await?;
            let mut settings = record.settings.updated(&update).map_err(error)?;
            if settings.is_linked && settings.resource_share.is_none() {
                let (region, id) = (&cx.service.region, Uuid::new_v4());
                settings.resource_share = Some(format!("arn:aws:ram:{region}:{account}:resource-share/{id}"));
            }
            if settings == record.settings {
                return Ok(Output {});
            }
            match cx.commit(&allowed, Change(vec![put(cx, settings, record.revision)?])).await {
                Ok(()) => return Ok(Output {}),
                Err(setback) => tries.again(setback).await?,
            }
        }
    }
}

/// Stores the settings over those of this revision; 0 is none.
fn put(cx: &Context, settings: Settings, revision: u64) -> Result<Write, Error> {
    let guard = match revision {
        0 => Guard::Absent,
        _ => Guard::Equals(Path::member("revision"), json!(revision)),
    };
    let record = SettingsRecord { settings, revision: revision + 1 };
    let key = settings_key(&cx.caller.account, &cx.service.region);
    Ok(Write::Put(Item::new(key, &record)?, vec![guard]))
}

fn read_regions(violations: &mut Violations, names: &[String]) -> Vec<RegionName> {
    let member = "enabledDiscoverySourceRegions";
    if names.len() > MOST_REGIONS {
        let constraint = format!("Member must have length less than or equal to {MOST_REGIONS}");
        violations.add(member, format_args!("{} Regions", names.len()), constraint);
        return Vec::new();
    }
    let read = names.iter().enumerate().filter_map(|(at, name)| {
        violations.optional(&format!("{member}.{}.member", at + 1), Some(name), RegionName::parse)
    });
    read.collect()
}

/// A name that is not for the service is no malformed one (O-2).
fn read_arn<T>(
    member: &str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, NotASetting>,
) -> Result<Option<T>, Error> {
    let Some(text) = text else { return Ok(None) };
    match parse(&text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            let shown: String = text.chars().take(200).collect();
            Err(Error::invalid(format_args!("`{shown}` at `{member}` is {error}")))
        }
    }
}

fn error(refusal: SettingsRefusal) -> Error {
    match refusal {
        SettingsRefusal::DiscoveryStaysOn => Error::validation(refusal),
        SettingsRefusal::LinkIsNeeded => Error::invalid(refusal),
    }
}
