//! What clients call the service.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// The origin under which everybody reaches the service: scheme, host and
/// perhaps a port. It stands in every signed license, so it must stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// The text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPublicUrl;

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let uri: Uri = text.parse().map_err(|_| NotAPublicUrl)?;
        let (scheme, authority) = (uri.scheme_str(), uri.authority());
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (scheme, authority) else {
            return Err(NotAPublicUrl);
        };
        let is_origin = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
        if is_origin { Ok(Self(format!("{scheme}://{authority}"))) } else { Err(NotAPublicUrl) }
    }
}

impl fmt::Display for PublicUrl {
    /// Without a slash at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for NotAPublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an origin: expected scheme and host alone, such as `https://licenses.example.com`")
    }
}

impl std::error::Error for NotAPublicUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_perhaps_a_port() {
        for (text, origin) in [
            ("https://licenses.example.com", "https://licenses.example.com"),
            ("https://licenses.example.com/", "https://licenses.example.com"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().map(|url| url.to_string()), Ok(origin.to_owned()));
        }
        for text in [
            "",
            "licenses.example.com",
            "//licenses.example.com",
            "ftp://licenses.example.com",
            "https://",
            "https://licenses.example.com/api",
            "https://licenses.example.com/?a=b",
            "https://me@licenses.example.com",
            "https://licenses example.com",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotAPublicUrl), "{text}");
        }
    }
}
