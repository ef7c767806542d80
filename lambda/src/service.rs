//! Putting the service together from its configuration.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region};

use crate::audit::{Settings, Trail};
use crate::clock::{Clock, SystemClock};
use crate::context::Service;
use crate::events::{Carriers, Events};
use crate::identity::Directory;
use crate::master_key::{MasterKey, Source};
use crate::openid::Provider;
use crate::organization::{AwsOrganizations, OrganizationSource, Organizations, Own};
use crate::recent::Recent;
use crate::sign::Signer;
use crate::status::{PublicUrl, StatusLists};
use crate::store::DynamoDb;
use crate::store::Sqlite;
use crate::store::Store;

/// Where everything is kept, and how secrets are sealed there.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder of this machine, with the database and the master key.
    Folder(PathBuf),
    /// A DynamoDB table, and a symmetric KMS key.
    Aws {
        /// The table's name.
        table: String,
        /// The id or ARN of the KMS key, or of its alias.
        master_key: String,
    },
}

/// Why the service does not start: one sentence for its operator.
#[derive(Debug)]
pub struct StartError(pub String);

/// The service in a place, for a Region, with what it records of calls and
/// where everybody reaches it.
///
/// # Errors
/// [`StartError`] if the place or the master key is not to be had.
pub async fn open(
    place: &Place,
    region: &str,
    organizations: OrganizationSource,
    audit: Settings,
    public_url: Option<PublicUrl>,
) -> Result<Arc<Service>, StartError> {
    let config = aws_config(region).await;
    let kms = aws_sdk_kms::Client::new(&config);
    let (store, master_key): (Arc<dyn Store>, _) = match place {
        Place::Folder(folder) => {
            let store = Sqlite::open(folder).map_err(refused)?;
            let file = folder.join("master.key");
            let master_key = MasterKey::load(&store, Source::File(&file)).await.map_err(refused)?;
            (Arc::new(store), master_key)
        }
        Place::Aws { table, master_key } => {
            let store = DynamoDb::new(&aws_sdk_dynamodb::Client::new(&config), table.clone());
            let source = Source::Kms { client: &kms, key: master_key };
            let master_key = MasterKey::load(&store, source).await.map_err(refused)?;
            (Arc::new(store), master_key)
        }
    };
    let master_key = Arc::new(master_key);
    let carriers = Carriers::new(
        aws_sdk_eventbridge::Client::new(&config),
        aws_sdk_sns::Client::new(&config),
        Carriers::PATIENCE,
    );
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let organizations: Arc<dyn Organizations> = match organizations {
        OrganizationSource::Own => Arc::new(Own::new(Arc::clone(&store))),
        OrganizationSource::Aws => {
            let client = aws_sdk_organizations::Client::new(&config);
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
        recent: Recent::default(),
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

/// The Region is given, and credentials are looked for on first use: nothing
/// waits for the network here.
async fn aws_config(region: &str) -> aws_config::SdkConfig {
    aws_config::defaults(BehaviorVersion::latest()).region(Region::new(region.to_owned())).load().await
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
