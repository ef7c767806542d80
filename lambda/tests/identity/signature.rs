use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use licentia::auth::{Claim, Refusal, Service, SignedRequest};
use licentia_core::time::Timestamp;

use crate::{at, now};

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const REGION: &str = "us-east-1";
const TARGET: &str = "AWSLicenseManager.ListLicenses";

/// A request as it arrives.
#[derive(Clone)]
pub(crate) struct Arrived {
    pub(crate) method: &'static str,
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Arrived {
    pub(crate) fn request(&self) -> SignedRequest<'_> {
        let Self { method, uri, headers, body } = self;
        SignedRequest { method, uri, headers, body }
    }

    fn check(&self, service: &Service, now: Timestamp) -> Result<(), Refusal> {
        let request = self.request();
        let claim = Claim::read(&request, REGION, service, now)?;
        assert_eq!(claim.access_key_id(), KEY);
        claim.verify(&request, SECRET)
    }

    fn refusal(&self, service: &Service, now: Timestamp) -> Refusal {
        let refusal = self.check(service, now).unwrap_err();
        let text = refusal.to_string();
        assert!(!text.contains(SECRET), "{text}");
        refusal
    }

    fn code(&self) -> &'static str {
        self.refusal(&Service::LICENSE_MANAGER, now()).code()
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
    }

    pub(crate) fn edit_authorization(&mut self, from: &str, to: &str) {
        let text = self.headers["authorization"].to_str().unwrap();
        assert!(text.contains(from), "{text}");
        self.set("authorization", &text.replace(from, to));
    }
}

/// A name and a way to change a request.
type Tampering = (&'static str, fn(&mut Arrived));

/// What to sign, and how.
pub(crate) struct Signing {
    pub(crate) credentials: Credentials,
    pub(crate) region: &'static str,
    pub(crate) service: &'static str,
    pub(crate) presigned_for: Option<u64>,
    pub(crate) with_body_hash: bool,
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            credentials: Credentials::new(KEY, SECRET, None, None, "test"),
            region: REGION,
            service: "license-manager",
            presigned_for: None,
            with_body_hash: false,
        }
    }
}

