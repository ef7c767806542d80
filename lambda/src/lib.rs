//! A license service that speaks the AWS License Manager API.

pub mod auth;
pub mod cli;
pub mod identity;
pub mod master_key;
pub mod private_file;
pub mod secret;
pub mod sign;
pub mod store;
