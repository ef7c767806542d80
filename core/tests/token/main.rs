//! Signed license tokens, through the public interface alone.
#![cfg(test)]

mod corpus;
mod differential;
mod hostile;
mod license;
mod openid;
mod status;
mod support;
mod vectors;
