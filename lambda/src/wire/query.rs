//! The AWS query protocol: a form in, XML out, as STS speaks it.

use std::fmt::{self, Write};

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

/// The form's parameter of this name, the first if there are several.
#[must_use]
pub fn parameter(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The members of a result or a structure, in order.
pub type Members = Vec<(&'static str, Content)>;

/// What a member holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text, a number or a time.
    Text(String),
    /// A structure.
    Members(Members),
}

/// A member's text.
pub fn text(value: impl fmt::Display) -> Content {
    Content::Text(value.to_string())
}

/// The answer of an action: its result's members in order.
#[must_use]
pub fn output(namespace: &str, action: &str, members: &Members, request_id: &str) -> Response {
    let mut xml = format!("<{action}Response xmlns=\"{namespace}\"><{action}Result>");
    elements(&mut xml, members);
    let _ = write!(xml, "</{action}Result><ResponseMetadata>");
    element(&mut xml, "RequestId", request_id);
    let _ = write!(xml, "</ResponseMetadata></{action}Response>");
    answer(StatusCode::OK, xml)
}

/// An error, the sender's fault below status 500.
#[must_use]
pub fn error(namespace: &str, code: &str, status: u16, message: &str, request_id: &str) -> Response {
    let fault = if status < 500 { "Sender" } else { "Receiver" };
    let mut xml = format!("<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{fault}</Type>");
    element(&mut xml, "Code", code);
    element(&mut xml, "Message", message);
    xml.push_str("</Error>");
    element(&mut xml, "RequestId", request_id);
    xml.push_str("</ErrorResponse>");
    answer(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), xml)
}

fn elements(xml: &mut String, members: &Members) {
    for (name, content) in members {
        match content {
            Content::Text(text) => element(xml, name, text),
            Content::Members(members) => {
                let _ = write!(xml, "<{name}>");
                elements(xml, members);
                let _ = write!(xml, "</{name}>");
            }
        }
    }
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = write!(xml, "<{name}>");
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\t' | '\n' | ' '.. => xml.push(character),
            // XML 1.0 has no way to write the other control characters.
            _ => xml.push('\u{fffd}'),
        }
    }
    let _ = write!(xml, "</{name}>");
}

fn answer(status: StatusCode, xml: String) -> Response {
    let mut response = Response::new(Body::from(xml));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let form = b"Action=GetCallerIdentity&Version=2011-06-15&Name=a%20b+c";
        assert_eq!(parameter(form, "Action").as_deref(), Some("GetCallerIdentity"));
        assert_eq!(parameter(form, "Name").as_deref(), Some("a b c"));
        assert_eq!(parameter(form, "Absent"), None);
    }

    #[test]
    fn structures_nest() {
        let mut xml = String::new();
        elements(&mut xml, &vec![("A", Content::Members(vec![("B", text(1))])), ("C", text("d"))]);
        assert_eq!(xml, "<A><B>1</B></A><C>d</C>");
    }

    #[test]
    fn text_cannot_leave_its_element() {
        let mut xml = String::new();
        element(&mut xml, "Message", "a<b>&c\u{0}");
        assert_eq!(xml, "<Message>a&lt;b&gt;&amp;c\u{fffd}</Message>");
    }
}
