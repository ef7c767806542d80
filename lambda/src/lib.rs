//! A license service that speaks the AWS License Manager API.

pub mod allow;
pub mod audit;
pub mod auth;
mod authorize;
pub mod cli;
pub mod clock;
pub mod context;
pub mod error;
pub mod events;
pub mod grants;
pub mod http;
pub mod identity;
pub mod master_key;
pub mod openid;
pub mod operation;
pub mod operations;
pub mod organization;
pub mod private_file;
pub mod recent;
pub mod records;
pub mod secret;
pub mod service;
pub mod settings;
pub mod sign;
pub mod status;
pub mod store;
pub mod wire;
