//! The package's JavaScript passes on as much text as the core looks at.

use licentia_core::token::{MAX_KEY_SET_BYTES, MAX_TOKEN_BYTES};

#[test]
fn javascript_cuts_off_only_what_is_too_large_without_it() {
    let (_, limit) = include_str!("../js/options.js").split_once("const TEXT_LIMIT = ").unwrap_or_default();
    let (limit, _) = limit.split_once(';').unwrap_or_default();
    // A text that is cut may lose half a pair besides, and is still too large.
    assert_eq!(limit.replace('_', "").parse(), Ok(MAX_TOKEN_BYTES.max(MAX_KEY_SET_BYTES) + 2));
}
