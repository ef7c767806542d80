//! Organizations: which accounts stand under one management account, in which
//! units, and who administers them (G-24 to G-26, O-7).

mod aws;
pub mod own;
mod port;
mod source;

pub use aws::AwsOrganizations;
pub use own::Own;
pub use port::{Membership, Organizations, Revision, ServicePrincipal};
pub use source::OrganizationSource;
