//! The connections to AWS, which all of its clients share.
//!
//! Left to itself each client has connections of its own, and reads and judges
//! the machine's certificates twice: when it is made, and when it connects. That
//! was most of what a cold start computed.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs};

use aws_smithy_http_client::ConnectorBuilder;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Where Linux distributions keep the certificates that they trust, all in one
/// file. Most have a folder too, of the same ones again, each in a file: the SDK
/// reads both, which takes four times as long.
const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];
/// Who sets these chooses what is trusted, and the SDK heeds it.
const CHOICES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// How long a connection may take, and an answer on it.
type Patience = (Option<Duration>, Option<Duration>);

/// What connects, made when something is first sent.
pub(crate) fn connections() -> SharedHttpClient {
    // Of one patience, or few: nearly all keep to the SDK's.
    let made: Mutex<Vec<(Patience, SharedHttpConnector)>> = Mutex::default();
    http_client_fn(move |settings, components| {
        let patience = (settings.connect_timeout(), settings.read_timeout());
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connector)) = made.iter().find(|(of, _)| *of == patience) {
            return connector.clone();
        }
        let connector = connector(settings, components);
        made.push((patience, connector.clone()));
        connector
    })
}

/// As the SDK makes its own.
fn connector(settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
    let mut builder = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    builder.set_connector_settings(Some(settings.clone()));
    builder.set_sleep_impl(components.sleep_impl());
    builder.set_proxy_config(Some(ProxyConfig::from_env()));
    if CHOICES.iter().all(|name| env::var_os(name).is_none())
        && let Some(trusted) = BUNDLES.iter().find_map(|file| trusted(file.as_ref()))
    {
        builder.set_tls_context(trusted);
    }
    SharedHttpConnector::new(builder.build())
}

/// To trust the certificates of a file, if it is there and every one can be
/// read: with one that cannot the SDK panics here, while it passes over those
/// that it finds by itself.
fn trusted(bundle: &Path) -> Option<TlsContext> {
    let pem = fs::read(bundle).ok()?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.ok()?).ok()?;
    }
    let store = TrustStore::empty().with_pem_certificate(pem);
    if roots.is_empty() { None } else { TlsContext::builder().with_trust_store(store).build().ok() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{BUNDLES, trusted};

    #[test]
    fn a_bundle_is_trusted_whole_or_left_to_the_sdk() {
        let Some(bundle) = BUNDLES.iter().find(|file| fs::exists(file).is_ok_and(|is_there| is_there)) else {
            return;
        };
        assert!(trusted(bundle.as_ref()).is_some(), "{bundle}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bundle");
        assert!(trusted(&file).is_none(), "not there");
        fs::write(&file, "").unwrap();
        assert!(trusted(&file).is_none(), "empty");
        let mut text = fs::read_to_string(bundle).unwrap();
        text.push_str("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        fs::write(&file, text).unwrap();
        assert!(trusted(&file).is_none(), "one that is none");
    }
}
