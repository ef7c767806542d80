//! A client of the service: one connection, every request signed.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, ensure};
use aws_credential_types::Credentials;
use axum::body::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use licentia_tests::requests::{checkout_license, create_license};
use licentia_tests::signed::signed;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::run::{Client, LICENSES, Side};
use super::wire::{self, Wire};
use crate::service::{Launch, Service};

/// More than any run takes.
const SEATS: u64 = 1_000_000_000_000;

/// One connection, kept alive.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    address: String,
}

/// A license to check out.
struct Target {
    /// As a request names it.
    arn: Value,
    sku: String,
    key_fingerprint: String,
}

/// The service and its licenses.
pub(super) struct Ours {
    address: String,
    process_id: u32,
    credentials: Credentials,
    targets: Arc<[Target]>,
}

/// One client of it.
pub(super) struct OurClient {
    wire: Wire,
    address: String,
    credentials: Credentials,
    targets: Arc<[Target]>,
    /// Signed before the clock starts: signing costs a client as much as
    /// verifying costs the service.
    signed: VecDeque<Bytes>,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, address: address.to_owned() })
    }

    /// The answer to an unsigned GET.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Bytes> {
        let request = Request::get(path).header(header::HOST, &self.address).body(Full::default())?;
        self.send(request).await
    }

    /// The answer to a signed call.
    pub(crate) async fn call(
        &mut self,
        credentials: &Credentials,
        operation: &str,
        input: &Value,
    ) -> anyhow::Result<Bytes> {
        let request = signed(credentials, &self.address, operation, input.to_string())
            .map_err(anyhow::Error::from_boxed)?;
        self.send(request.map(|body| Full::new(Bytes::from(body)))).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Bytes> {
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        ensure!(head.status.is_success(), "{}: {}", head.status, String::from_utf8_lossy(&body));
        Ok(body)
    }

    async fn make_target(&mut self, credentials: &Credentials) -> anyhow::Result<Target> {
        let sku = Uuid::new_v4().to_string();
        let made = self.call(credentials, "CreateLicense", &create_license(&sku, SEATS)).await?;
        let arn = json!({ "LicenseArn": serde_json::from_slice::<Value>(&made)?.get("LicenseArn") });
        let license: Value = serde_json::from_slice(&self.call(credentials, "GetLicense", &arn).await?)?;
        let fingerprint = license.pointer("/License/Issuer/KeyFingerprint").and_then(Value::as_str);
        Ok(Target { arn, sku, key_fingerprint: fingerprint.context("a fingerprint")?.to_owned() })
    }
}

impl Ours {
    /// Makes the licenses.
    pub(super) async fn prepare(service: &Service, launch: &Launch) -> anyhow::Result<Self> {
        let (address, credentials) = (service.address.clone(), launch.credentials()?);
        let mut connection = Connection::open(&address).await?;
        let mut targets = Vec::new();
        for _ in 0..LICENSES.into_iter().max().unwrap_or_default() {
            targets.push(connection.make_target(&credentials).await?);
        }
        let ours = Self { address, process_id: service.process_id(), credentials, targets: targets.into() };
        // Makes the signing key.
        ours.client(&[0]).await?.check_out(0).await?;
        Ok(ours)
    }

    /// Asks how much of this license is taken.
    pub(super) async fn usage(&self, license: usize) -> anyhow::Result<()> {
        let arn = &self.targets.get(license).context("a license")?.arn;
        let mut connection = Connection::open(&self.address).await?;
        connection.call(&self.credentials, "GetLicenseUsage", arn).await.map(drop)
    }
}

impl Side for Ours {
    type Client = OurClient;

    async fn client(&self, licenses: &[usize]) -> anyhow::Result<OurClient> {
        let mut client = OurClient {
            wire: Wire::open(&self.address).await?,
            address: self.address.clone(),
            credentials: self.credentials.clone(),
            targets: Arc::clone(&self.targets),
            signed: VecDeque::new(),
        };
        client.signed = licenses.iter().map(|license| client.sign(*license)).collect::<Result<_, _>>()?;
        Ok(client)
    }

    fn process_id(&self) -> u32 {
        self.process_id
    }
}

impl OurClient {
    /// A checkout of this license.
    fn sign(&self, license: usize) -> anyhow::Result<Bytes> {
        let target = self.targets.get(license).context("a license")?;
        let client_token = Uuid::new_v4().to_string();
        let input = checkout_license(&target.sku, &target.key_fingerprint, &client_token, 1);
        let request = signed(&self.credentials, &self.address, "CheckoutLicense", input.to_string());
        Ok(wire::bytes(&request.map_err(anyhow::Error::from_boxed)?))
    }
}

impl Client for OurClient {
    async fn check_out(&mut self, license: usize) -> anyhow::Result<()> {
        let request = self.signed.pop_front().map_or_else(|| self.sign(license), Ok)?;
        self.wire.send(&request).await
    }
}
