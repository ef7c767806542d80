//! The operations, a folder a service and a file each.

pub mod cloudtrail;
pub mod license_manager;
pub mod sts;
