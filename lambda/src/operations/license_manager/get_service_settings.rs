//! GetServiceSettings.

use std::collections::BTreeMap;

use licentia_core::settings::{BucketArn, DiscoveryStatus, RegionName, Settings, TopicArn};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::Error;
use crate::operation::Operation;
use crate::settings;

#[derive(Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct GetServiceSettings {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    s3_bucket_arn: Option<BucketArn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sns_topic_arn: Option<TopicArn>,
    organization_configuration: OrganizationConfiguration,
    enable_cross_accounts_discovery: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_manager_resource_share_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_region_discovery_home_region: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cross_region_discovery_source_regions: Vec<RegionName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_status: Option<ServiceStatus>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationConfiguration {
    enable_integration: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_account_discovery: Option<Message<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_region_discovery: Option<Message<BTreeMap<String, RegionStatus>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message<T> {
    message: T,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionStatus {
    status: &'static str,
}

impl Operation for GetServiceSettings {
    const NAME: &'static str = "GetServiceSettings";
    type Request = ();
    type Output = Output;

    fn validate(self) -> Result<(), Error> {
        Ok(())
    }

    async fn call((): (), cx: &Context) -> Result<Output, Error> {
        let record = settings::load(&cx.service, &cx.caller.account).await?;
        Ok(Output::new(record.settings, &cx.service.region))
    }
}

impl Output {
    fn new(settings: Settings, region: &str) -> Self {
        let regions = &settings.source_regions;
        let cross_region_discovery = (!regions.is_empty()).then(|| Message {
            message: regions
                .iter()
                .map(|region| {
                    (region.name.as_str().to_owned(), RegionStatus { status: region.status.name() })
                })
                .collect(),
        });
        let cross_account_discovery =
            settings.cross_account_discovery.map(DiscoveryStatus::name).map(|message| Message { message });
        let has_status = cross_account_discovery.is_some() || cross_region_discovery.is_some();
        Self {
            organization_configuration: OrganizationConfiguration { enable_integration: settings.is_linked },
            enable_cross_accounts_discovery: settings.cross_account_discovery.is_some(),
            license_manager_resource_share_arn: settings.resource_share.filter(|_| settings.is_linked),
            // It is where this was set, and what was set is kept by Region (O-5).
            cross_region_discovery_home_region: (!regions.is_empty()).then(|| region.to_owned()),
            cross_region_discovery_source_regions: regions.iter().map(|region| region.name.clone()).collect(),
            service_status: has_status
                .then_some(ServiceStatus { cross_account_discovery, cross_region_discovery }),
            s3_bucket_arn: settings.bucket,
            sns_topic_arn: settings.topic,
        }
    }
}
