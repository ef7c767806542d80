//! Signed license tokens, through the public interface alone.
#![cfg(test)]

mod algorithms;
mod corpus;
mod differential;
mod hostile;
mod license;
mod openid;
mod support;
mod vectors;
