//! Who may do what. The answer is a witness that a commit demands, so that a
//! forgotten check does not compile.

use licentia_core::arn::{AccountId, LicenseArn};
use licentia_core::checkout::Checkout;
use licentia_core::grant::{AllowedOperation, Grant, NotUsable, Standing};
use licentia_core::license::License;

use crate::error::{Error, Kind};
use crate::identity::{Caller, Identity};

/// Something that the caller was allowed to act on.
#[derive(Clone, Debug)]
pub struct Allowed<T>(T);

impl<T> Allowed<T> {
    /// What it is about.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

/// Who may call an operation at all, whatever it is about. For users this says
/// nothing: their own account and its policies bind them. Holders of tokens are
/// kept to what consumption takes (T-10), and nobody to what needs no signature
/// (T-7).
///
/// # Errors
/// [`Error`] for those who may not.
pub fn operation(caller: &Caller, service: &str, name: &str, audience: Audience) -> Result<(), Error> {
    let may = match &caller.identity {
        Identity::User { .. } => true,
        Identity::TokenHolder(_) => audience == Audience::TokenHolders,
        Identity::Nobody { .. } => audience == Audience::Everyone,
    };
    if may {
        return Ok(());
    }
    let message = format!(
        "User: {} is not authorized to perform: {service}:{name}: a customer's token is good for \
         CheckoutLicense, CheckoutBorrowLicense, CheckInLicense, ExtendLicenseConsumption, GetLicense and \
         GetLicenseUsage of its one license",
        caller.arn()
    );
    Err(Error::new(Kind::AccessDenied, message))
}

/// Whom an operation serves besides the users of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Nobody else.
    Users,
    /// Customers without an account, with their tokens.
    TokenHolders,
    /// Whoever calls, signed or not.
    Everyone,
}

/// Any caller may act in its own account (L-1).
#[must_use]
pub const fn own_account(caller: &Caller) -> Allowed<&Caller> {
    Allowed(caller)
}

/// What stands in the caller's own account; for everybody else it does not
/// exist.
pub fn own<T>(caller: &Caller, account: &AccountId, what: T) -> Option<Allowed<T>> {
    (*account == caller.account).then_some(Allowed(what))
}

/// The owner of a license may act on it; for everybody else it does not exist.
/// Nor does it for a holder of the owner's token for another license (T-10).
pub fn owner<L: AsRef<License>>(caller: &Caller, license: L) -> Option<Allowed<L>> {
    let License { license_arn, .. } = license.as_ref();
    (license_arn.owner() == &caller.account && is_within_reach(caller, license_arn))
        .then_some(Allowed(license))
}

/// A grantee may do with a license what its grant allows (G-17, G-28, K-7).
///
/// # Errors
/// [`NotUsable`] says why not; a grant of another license, or to another
/// account, grants nothing.
pub fn by_grant<L: AsRef<License>>(
    caller: &Caller,
    license: L,
    grant: &Grant,
    standing: &Standing,
    operation: AllowedOperation,
) -> Result<Allowed<L>, NotUsable> {
    if !is_granted(caller, license.as_ref(), grant) {
        return Err(NotUsable::NotGranted(operation));
    }
    standing.usable(operation).map(|()| Allowed(license))
}

/// A grantee with an active grant may see how a license is used (U-1).
pub fn user<L: AsRef<License>>(
    caller: &Caller,
    license: L,
    grant: &Grant,
    standing: &Standing,
) -> Option<Allowed<L>> {
    let may = is_granted(caller, license.as_ref(), grant) && standing.active().is_ok();
    may.then_some(Allowed(license))
}

fn is_granted(caller: &Caller, license: &License, grant: &Grant) -> bool {
    grant.grantee() == Some(&caller.account)
        && grant.license_arn == license.license_arn
        && is_within_reach(caller, &license.license_arn)
}

/// The account that checked out may check in and extend; for everybody else
/// the checkout does not exist (I-4). What was checked out with one token, the
/// holder of another does not see.
pub fn holder<C: AsRef<Checkout>>(caller: &Caller, checkout: C) -> Option<Allowed<C>> {
    let Checkout { account, license_arn, token_id, .. } = checkout.as_ref();
    let with_this_token = caller.token().is_none_or(|holder| token_id.as_ref() == Some(&holder.token_id));
    (account == &caller.account && with_this_token && is_within_reach(caller, license_arn))
        .then_some(Allowed(checkout))
}

/// A token is good for its own license (T-10).
fn is_within_reach(caller: &Caller, license: &LicenseArn) -> bool {
    caller.license().is_none_or(|bound| bound == license)
}

/// The account that made a grant may change and delete it.
pub fn grantor<G: AsRef<Grant>>(caller: &Caller, grant: G) -> Option<Allowed<G>> {
    (grant.as_ref().maker() == &caller.account).then_some(Allowed(grant))
}

/// The account that a grant is for may accept, reject and activate it.
pub fn grantee<G: AsRef<Grant>>(caller: &Caller, grant: G) -> Option<Allowed<G>> {
    (grant.as_ref().grantee() == Some(&caller.account)).then_some(Allowed(grant))
}
