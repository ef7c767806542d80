//! A license service that speaks the AWS License Manager API.

pub mod store;
