//! Who may do what. The answer is a witness that a commit demands, so that a
//! forgotten check does not compile.

use licentia_core::arn::AccountId;
use licentia_core::checkout::Checkout;
use licentia_core::grant::{AllowedOperation, Grant, NotUsable, Standing};
use licentia_core::license::License;

use crate::identity::Caller;

/// Something that the caller was allowed to act on.
#[derive(Clone, Debug)]
pub struct Allowed<T>(T);

impl<T> Allowed<T> {
    /// What it is about.
    pub const fn get(&self) -> &T {
        &self.0
    }
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
pub fn owner<L: AsRef<License>>(caller: &Caller, license: L) -> Option<Allowed<L>> {
    (license.as_ref().owner() == &caller.account).then_some(Allowed(license))
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
    grant.grantee() == Some(&caller.account) && grant.license_arn == license.license_arn
}

/// The account that checked out may check in and extend; for everybody else
/// the checkout does not exist (I-4).
pub fn holder<C: AsRef<Checkout>>(caller: &Caller, checkout: C) -> Option<Allowed<C>> {
    (checkout.as_ref().account == caller.account).then_some(Allowed(checkout))
}

/// The account that made a grant may change and delete it.
pub fn grantor<G: AsRef<Grant>>(caller: &Caller, grant: G) -> Option<Allowed<G>> {
    (grant.as_ref().maker() == &caller.account).then_some(Allowed(grant))
}

/// The account that a grant is for may accept, reject and activate it.
pub fn grantee<G: AsRef<Grant>>(caller: &Caller, grant: G) -> Option<Allowed<G>> {
    (grant.as_ref().grantee() == Some(&caller.account)).then_some(Allowed(grant))
}
