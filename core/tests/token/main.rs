//! Signed license tokens, through the public interface alone.
#![cfg(test)]

mod algorithms;
mod clock;
mod corpus;
mod differential;
mod hostile;
mod keys;
mod license;
mod node;
mod openid;
#[path = "../random/mod.rs"]
mod random;
mod status;
mod support;
mod twins;
mod vectors;
