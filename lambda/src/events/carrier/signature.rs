//! How webhooks are signed: the Standard Webhooks specification, version 1,
//! symmetric.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::secret::{NoEntropy, Secret, random};

const PREFIX: &str = "whsec_";
/// The specification asks for 24 to 64 bytes.
const BYTES: usize = 32;

/// What webhooks are signed with: `whsec_` and base64.
#[derive(Debug)]
pub struct WebhookSecret(Secret);

impl WebhookSecret {
    pub(in crate::events) fn random() -> Result<Self, NoEntropy> {
        Ok(Self(Secret::new(format!("{PREFIX}{}", STANDARD.encode(random::<BYTES>()?.as_slice())))))
    }

    pub(in crate::events) fn parse(text: &str) -> Option<Self> {
        let secret = Self(Secret::new(text.to_owned()));
        secret.bytes().is_some().then_some(secret)
    }

    /// The text, as receivers are given it.
    #[must_use]
    pub const fn text(&self) -> &Secret {
        &self.0
    }

    /// The `webhook-signature` of a message: `v1,` and base64.
    pub(super) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> Option<String> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.bytes()?);
        let mut content = hmac::Context::with_key(&key);
        content.update(format!("{id}.{timestamp}.").as_bytes());
        content.update(body);
        Some(format!("v1,{}", STANDARD.encode(content.sign())))
    }

    fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        STANDARD.decode(self.0.expose().strip_prefix(PREFIX)?).ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of the specification's own libraries.
    #[test]
    fn a_signature_is_the_one_of_the_standard_webhooks_specification() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature =
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn a_new_secret_has_32_bytes_and_is_not_printed() {
        let secret = WebhookSecret::random().unwrap();
        assert_eq!(secret.bytes().unwrap().len(), 32);
        assert!(WebhookSecret::parse(secret.text().expose()).is_some());
        assert!(!format!("{secret:?}").contains(secret.text().expose()));
    }
}
