//! What happened, as those who are told read it.

use std::collections::BTreeSet;
use std::fmt;

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::Checkout;
use licentia_core::grant::Grant;
use licentia_core::license::License;
use licentia_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// Bytes of entitlements in one event: what carries events takes 256 KB.
const MOST_ENTITLEMENT_BYTES: usize = 128_000;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$row:meta])* $variant:ident $text:literal)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$row])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the event.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What an event is about (EV-1).
    DetailType {
        /// A grant was made, accepted, changed or ended.
        GrantChange "Grant Change"
        /// A license was made, changed or deleted.
        LicenseChange "License Change"
        /// Something was taken from a license, or given back.
        LicenseConsumptionChange "License Consumption Change"
        /// A token was made or deleted.
        LicenseTokenChange "License Token Change"
    }
}

words! {
    /// What became of a license (L-22).
    LicenseState {
        /// It is new.
        Created "Created"
        /// It has a new version.
        Updated "Updated"
        /// Its new version deactivates it.
        Deactivated "Deactivated"
        /// It was deleted.
        Deleted "Deleted"
    }
}

words! {
    /// What became of a checkout.
    ConsumptionState {
        /// It was allowed.
        CheckedOut "CheckedOut"
        /// It lasts longer.
        Extended "Extended"
        /// It was checked in.
        CheckedIn "CheckedIn"
        /// It ran out, and what it held was returned.
        Expired "Expired"
    }
}

words! {
    /// What became of a token.
    TokenState {
        /// It is new.
        Created "Created"
        /// It was deleted.
        Deleted "Deleted"
    }
}

/// A change that happened, and whom it concerns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Tells it from every other one.
    id: String,
    /// What it is about.
    pub detail_type: DetailType,
    /// When it happened.
    pub time: Timestamp,
    /// The ARNs of what changed.
    pub resources: Vec<String>,
    /// The change.
    pub detail: Map<String, Value>,
    /// The accounts that took part in it: see
    /// [`recipients`](super::recipients::recipients).
    pub parties: BTreeSet<AccountId>,
}

/// A token as it is after a change.
#[derive(Clone, Copy, Debug)]
pub struct TokenChange<'a> {
    /// Its id, never its text.
    pub token_id: &'a str,
    /// The license it is good for.
    pub license_arn: &'a LicenseArn,
    /// The account that made it.
    pub account: &'a AccountId,
    /// What became of it.
    pub state: TokenState,
}

/// An event as one account is sent it: the envelope of EventBridge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Envelope {
    /// Of the envelope: always `0`.
    pub version: String,
    /// A UUID, the same however often it is sent.
    pub id: String,
    /// What it is about.
    pub detail_type: DetailType,
    /// Who tells.
    pub source: String,
    /// The account that is told.
    pub account: AccountId,
    /// When it happened.
    pub time: Timestamp,
    /// Where it happened.
    pub region: String,
    /// The ARNs of what changed.
    pub resources: Vec<String>,
    /// The change.
    pub detail: Map<String, Value>,
}

impl Event {
    /// A license changed; it is given as it is now.
    #[must_use]
    pub fn license(license: &License, state: LicenseState, now: Timestamp) -> Self {
        let detail = json!({
            "licenseArn": license.license_arn,
            "status": license.status_at(now).as_str(),
            "version": license.version,
            "state": state,
            "account": license.owner(),
            "time": now,
        });
        Self::new(
            DetailType::LicenseChange,
            now,
            [license.license_arn.to_string()],
            detail,
            [license.owner().clone()],
        )
    }

    /// A checkout changed; it is given as it is now. A list of entitlements
    /// that no carrier would take is left out. Its signed token never goes out.
    #[must_use]
    pub fn consumption(checkout: &Checkout, state: ConsumptionState, now: Timestamp) -> Self {
        let entitlements: Vec<Value> = checkout
            .allowed
            .iter()
            .map(|data| {
                set([("name", json!(data.name)), ("value", json!(data.value)), ("unit", json!(data.unit))])
            })
            .map(Value::Object)
            .collect();
        let entitlements = Value::Array(entitlements);
        let is_carried = entitlements.to_string().len() <= MOST_ENTITLEMENT_BYTES;
        let detail = json!({
            "licenseArn": checkout.license_arn,
            "version": checkout.license_version,
            "licenseConsumptionToken": checkout.token,
            "checkoutType": checkout.kind,
            "state": state,
            "entitlements": is_carried.then_some(entitlements),
            "beneficiary": checkout.beneficiary,
            "nodeId": checkout.node_id,
            "expiration": checkout.expires_at(),
            "account": checkout.account,
            "time": now,
        });
        let owner = checkout.license_arn.owner().clone();
        Self::new(
            DetailType::LicenseConsumptionChange,
            now,
            [checkout.license_arn.to_string()],
            detail,
            [owner, checkout.account.clone()],
        )
    }

    /// A grant changed; it is given as it is now.
    #[must_use]
    pub fn grant(grant: &Grant, now: Timestamp) -> Self {
        let detail = json!({
            "grantArn": grant.grant_arn,
            "licenseArn": grant.license_arn,
            "status": grant.grant_status,
            "version": grant.version,
            "granteePrincipalArn": grant.grantee_principal_arn,
            "account": grant.maker(),
            "time": now,
        });
        let parties = [Some(grant.maker()), grant.grantee()].into_iter().flatten().cloned();
        Self::new(
            DetailType::GrantChange,
            now,
            [grant.grant_arn.to_string(), grant.license_arn.to_string()],
            detail,
            parties,
        )
    }

