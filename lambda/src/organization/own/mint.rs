//! New ids, of the forms that AWS Organizations gives out.

use licentia_core::principal::{OrganizationId, OuId, RootId};

use super::OrganizationError;
use crate::secret::random;
use crate::store::Unavailable;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

pub(super) fn organization_id() -> Result<OrganizationId, OrganizationError> {
    OrganizationId::parse(&format!("o-{}", part(10)?)).map_err(impossible)
}

pub(super) fn root_id() -> Result<RootId, OrganizationError> {
    RootId::parse(&format!("r-{}", part(4)?)).map_err(impossible)
}

pub(super) fn unit_id(root: &RootId) -> Result<OuId, OrganizationError> {
    OuId::parse(&format!("ou-{}-{}", root.own_part(), part(8)?)).map_err(impossible)
}

/// This many letters and digits, of 16 random bytes: enough for 24 of them.
fn part(length: usize) -> Result<String, OrganizationError> {
    let mut number = u128::from_be_bytes(*random()?);
    let mut digit = || {
        let digit = usize::try_from(number % 36).ok().and_then(|at| DIGITS.get(at));
        number /= 36;
        digit.copied().map(char::from)
    };
    Ok((0..length).filter_map(|_| digit()).collect())
}

fn impossible(error: impl std::fmt::Display) -> OrganizationError {
    Unavailable(format!("an id was made that is {error}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minted_ids_are_whole_and_no_two_are_alike() {
        let (one, other) = (organization_id().unwrap(), organization_id().unwrap());
        assert_eq!(one.as_str().len(), 12);
        assert_ne!(one, other);
        let root = root_id().unwrap();
        let unit = unit_id(&root).unwrap();
        assert!(unit.as_str().starts_with(&format!("ou-{}-", root.own_part())));
        assert_eq!(unit.as_str().len(), 16);
    }
}