/// A request signed by the SDK's own signer.
pub(crate) fn signed(
    method: &'static str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    how: &Signing,
) -> Arrived {
    let mut request = Request::builder().method(method).uri(format!("http://127.0.0.1:8080{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(()).unwrap();
    let mut settings = SigningSettings::default();
    if how.with_body_hash {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if let Some(seconds) = how.presigned_for {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(seconds));
    }
    let identity = how.credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(how.region)
        .name(how.service)
        .time(UNIX_EPOCH + Duration::from_secs(now().unix()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let uri = request.uri().to_string();
    let texts = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let signable = SignableRequest::new(method, uri, texts, SignableBody::Bytes(body)).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request.headers_mut().insert("host", HeaderValue::from_static("127.0.0.1:8080"));
    Arrived {
        method,
        uri: request.uri().path_and_query().unwrap().to_string(),
        headers: request.headers().clone(),
        body: body.to_vec(),
    }
}

pub(crate) fn json(how: &Signing) -> Arrived {
    let headers = [("x-amz-target", TARGET), ("content-type", "application/x-amz-json-1.1")];
    signed("POST", "/", &headers, b"{\"MaxResults\":10}", how)
}

fn list_licenses() -> Arrived {
    json(&Signing::default())
}

#[test]
fn the_documented_signature_of_iam_list_users_is_accepted() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "iam.amazonaws.com"),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("x-amz-date", "20150830T123600Z"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let uri = "/?Action=ListUsers&Version=2010-05-08".to_owned();
    let request = Arrived { method: "GET", uri, headers, body: Vec::new() };
    let iam = Service { signing_name: "iam", signed_headers: &[], takes_access_tokens: false };
    assert_eq!(request.check(&iam, at("2015-08-30T12:36:00Z")), Ok(()));
}

#[test]
fn what_the_sdk_signs_is_accepted() {
    assert_eq!(list_licenses().check(&Service::LICENSE_MANAGER, now()), Ok(()));
    let hashed = json(&Signing { with_body_hash: true, ..Signing::default() });
    assert!(hashed.headers.contains_key("x-amz-content-sha256"));
    assert_eq!(hashed.check(&Service::LICENSE_MANAGER, now()), Ok(()));
    let sts = Signing { service: "sts", ..Signing::default() };
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    assert_eq!(signed("POST", "/", &form, body, &sts).check(&Service::STS, now()), Ok(()));
}

#[test]
fn paths_queries_and_spaces_are_canonicalised_as_the_sdk_does() {
    let headers = [("x-amz-target", TARGET), ("x-note", "  two   spaces  ")];
    for path in ["/", "/tags/arn%3Aaws%3Ax%2Fy", "/a%20b/", "/?b=2&a=1&a=0", "/?key=a%2Fb%20c&empty=&none"] {
        let request = signed("DELETE", path, &headers, b"", &Signing::default());
        assert_eq!(request.check(&Service::LICENSE_MANAGER, now()), Ok(()), "{path}");
    }
}

#[test]
fn a_presigned_request_is_good_for_as_long_as_it_says() {
    let how = Signing { service: "sts", presigned_for: Some(600), ..Signing::default() };
    let path = "/?Action=GetCallerIdentity&Version=2011-06-15";
    let request = signed("GET", path, &[("x-k8s-aws-id", "cluster")], b"", &how);
    assert_eq!(request.check(&Service::STS, now()), Ok(()));
    assert_eq!(request.check(&Service::STS, at("2026-11-22T10:15:00Z")), Ok(()));
    assert!(matches!(
        request.refusal(&Service::STS, at("2026-11-22T10:15:01Z")),
        Refusal::Expired { until, .. } if until == at("2026-11-22T10:10:00Z")
    ));
    let mut changed = request.clone();
    changed.uri = changed.uri.replace("GetCallerIdentity", "GetSessionToken");
    assert_eq!(changed.refusal(&Service::STS, now()), Refusal::WrongSignature);
    let mut prolonged = request.clone();
    prolonged.uri = prolonged.uri.replace("X-Amz-Expires=600", "X-Amz-Expires=6000");
    assert_eq!(prolonged.refusal(&Service::STS, now()), Refusal::WrongSignature);
    for (from, to) in [
        ("X-Amz-Expires=600", "X-Amz-Expires=0"),
        ("X-Amz-Expires=600", "X-Amz-Expires=604801"),
        ("X-Amz-Expires=600", "X-Amz-Expires=600&X-Amz-Expires=600"),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none"),
        ("X-Amz-Date=2026", "X-Amz-Date=9"),
        ("&X-Amz-SignedHeaders", "&X-Amz-Signed"),
    ] {
        let mut broken = request.clone();
        assert!(broken.uri.contains(from), "{}", broken.uri);
        broken.uri = broken.uri.replace(from, to);
        assert_eq!(broken.refusal(&Service::STS, now()).code(), "IncompleteSignatureException", "{to}");
    }
}

#[test]
fn an_unsigned_request_misses_its_authentication() {
    let mut request = list_licenses();
    request.headers.remove("authorization");
    assert_eq!(request.code(), "MissingAuthenticationTokenException");
}

#[test]
fn a_malformed_authorization_is_an_incomplete_signature() {
    for (from, to) in [
        ("AWS4-HMAC-SHA256 ", "Bearer "),
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"),
        ("Credential=", "Credentials="),
        ("/aws4_request", "/aws5_request"),
        ("/us-east-1/", "/"),
        ("Signature=", "Signature=00"),
        ("Signature=", "Signature=Z"),
        (", SignedHeaders=", ", Credential="),
        (", Signature=", ""),
    ] {
        let mut request = list_licenses();
        request.edit_authorization(from, to);
        assert_eq!(request.code(), "IncompleteSignatureException", "{from} {to}");
    }
    let mut twice = list_licenses();
    twice.headers.append("authorization", twice.headers["authorization"].clone());
    assert_eq!(twice.code(), "IncompleteSignatureException");
    let mut both = list_licenses();
    both.uri = "/?X-Amz-Signature=00".into();
    assert_eq!(both.code(), "IncompleteSignatureException");
}

#[test]
fn a_missing_malformed_or_repeated_date_is_an_incomplete_signature() {
    for date in
        ["", "20261122", "2026-11-22T10:00:00Z", "20261122T100000", "20261322T100000Z", "20261122T1000é0Z"]
    {
        let mut request = list_licenses();
        request.headers.insert("x-amz-date", HeaderValue::from_bytes(date.as_bytes()).unwrap());
        assert_eq!(request.code(), "IncompleteSignatureException", "{date}");
    }
    let mut none = list_licenses();
    none.headers.remove("x-amz-date");
    assert_eq!(none.code(), "IncompleteSignatureException");
    let mut twice = list_licenses();
    twice.headers.append("x-amz-date", twice.headers["x-amz-date"].clone());
    assert_eq!(twice.code(), "IncompleteSignatureException");
}

#[test]
fn a_changed_request_does_not_match_its_signature() {
    let changes: [Tampering; 7] = [
        ("body", |request| request.body.push(b' ')),
        ("method", |request| request.method = "PUT"),
        ("path", |request| request.uri = "/other".into()),
        ("query", |request| request.uri = "/?a=1".into()),
        ("host", |request| request.set("host", "127.0.0.1")),
        ("target", |request| request.set("x-amz-target", "AWSLicenseManager.DeleteLicense")),
        ("signature", |request| request.edit_authorization("Signature=", "Signature=0123456789abcdef")),
    ];
    for (what, change) in changes {
        let mut request = list_licenses();
        change(&mut request);
        if what == "signature" {
            let text = request.headers["authorization"].to_str().unwrap().to_owned();
            request.set("authorization", &text[..text.len() - 16]);
        }
        assert_eq!(request.refusal(&Service::LICENSE_MANAGER, now()), Refusal::WrongSignature, "{what}");
        assert_eq!(request.code(), "InvalidSignatureException");
    }
}

#[test]
fn another_secret_does_not_match() {
    let Arrived { method, uri, headers, body } = list_licenses();
    let request = SignedRequest { method, uri: &uri, headers: &headers, body: &body };
    let claim = Claim::read(&request, REGION, &Service::LICENSE_MANAGER, now()).unwrap();
    assert_eq!(claim.verify(&request, "other"), Err(Refusal::WrongSignature));
}

#[test]
fn a_body_other_than_its_own_hash_is_refused() {
    let hashed = json(&Signing { with_body_hash: true, ..Signing::default() });
    let mut tampered = hashed.clone();
    tampered.body.push(b' ');
    assert_eq!(tampered.refusal(&Service::LICENSE_MANAGER, now()), Refusal::OtherBody);
    let mut unhashed = hashed;
    unhashed.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    assert_eq!(unhashed.code(), "InvalidSignatureException");
}

#[test]
fn host_date_and_target_must_be_signed() {
    for (header, rest) in [
        ("host", "content-type;x-amz-date;x-amz-target"),
        ("x-amz-date", "content-type;host;x-amz-target"),
        ("x-amz-target", "content-type;host;x-amz-date"),
    ] {
        let mut request = list_licenses();
        request.edit_authorization("content-type;host;x-amz-date;x-amz-target", rest);
        assert_eq!(request.refusal(&Service::LICENSE_MANAGER, now()), Refusal::NotSigned(header));
    }
    let mut hostless = list_licenses();
    hostless.headers.remove("host");
    assert_eq!(hostless.code(), "IncompleteSignatureException");
}

#[test]
fn a_signature_is_for_one_region_one_service_and_one_day() {
    let other = json(&Signing { region: "eu-west-1", ..Signing::default() });
    let refusal = other.refusal(&Service::LICENSE_MANAGER, now());
    assert!(matches!(refusal, Refusal::OtherRegion { .. }));
    assert!(
        refusal
            .to_string()
            .ends_with("signed for `eu-west-1`, expected `us-east-1`; set AWS_REGION=us-east-1")
    );
    let refusal = list_licenses().refusal(&Service::STS, now());
    assert_eq!(refusal, Refusal::OtherService { signed: "license-manager".into(), expected: "sts" });
    let mut yesterday = list_licenses();
    yesterday.edit_authorization("/20261122/", "/20261121/");
    assert_eq!(yesterday.refusal(&Service::LICENSE_MANAGER, now()), Refusal::OtherDay);
}

#[test]
fn clocks_may_differ_by_five_minutes_and_no_more() {
    let request = list_licenses();
    for (time, expected) in [
        (
            "2026-11-22T09:54:59Z",
            Some(
                "Signature not yet current: 20261122T100000Z is still later than 20261122T095959Z (20261122T095459Z + 5 min.)",
            ),
        ),
        ("2026-11-22T09:55:00Z", None),
        ("2026-11-22T10:05:00Z", None),
        (
            "2026-11-22T10:05:01Z",
            Some(
                "Signature expired: 20261122T100000Z is now earlier than 20261122T100001Z (20261122T100501Z - 5 min.)",
            ),
        ),
        ("9999-12-31T23:59:59Z", Some("Signature expired")),
        ("1970-01-01T00:00:00Z", Some("Signature not yet current")),
    ] {
        let result = request.check(&Service::LICENSE_MANAGER, at(time));
        match expected {
            None => assert_eq!(result, Ok(()), "{time}"),
            Some(text) => {
                let refusal = result.unwrap_err();
                assert_eq!(refusal.code(), "InvalidSignatureException");
                assert!(refusal.to_string().starts_with(text), "{refusal}");
            }
        }
    }
}

#[test]
fn hostile_headers_and_urls_are_refused_without_panic() {
    let long = "a".repeat(100_000);
    for value in ["", ",", "=", ";;;", "Credential=////", &long, "\u{7f}", "é"] {
        for name in ["authorization", "host", "x-amz-date", "content-type"] {
            let mut request = list_licenses();
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                request.headers.insert(name, value.clone());
                assert!(request.check(&Service::LICENSE_MANAGER, now()).is_err(), "{name}: {value:?}");
            }
        }
    }
    for signed in ["", ";", "host;x-amz-date;x-amz-target;é;\u{1}", "HOST;host;x-amz-date;x-amz-target"] {
        let mut request = list_licenses();
        let text = request.headers["authorization"].to_str().unwrap();
        let text = text.replace("content-type;host;x-amz-date;x-amz-target", signed);
        request.headers.insert(
            "authorization",
            HeaderValue::from_bytes(text.as_bytes()).unwrap_or(HeaderValue::from_static("x")),
        );
        assert!(request.check(&Service::LICENSE_MANAGER, now()).is_err(), "{signed}");
    }
    for uri in ["", "?", "*", "/%", "/%zz?%=%&&==", "http://[", "/ä", "/?X-Amz-Signature"] {
        let mut request = list_licenses();
        request.uri = uri.into();
        assert!(request.check(&Service::LICENSE_MANAGER, now()).is_err(), "{uri}");
    }
}
