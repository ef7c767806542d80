//! Taking, returning and counting (sections 3 to 6).

use licentia_core::time::Timestamp;
use serde_json::{Value, json};

use super::super::request::{Request, Wanted, present};
use super::{
    Answer, DENIED, License, METHOD, Made, Model, NONE_ALLOWED, NOT_FOUND, Outcome, SOME_NOT_ALLOWED,
    VALIDATION,
};
use crate::service::model::request::root;

/// Something that was taken.
#[derive(Clone, Hash)]
pub(in crate::service) struct Checkout {
    pub(in crate::service) token: String,
    pub(in crate::service) license: usize,
    /// The version that it was taken under, counted from 1.
    version: usize,
    pub(in crate::service) account: &'static str,
    /// The grant that it was taken under, unless the owner took it.
    grant: Option<usize>,
    pub(in crate::service) kind: &'static str,
    pub(in crate::service) beneficiary: Option<String>,
    allowed: Vec<Allowed>,
    issued: Timestamp,
    /// When it was counted: the second of its issue, if nobody is ahead of who
    /// issued it.
    counted: Timestamp,
    /// Extensions included; none for good.
    pub(in crate::service) expires: Option<Timestamp>,
    pub(in crate::service) is_checked_in: bool,
}

/// One entitlement of a checkout.
#[derive(Clone, Hash)]
struct Allowed {
    name: &'static str,
    unit: &'static str,
    value: Option<String>,
    /// 0 of a feature.
    quantity: u64,
    /// It cannot be checked in (E-4).
    is_kept: bool,
}

/// Why a license does not serve.
#[derive(PartialEq)]
enum NotServed {
    /// No grant of it is active.
    NotActive,
    /// The grant does not allow it.
    NotGranted,
    /// It cannot be used so now, or nothing of it is to be had.
    Refused,
}

impl Wanted {
    /// How much of a well-formed one: 0 of a feature (E-5).
    fn quantity(&self) -> Option<u64> {
        match (self.unit, self.value) {
            ("None", None | Some("" | "0")) => Some(0),
            ("None", Some(_)) | (_, None) => None,
            (_, Some(value)) => value.parse().ok().filter(|quantity| *quantity > 0),
        }
    }
}

/// Section 4, step 1.
fn are_sound(wanted: &[Wanted]) -> bool {
    let is_repeated =
        |wanted: &Wanted, others: &[Wanted]| others.iter().any(|other| other.name == wanted.name);
    !wanted.is_empty()
        && wanted.iter().all(|wanted| wanted.quantity().is_some())
        && !wanted.iter().enumerate().any(|(index, one)| is_repeated(one, &wanted[index + 1..]))
}

impl Checkout {
    pub(in crate::service) fn runs(&self, now: Timestamp) -> bool {
        !self.is_checked_in && self.expires.is_none_or(|at| now < at)
    }
}

impl Model {
    /// Neither checked in nor run out; a deleted license ends all (L-25).
    pub(in crate::service) fn is_running(&self, checkout: &Checkout) -> bool {
        self.licenses[checkout.license].deleted.is_none() && checkout.runs(self.seen())
    }

    /// Whether the checkout that this request would check in is.
    pub(in crate::service) fn is_checked_in(&self, request: &Request) -> bool {
        matches!(request, Request::CheckInLicense { checkout, .. } if self.checkouts[*checkout].is_checked_in)
    }

    /// E-7: the sum over everything that was ever taken of what still counts.
    pub(in crate::service) fn consumed(&self, license: usize, name: &str) -> u64 {
        let checkouts = self.checkouts.iter().filter(|checkout| checkout.license == license);
        let taken = checkouts.flat_map(|checkout| checkout.allowed.iter().map(move |one| (checkout, one)));
        let counts = |(checkout, one): &(&Checkout, &Allowed)| one.name == name && self.counts(checkout, one);
        taken.filter(counts).map(|(_, one)| one.quantity).sum()
    }

    fn counts(&self, checkout: &Checkout, one: &Allowed) -> bool {
        let license = &self.licenses[checkout.license];
        // A reset forgets what was taken before (L-15).
        let is_reset = license.versions[checkout.version..].iter().any(|version| version.reset);
        if is_reset || checkout.is_checked_in {
            return false;
        }
        // Nothing changes any more when the license is deleted (L-24).
        let now = license.looked_at.unwrap_or(self.seen());
        let renewals = license.renewals(now);
        if checkout.kind == "PERPETUAL" {
            // Spent when it is taken (K-3, E-13). It was before a later version,
            // and so before that one's renewals.
            let returns =
                |(version, at): &(usize, Timestamp)| *version > checkout.version || *at > checkout.counted;
            return !renewals.iter().any(returns);
        }
        match checkout.expires {
            // E-9: it returns by itself, or it is spent from then on (E-13).
            Some(end) if end <= now => one.is_kept && !renewals.iter().any(|(_, at)| *at >= end),
            // L-25.
            _ => license.deleted.is_none(),
        }
    }

