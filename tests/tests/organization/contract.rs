//! What every directory keeps to. Each rule is a test on each of them.

use licentia::organization::{Membership, ServicePrincipal};
use licentia_core::principal::{OrganizationId, OuId};

use super::{Scene, aws, fresh_account, own};

macro_rules! contract {
    ($($rule:ident)+) => {
        mod own_on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    let (store, _folder) = crate::store::on_sqlite();
                    super::$rule(super::own::scene(store, true).await).await;
                }
            )+
        }

        mod own_on_dynamodb {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    let store = crate::store::on_dynamodb().await;
                    super::$rule(super::own::scene(store, true).await).await;
                }
            )+
        }

        mod aws_organizations {
            $(
                #[tokio::test]
                async fn $rule() {
                    super::$rule(super::aws::scene(true).await).await;
                }
            )+
        }
    };
}

contract! {
    a_membership_says_where_an_account_stands
    an_account_in_no_organization_has_no_membership
    g_1_a_unit_covers_the_units_below_it
    g_24_the_path_of_a_unit_tells_whether_it_is_nested
    what_is_not_there_is_empty
    o_7_administrators_are_registered_for_each_service
    g_26_who_joins_moves_or_leaves_makes_another_revision
    many_accounts_and_units_are_all_seen
}

async fn a_membership_says_where_an_account_stands(scene: impl Scene) {
    let outer = scene.unit(None).await;
    let inner = scene.unit(Some(&outer)).await;
    let (shallow, deep) = (scene.account(None).await, scene.account(Some(&inner)).await);
    scene.wait();
    for (account, ou_path) in
        [(scene.management(), vec![]), (&shallow, vec![]), (&deep, vec![outer.clone(), inner.clone()])]
    {
        let membership = Membership {
            organization_id: scene.organization().clone(),
            management_account: scene.management().clone(),
            all_features: true,
            ou_path,
        };
        assert_eq!(scene.directory().membership(account).await, Ok(Some(membership)));
    }
}

async fn an_account_in_no_organization_has_no_membership(scene: impl Scene) {
    let account = scene.account(None).await;
    scene.leave(&account).await;
    scene.wait();
    for account in [&account, &fresh_account()] {
        assert_eq!(scene.directory().membership(account).await, Ok(None));
    }
}

async fn g_1_a_unit_covers_the_units_below_it(scene: impl Scene) {
    let (outer, beside) = (scene.unit(None).await, scene.unit(None).await);
    let inner = scene.unit(Some(&outer)).await;
    let (in_root, in_outer) = (scene.account(None).await, scene.account(Some(&outer)).await);
    let (in_inner, in_beside) = (scene.account(Some(&inner)).await, scene.account(Some(&beside)).await);
    scene.wait();
    let everybody = vec![scene.management(), &in_root, &in_outer, &in_inner, &in_beside];
    for (unit, mut expected) in [
        (None, everybody),
        (Some(&outer), vec![&in_outer, &in_inner]),
        (Some(&inner), vec![&in_inner]),
        (Some(&beside), vec![&in_beside]),
    ] {
        expected.sort();
        let found = scene.directory().accounts_under(scene.organization(), unit).await.unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{unit:?}");
    }
}

async fn g_24_the_path_of_a_unit_tells_whether_it_is_nested(scene: impl Scene) {
    let outer = scene.unit(None).await;
    let inner = scene.unit(Some(&outer)).await;
    scene.wait();
    let path = |unit| scene.directory().ou_path(scene.organization(), unit);
    assert_eq!(path(&outer).await, Ok(Some(vec![outer.clone()])));
    assert_eq!(path(&inner).await, Ok(Some(vec![outer.clone(), inner.clone()])));
}

async fn what_is_not_there_is_empty(scene: impl Scene) {
    let unit = scene.unit(None).await;
    let account = scene.account(Some(&unit)).await;
    scene.delegate(&account, ServicePrincipal::LicenseManager).await;
    scene.wait();
    let other = OrganizationId::parse("o-0000000000").unwrap();
    let nowhere = OuId::parse("ou-0000-00000000").unwrap();
    let directory = scene.directory();
    assert_eq!(directory.ou_path(scene.organization(), &nowhere).await, Ok(None));
    assert_eq!(directory.ou_path(&other, &unit).await, Ok(None));
    assert_eq!(directory.accounts_under(scene.organization(), Some(&nowhere)).await, Ok(vec![]));
    assert_eq!(directory.accounts_under(&other, Some(&unit)).await, Ok(vec![]));
    assert_eq!(directory.accounts_under(&other, None).await, Ok(vec![]));
    assert_eq!(directory.revision(&other).await, Ok(None));
    for service in ServicePrincipal::ALL {
        assert_eq!(directory.delegated_administrators(&other, service).await, Ok(vec![]));
        assert_eq!(directory.trusts(&other, service).await, Ok(false));
    }
}

async fn o_7_administrators_are_registered_for_each_service(scene: impl Scene) {
    use ServicePrincipal::{LicenseManager, LinuxSubscriptions};
    let (one, other) = (scene.account(None).await, scene.account(None).await);
    scene.delegate(&one, LicenseManager).await;
    scene.delegate(&other, LicenseManager).await;
    scene.delegate(&one, LinuxSubscriptions).await;
    scene.wait();
    let administrators = |service| scene.directory().delegated_administrators(scene.organization(), service);
    let mut both = vec![one.clone(), other.clone()];
    both.sort();
    assert_eq!(administrators(LicenseManager).await, Ok(both));
    assert_eq!(administrators(LinuxSubscriptions).await, Ok(vec![one.clone()]));
    assert_eq!(scene.directory().trusts(scene.organization(), LicenseManager).await, Ok(true));
    scene.undelegate(&one, LicenseManager).await;
    scene.wait();
    assert_eq!(administrators(LicenseManager).await, Ok(vec![other]));
    assert_eq!(administrators(LinuxSubscriptions).await, Ok(vec![one]));
}

async fn g_26_who_joins_moves_or_leaves_makes_another_revision(scene: impl Scene) {
    let unit = scene.unit(None).await;
    let mut seen = vec![revision(&scene).await];
    let account = scene.account(None).await;
    seen.push(revision(&scene).await);
    scene.move_to(&account, Some(&unit)).await;
    seen.push(revision(&scene).await);
    scene.move_to(&account, Some(&unit)).await;
    assert_eq!(Some(&revision(&scene).await), seen.last());
    let other = scene.account(Some(&unit)).await;
    seen.push(revision(&scene).await);
    scene.leave(&account).await;
    seen.push(revision(&scene).await);
    assert!(seen.iter().enumerate().all(|(at, one)| !seen[..at].contains(one)), "{seen:?}");
    let left = scene.directory().accounts_under(scene.organization(), Some(&unit)).await;
    assert_eq!(left, Ok(vec![other]));
}

async fn revision(scene: &impl Scene) -> licentia::organization::Revision {
    scene.wait();
    scene.directory().revision(scene.organization()).await.unwrap().unwrap()
}

async fn many_accounts_and_units_are_all_seen(scene: impl Scene) {
    let unit = scene.unit(None).await;
    let mut accounts = Vec::new();
    for _ in 0..23 {
        scene.unit(Some(&unit)).await;
        accounts.push(scene.account(Some(&unit)).await);
    }
    let last = scene.unit(Some(&unit)).await;
    accounts.push(scene.account(Some(&last)).await);
    accounts.sort();
    scene.wait();
    let found = scene.directory().accounts_under(scene.organization(), Some(&unit)).await;
    assert_eq!(found, Ok(accounts));
}
