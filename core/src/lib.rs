#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

pub mod arn;
pub mod entitlement;
pub mod quantity;
pub mod time;
pub mod token;