    /// Each wanted entitlement that is to be had, judged alone (section 4, step
    /// 7; E-6, E-8, K-1).
    fn to_be_had(&self, index: usize, wanted: &[Wanted]) -> Vec<Allowed> {
        let terms = self.licenses[index].terms();
        let judge = |wanted: &Wanted| {
            let entitlement = terms.entitlement(wanted.name).filter(|one| one.unit == wanted.unit)?;
            let quantity = wanted.quantity().unwrap();
            let fits = entitlement.max.is_none_or(|max| self.consumed(index, wanted.name) + quantity <= max)
                || entitlement.overage == Some(true);
            fits.then(|| Allowed {
                name: wanted.name,
                unit: wanted.unit,
                value: if entitlement.unit == "None" {
                    entitlement.value.map(ToOwned::to_owned)
                } else {
                    Some(quantity.to_string())
                },
                quantity,
                is_kept: entitlement.check_in == Some(false),
            })
        };
        wanted.iter().filter_map(judge).collect()
    }

    /// Until when something taken now lasts, the outer `None` if nothing can be
    /// taken so (section 4, step 5; K-2, K-3, B-1, B-5).
    fn expiration(&self, license: &License, kind: &str) -> Option<Option<Timestamp>> {
        let terms = license.terms();
        if license.status(self.now) != "AVAILABLE" || self.now < terms.begin {
            return None;
        }
        let minutes = match kind {
            "PERPETUAL" => return Some(terms.end),
            "PROVISIONAL" => terms.provisional?,
            _ => terms.borrow?.0,
        };
        let runs_out = self.now.plus_minutes(minutes);
        Some(Some(terms.end.map_or(runs_out, |end| end.min(runs_out))))
    }

    #[expect(clippy::too_many_arguments, reason = "they are the members of the request")]
    pub(super) fn check_out(
        &mut self,
        account: &'static str,
        sku: &str,
        fingerprint: &str,
        kind: &'static str,
        wanted: &[Wanted],
        beneficiary: Option<&str>,
        node: Option<&str>,
    ) -> Outcome {
        if !are_sound(wanted) {
            return Err(VALIDATION);
        }
        let of_sku = |license: &usize| {
            self.licenses[*license].sku == sku && self.licenses[*license].is_readable(self.now)
        };
        let of_sku: Vec<usize> = (0..self.licenses.len()).filter(of_sku).collect();
        let is_own = |license: usize| self.licenses[license].owner == account;
        let is_received = |license: usize| self.received(account, license).next().is_some();
        let mut candidates: Vec<usize> = match beneficiary {
            Some(beneficiary) => {
                let all = [account, &root(account)].contains(&beneficiary);
                let is_meant = |license: usize| all || self.licenses[license].beneficiary == beneficiary;
                of_sku.iter().copied().filter(|one| is_own(*one) && is_meant(*one)).collect()
            }
            None => of_sku.iter().copied().filter(|one| is_received(*one)).collect(),
        };
        candidates.retain(|license| self.licenses[*license].fingerprint() == fingerprint);
        // Who issued one of this SKU must say for whom, or have received a match.
        if candidates.is_empty() && beneficiary.is_none() && of_sku.iter().any(|one| is_own(*one)) {
            return Err(VALIDATION);
        }
        // The newest first, then by ARN.
        candidates.sort_by_key(|license| &self.licenses[*license].arn);
        candidates.sort_by_key(|license| std::cmp::Reverse(self.licenses[*license].versions[0].made));
        candidates.sort_by_key(|license| self.served_by.as_ref() != Some(&self.licenses[*license].arn));
        let mut reasons = Vec::new();
        for license in candidates {
            match self.serve(account, license, kind, wanted, beneficiary.is_some()) {
                Ok((grant, allowed, expires)) => {
                    let beneficiary = beneficiary.map(ToOwned::to_owned);
                    return Ok(self.book(account, license, grant, kind, allowed, expires, beneficiary, node));
                }
                Err(reason) => reasons.push(reason),
            }
        }
        // K-7.
        Err(if reasons.is_empty() {
            NOT_FOUND
        } else if reasons.contains(&NotServed::NotGranted) && !reasons.contains(&NotServed::Refused) {
            DENIED
        } else {
            NONE_ALLOWED
        })
    }

    /// What one candidate allows, under which grant, and until when.
    #[expect(clippy::type_complexity, reason = "what it is made of is said once, here")]
    fn serve(
        &self,
        account: &str,
        index: usize,
        kind: &str,
        wanted: &[Wanted],
        as_owner: bool,
    ) -> Result<(Option<usize>, Vec<Allowed>, Option<Timestamp>), NotServed> {
        let grant = if as_owner {
            None
        } else {
            let grant = self.active_grant(account, index).ok_or(NotServed::NotActive)?;
            if !self.operations(grant).contains(&"CheckoutLicense") {
                return Err(NotServed::NotGranted);
            }
            Some(grant)
        };
        let expires = self.expiration(&self.licenses[index], kind).ok_or(NotServed::Refused)?;
        let allowed = self.to_be_had(index, wanted);
        if allowed.is_empty() { Err(NotServed::Refused) } else { Ok((grant, allowed, expires)) }
    }

