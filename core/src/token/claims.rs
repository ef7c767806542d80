//! What a token says (B-7).

use alloc::borrow::Cow;
#[cfg(feature = "sign")]
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::status::StatusReference;
use crate::entitlement::Unit;
#[cfg(feature = "sign")]
use crate::json::{ArrayWriter, ObjectWriter};
use crate::json::{Fault, Reader};
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

/// When a token is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    /// The later of `issuedAt` and `iat`.
    pub(super) issued: Timestamp,
    /// The latest of `issuedAt`, `iat` and `nbf`.
    pub(super) from: Timestamp,
    /// The earlier of `expiration` and `exp`.
    pub(super) until: Option<Timestamp>,
}

impl Claims {
    /// Reads a payload. Unknown members are passed over; the ones known must
    /// be of their type, and never `null`.
    pub(super) fn parse(payload: &[u8]) -> Result<(Self, Validity), Fault> {
        let text = core::str::from_utf8(payload).map_err(|_| Fault::Syntax)?;
        let mut read = Members::default();
        let mut reader = Reader::new(text);
        reader.object(&mut |reader, name| read.member(reader, name))?;
        reader.end()?;
        read.finish()
    }

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

#[derive(Default)]
struct Members {
    issuer: Option<String>,
    audience: Vec<String>,
    license_arn: Option<String>,
    consumption_token: Option<String>,
    entitlements_allowed: Option<Vec<AllowedEntitlement>>,
    issued_at: Option<Timestamp>,
    expiration: Option<Timestamp>,
    node_id: Option<String>,
    checkout_metadata: Vec<(String, String)>,
    status: Option<StatusReference>,
    iat: Option<Timestamp>,
    nbf: Option<Timestamp>,
    exp: Option<Timestamp>,
}

impl Members {
    fn member(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<(), Fault> {
        match name {
            "entitlementsAllowed" => {
                let mut items = Vec::new();
                let read = reader.array(&mut |reader| {
                    let item = entitlement(reader)?;
                    if items.iter().any(|other: &AllowedEntitlement| other.name == item.name) {
                        return Err(Fault::Unexpected);
                    }
                    items.push(item);
                    Ok(())
                });
                self.entitlements_allowed = Some(items);
                named("entitlementsAllowed", read)
            }
            "checkoutMetadata" => {
                let pairs = &mut self.checkout_metadata;
                let read = reader.object(&mut |reader, name| {
                    pairs.push((name.to_string(), reader.string()?.into_owned()));
                    Ok(())
                });
                named("checkoutMetadata", read)
            }
            "licenseArn" => string("licenseArn", &mut self.license_arn, reader),
            "licenseConsumptionToken" => {
                string("licenseConsumptionToken", &mut self.consumption_token, reader)
            }
            "nodeId" => string("nodeId", &mut self.node_id, reader),
            "aud" => {
                let audience = &mut self.audience;
                let mut one = |reader: &mut Reader<'_>| {
                    audience.push(reader.string()?.into_owned());
                    Ok(())
                };
                named("aud", if reader.is_at_array() { reader.array(&mut one) } else { one(reader) })
            }
            "iss" => string("iss", &mut self.issuer, reader),
            "status" => named("status", StatusReference::read(reader)).map(|status| self.status = status),
            "jti" => string("jti", &mut None, reader),
            "issuedAt" => time("issuedAt", &mut self.issued_at, reader),
            "expiration" => time("expiration", &mut self.expiration, reader),
            "iat" => numeric_date("iat", &mut self.iat, reader),
            "nbf" => numeric_date("nbf", &mut self.nbf, reader),
            "exp" => numeric_date("exp", &mut self.exp, reader),
            _ => reader.skip(),
        }
    }

    fn finish(self) -> Result<(Claims, Validity), Fault> {
        let issued_at = self.issued_at.ok_or(Fault::Member("issuedAt"))?;
        // All are asked for before any is moved: what is half moved must be
        // taken apart again at each way out.
        let needed = [
            ("licenseArn", self.license_arn.is_some()),
            ("licenseConsumptionToken", self.consumption_token.is_some()),
            ("entitlementsAllowed", self.entitlements_allowed.is_some()),
        ];
        if let Some((name, _)) = needed.into_iter().find(|(_, is_there)| !is_there) {
            return Err(Fault::Member(name));
        }
        let claims = Claims {
            issuer: self.issuer,
            audience: self.audience,
            license_arn: self.license_arn.unwrap_or_default(),
            consumption_token: self.consumption_token.unwrap_or_default(),
            entitlements_allowed: self.entitlements_allowed.unwrap_or_default(),
            issued_at,
            expiration: self.expiration,
            node_id: self.node_id,
            checkout_metadata: self.checkout_metadata,
            status: self.status,
        };
        let issued = self.iat.map_or(issued_at, |iat| iat.max(issued_at));
        let from = self.nbf.map_or(issued, |nbf| nbf.max(issued));
        let until = [self.expiration, self.exp].into_iter().flatten().min();
        Ok((claims, Validity { issued, from, until }))
    }
}

/// A member of `entitlementsAllowed`; a counted one has a quantity (E-1).
fn entitlement(reader: &mut Reader<'_>) -> Result<AllowedEntitlement, Fault> {
    let (mut name, mut unit, mut value) = (None, None, None);
    reader.object(&mut |reader, member| {
        match member {
            "name" => name = Some(reader.string()?.into_owned()),
            "unit" => unit = Unit::parse(&reader.string()?),
            "value" => value = Some(reader.string()?.into_owned()),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    let (name, unit) = (name.ok_or(Fault::Unexpected)?, unit.ok_or(Fault::Unexpected)?);
    let entitlement = AllowedEntitlement { name, unit, value };
    if unit != Unit::None && entitlement.quantity().is_none() {
        return Err(Fault::Unexpected);
    }
    Ok(entitlement)
}

fn string(name: &'static str, slot: &mut Option<String>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    *slot = Some(named(name, reader.string().map(Cow::into_owned))?);
    Ok(())
}

fn time(name: &'static str, slot: &mut Option<Timestamp>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let text = named(name, reader.string())?;
    *slot = Some(Timestamp::parse_lenient(&text).map_err(|_| Fault::Member(name))?);
    Ok(())
}

/// Whole seconds since 1970 (RFC 7519 section 2).
fn numeric_date(
    name: &'static str,
    slot: &mut Option<Timestamp>,
    reader: &mut Reader<'_>,
) -> Result<(), Fault> {
    let seconds = named(name, reader.integer())?;
    *slot = Some(Timestamp::from_unix(seconds).map_err(|_| Fault::Member(name))?);
    Ok(())
}

/// Says which member is not what was expected.
fn named<T>(name: &'static str, read: Result<T, Fault>) -> Result<T, Fault> {
    read.map_err(|fault| if fault == Fault::Unexpected { Fault::Member(name) } else { fault })
}
