#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

pub mod arn;
pub mod checkout;
pub mod entitlement;
pub mod grant;
pub mod json;
pub mod license;
#[cfg(not(feature = "p256-crate"))]
mod p256;
pub mod policy;
pub mod pool;
pub mod principal;
pub mod quantity;
pub mod renewal;
pub mod seats;
pub mod settings;
mod sha256;
mod text;
pub mod time;
pub mod token;
mod validity;