    pub(super) fn borrow(
        &mut self,
        account: &'static str,
        index: usize,
        wanted: &[Wanted],
        method: &str,
        node: Option<&str>,
    ) -> Outcome {
        if !are_sound(wanted) {
            return Err(VALIDATION);
        }
        if method != "JWT_ES256" {
            return Err(METHOD);
        }
        let license = &self.licenses[index];
        let is_owner = license.owner == account;
        let is_received = self.received(account, index).next().is_some();
        if !license.is_readable(self.now) || !(is_owner || is_received) {
            return Err(NOT_FOUND);
        }
        let mut grant = None;
        if !is_owner {
            let active = self.active_grant(account, index).ok_or(NONE_ALLOWED)?;
            if !self.operations(active).contains(&"CheckoutBorrowLicense") {
                return Err(DENIED);
            }
            grant = Some(active);
        }
        let expires = self.expiration(license, "BORROW").ok_or(NONE_ALLOWED)?;
        let allowed = self.to_be_had(index, wanted);
        // B-3.
        if allowed.is_empty() {
            return Err(NONE_ALLOWED);
        }
        if allowed.len() < wanted.len() {
            return Err(SOME_NOT_ALLOWED);
        }
        Ok(self.book(account, index, grant, "BORROW", allowed, expires, None, node))
    }

    #[expect(clippy::too_many_arguments, reason = "they are what a checkout is made of")]
    fn book(
        &mut self,
        account: &'static str,
        license: usize,
        grant: Option<usize>,
        kind: &'static str,
        allowed: Vec<Allowed>,
        expires: Option<Timestamp>,
        beneficiary: Option<String>,
        node: Option<&str>,
    ) -> Answer {
        let items = allowed
            .iter()
            .map(|one| present(json!({ "Name": one.name, "Unit": one.unit, "Value": one.value })));
        let value = present(json!({
            "CheckoutType": Some(kind).filter(|kind| *kind != "BORROW"),
            "LicenseArn": self.licenses[license].arn,
            "EntitlementsAllowed": items.collect::<Vec<Value>>(),
            "NodeId": node,
            "IssuedAt": self.now,
            "Expiration": expires,
        }));
        self.checkouts.push(Checkout {
            token: String::new(),
            license,
            version: self.licenses[license].versions.len(),
            account,
            grant,
            kind,
            beneficiary,
            allowed,
            issued: self.now,
            counted: self.seen(),
            expires,
            is_checked_in: false,
        });
        Answer { value, made: Some(Made::Checkout) }
    }

    /// The checkout, if it runs and the account made it (I-3, I-4).
    fn held(&self, account: &str, index: usize) -> Result<&Checkout, &'static str> {
        let checkout = &self.checkouts[index];
        let is_held = checkout.account == account && self.is_running(checkout);
        if is_held { Ok(checkout) } else { Err(NOT_FOUND) }
    }

    pub(super) fn check_in(&mut self, account: &str, index: usize, beneficiary: Option<&str>) -> Outcome {
        let checkout = self.held(account, index)?;
        let terms = self.licenses[checkout.license].terms();
        let is_early = terms.borrow.is_some_and(|(_, early)| early);
        let refused = checkout.beneficiary.as_deref() != beneficiary // I-4
            || checkout.kind == "PERPETUAL" // I-3
            || (checkout.kind == "BORROW" && !is_early) // I-2
            || checkout.allowed.iter().any(|one| one.is_kept); // I-1
        if refused {
            return Err(VALIDATION);
        }
        // G-5; whatever has become of the grant (G-28).
        if checkout.grant.is_some_and(|grant| !self.operations(grant).contains(&"CheckInLicense")) {
            return Err(DENIED);
        }
        self.checkouts[index].is_checked_in = true;
        Ok(json!({}).into())
    }

    pub(super) fn extend(&mut self, account: &str, index: usize, dry_run: bool) -> Outcome {
        let checkout = self.held(account, index)?;
        // B-10, X-2.
        let license = &self.licenses[checkout.license];
        if checkout.kind != "PROVISIONAL" {
            return Err(VALIDATION);
        }
        let until = self.expiration(license, "PROVISIONAL").ok_or(VALIDATION)?;
        if let Some(grant) = checkout.grant {
            if !self.is_active(grant) {
                return Err(VALIDATION);
            }
            if !self.operations(grant).contains(&"ExtendConsumptionLicense") {
                return Err(DENIED);
            }
        }
        let checkout = &mut self.checkouts[index];
        //
        if !dry_run {
            checkout.expires = until;
        }
        let (token, expires) = (&checkout.token, checkout.expires);
        Ok(json!({ "LicenseConsumptionToken": token, "Expiration": expires }).into())
    }
}
