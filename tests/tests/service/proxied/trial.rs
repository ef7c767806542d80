//! A license behind a proxy that faults requests to DynamoDB, its one client,
//! and what that client must find after every step.

use licentia_core::pool::Reservation;
use licentia_core::time::Timestamp;
use licentia_tests::fault_proxy::FaultProxy;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{CUSTOMER, Refused, World, terms};

/// The seats of the license.
pub(super) const SEATS: u64 = 5;
/// How often a client repeats a request that the service fails.
const PATIENCE: usize = 100;

/// The service behind the proxy, and past it; both have one clock.
#[derive(Clone)]
pub(super) struct Worlds {
    pub(super) proxy: FaultProxy,
    pub(super) proxied: World,
    pub(super) past: World,
}

/// A license and its client.
pub(super) struct Trial {
    worlds: Worlds,
    account: String,
    pub(super) arn: String,
    version: u64,
    taken: Vec<Taken>,
    /// Whether what is late arrives after this step.
    arrives: Box<dyn FnMut() -> bool + Send>,
}

/// A checkout as it was acknowledged.
struct Taken {
    operation: &'static str,
    request: Value,
    answer: Value,
    seats: u64,
    /// Never returned, whatever becomes of the checkout (E-9).
    traffic: u64,
    expires_at: Timestamp,
    is_returned: bool,
}

impl Worlds {
    pub(super) async fn open() -> Self {
        let (proxy, proxied, past) = crate::store::behind_a_proxy().await;
        let proxied = World::on(proxied);
        Self { proxy, past: proxied.over(past), proxied }
    }

    /// What the proxied service answers in the end: a client repeats what it
    /// failed.
    pub(super) async fn insist(
        &self,
        account: &str,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Refused> {
        self.insist_counting(account, operation, input).await.1
    }

    /// The same, and how often it failed before.
    async fn insist_counting(
        &self,
        account: &str,
        operation: &str,
        input: &Value,
    ) -> (usize, Result<Value, Refused>) {
        for failures in 0..PATIENCE {
            match self.proxied.call_as(account, operation, input).await {
                Err(("ServerInternalException", _)) => {}
                // For what somebody reserved who gave up.
                Err(("RateLimitExceededException", _)) => {
                    self.proxied.wait_seconds(Reservation::PATIENCE_SECONDS.into());
                }
                answer => return (failures, answer),
            }
        }
        panic!("{operation} fails and fails");
    }
}

impl Trial {
    pub(super) async fn open(worlds: Worlds, arrives: impl FnMut() -> bool + Send + 'static) -> Self {
        let account = format!("{:012}", Uuid::new_v4().as_u128() % 1_000_000_000_000);
        let mut request = entitled();
        for (member, value) in [("ProductSKU", "sku"), ("Beneficiary", CUSTOMER), ("ClientToken", "license")]
        {
            request[member] = json!(value);
        }
        let license = worlds.insist(&account, "CreateLicense", &request).await.unwrap();
        let arn = license["LicenseArn"].as_str().unwrap().to_owned();
        let arrives = Box::new(arrives);
        let mut trial = Self { worlds, account, arn, version: 1, taken: vec![], arrives };
        let again = trial.past("CreateLicense", &request).await;
        assert_eq!(again.unwrap(), license, "C-6");
        trial.look().await;
        trial
    }

    /// The number of checkouts that were acknowledged.
    pub(super) fn checkouts(&self) -> usize {
        self.taken.len()
    }

    /// Takes seats; is refused only if there are not so many.
    pub(super) async fn take(&mut self, operation: &'static str, seats: u64) {
        let has_room = self.seats() + seats <= SEATS;
        let answer = self.check_out(operation, seats, 0).await;
        match answer {
            Ok(()) => assert!(has_room, "oversold"),
            Err((code, message)) => {
                assert!(!has_room && code == "NoEntitlementsAllowedException", "{code}: {message}");
            }
        }
        self.look().await;
    }

    /// Takes what is spent for good.
    pub(super) async fn spend(&mut self, traffic: u64) {
        self.check_out("CheckoutLicense", 0, traffic).await.unwrap();
        self.look().await;
    }

