//! Statements: what is allowed or denied, and when.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::arn;
use super::condition::Condition;
use super::evaluate::{Assumption, Request};
use super::fault::Defect;
use super::pattern::{Token, ignoring_case, matches};
use super::template::Template;
use crate::json::Node;

/// A statement about a target: resources, or principals.
#[derive(Clone, Debug)]
pub(super) struct Statement<T> {
    pub(super) effect: Effect,
    actions: Patterns<Vec<Token>>,
    target: T,
    conditions: Vec<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// Any of these, or anything else.
#[derive(Clone, Debug)]
pub(super) struct Patterns<T> {
    negated: bool,
    any_of: Vec<T>,
}

/// What a statement is about.
pub(super) trait Target: Sized {
    /// The members that say so.
    const MEMBERS: &'static [&'static str];
    /// The members that another kind of policy has instead, and why.
    const FORBIDDEN: (&'static [&'static str], &'static str);

    fn parse(members: &Members<'_, '_>, variables: bool) -> Result<Self, Defect>;

    fn templates(&self) -> &[Template];
}

/// The resources of an identity policy.
#[derive(Clone, Debug)]
pub(super) struct Resources(Patterns<Template>);

/// The identity providers of a trust policy.
#[derive(Clone, Debug)]
pub(super) struct Providers(Vec<String>);

/// The members of a statement.
pub(super) struct Members<'n, 'a>(pub(super) &'n [(String, Node<'a>)]);

const COMMON: &[&str] = &["Sid", "Effect", "Action", "NotAction", "Condition"];

impl<T: Target> Statement<T> {
    /// Reads a statement.
    pub(super) fn parse(members: &Members<'_, '_>, variables: bool) -> Result<Self, Defect> {
        for (name, _) in members.0 {
            let name = name.as_str();
            if let Some(member) = T::FORBIDDEN.0.iter().find(|forbidden| **forbidden == name) {
                return Err(Defect::Forbidden { member, reason: T::FORBIDDEN.1 });
            }
            if !COMMON.contains(&name) && !T::MEMBERS.contains(&name) {
                return Err(Defect::UnknownMember(name.to_owned()));
            }
        }
        let effect = match members.text("Effect")?.ok_or(Defect::Missing("Effect"))? {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            other => return Err(Defect::Effect(other.to_owned())),
        };
        let actions = Patterns::parse(members, ["Action", "NotAction"], action)?;
        let target = T::parse(members, variables)?;
        let conditions =
            members.get("Condition").map(|block| Condition::block(block, variables)).transpose()?;
        Ok(Self { effect, actions, target, conditions: conditions.unwrap_or_default() })
    }

    /// The condition keys it asks for, those of variables included.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let conditions = self.conditions.iter().flat_map(Condition::keys);
        conditions.chain(self.target.templates().iter().flat_map(Template::keys))
    }

    fn is_about(&self, action: &str) -> bool {
        let found = self.actions.any_of.iter().any(|pattern| matches(pattern, action, ignoring_case));
        found != self.actions.negated
    }
}

impl Statement<Resources> {
    /// Whether it says anything about the request.
    pub(super) fn applies(&self, request: &Request<'_>) -> bool {
        self.is_about(request.action)
            && self.target.contain(request)
            && self.conditions.iter().all(|condition| condition.holds(request.context))
    }
}

impl Statement<Providers> {
    /// Whether it says anything about taking on the role so.
    pub(super) fn trusts(&self, assumption: &Assumption<'_>) -> bool {
        self.is_about(assumption.action)
            && self.target.0.iter().any(|provider| provider == assumption.provider)
            && self.conditions.iter().all(|condition| condition.holds(assumption.context))
    }
}

impl Target for Resources {
    const MEMBERS: &'static [&'static str] = &["Resource", "NotResource"];
    const FORBIDDEN: (&'static [&'static str], &'static str) =
        (&["Principal", "NotPrincipal"], "the principal is whoever the policy is attached to; leave it out");

    fn parse(members: &Members<'_, '_>, variables: bool) -> Result<Self, Defect> {
        Patterns::parse(members, ["Resource", "NotResource"], |text| arn::resource(text, variables)).map(Self)
    }

    fn templates(&self) -> &[Template] {
        &self.0.any_of
    }
}