    /// A token was made or deleted.
    #[must_use]
    pub fn token(token: &TokenChange<'_>, now: Timestamp) -> Self {
        let detail = json!({
            "tokenId": token.token_id,
            "licenseArn": token.license_arn,
            "state": token.state,
            "account": token.account,
            "time": now,
        });
        let parties = [token.account.clone(), token.license_arn.owner().clone()];
        Self::new(DetailType::LicenseTokenChange, now, [token.license_arn.to_string()], detail, parties)
    }

    fn new(
        detail_type: DetailType,
        time: Timestamp,
        resources: impl IntoIterator<Item = String>,
        detail: Value,
        parties: impl IntoIterator<Item = AccountId>,
    ) -> Self {
        let detail = match detail {
            Value::Object(members) => members.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            _ => Map::new(),
        };
        Self {
            id: Uuid::new_v4().to_string(),
            detail_type,
            time,
            resources: resources.into_iter().collect(),
            detail,
            parties: parties.into_iter().collect(),
        }
    }

    /// The event for one of those who are told. Its id is the account's own:
    /// who is told twice, as two accounts, is told two things.
    #[must_use]
    pub fn envelope(&self, account: &AccountId, source: &str, region: &str) -> Envelope {
        let hash = Sha256::new().chain_update(&self.id).chain_update(account.as_str()).finalize();
        let bytes = hash.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        Envelope {
            version: "0".to_owned(),
            id: Builder::from_custom_bytes(bytes.to_be_bytes()).into_uuid().to_string(),
            detail_type: self.detail_type,
            source: source.to_owned(),
            account: account.clone(),
            time: self.time,
            region: region.to_owned(),
            resources: self.resources.clone(),
            detail: self.detail.clone(),
        }
    }
}

impl DetailType {
    /// What is spelt so, if anything is; case matters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.as_str() == text)
    }
}

/// Members without those that are nothing.
fn set<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use licentia_core::arn::GrantArn;
    use licentia_core::grant::{GrantStatus, GrantType, Operations, Parent};
    use licentia_core::license::Version;

    use super::*;

    fn account(text: &str) -> AccountId {
        AccountId::parse(text).unwrap()
    }

    fn arn() -> LicenseArn {
        LicenseArn::parse("arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60")
            .unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T10:00:00Z").unwrap()
    }

    #[test]
    fn a_grants_event_tells_the_maker_and_the_grantee() {
        let (maker, grantee) = (account("111122223333"), account("444455556666"));
        let grant_arn = "arn:aws:license-manager::111122223333:grant:g-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
        let grant = Grant {
            grant_arn: GrantArn::parse(grant_arn).unwrap(),
            grant_name: "Team".into(),
            parent_arn: Parent::License(arn()),
            license_arn: arn(),
            grantee_principal_arn: grantee.clone().into(),
            home_region: "eu-west-1".into(),
            grant_status: GrantStatus::PendingAccept,
            status_reason: None,
            version: Version::FIRST,
            granted_operations: Operations::ALL,
            options: None,
            grant_type: GrantType::BuyerGrant,
        };
        let event = Event::grant(&grant, now());
        assert_eq!(event.parties, BTreeSet::from([maker.clone(), grantee]));
        let envelope =
            serde_json::to_value(event.envelope(&maker, "aws.license-manager", "eu-west-1")).unwrap();
        let id = &envelope["id"];
        assert_eq!(
            envelope,
            json!({
                "version": "0",
                "id": id,
                "detail-type": "Grant Change",
                "source": "aws.license-manager",
                "account": "111122223333",
                "time": "2026-11-22T10:00:00Z",
                "region": "eu-west-1",
                "resources": [grant_arn, arn().to_string()],
                "detail": {
                    "grantArn": grant_arn,
                    "licenseArn": arn().to_string(),
                    "status": "PENDING_ACCEPT",
                    "version": "1",
                    "granteePrincipalArn": "arn:aws:iam::444455556666:root",
                    "account": "111122223333",
                    "time": "2026-11-22T10:00:00Z",
                },
            })
        );
    }

    #[test]
    fn a_tokens_event_tells_its_account_and_the_licenses_owner() {
        let maker = account("444455556666");
        let change = TokenChange {
            token_id: "3f4c",
            license_arn: &arn(),
            account: &maker,
            state: TokenState::Created,
        };
        let event = Event::token(&change, now());
        assert_eq!(event.parties, BTreeSet::from([account("111122223333"), maker]));
        assert_eq!(
            (event.detail_type.as_str(), &event.detail["state"]),
            ("License Token Change", &json!("Created"))
        );
    }

    #[test]
    fn each_account_has_its_own_id_of_an_event_and_keeps_it() {
        let change = TokenChange {
            token_id: "3f4c",
            license_arn: &arn(),
            account: &account("444455556666"),
            state: TokenState::Deleted,
        };
        let event = Event::token(&change, now());
        let id = |account: &str| event.envelope(&self::account(account), "source", "us-east-1").id;
        assert_eq!(id("444455556666"), id("444455556666"));
        assert_ne!(id("444455556666"), id("111122223333"));
        assert_ne!(
            id("444455556666"),
            Event::token(&change, now()).envelope(&account("444455556666"), "", "").id
        );
        assert!(Uuid::parse_str(&id("444455556666")).is_ok());
    }
}