    /// Sends the request of a checkout again.
    pub(super) async fn retry(&mut self, checkout: usize) {
        let Taken { operation, request, answer, .. } = &self.taken[checkout];
        let again = self.worlds.insist(&self.account, operation, request).await;
        assert_eq!(again.as_ref(), Ok(answer), "C-6");
        self.look().await;
    }

    pub(super) async fn extend(&mut self, checkout: usize) {
        let now = self.now();
        let taken = &self.taken[checkout];
        let input = json!({ "LicenseConsumptionToken": taken.answer["LicenseConsumptionToken"] });
        let answer = self.worlds.insist(&self.account, "ExtendLicenseConsumption", &input).await;
        let code = answer.as_ref().map(|_| ()).map_err(|refused| refused.0);
        if !taken.counts(now) {
            assert_eq!(code, Err("ResourceNotFoundException"));
        } else if taken.operation == "CheckoutBorrowLicense" {
            assert_eq!(code, Err("ValidationException"));
        } else {
            self.taken[checkout].expires_at = expiration(&answer.unwrap());
            assert_eq!(self.taken[checkout].expires_at, now.plus_minutes(60));
        }
        self.look().await;
    }

    pub(super) async fn check_in(&mut self, checkout: usize) {
        let now = self.now();
        let taken = &self.taken[checkout];
        let input = taken.check_in();
        let (failures, answer) = self.worlds.insist_counting(&self.account, "CheckInLicense", &input).await;
        let code = answer.map(|_| ()).map_err(|refused| refused.0);
        if !taken.counts(now) {
            assert_eq!(code, Err("ResourceNotFoundException"));
        } else if taken.traffic > 0 {
            assert_eq!(code, Err("ValidationException"));
        } else {
            // What failed may have been carried out.
            let is_done = code.is_ok() || failures > 0 && code == Err("ResourceNotFoundException");
            assert!(is_done, "{code:?}");
            self.taken[checkout].is_returned = true;
        }
        self.look().await;
    }

    pub(super) async fn revise(&mut self) {
        let mut request = entitled();
        let token = Uuid::new_v4().to_string();
        for (member, value) in [("LicenseArn", &*self.arn), ("Status", "AVAILABLE"), ("ClientToken", &token)]
        {
            request[member] = json!(value);
        }
        self.version += 1;
        let answer = self.worlds.insist(&self.account, "CreateLicenseVersion", &request).await.unwrap();
        assert_eq!(answer["Version"], self.version.to_string());
        self.look().await;
        assert_eq!(self.past("CreateLicenseVersion", &request).await, Ok(answer), "C-6");
    }

    pub(super) async fn usage(&mut self) {
        let input = json!({ "LicenseArn": self.arn });
        let answer = self.worlds.insist(&self.account, "GetLicenseUsage", &input).await.unwrap();
        assert_eq!(consumed(&answer), (self.seats(), self.traffic()));
        self.look().await;
    }

    pub(super) fn wait(&self, minutes: u64) {
        self.worlds.proxied.wait(minutes);
    }

    /// Everything acknowledged is there, every seat comes back once, and the
    /// license can be deleted.
    pub(super) async fn close(mut self) {
        for taken in &self.taken {
            let again = self.past(taken.operation, &taken.request).await;
            assert_eq!(again.as_ref(), Ok(&taken.answer), "C-6");
        }
        let now = self.now();
        for taken in self.taken.iter().filter(|taken| taken.counts(now) && taken.traffic == 0) {
            self.past("CheckInLicense", &taken.check_in()).await.unwrap();
        }
        for taken in &mut self.taken {
            taken.is_returned |= taken.traffic == 0;
        }
        self.past("CheckoutLicense", &checkout(&self.account, SEATS, 0)).await.unwrap();
        let (code, _) = self.past("CheckoutLicense", &checkout(&self.account, 1, 0)).await.unwrap_err();
        assert_eq!(code, "NoEntitlementsAllowedException", "a seat came back twice");
        let delete = json!({ "LicenseArn": self.arn, "SourceVersion": self.version.to_string() });
        let (failures, answer) = self.worlds.insist_counting(&self.account, "DeleteLicense", &delete).await;
        assert!(failures > 0 || answer.is_ok(), "{answer:?}");
        self.worlds.proxy.deliver().await.unwrap();
        let (code, message) = self.past("DeleteLicense", &delete).await.unwrap_err();
        assert!(code == "ValidationException" && message.contains("was deleted"), "{message}");
        let spent =
            self.taken.iter().filter(|taken| taken.expires_at <= now).map(|taken| taken.traffic).sum();
        assert_eq!(self.consumed().await, (0, spent), "L-25");
    }

