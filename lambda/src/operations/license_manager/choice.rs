//! Which license a checkout is served from (section 4, steps 3 to 6).

use licentia_core::arn::LicenseArn;
use licentia_core::checkout::{Decision, Kind, Refusal, Wanted, check_out};
use licentia_core::grant::{AllowedOperation, NotUsable};
use licentia_core::license::License;

use super::received::{load_received, pointers_by_sku};
use super::room::{Room, make_room, settle_other_tries};
use crate::allow::{self, Allowed};
use crate::context::{Context, Setback};
use crate::error::Error;
use crate::licenses::{Near, Places, Shard, Stored, load_all, merge_one, note_confirmed};
use crate::recent::{Granted, KnownSince, Lane, Request, Source};
use crate::records::{self, GrantPointer};

/// Candidates loaded at once: the newest ones serve nearly always.
const CANDIDATES: usize = 8;

/// What a checkout looks for.
pub(super) struct Search<'a> {
    /// The token that it will have.
    pub(super) token: &'a str,
    pub(super) product_sku: &'a str,
    pub(super) key_fingerprint: &'a str,
    /// For whom the issuer takes it; absent where a grantee does.
    pub(super) beneficiary: Option<&'a str>,
    pub(super) wanted: &'a [Wanted],
    pub(super) kind: Kind,
    /// Which shard it takes from where a license is split.
    pub(super) lane: &'a Lane<'a>,
}

/// What the candidates came to.
pub(super) enum Choice {
    /// This one serves.
    Serves(Box<Serving>),
    /// Room was made in one: all are to be looked at again.
    RoomMade,
    /// None serves; why the best one does not.
    None(NotServed),
}

/// A license that serves.
pub(super) struct Serving {
    pub(super) allowed: Allowed<Stored>,
    /// The grant under which it does, unless it is the caller's own.
    pub(super) grant: Option<Granted>,
    pub(super) decision: Decision,
    /// Since when nothing of it is known to have changed.
    pub(super) known_since: KnownSince,
}

/// Why a candidate does not serve.
pub(super) enum NotServed {
    /// The license refuses.
    Refused(Places, Refusal),
    /// No grant of it can be used for this.
    NotUsable(NotUsable),
}

/// A license by SKU, and the caller's grants of it; none where it takes as its
/// owner.
type Candidate = (LicenseArn, Vec<GrantPointer>);

/// A candidate that the caller may take from, under this grant unless it is
/// its own.
type Found = Result<(Allowed<Stored>, Option<Granted>), NotUsable>;

