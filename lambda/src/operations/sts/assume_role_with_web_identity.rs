//! AssumeRoleWithWebIdentity: temporary credentials for an access token (T-1).

use licentia_core::time::Timestamp;
use licentia_core::token::{OPENID_ISSUER, TokenUse};

use super::Error;
use super::session_policies::session_policies;
use crate::context::Service;
use crate::identity::{AttachedPolicy, Caller, Identity, MAX_SESSION_SECONDS, RoleArn, TokenHolder};
use crate::wire::Violations;
use crate::wire::query::{Content, Members, parameter, text};

/// The shortest time for which credentials last, in seconds.
const SHORTEST: i64 = 900;

/// What is asked for.
struct Request {
    role: RoleArn,
    session: String,
    token: String,
    seconds: u32,
    policies: Vec<AttachedPolicy>,
}

/// The credentials, and whom they act for.
pub(super) async fn answer(
    service: &Service,
    form: &[u8],
    now: Timestamp,
) -> Result<(Members, Caller), Error> {
    let Request { role, session, token, seconds, policies } = read(form)?;
    let claims = service.openid.check(&token, TokenUse::Access, now).await?;
    let holder = TokenHolder {
        token_id: claims.token_id.clone(),
        license: claims.license_arn.clone(),
        properties: claims.amr(),
        role: role.name,
        session,
        access_key_id: None,
        session_policies: policies,
    };
    // A session acts for the account of its token (T-10), so the role is one
    // of that account.
    let found = match role.account == claims.account {
        true => service.directory.role(&role.account, &holder.role).await?,
        false => None,
    };
    if !found.is_some_and(|role| role.trusts(&holder, now)) {
        let nobody = Identity::Nobody { token_id: claims.token_id };
        return Err(Error::access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
            .to(Caller { account: claims.account, identity: nobody }));
    }
    let expires_at = now.plus_seconds(seconds);
    let credentials = service.directory.temporary_credentials(&claims.account, holder.clone(), expires_at)?;
    let caller = Caller { account: claims.account, identity: Identity::TokenHolder(holder) };
    let members = vec![
        (
            "Credentials",
            Content::Members(vec![
                ("AccessKeyId", text(credentials.access_key_id)),
                ("SecretAccessKey", text(credentials.secret.expose())),
                ("SessionToken", text(credentials.session_token)),
                ("Expiration", text(expires_at)),
            ]),
        ),
        ("SubjectFromWebIdentityToken", text(claims.token_id)),
        (
            "AssumedRoleUser",
            Content::Members(vec![("AssumedRoleId", text(caller.user_id())), ("Arn", text(caller.arn()))]),
        ),
        ("Provider", text(OPENID_ISSUER)),
        ("Audience", text(claims.license_arn)),
    ];
    Ok((members, caller))
}

/// Reads the form; what would narrow the credentials is never passed over.
fn read(form: &[u8]) -> Result<Request, Error> {
    let mut violations = Violations::default();
    let arn = violations.required("roleArn", parameter(form, "RoleArn"));
    let role = arn.and_then(|arn| {
        let role = RoleArn::parse(&arn);
        if role.is_none() {
            violations.add("roleArn", arn, "Member must be arn:aws:iam::<account>:role/<name>");
        }
        role
    });
    let session = violations.required("roleSessionName", parameter(form, "RoleSessionName"));
    if let Some(session) = &session
        && !is_session_name(session)
    {
        violations.add("roleSessionName", session, "Member must have 2 to 64 letters, digits or +=,.@_-");
    }
    let token = violations.required("webIdentityToken", parameter(form, "WebIdentityToken"));
    let seconds = parameter(form, "DurationSeconds");
    let seconds = violations.optional("durationSeconds", seconds.as_deref(), read_whole);
    let seconds = violations.ranged("durationSeconds", seconds, SHORTEST, MAX_SESSION_SECONDS.into());
    if parameter(form, "ProviderId").is_some() {
        violations.add_combination("ProviderId is for OAuth 2.0 access tokens: leave it out");
    }
    let request = (|| {
        let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(MAX_SESSION_SECONDS);
        Some(Request { role: role?, session: session?, token: token?, seconds, policies: vec![] })
    })();
    let request = violations.finish(request).map_err(|error| Error::validation(error.message))?;
    Ok(Request { policies: session_policies(form)?, ..request })
}

fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
}

fn read_whole(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "not a whole number")
}
