//! Putting the service together from its configuration.

use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;

use crate::admission::{Admission, Limits};
use crate::audit::{self, Trail};
use crate::clock::{Clock, SystemClock};
use crate::context::Service;
use crate::events::{Carriers, Events};
use crate::identity::Directory;
use crate::master_key::{Carried, MasterKey};
use crate::on_first_use::OnFirstUse;
use crate::openid::Provider;
use crate::organization::{AwsOrganizations, OrganizationSource, Organizations, Own};
use crate::place::{Opened, Place, aws_config};
use crate::recent::Recent;
use crate::sign::Signer;
use crate::status::{PublicUrl, StatusLists};
use crate::store::{DynamoDb, Frozen, Key, Observed, Query, Store};

/// How the service is to work.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is said which accounts belong together.
    pub organizations: OrganizationSource,
    /// What is recorded of calls.
    pub audit: audit::Settings,
    /// Where everybody reaches it.
    pub public_url: Option<PublicUrl>,
    /// How often one may call it.
    pub limits: Limits,
}

/// Why the service does not start: one sentence for its operator.
#[derive(Debug)]
pub struct StartError(pub String);

/// The service in a place, for a Region.
///
/// # Errors
/// [`StartError`] if the place or the master key is not to be had, or if what
/// was there is moved elsewhere.
pub async fn open(place: &Place, region: &str, settings: Settings) -> Result<Arc<Service>, StartError> {
    let config = aws_config(region).await;
    let opened = place.open(&config).map_err(refused)?;
    serving(&opened, &config, region, settings).await
}

/// The service in a place that is open already, with these settings of clients
/// of AWS.
///
/// # Errors
/// As for [`open`].
pub async fn serving(
    opened: &Opened,
    config: &SdkConfig,
    region: &str,
    settings: Settings,
) -> Result<Arc<Service>, StartError> {
    let Settings { organizations, audit, public_url, limits } = settings;
    let store: Arc<dyn Store> = Arc::new(Observed::new(opened.store().clone(), opened.system()));
    // All that a start reads, at once.
    // INVARIANT: nothing else stands in this partition.
    let (frozen, known) = (Frozen::key(), Carried::place());
    let found = store.query(&Query::prefix(&frozen.partition, "", 2)).await.map_err(refused)?.items;
    let find = |key: Key| found.iter().find(|item| item.key == key).cloned();
    let (frozen, known) = (find(frozen), find(known));
    if let Some(mark) = frozen {
        return Err(refused(mark.read::<Frozen>().map_err(refused)?));
    }
    let master_key = MasterKey::known_or_new(known, &*store, opened.key_source()).await;
    let master_key = Arc::new(master_key.map_err(refused)?);
    let kms = client(config, aws_sdk_kms::Client::new);
    let carriers = Carriers::new(
        client(config, aws_sdk_eventbridge::Client::new),
        client(config, aws_sdk_sns::Client::new),
        Carriers::PATIENCE,
    );
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let organizations: Arc<dyn Organizations> = match organizations {
        OrganizationSource::Own => Arc::new(Own::new(Arc::clone(&store))),
        OrganizationSource::Aws => {
            let client = aws_sdk_organizations::Client::new(config);
            Arc::new(AwsOrganizations::new(client, Arc::clone(&clock)))
        }
    };
    Ok(Arc::new(Service {
        directory: Directory::new(Arc::clone(&store), Arc::clone(&master_key)),
        organizations,
        signer: Signer::new(Arc::clone(&store), Arc::clone(&master_key), kms),
        status_lists: StatusLists::new(Arc::clone(&store), public_url),
        events: Events::new(&store, &master_key, carriers),
        trail: Trail::new(Arc::clone(&store), audit),
        admission: Admission::new(limits),
        recent: Recent::from_lane(getrandom::u64().map_err(refused)?),
        openid: Provider::new(Arc::clone(&store), Arc::clone(&master_key)),
        store,
        region: region.to_owned(),
        clock,
        master_key,
    }))
}

/// Makes the DynamoDB table, if it is not there yet.
///
/// # Errors
/// [`StartError`] if DynamoDB refuses.
pub async fn create_table(table: &str, region: &str) -> Result<(), StartError> {
    let client = aws_sdk_dynamodb::Client::new(&aws_config(region).await);
    DynamoDb::new(&client, table).create_table().await.map_err(refused)
}

/// A client of AWS, made when it is first used.
fn client<C: 'static>(config: &SdkConfig, make: fn(&SdkConfig) -> C) -> OnFirstUse<C> {
    let config = config.clone();
    OnFirstUse::new(move || make(&config))
}

fn refused(reason: impl fmt::Display) -> StartError {
    StartError(reason.to_string())
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
