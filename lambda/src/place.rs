//! Where everything is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};

use crate::connections::connections;
use crate::master_key::Source;
use crate::store::{DynamoDb, Sqlite, Unavailable, Whole};

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

/// A place that can be read and written.
pub struct Opened {
    name: String,
    store: Arc<dyn Whole>,
    key: KeyAt,
}

/// There is nothing in this place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NothingThere(pub String);

enum KeyAt {
    File(PathBuf),
    Kms(aws_sdk_kms::Client, String),
}

impl Place {
    /// The file of the master key in a data folder.
    #[must_use]
    pub fn key_file(folder: &Path) -> PathBuf {
        folder.join("master.key")
    }

    /// Refuses a folder without a database, which [`open`](Self::open) would
    /// make there. Of a table only its service knows.
    ///
    /// # Errors
    /// [`NothingThere`].
    pub fn require(&self) -> Result<(), NothingThere> {
        match self {
            Self::Folder(folder) if !Sqlite::is_in(folder) => Err(NothingThere(folder_name(folder))),
            Self::Folder(_) | Self::Aws { .. } => Ok(()),
        }
    }

    /// Opens it; makes the folder if there is none.
    ///
    /// # Errors
    /// [`Unavailable`] if the folder is not to be had.
    pub fn open(&self, config: &SdkConfig) -> Result<Opened, Unavailable> {
        Ok(match self {
            Self::Folder(folder) => {
                let store = Sqlite::open(folder)?;
                Opened::folder(folder, Arc::new(store))
            }
            Self::Aws { table, master_key } => {
                let store = DynamoDb::new(&aws_sdk_dynamodb::Client::new(config), table);
                Opened::table(table, Arc::new(store), aws_sdk_kms::Client::new(config), master_key)
            }
        })
    }
}

impl Opened {
    /// A folder with its database.
    #[must_use]
    pub fn folder(folder: &Path, store: Arc<dyn Whole>) -> Self {
        let path = folder.canonicalize().unwrap_or_else(|_| folder.into());
        Self { name: folder_name(&path), store, key: KeyAt::File(Place::key_file(folder)) }
    }

    /// A table with its KMS key.
    #[must_use]
    pub fn table(table: &str, store: Arc<dyn Whole>, kms: aws_sdk_kms::Client, key: &str) -> Self {
        Self { name: format!("table `{table}`"), store, key: KeyAt::Kms(kms, key.to_owned()) }
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Whole> {
        &self.store
    }

    /// The kind of database, as OpenTelemetry's `db.system.name` has it.
    #[must_use]
    pub const fn system(&self) -> &'static str {
        match &self.key {
            KeyAt::File(_) => "sqlite",
            KeyAt::Kms(..) => "aws.dynamodb",
        }
    }

    /// Where the master key comes from.
    #[must_use]
    pub fn key_source(&self) -> Source<'_> {
        match &self.key {
            KeyAt::File(path) => Source::File(path),
            KeyAt::Kms(client, key) => Source::Kms { client, key },
        }
    }
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for NothingThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(place) = self;
        write!(f, "there is nothing in {place}: name the place where everything is with --data or --table")
    }
}

impl std::error::Error for NothingThere {}

fn folder_name(folder: &Path) -> String {
    format!("folder `{}`", folder.display())
}

/// The Region is given, and credentials are looked for on first use: nothing
/// waits for the network here.
pub async fn aws_config(region: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .http_client(connections())
        .load()
        .await
}
