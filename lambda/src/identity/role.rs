//! The role that customers without an account act in.

use licentia_core::arn::AccountId;

/// The role that every account has, made for holders of its tokens (T-1).
pub const CONSUMPTION_ROLE: &str = "AWSLicenseManagerConsumptionRole";
/// The path under which AWS makes it; the role is found without, too.
const SERVICE_PATH: &str = "service-role/";

/// A role, as an ARN names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its name, with its path.
    pub name: String,
}

impl RoleName {
    /// Reads `arn:aws:iam::<account>:role/<path and name>`.
    #[must_use]
    pub fn parse(arn: &str) -> Option<Self> {
        let (account, name) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
        let account = AccountId::parse(account).ok()?;
        let fits = (1..=576).contains(&name.len())
            && name.split('/').all(|part| !part.is_empty())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+=,.@_-".contains(&b));
        fits.then(|| Self { account, name: name.to_owned() })
    }

    /// Whether the role trusts the holder of a token that this account made
    /// (T-8). For the consumption role the claim `amr` must name its own
    /// account; no other role trusts anybody.
    #[must_use]
    pub fn trusts(&self, token_account: &AccountId) -> bool {
        self.name.strip_prefix(SERVICE_PATH).unwrap_or(&self.name) == CONSUMPTION_ROLE
            && self.account == *token_account
    }
}
