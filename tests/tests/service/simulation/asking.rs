//! What a client asks, of what there is when it asks.

use super::call::Asked;
use super::history::{Held, History};
use super::plan::{Intent, Pick, Who};
use crate::service::model::request::Request;
use crate::service::{CUSTOMER as BUYER, VENDOR};

/// For whom the licenses are.
pub(super) const BENEFICIARY: &str = "Customer";
/// Clients come back to what was not long ago.
const LATELY: usize = 12;

impl History {
    /// The request of an intent, if there is what it is about.
    pub(super) fn asked(&mut self, intent: &Intent) -> Option<(&'static str, Asked)> {
        let token = self.tokens;
        self.tokens += 1;
        let now = self.now();
        let model = self.judge.model();
        let (licenses, grants) = (model.licenses.len(), model.grants.len());
        let request = match intent.clone() {
            Intent::Take { license, who, kind, wanted } => {
                let wanted = self.bulk.wanted(wanted);
                let license = &model.licenses[license % licenses];
                let beneficiary = matches!(who, Who::Owner).then(|| BENEFICIARY.to_owned());
                let (sku, fingerprint) = (license.sku, license.fingerprint());
                let node = Some("node 1");
                let request =
                    Request::CheckoutLicense { token, sku, fingerprint, kind, wanted, beneficiary, node };
                (who.account(), request)
            }
            Intent::Borrow { license, who, wanted } => {
                let (license, method, node) = (license % licenses, "JWT_ES256", None);
                let wanted = self.bulk.wanted(wanted);
                (who.account(), Request::CheckoutBorrowLicense { token, license, wanted, method, node })
            }
            Intent::CheckIn { checkout } => {
                let Held { account, token, beneficiary } = self.lately_held(checkout)?.clone();
                return Some((account, Asked::CheckIn { token, beneficiary }));
            }
            Intent::Extend { checkout, dry_run } => {
                let Held { account, token, .. } = self.lately_held(checkout)?.clone();
                return Some((account, Asked::Extend { token, dry_run }));
            }
            Intent::Revise { license, draft, status, reset, is_named } => {
                let license = license % licenses;
                let source = is_named.then_some(model.licenses[license].versions.len());
                let terms = draft.at(now, self.bulk);
                let request = Request::CreateLicenseVersion { token, license, terms, status, source, reset };
                (VENDOR, request)
            }
            Intent::Delete { license } => {
                let license = license % licenses;
                let source = model.licenses[license].versions.len();
                (VENDOR, Request::DeleteLicense { license, source })
            }
            Intent::Activate { grant, status } => {
                let (grant, status) = (grant.checked_rem(grants)?, Some(status));
                let (name, operations, reason, source) = (None, None, None, None);
                let request =
                    Request::CreateGrantVersion { token, grant, name, operations, status, reason, source };
                (BUYER, request)
            }
            Intent::Usage { license, who } => {
                (who.account(), Request::GetLicenseUsage { license: license % licenses })
            }
            Intent::Again { back, changed } => {
                let (account, asked) = latest(&self.sent, back)?.clone();
                return Some(match asked {
                    Asked::Plain(request) if changed => (account, Asked::Plain(request.changed())),
                    asked => (account, asked),
                });
            }
            Intent::TidyUp => return Some((VENDOR, Asked::TidyUp)),
        };
        Some((request.0, Asked::Plain(request.1)))
    }

    fn lately_held(&self, pick: Pick) -> Option<&Held> {
        latest(&self.held, pick)
    }
}

/// One of the latest, often: else any.
fn latest<T>(all: &[T], pick: Pick) -> Option<&T> {
    let among = if pick.is_multiple_of(4) { all.len() } else { all.len().min(LATELY) };
    let back = (pick / 4).checked_rem(among)?;
    all.get(all.len() - 1 - back)
}

impl Who {
    const fn account(self) -> &'static str {
        match self {
            Self::Owner => VENDOR,
            Self::Grantee => BUYER,
        }
    }
}