impl Search<'_> {
    /// Under what the license is remembered that serves this.
    pub(super) fn request(&self, cx: &Context) -> Request {
        Request {
            account: cx.caller.account.clone(),
            license: cx.caller.license().cloned(),
            product_sku: self.product_sku.to_owned(),
            key_fingerprint: self.key_fingerprint.to_owned(),
            beneficiary: self.beneficiary.map(ToOwned::to_owned),
            kind: self.kind,
            wanted: self.wanted.to_vec(),
        }
    }

    /// The license that served such a request a moment ago, if it can still
    /// allow all that is wanted, as far as this process knows.
    pub(super) fn again(&self, cx: &Context) -> Option<Serving> {
        let Source { head, pool, shards, grant, known_since } =
            cx.service.recent.source(&self.request(cx), cx.now)?;
        let shard = match pool.shard_for(self.lane.number()) {
            Some(number) => Some(Shard { number, pool: shards.get(&number)?.clone() }),
            None => None,
        };
        let stored = Stored { head, pool, shard };
        let license = &stored.head.license;
        let decision = check_out(license, stored.at_hand(), self.wanted, self.kind, cx.now).ok()?;
        let allowed = match &grant {
            None => allow::owner(&cx.caller, stored)?,
            Some(Granted { grant, standing }) => {
                allow::by_grant(&cx.caller, stored, grant, standing, AllowedOperation::CheckoutLicense)
                    .ok()?
            }
        };
        // What takes nothing changes no pool, whose guards would find out that
        // the license is not what it was.
        let is_sure = decision.shortfalls.is_empty() && !decision.edit.is_empty();
        is_sure.then_some(Serving { allowed, grant, decision, known_since })
    }

    /// Goes through the candidates, newest first, and takes the first that can
    /// allow at least one requested entitlement. What expired is returned
    /// before anything is refused for want of room; one whose room others may
    /// still give back is passed over, as is one from which another try of the
    /// same request may still be served, and nothing refused meanwhile.
    pub(super) async fn choose(&self, cx: &Context) -> Result<Choice, Setback> {
        let known_since = cx.service.recent.now(cx.now);
        let mut is_waiting = false;
        let candidates = self.candidates(cx).await?;
        let mut best: Option<NotServed> = None;
        let mut keep = |reason: NotServed| {
            if best.as_ref().is_none_or(|best| best.rank() < reason.rank()) {
                best = Some(reason);
            }
        };
        for candidates in candidates.chunks(CANDIDATES) {
            for found in self.load(cx, candidates).await? {
                let (allowed, grant) = match found {
                    Ok(found) => found,
                    Err(why) => {
                        keep(NotServed::NotUsable(why));
                        continue;
                    }
                };
                let stored = allowed.get();
                if let Some(shard) = stored.shard.as_ref().filter(|shard| shard.pool.is_closed()) {
                    // Whoever began to merge it may be gone.
                    merge_one(&cx.service, stored.arn(), shard.number, cx.time()).await?;
                    return Ok(Choice::RoomMade);
                }
                let license = &stored.head.license;
                let decision = check_out(license, stored.at_hand(), self.wanted, self.kind, cx.now);
                let exhausted = match &decision {
                    Ok(decision) => decision.exhausted(),
                    Err(refusal) => refusal.exhausted(),
                };
                if !exhausted.is_empty() {
                    match make_room(cx, &allowed, &exhausted).await? {
                        Room::Made => return Ok(Choice::RoomMade),
                        Room::Awaited => {
                            is_waiting = true;
                            continue;
                        }
                        Room::None => {}
                    }
                }
                match decision {
                    Ok(decision) => {
                        note_confirmed(&cx.service, stored).await;
                        return Ok(Choice::Serves(Box::new(Serving {
                            allowed,
                            grant,
                            decision,
                            known_since,
                        })));
                    }
                    Err(refusal) => match settle_other_tries(cx, stored, self.token).await {
                        Err(Setback::Busy) => is_waiting = true,
                        settled => {
                            settled?;
                            keep(NotServed::Refused(stored.places(), refusal));
                        }
                    },
                }
            }
        }
        if is_waiting {
            return Err(Setback::Busy);
        }
        if best.is_none() && self.beneficiary.is_none() && cx.caller.license().is_none() {
            self.check_not_own(cx).await?;
        }
        best.map(Choice::None).ok_or_else(|| {
            Setback::Fatal(Error::not_found(format_args!(
                "no license with ProductSKU `{}` and KeyFingerprint `{}` is there for you; {}",
                self.product_sku,
                self.key_fingerprint,
                match self.beneficiary {
                    Some(_) => "ListLicenses shows those that you issued, with their Beneficiary",
                    None => "ListReceivedLicenses shows those that were granted to you",
                }
            )))
        })
    }

    /// The licenses of this SKU that the caller may see, the newest first: for
    /// a beneficiary those that it issued, else those that it received. A token
    /// names its license, so that its holder need not know the beneficiary
    /// (T-10).
    async fn candidates(&self, cx: &Context) -> Result<Vec<Candidate>, Error> {
        if let Some(license) = cx.caller.license() {
            let is_own = license.owner() == &cx.caller.account;
            let received = match is_own {
                true => None,
                false => pointers_by_sku(cx, self.product_sku).await?.remove(license),
            };
            let grants = received.unwrap_or_default();
            return Ok(vec![(license.clone(), grants)]);
        }
        let mut candidates: Vec<Candidate> = match self.beneficiary {
            Some(beneficiary) => {
                let own = self.own(cx, beneficiary).await?;
                own.into_iter().map(|arn| (arn, vec![])).collect()
            }
            None => pointers_by_sku(cx, self.product_sku).await?.into_iter().collect(),
        };
        candidates.sort_unstable_by(|(a, _), (b, _)| a.newest_first(b));
        Ok(candidates)
    }

    /// The licenses that the caller issued of this SKU, for this beneficiary
    /// or, where it names its own account, for all.
    async fn own(&self, cx: &Context, beneficiary: &str) -> Result<Vec<LicenseArn>, Error> {
        let account = &cx.caller.account;
        let one = (!account.is_named_by(beneficiary)).then_some(beneficiary);
        let mut query = records::pointers(account, self.product_sku, one, 100);
        let mut arns = Vec::new();
        loop {
            let page = cx.service.store.query(&query).await?;
            for item in &page.items {
                arns.push(item.read::<records::Pointer>()?.license_arn);
            }
            query.after = page.items.last().map(|item| item.key.sort.clone());
            if !page.more {
                return Ok(arns);
            }
        }
    }

    /// Who issued a license that can still be read (L-24) must say for whom it
    /// takes it.
    async fn check_not_own(&self, cx: &Context) -> Result<(), Error> {
        let own = self.own(cx, cx.caller.account.as_str()).await?;
        for arns in own.rchunks(CANDIDATES) {
            if !load_all(&cx.service, arns, Near::Own, cx.now).await?.is_empty() {
                return Err(Error::validation(
                    "Beneficiary is needed to check out a license that you issued: send the one of the license, \
                     or your own account",
                ));
            }
        }
        Ok(())
    }

    /// Those of the candidates that the request means: all are the caller's own
    /// licenses, or all were received.
    async fn load(&self, cx: &Context, candidates: &[Candidate]) -> Result<Vec<Found>, Error> {
        let arns: Vec<LicenseArn> = candidates.iter().map(|(arn, _)| arn.clone()).collect();
        let near = Near::Lane(self.lane.number());
        // A license of its own may have been granted back to it, too.
        if candidates.iter().all(|(_, grants)| grants.is_empty()) {
            let stored = load_all(&cx.service, &arns, near, cx.now).await?.into_iter();
            let fitting = stored.filter(|stored| self.fits(&stored.head.license));
            let own = fitting.filter_map(|stored| allow::owner(&cx.caller, stored));
            return Ok(own.map(|allowed| Ok((allowed, None))).collect());
        }
        let received = load_received(cx, candidates, near).await?.into_iter();
        let fitting = received.filter(|received| self.fits(&received.stored.head.license));
        let found = fitting.map(|received| received.allow(cx, AllowedOperation::CheckoutLicense));
        Ok(found.map(|found| found.map(|(allowed, grant)| (allowed, Some(grant)))).collect())
    }

    /// Whether the request means this license. The beneficiary tells an
    /// issuer's own licenses apart; who may leave it out has no such choice.
    fn fits(&self, license: &License) -> bool {
        let is_meant = |beneficiary: &str| {
            license.beneficiary == beneficiary || license.owner().is_named_by(beneficiary)
        };
        license.product_sku == self.product_sku
            && license.terms.issuer.key_fingerprint == self.key_fingerprint
            && self.beneficiary.is_none_or(is_meant)
    }
}

impl NotServed {
    /// Which reason is told: the nearer to being served, the higher.
    fn rank(&self) -> u8 {
        match self {
            Self::Refused(_, refusal) if refusal.is_for_want_of_room() => 3,
            Self::Refused(..) => 2,
            Self::NotUsable(NotUsable::NotGranted(_)) => 1,
            Self::NotUsable(NotUsable::NotActive(_) | NotUsable::HeldUp(_)) => 0,
        }
    }
}
