//! The structures that requests share, as the wire shapes them, and how they
//! become what the core works with.

use licentia_core::arn::AccountId;
use licentia_core::checkout::Wanted;
use licentia_core::entitlement::{Entitlement, Members, Unit};
use licentia_core::license::{
    BorrowConfiguration, ConsumptionConfiguration, Issuer, Metadata, ProvisionalConfiguration, Status, Terms,
    Validity, key_fingerprint,
};
use licentia_core::quantity::Quantity;
use licentia_core::renewal::RenewType;
use licentia_core::time::Timestamp;
use serde::Deserialize;

use crate::wire::{Object, Violations};

/// Bytes that the names of all entitlements of a license may take together.
const MOST_NAME_BYTES: usize = 100_000;
/// Pairs of metadata that a license may have.
const MOST_METADATA_PAIRS: usize = 1_000;

/// What CreateLicense and CreateLicenseVersion both say.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct TermsInput {
    license_name: Option<String>,
    product_name: Option<String>,
    issuer: Option<Object<IssuerInput>>,
    validity: Option<Object<DatetimeRangeInput>>,
    entitlements: Option<Vec<Object<EntitlementInput>>>,
    consumption_configuration: Option<Object<ConsumptionConfigurationInput>>,
    license_metadata: Option<Vec<Object<Metadata>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct IssuerInput {
    name: Option<String>,
    sign_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct DatetimeRangeInput {
    begin: Option<String>,
    end: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct EntitlementInput {
    name: Option<String>,
    value: Option<String>,
    max_count: Option<i64>,
    overage: Option<bool>,
    unit: Option<String>,
    allow_check_in: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct ConsumptionConfigurationInput {
    renew_type: Option<String>,
    provisional_configuration: Option<Object<ProvisionalInput>>,
    borrow_configuration: Option<Object<BorrowInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct ProvisionalInput {
    max_time_to_live_in_minutes: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct BorrowInput {
    allow_early_check_in: Option<bool>,
    max_time_to_live_in_minutes: Option<i64>,
}

/// A requested entitlement.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
pub(super) struct EntitlementDataInput {
    name: Option<String>,
    value: Option<String>,
    unit: Option<String>,
}

/// Terms that wait for the owner, whose account is part of the fingerprint.
#[derive(Clone)]
pub(super) struct TermsRequest(Terms);

impl TermsInput {
    /// The terms, every rule on them checked (E-1, E-2, L-3 to L-5).
    pub(super) fn read(self, violations: &mut Violations) -> Option<TermsRequest> {
        let license_name = violations.required("licenseName", self.license_name);
        let product_name = violations.required("productName", self.product_name);
        let issuer =
            violations.required("issuer", self.issuer).and_then(|Object(issuer)| issuer.read(violations));
        let validity =
            violations.required("validity", self.validity).and_then(|Object(range)| range.read(violations));
        let entitlements = violations.required("entitlements", self.entitlements).and_then(|entitlements| {
            read_all("entitlements", entitlements, violations, EntitlementInput::read)
        });
        let consumption_configuration = violations
            .required("consumptionConfiguration", self.consumption_configuration)
            .and_then(|Object(configuration)| configuration.read(violations));
        let terms = Terms {
            license_name: license_name?,
            product_name: product_name?,
            issuer: issuer?,
            validity: validity?,
            entitlements: entitlements?,
            consumption_configuration: consumption_configuration?,
            license_metadata: objects(self.license_metadata),
        };
        terms.faults().iter().for_each(|fault| violations.add_combination(fault));
        check_size(&terms, violations);
        Some(TermsRequest(terms))
    }
}

/// Names stand in the license and, twice, in its pool; pairs take more bytes to
/// keep than to send.
fn check_size(terms: &Terms, violations: &mut Violations) {
    let names: usize = terms.entitlements.iter().map(|entitlement| entitlement.name.len()).sum();
    if names > MOST_NAME_BYTES {
        violations.add_combination(format_args!(
            "entitlements: the names take {names} bytes together, more than {MOST_NAME_BYTES}; shorten them"
        ));
    }
    let pairs = terms.license_metadata.len();
    if pairs > MOST_METADATA_PAIRS {
        violations.add_combination(format_args!(
            "licenseMetadata: {pairs} pairs are more than {MOST_METADATA_PAIRS}; send fewer"
        ));
    }
}

impl TermsRequest {
    /// The terms as this account issues them (L-7).
    pub(super) fn issued_by(self, owner: &AccountId) -> Terms {
        let mut terms = self.0;
        terms.issuer.key_fingerprint = key_fingerprint(owner, &terms.issuer.name);
        terms
    }
}

impl IssuerInput {
    fn read(self, violations: &mut Violations) -> Option<Issuer> {
        let name = violations.required("issuer.name", self.name)?;
        Some(Issuer { name, sign_key: self.sign_key, key_fingerprint: String::new() })
    }
}

impl DatetimeRangeInput {
    fn read(self, violations: &mut Violations) -> Option<Validity> {
        let begin = violations.parsed("validity.begin", self.begin.as_deref(), Timestamp::parse);
        let end = violations.optional("validity.end", self.end.as_deref(), Timestamp::parse);
        Some(Validity { begin: begin?, end })
    }
}

impl EntitlementInput {
    fn read(self, at: &str, violations: &mut Violations) -> Option<Entitlement> {
        let name = violations.required(&format!("{at}.name"), self.name);
        let unit = read_unit(&format!("{at}.unit"), self.unit, violations);
        let max_count = violations.ranged(&format!("{at}.maxCount"), self.max_count, 0, i64::MAX);
        if max_count != self.max_count {
            return None;
        }
        let members = Members {
            name: name?,
            value: self.value,
            max_count: max_count.and_then(|count| Quantity::new(count.unsigned_abs()).ok()),
            overage: self.overage,
            unit: unit?,
            allow_check_in: self.allow_check_in,
        };
        let name = members.name.clone();
        Entitlement::try_from(members).map_err(|fault| violations.add(at, name, fault)).ok()
    }
}

impl ConsumptionConfigurationInput {
    fn read(self, violations: &mut Violations) -> Option<ConsumptionConfiguration> {
        let at = "consumptionConfiguration";
        let renew_type = violations.one_of(
            &format!("{at}.renewType"),
            self.renew_type.as_deref(),
            RenewType::parse,
            &["None", "Weekly", "Monthly"],
        );
        let mut minutes = |configuration: &str, minutes| {
            let member = format!("{at}.{configuration}.maxTimeToLiveInMinutes");
            let minutes = violations.required(&member, minutes);
            let minutes = violations.ranged(&member, minutes, 1, i64::from(i32::MAX))?;
            u32::try_from(minutes).ok()
        };
        let provisional = self.provisional_configuration.map(|Object(provisional)| {
            minutes("provisionalConfiguration", provisional.max_time_to_live_in_minutes)
        });
        let borrow = self.borrow_configuration.map(|Object(borrow)| {
            let minutes = minutes("borrowConfiguration", borrow.max_time_to_live_in_minutes);
            (borrow.allow_early_check_in, minutes)
        });
        let borrow = borrow.map(|(early, minutes)| {
            let early = violations.required(&format!("{at}.borrowConfiguration.allowEarlyCheckIn"), early);
            Some(BorrowConfiguration { allow_early_check_in: early?, max_time_to_live_in_minutes: minutes? })
        });
        let provisional = provisional.map(|minutes| {
            minutes
                .map(|max_time_to_live_in_minutes| ProvisionalConfiguration { max_time_to_live_in_minutes })
        });
        Some(ConsumptionConfiguration {
            renew_type,
            provisional_configuration: transposed(provisional)?,
            borrow_configuration: transposed(borrow)?,
        })
    }
}

/// What was not sent is fine, what was sent wrong is not.
fn transposed<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

/// The requested entitlements of a checkout: at least one, each name once, a
/// quantity for what is counted (E-5; section 4, step 1).
pub(super) fn read_wanted(
    entitlements: Option<Vec<Object<EntitlementDataInput>>>,
    violations: &mut Violations,
) -> Option<Vec<Wanted>> {
    let entitlements = violations.required("entitlements", entitlements)?;
    if entitlements.is_empty() {
        violations.add("entitlements", "[]", "Member must have length greater than or equal to 1");
    }
    let wanted = read_all("entitlements", entitlements, violations, EntitlementDataInput::read)?;
    let mut names: Vec<&str> = wanted.iter().map(|wanted| wanted.name.as_str()).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        if let [a, b] = pair
            && a == b
        {
            violations.add("entitlements", a, "Member must name each entitlement once");
        }
    }
    Some(wanted)
}

impl EntitlementDataInput {
    fn read(self, at: &str, violations: &mut Violations) -> Option<Wanted> {
        let name = violations.required(&format!("{at}.name"), self.name);
        let unit = read_unit(&format!("{at}.unit"), self.unit, violations)?;
        let value = self.value.unwrap_or_default();
        let quantity = match (unit, value.as_str()) {
            (Unit::None, "" | "0") => Some(Quantity::ZERO),
            (Unit::None, _) => None,
            (_, value) => Quantity::parse(value).ok().filter(|quantity| !quantity.is_zero()),
        };
        if quantity.is_none() {
            let rule = if unit == Unit::None {
                "Member must be left out or 0 where the unit is None"
            } else {
                "Member must be a whole number in decimal digits, at least 1"
            };
            violations.add(&format!("{at}.value"), value, rule);
        }
        Some(Wanted { name: name?, unit, quantity: quantity? })
    }
}

/// A status, which must be there.
pub(super) fn read_status(status: Option<&str>, violations: &mut Violations) -> Option<Status> {
    let status = violations.required("status", status);
    let names = Status::ALL.map(Status::as_str);
    let read = |text: &str| Status::ALL.into_iter().find(|status| status.as_str() == text);
    violations.one_of("status", status, read, &names)
}

fn read_unit(at: &str, unit: Option<String>, violations: &mut Violations) -> Option<Unit> {
    let unit = violations.required(at, unit)?;
    let names: Vec<&str> = Unit::ALL.iter().map(|unit| unit.as_str()).collect();
    violations.one_of(at, Some(&unit), Unit::parse, &names)
}

/// The items of a list; one that was left out has none.
pub(super) fn objects<T>(list: Option<Vec<Object<T>>>) -> Vec<T> {
    list.unwrap_or_default().into_iter().map(|Object(item)| item).collect()
}

/// Reads every item, so that all violations are found, and answers if all are
/// good.
fn read_all<I, T>(
    at: &str,
    items: Vec<Object<I>>,
    violations: &mut Violations,
    read: impl Fn(I, &str, &mut Violations) -> Option<T>,
) -> Option<Vec<T>> {
    let items = items.into_iter().zip(1..);
    let read: Vec<Option<T>> = items
        .map(|(Object(item), number)| read(item, &format!("{at}.{number}.member"), violations))
        .collect();
    read.into_iter().collect()
}