    async fn check_out(&mut self, operation: &'static str, seats: u64, traffic: u64) -> Result<(), Refused> {
        let mut request = checkout(&self.account, seats, traffic);
        if operation == "CheckoutBorrowLicense" {
            request = json!({
                "LicenseArn": self.arn,
                "Entitlements": request["Entitlements"],
                "DigitalSignatureMethod": "JWT_ES256",
                "ClientToken": request["ClientToken"],
            });
        }
        let answer = self.worlds.insist(&self.account, operation, &request).await?;
        let expires_at = expiration(&answer);
        self.taken.push(Taken { operation, request, answer, seats, traffic, expires_at, is_returned: false });
        Ok(())
    }

    /// What is consumed is what is held, whatever arrives late.
    async fn look(&mut self) {
        if (self.arrives)() {
            self.worlds.proxy.deliver().await.unwrap();
        }
        // Nothing is reserved for longer.
        self.worlds.proxied.wait_seconds(Reservation::PATIENCE_SECONDS.into());
        let consumed = self.consumed().await;
        assert_eq!(consumed, (self.seats(), self.traffic()), "seats, traffic");
        assert!(consumed.0 <= SEATS, "oversold");
    }

    async fn consumed(&self) -> (u64, u64) {
        consumed(&self.past("GetLicenseUsage", &json!({ "LicenseArn": self.arn })).await.unwrap())
    }

    async fn past(&self, operation: &str, input: &Value) -> Result<Value, Refused> {
        self.worlds.past.call_as(&self.account, operation, input).await
    }

    fn seats(&self) -> u64 {
        let now = self.now();
        self.taken.iter().filter(|taken| taken.counts(now)).map(|taken| taken.seats).sum()
    }

    fn traffic(&self) -> u64 {
        self.taken.iter().map(|taken| taken.traffic).sum()
    }

    fn now(&self) -> Timestamp {
        self.worlds.proxied.clock_now()
    }
}

impl Taken {
    fn counts(&self, now: Timestamp) -> bool {
        !self.is_returned && now < self.expires_at
    }

    fn check_in(&self) -> Value {
        let mut request = json!({ "LicenseConsumptionToken": self.answer["LicenseConsumptionToken"] });
        if let Some(beneficiary) = self.request.get("Beneficiary") {
            request["Beneficiary"] = beneficiary.clone();
        }
        request
    }
}

/// The terms of the license: seats, and traffic that does not come back.
fn entitled() -> Value {
    let mut terms = terms(SEATS);
    let traffic = json!({ "Name": "Traffic", "Unit": "Gigabytes", "MaxCount": 1000, "AllowCheckIn": false });
    terms["Entitlements"].as_array_mut().unwrap().push(traffic);
    terms
}

/// A request for seats, or for traffic.
pub(super) fn checkout(account: &str, seats: u64, traffic: u64) -> Value {
    let (name, unit, count) =
        if traffic > 0 { ("Traffic", "Gigabytes", traffic) } else { ("Seats", "Count", seats) };
    json!({
        "ProductSKU": "sku",
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": format!("aws:{account}:Example:issuer-fingerprint"),
        "Entitlements": [{ "Name": name, "Unit": unit, "Value": count.to_string() }],
        "ClientToken": Uuid::new_v4().to_string(),
        "Beneficiary": CUSTOMER,
    })
}

fn expiration(answer: &Value) -> Timestamp {
    Timestamp::parse(answer["Expiration"].as_str().unwrap()).unwrap()
}

fn consumed(usage: &Value) -> (u64, u64) {
    let of = |entitlement: usize| {
        let usage = &usage["LicenseUsage"]["EntitlementUsages"][entitlement]["ConsumedValue"];
        usage.as_str().unwrap().parse().unwrap()
    };
    (of(0), of(1))
}
