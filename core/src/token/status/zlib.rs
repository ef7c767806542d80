//! The compression of lists: DEFLATE in the ZLIB format (RFC 1951, RFC 1950).

use alloc::vec::Vec;

use miniz_oxide::deflate::{CompressionLevel, compress_to_vec_zlib};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// What the bytes were before [`deflate`], unless that is more than `limit`
/// bytes or these are damaged.
#[must_use]
pub fn inflate(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    decompress_to_vec_zlib_with_limit(bytes, limit).ok()
}

/// The bytes, compressed as far as this goes.
#[must_use]
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    const LEVEL: u8 = CompressionLevel::BestCompression as u8;
    compress_to_vec_zlib(bytes, LEVEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deflated_is_inflated_up_to_the_limit_and_no_further() {
        let zeros = alloc::vec![0; 100_000];
        let small = deflate(&zeros);
        assert!(small.len() < 200, "{}", small.len());
        assert_eq!(inflate(&small, 100_000), Some(zeros));
        assert_eq!(inflate(&small, 99_999), None);
    }

    #[test]
    fn damage_is_noticed() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut small = deflate(&bytes);
        if let Some(last) = small.last_mut() {
            *last ^= 1;
        }
        assert_eq!(inflate(&small, 1000), None);
        assert_eq!(inflate(&[], 1000), None);
        assert_eq!(inflate(&small[..20], 1000), None);
    }
}
