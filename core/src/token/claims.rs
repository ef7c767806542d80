//! What a token says (B-7).

#[cfg(feature = "sign")]
use alloc::collections::BTreeMap;
use alloc::string::String;
#[cfg(feature = "sign")]
use alloc::string::ToString;
use alloc::vec::Vec;

use super::status::StatusReference;
use crate::entitlement::Unit;
#[cfg(feature = "sign")]
use crate::json::{ArrayWriter, ObjectWriter};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// The claims of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The issuer's key fingerprint (L-7), `iss`. Tokens of AWS License
    /// Manager have none.
    pub issuer: Option<String>,
    /// Whom it is for, `aud` (RFC 7519 section 4.1.3): in the service's tokens
    /// the license's product, by its SKU. Tokens of AWS License Manager have
    /// none.
    pub audience: Vec<String>,
    /// The license, `licenseArn`.
    pub license_arn: String,
    /// The checkout, `licenseConsumptionToken` and `jti`.
    pub consumption_token: String,
    /// What was checked out, `entitlementsAllowed`; names are unique.
    pub entitlements_allowed: Vec<AllowedEntitlement>,
    /// `issuedAt`, `iat` and `nbf`.
    pub issued_at: Timestamp,
    /// `expiration` and `exp`; absent means never.
    pub expiration: Option<Timestamp>,
    /// The node the checkout is locked to (K-5), `nodeId`.
    pub node_id: Option<String>,
    /// Name and value of what the caller had signed along (B-9),
    /// `checkoutMetadata`. Names are unique in a token: of several values for
    /// a name the last one is signed.
    pub checkout_metadata: Vec<(String, String)>,
    /// Where its status stands, if it can be revoked:
    /// `status.status_list` (draft-ietf-oauth-status-list-21 section 6.2).
    pub status: Option<StatusReference>,
}

/// An entitlement as a checkout granted it (K-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedEntitlement {
    /// The name; case matters.
    pub name: String,
    /// The unit; [`Unit::None`] for a feature.
    pub unit: Unit,
    /// A [`Quantity`] in decimal digits, or the free text of a feature.
    pub value: Option<String>,
}

impl AllowedEntitlement {
    /// The quantity granted; `None` for a feature.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        match (self.unit, &self.value) {
            (Unit::None, _) | (_, None) => None,
            (_, Some(value)) => Quantity::parse(value).ok(),
        }
    }
}

impl Claims {
    /// The payload of a token: what is absent is left out (B-7), and nothing
    /// is padded (B-8).
    #[cfg(feature = "sign")]
    pub(super) fn to_json(&self) -> String {
        let mut json = String::new();
        let mut object = ObjectWriter::new(&mut json);
        if let Some(issuer) = &self.issuer {
            object.string("iss", issuer);
        }
        match self.audience.as_slice() {
            [] => {}
            [audience] => object.string("aud", audience),
            several => object.strings("aud", several),
        }
        object.integer("iat", self.issued_at.unix());
        object.integer("nbf", self.issued_at.unix());
        if let Some(expiration) = self.expiration {
            object.integer("exp", expiration.unix());
        }
        object.string("jti", &self.consumption_token);
        self.entitlements_to_json(object.member("entitlementsAllowed"));
        if let Some(expiration) = self.expiration {
            object.string("expiration", &expiration.to_string());
        }
        object.string("issuedAt", &self.issued_at.to_string());
        object.string("licenseArn", &self.license_arn);
        object.string("licenseConsumptionToken", &self.consumption_token);
        if let Some(node_id) = &self.node_id {
            object.string("nodeId", node_id);
        }
        if !self.checkout_metadata.is_empty() {
            self.metadata_to_json(object.member("checkoutMetadata"));
        }
        if let Some(status) = &self.status {
            status.to_json(object.member("status"));
        }
        object.finish();
        json
    }

    #[cfg(feature = "sign")]
    fn entitlements_to_json(&self, json: &mut String) {
        let mut array = ArrayWriter::new(json);
        for entitlement in &self.entitlements_allowed {
            let mut object = ObjectWriter::new(array.item());
            object.string("name", &entitlement.name);
            object.string("unit", entitlement.unit.as_str());
            if let Some(value) = &entitlement.value {
                object.string("value", value);
            }
            object.finish();
        }
        array.finish();
    }

    #[cfg(feature = "sign")]
    fn metadata_to_json(&self, json: &mut String) {
        let mut object = ObjectWriter::new(json);
        let pairs = self.checkout_metadata.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in pairs.collect::<BTreeMap<_, _>>() {
            object.string(name, value);
        }
        object.finish();
    }
}
