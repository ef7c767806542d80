//! What `licentia serve` tells the one who started it: where everything is,
//! and a first license to try.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use licentia_core::time::Timestamp;

use crate::identity::Bootstrapped;

/// Everything the greeting names.
pub(super) struct Welcome {
    /// Where the service listens.
    pub(super) address: SocketAddr,
    /// The Region it answers for.
    pub(super) region: String,
    /// The first accounts and the file of their access keys, if both are there.
    pub(super) accounts: Option<(Bootstrapped, PathBuf)>,
    /// When it started.
    pub(super) now: Timestamp,
}

impl fmt::Display for Welcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url();
        writeln!(f, "Licentia serves on {url} for Region {}\n", self.region)?;
        if cfg!(feature = "console") {
            writeln!(f, "  Console   {url}/")?;
        }
        let Some((Bootstrapped { vendor, customer }, credentials)) = &self.accounts else { return Ok(()) };
        let credentials = credentials.display().to_string();
        write!(
            f,
            "  Accounts  vendor {vendor}, customer {customer}
  Keys      {credentials} (profiles vendor and customer)

Point the AWS CLI, or any AWS SDK, at it:

export AWS_ENDPOINT_URL={url} AWS_REGION={region}
export AWS_SHARED_CREDENTIALS_FILE={file}
export AWS_PROFILE=vendor

Issue a license, borrow it for a day as a signed token, check it in early:

{commands}
",
            region = self.region,
            file = quoted(&credentials),
            commands = self.commands(customer),
        )
    }
}

impl Welcome {
    /// The URL that reaches the service from this machine.
    fn url(&self) -> String {
        let host = match self.address.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            host => host,
        };
        format!("http://{}", SocketAddr::new(host, self.address.port()))
    }

    /// Three commands for any POSIX shell; each run makes a license of its own.
    fn commands(&self, customer: impl fmt::Display) -> String {
        let (begin, end, region) = (self.now, self.now.plus_days(365), &self.region);
        format!(
            r#"LICENSE=$(aws license-manager create-license --license-name "Analytics Pro" --product-name "Analytics Pro" --product-sku analytics-pro --issuer Name="Example Software" --home-region {region} --validity Begin={begin},End={end} --beneficiary arn:aws:iam::{customer}:root --entitlements Name=Seats,MaxCount=25,Unit=Count,AllowCheckIn=true --consumption-configuration "RenewType=None,BorrowConfiguration={{AllowEarlyCheckIn=true,MaxTimeToLiveInMinutes=1440}}" --client-token "issue-$(date +%s)" --query LicenseArn --output text) && echo "$LICENSE"
BORROWED=$(aws license-manager checkout-borrow-license --license-arn "$LICENSE" --entitlements Name=Seats,Value=1,Unit=Count --digital-signature-method JWT_ES256 --client-token "borrow-$(date +%s)" --query "[LicenseConsumptionToken,SignedToken]" --output text) && echo "${{BORROWED#*[[:space:]]}}"
aws license-manager check-in-license --license-consumption-token "${{BORROWED%%[[:space:]]*}}""#
        )
    }
}

/// A path as one word of a POSIX shell.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use licentia_core::arn::AccountId;

    use super::*;

    fn welcome(address: &str) -> Welcome {
        let account = |number| AccountId::parse(number).unwrap();
        let accounts = Bootstrapped { vendor: account("111122223333"), customer: account("444455556666") };
        Welcome {
            address: address.parse().unwrap(),
            region: "eu-west-1".to_owned(),
            accounts: Some((accounts, PathBuf::from("/srv/my data/credentials"))),
            now: Timestamp::parse("2026-11-22T10:00:00Z").unwrap(),
        }
    }

    #[test]
    fn it_names_the_address_the_accounts_and_the_keys() {
        let text = welcome("127.0.0.1:9000").to_string();
        assert!(
            text.starts_with("Licentia serves on http://127.0.0.1:9000 for Region eu-west-1\n"),
            "{text}"
        );
        assert!(text.contains("vendor 111122223333, customer 444455556666"), "{text}");
        assert!(text.contains("export AWS_SHARED_CREDENTIALS_FILE='/srv/my data/credentials'\n"), "{text}");
        assert_eq!(text.matches("aws license-manager ").count(), 3, "{text}");
    }

    #[test]
    fn an_address_of_every_interface_is_shown_as_this_machine() {
        assert_eq!(welcome("0.0.0.0:80").url(), "http://127.0.0.1:80");
        assert_eq!(welcome("[::]:8080").url(), "http://[::1]:8080");
        assert_eq!(welcome("10.0.0.7:9000").url(), "http://10.0.0.7:9000");
    }

    #[test]
    fn a_store_without_first_accounts_gets_no_commands() {
        let text = Welcome { accounts: None, ..welcome("127.0.0.1:9000") }.to_string();
        assert!(!text.contains("aws license-manager"), "{text}");
    }

    #[test]
    fn a_path_is_one_word_for_the_shell() {
        assert_eq!(quoted("/var/lib/licentia/credentials"), "/var/lib/licentia/credentials");
        assert_eq!(quoted("/it's $HOME"), r"'/it'\''s $HOME'");
    }
}
