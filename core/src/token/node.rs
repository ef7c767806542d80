//! What a token is locked to: a node's text, or several marks of a machine of
//! which some may change.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU8;

use super::base64url;
use super::hmac::hmac_sha256;

/// The most components of a fingerprint.
pub const MAX_NODE_COMPONENTS: usize = 16;
/// The longest name of a component, in characters.
const MAX_NAME_CHARS: usize = 32;
/// The characters of a digest: 12 bytes in base64url.
const DIGEST_CHARS: usize = 16;
/// What every text of a fingerprint starts with.
const VERSION: &str = "v1";
/// Keeps the codes apart from those of other uses of the same salt.
const PURPOSE: &[u8] = b"licentia node v1\0";

/// The marks of a machine, each under a name, as digests: a text for `nodeId`
/// (K-5) that carries no serial number.
///
/// The text is `v1`, then for each component in the order of their names
/// `;name=digest`. The digest is the first 12 bytes of HMAC-SHA256 under the
/// salt over `licentia node v1`, a zero byte, the name, a zero byte and the
/// value, in base64url. There is at least one component, and no two texts mean
/// the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFingerprint(Vec<Component>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Component {
    name: String,
    digest: String,
}

/// How many of a token's components this machine must have. What the machine
/// has besides does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// All of them.
    All,
    /// More than half.
    Most,
    /// So many or more.
    AtLeast(NonZeroU8),
}

/// The node a token is expected to be locked to (K-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node<'a> {
    /// Exactly the node of this name.
    Named(&'a str),
    /// A machine with these marks, as far as `matching` demands.
    Like {
        /// The marks of the machine this runs on.
        here: &'a NodeFingerprint,
        /// How many must be those of the token.
        matching: Matching,
    },
}

/// Why some components make no fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FingerprintFault {
    /// There is none, or none with a value.
    NoComponent,
    /// More than [`MAX_NODE_COMPONENTS`].
    TooMany,
    /// A name is not 1 to 32 of `a` to `z`, `0` to `9` and `-`, or there
    /// twice.
    Name,
}

impl NodeFingerprint {
    /// The fingerprint of these components, name and value, in any order. The
    /// space around a value does not count, and a blank one is left out: it
    /// could evidently not be read. `salt` keeps the digests of one vendor or
    /// product apart from those of others.
    ///
    /// # Errors
    /// [`FingerprintFault`].
    pub fn of(salt: &str, components: &[(&str, &str)]) -> Result<Self, FingerprintFault> {
        let mut fingerprint = Self(Vec::new());
        for (name, value) in components {
            let value = value.trim_matches(|letter: char| letter.is_ascii_whitespace());
            let parts = [PURPOSE, name.as_bytes(), b"\0", value.as_bytes()];
            let code = hmac_sha256(salt.as_bytes(), &parts);
            let digest = base64url::encode(code.split_at(DIGEST_CHARS / 4 * 3).0);
            let place = fingerprint.place(name).ok_or(FingerprintFault::Name)?;
            if !value.is_empty() {
                fingerprint.0.insert(place, Component { name: (*name).to_string(), digest });
            }
        }
        match fingerprint.0.len() {
            0 => Err(FingerprintFault::NoComponent),
            1..=MAX_NODE_COMPONENTS => Ok(fingerprint),
            _ => Err(FingerprintFault::TooMany),
        }
    }

    /// Reads the text of a fingerprint; `None` for any other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut fingerprint = Self(Vec::new());
        // Sets of characters: the search for a single one is long code for a small device.
        for item in text.strip_prefix(VERSION)?.strip_prefix(';')?.split([';']) {
            let (name, digest) = item.split_once(['='])?;
            let end = fingerprint.0.len();
            let is_next = fingerprint.place(name)? == end && end < MAX_NODE_COMPONENTS;
            if !is_next || digest.len() != DIGEST_CHARS || base64url::decode(digest).is_none() {
                return None;
            }
            fingerprint.0.push(Component { name: name.to_string(), digest: digest.to_string() });
        }
        Some(fingerprint)
    }

    /// The text, for `NodeId` at a checkout.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::from(VERSION);
        for component in &self.0 {
            for part in [";", &component.name, "=", &component.digest] {
                text.push_str(part);
            }
        }
        text
    }

    /// Whether a machine with these marks has enough of those in `token`.
    #[must_use]
    pub fn matches(&self, token: &Self, matching: Matching) -> bool {
        let all = token.0.len();
        let alike = token.0.iter().filter(|component| self.0.contains(component)).count();
        match matching {
            Matching::All => alike == all,
            Matching::Most => alike > all / 2,
            Matching::AtLeast(least) => alike >= usize::from(least.get()),
        }
    }

    /// Where a component of this name belongs; `None` where it is no name or
    /// taken.
    fn place(&self, name: &str) -> Option<usize> {
        let is_name = (1..=MAX_NAME_CHARS).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let before = self.0.iter().filter(|component| component.name.as_str() < name).count();
        let is_free = self.0.get(before).is_none_or(|component| component.name != name);
        (is_name && is_free).then_some(before)
    }
}

impl Node<'_> {
    /// Whether a token with this `nodeId` is locked to this node. A token that
    /// is locked to none is not.
    pub(super) fn is_meant_by(&self, node_id: Option<&str>) -> bool {
        match (self, node_id) {
            (_, None) => false,
            (Self::Named(name), Some(node_id)) => *name == node_id,
            (Self::Like { here, matching }, Some(node_id)) => {
                NodeFingerprint::parse(node_id).is_some_and(|token| here.matches(&token, *matching))
            }
        }
    }

    /// The `nodeId` that would be the best match.
    pub(super) fn to_text(self) -> String {
        match self {
            Self::Named(name) => name.to_string(),
            Self::Like { here, .. } => here.to_text(),
        }
    }
}

impl fmt::Display for NodeFingerprint {
    /// As [`to_text`](Self::to_text).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl FingerprintFault {
    /// What was wrong and what to do next, on one line; for people.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Self::NoComponent => {
                "none of the node's components could be read; name another way to tell the node, such as an id that the app keeps"
            }
            Self::TooMany => "more than 16 components of a node; leave out those that change most",
            Self::Name => {
                "the names of a node's components must differ and be 1 to 32 of `a` to `z`, `0` to `9` and `-`"
            }
        }
    }
}

impl fmt::Display for FingerprintFault {
    /// As [`message`](Self::message).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for FingerprintFault {}