impl Resources {
    fn contain(&self, request: &Request<'_>) -> bool {
        let mut found = false;
        for template in &self.0.any_of {
            match template.resolve(request.context) {
                Some(pattern) => found |= arn::arn_matches(&pattern, request.resource),
                None if self.0.negated => return false,
                None => {}
            }
        }
        found != self.0.negated
    }
}

impl Target for Providers {
    const MEMBERS: &'static [&'static str] = &["Principal"];
    const FORBIDDEN: (&'static [&'static str], &'static str) = (
        &["Resource", "NotResource", "NotPrincipal"],
        "a trust policy is about the role it belongs to, and names who may take it on in Principal",
    );

    fn parse(members: &Members<'_, '_>, _: bool) -> Result<Self, Defect> {
        let kinds = match members.get("Principal").ok_or(Defect::Missing("Principal"))? {
            Node::Object(kinds) => kinds.as_slice(),
            Node::Text(text) => return Err(Defect::Principal(text.as_ref().to_owned())),
            _ => return Err(shape("Principal", "an object")),
        };
        let [(kind, providers)] = kinds else { return Err(shape("Principal", "an object of one member")) };
        if kind != "Federated" {
            return Err(Defect::Principal(kind.clone()));
        }
        let providers = list("Federated", providers)?;
        match providers.iter().find(|provider| provider.is_empty() || provider.contains(['*', '?'])) {
            Some(wild) => Err(Defect::Principal((*wild).to_owned())),
            None => Ok(Self(providers.into_iter().map(str::to_owned).collect())),
        }
    }

    fn templates(&self) -> &[Template] {
        &[]
    }
}

impl<T> Patterns<T> {
    /// Reads the one of two members that is there.
    fn parse(
        members: &Members<'_, '_>,
        [name, negated]: [&'static str; 2],
        read: impl Fn(&str) -> Result<T, Defect>,
    ) -> Result<Self, Defect> {
        let (member, node, negated) = match (members.get(name), members.get(negated)) {
            (Some(_), Some(_)) => return Err(Defect::Both(name, negated)),
            (Some(node), None) => (name, node, false),
            (None, Some(node)) => (negated, node, true),
            (None, None) => return Err(Defect::Missing(name)),
        };
        let any_of = list(member, node)?.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { negated, any_of })
    }
}

impl<'n, 'a> Members<'n, 'a> {
    /// The value of a member.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node<'a>> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, node)| node)
    }

    /// The value of a member that is a string.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&'n str>, Defect> {
        match self.get(name) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text.as_ref())),
            Some(_) => Err(shape(name, "a string")),
        }
    }
}

/// `*`, or a service and a name, both perhaps with wildcards.
fn action(text: &str) -> Result<Vec<Token>, Defect> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-*?".contains(&byte);
    let fits = |part: &str| !part.is_empty() && part.bytes().all(plain);
    let is_action =
        text == "*" || text.split_once(':').is_some_and(|(service, name)| fits(service) && fits(name));
    if is_action { Ok(text.chars().map(Token::of).collect()) } else { Err(Defect::Action(text.to_owned())) }
}

/// One string, or a list of at least one.
fn list<'n>(member: &'static str, node: &'n Node<'_>) -> Result<Vec<&'n str>, Defect> {
    let items = match node {
        Node::Array(items) => items.as_slice(),
        one => core::slice::from_ref(one),
    };
    let text = |item: &'n Node<'_>| match item {
        Node::Text(text) => Some(text.as_ref()),
        _ => None,
    };
    let texts: Option<Vec<_>> = items.iter().map(text).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or(shape(member, "a string or a list of at least one"))
}

/// The defect of a member that is something else.
pub(super) fn shape(member: &str, expected: &'static str) -> Defect {
    Defect::Shape { member: member.to_owned(), expected }
}
