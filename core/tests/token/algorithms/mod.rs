//! Algorithms besides ES256.

mod confusion;
mod differential;
mod keys;
mod published;
mod tokens;
mod vectors;
mod vendor;
