//! What verifying finds wrong, before anybody owns it.

use alloc::borrow::{Cow, ToOwned};
use alloc::vec::Vec;

use super::claims::texts;
use super::{Evidence, Reason, Refusal};
use crate::json::Value;
use crate::time::Timestamp;

/// Why a token is refused, with evidence that stands where it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding<'a> {
    /// Why.
    pub(super) reason: Reason,
    /// The evidence.
    pub(super) evidence: Pieces<'a>,
}

/// At most two pieces of evidence, by name.
pub(super) type Pieces<'a> = [Option<(&'static str, Piece<'a>)>; 2];

/// A piece of evidence where it was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// There is none where some was expected.
    Nothing,
    /// A text.
    Text(&'a str),
    /// Texts.
    Texts(&'a [Cow<'a, str>]),
    /// A string of the token, as JSON.
    Claim(Value<'a>),
    /// A string of the token or an array of strings, as JSON.
    Claims(Option<Value<'a>>),
    /// A whole number.
    Number(u64),
    /// A point in time.
    Time(Timestamp),
}

impl<'a> Finding<'a> {
    /// With no evidence.
    pub(super) const fn bare(reason: Reason) -> Self {
        Self { reason, evidence: [None, None] }
    }

    /// With one piece.
    pub(super) const fn with(reason: Reason, name: &'static str, piece: Piece<'a>) -> Self {
        Self { reason, evidence: [Some((name, piece)), None] }
    }

    /// With two pieces.
    pub(super) const fn with_both(
        reason: Reason,
        one: (&'static str, Piece<'a>),
        other: (&'static str, Piece<'a>),
    ) -> Self {
        Self { reason, evidence: [Some(one), Some(other)] }
    }
}

impl<'a> From<Option<Value<'a>>> for Piece<'a> {
    fn from(claim: Option<Value<'a>>) -> Self {
        claim.map_or(Self::Nothing, Self::Claim)
    }
}

impl From<Finding<'_>> for Refusal {
    fn from(Finding { reason, evidence }: Finding<'_>) -> Self {
        Self { reason, evidence: owned(evidence) }
    }
}

/// The evidence on its own.
pub(super) fn owned(pieces: Pieces<'_>) -> Vec<(&'static str, Evidence)> {
    pieces.into_iter().flatten().map(|(name, piece)| (name, piece.into())).collect()
}

impl From<Piece<'_>> for Evidence {
    fn from(piece: Piece<'_>) -> Self {
        match piece {
            Piece::Nothing => Self::Nothing,
            Piece::Text(text) => Self::Text(text.to_owned()),
            Piece::Texts(texts) => Self::Texts(texts.iter().map(|text| text.clone().into_owned()).collect()),
            Piece::Claim(claim) => Self::Text(claim.string().unwrap_or_default().into_owned()),
            Piece::Claims(claim) => Self::Texts(claim.map(texts).unwrap_or_default()),
            Piece::Number(number) => Self::Number(number),
            Piece::Time(time) => Self::Time(time),
        }
    }
}
