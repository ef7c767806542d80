//! Tokens of paged answers: opaque, and of use only to the caller and for the
//! filters they were made for.

use aws_lc_rs::hmac;
use licentia_core::arn::AccountId;

use crate::context::hex;
use crate::error::Error;

/// The most items of a page, and how many where the request does not say.
const MOST: i64 = 100;
const USUAL: usize = 50;
/// Bytes of the code that binds a token.
const CODE: usize = 16;

/// Makes and reads tokens.
pub struct PageKey(hmac::Key);

/// Which listing a token belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The caller.
    pub account: &'a AccountId,
    /// Everything that decides what is listed, as one text.
    pub selection: &'a str,
}

impl PageKey {
    /// Tokens stay readable as long as the key is the same.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The token that goes on after this place.
    #[must_use]
    pub fn token(&self, listing: Listing<'_>, after: &str) -> String {
        format!("{}{}", self.code(listing, after), hex(after.as_bytes()))
    }

    /// The place after which a token goes on.
    ///
    /// # Errors
    /// [`Error`] if it was made for another listing, or not here.
    pub fn after(&self, listing: Listing<'_>, token: &str) -> Result<String, Error> {
        self.read(listing, token).ok_or_else(|| {
            Error::invalid(
                "NextToken is not one of this listing: send the token of the answer before, with the same filters, \
                 or none to begin anew",
            )
        })
    }

    fn read(&self, listing: Listing<'_>, token: &str) -> Option<String> {
        let (code, after) = token.split_at_checked(2 * CODE)?;
        let bytes = after.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        });
        let after = String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()?;
        let expected = self.code(listing, &after);
        aws_lc_rs::constant_time::verify_slices_are_equal(code.as_bytes(), expected.as_bytes()).ok()?;
        Some(after)
    }

    fn code(&self, listing: Listing<'_>, after: &str) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [listing.operation, listing.account.as_str(), listing.selection, after] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        hex(context.sign().as_ref().get(..CODE).unwrap_or_default())
    }
}

/// How many items a page holds.
pub fn size(violations: &mut super::Violations, max_results: Option<i64>) -> usize {
    let ranged = violations.ranged("maxResults", max_results, 1, MOST);
    ranged.and_then(|size| usize::try_from(size).ok()).unwrap_or(USUAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_use_only_where_it_was_made() {
        let key = PageKey::new(&[7; 32]);
        let (ours, theirs) =
            (AccountId::parse("111122223333").unwrap(), AccountId::parse("444455556666").unwrap());
        let listing = Listing { operation: "ListLicenses", account: &ours, selection: "[]" };
        let token = key.token(listing, "L#l-1");
        assert_eq!(key.after(listing, &token).unwrap(), "L#l-1");
        for other in [
            Listing { operation: "ListTokens", ..listing },
            Listing { account: &theirs, ..listing },
            Listing { selection: "[1]", ..listing },
        ] {
            assert!(key.after(other, &token).is_err(), "{other:?}");
        }
        for bad in ["", "zz", "é", &token[1..], &format!("{token}0"), &token.replace('4', "5"), &format!("{token}é")] {
            assert!(key.after(listing, bad).is_err(), "{bad:?}");
        }
        assert!(PageKey::new(&[8; 32]).after(listing, &token).is_err());
    }
}
