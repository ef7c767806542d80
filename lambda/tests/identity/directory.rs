use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use licentia::identity::{AccessKeyId, Directory, DirectoryError, DisplayName, UserName, bootstrap};
use licentia::master_key::{MasterKey, MasterKeyError, Source};
use licentia_core::arn::AccountId;

use crate::{Fixture, now};

fn number(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn user(text: &str) -> UserName {
    UserName::parse(text).unwrap()
}

#[tokio::test]
async fn accounts_have_the_number_given_or_a_random_one_of_12_digits() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let given = directory.create_account(Some(number("000000000001")), name("given"), now()).await.unwrap();
    assert_eq!(given.id.as_str(), "000000000001");
    let random = directory.create_account(None, name("random"), now()).await.unwrap();
    assert!(!random.id.as_str().starts_with('0'));
    assert_eq!(directory.account(&random.id).await.unwrap(), Some(random.clone()));
    assert_eq!(directory.accounts().await.unwrap(), [given, random]);
}

#[tokio::test]
async fn an_account_is_made_once() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let account = directory.create_account(None, name("first"), now()).await.unwrap();
    let again = directory.create_account(Some(account.id.clone()), name("second"), now()).await;
    assert_eq!(again, Err(DirectoryError::AccountExists));
    assert_eq!(directory.account(&account.id).await.unwrap(), Some(account));
}

#[tokio::test]
async fn every_account_and_every_key_is_listed_past_one_page() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let mut accounts = Vec::new();
    for at in 0..205 {
        accounts.push(directory.create_account(None, name(&at.to_string()), now()).await.unwrap().id);
    }
    let account = accounts[0].clone();
    accounts.sort();
    let listed: Vec<_> = directory.accounts().await.unwrap().into_iter().map(|account| account.id).collect();
    assert_eq!(listed, accounts);
    for _ in 0..101 {
        directory.create_access_key(&account, user("admin"), now()).await.unwrap();
    }
    assert_eq!(directory.access_keys(&account).await.unwrap().len(), 101);
}

#[tokio::test]
async fn an_access_key_works_while_it_is_active() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let account = directory.create_account(None, name("vendor"), now()).await.unwrap();
    let new = directory.create_access_key(&account.id, user("ci.bot"), now()).await.unwrap();
    let id = &new.key.id;
    assert_eq!(new.secret.expose().len(), 40);

    let (caller, secret) = directory.credentials(id).await.unwrap().unwrap();
    assert_eq!(secret.expose(), new.secret.expose());
    assert_eq!(caller.arn(), format!("arn:aws:iam::{}:user/ci.bot", account.id));
    assert_eq!((&caller.account, caller.access_key_id()), (&account.id, Some(id.as_str())));

    directory.set_access_key_active(id, false).await.unwrap();
    assert!(directory.credentials(id).await.unwrap().is_none());
    assert!(!directory.access_keys(&account.id).await.unwrap()[0].is_active);
    directory.set_access_key_active(id, true).await.unwrap();
    assert!(directory.credentials(id).await.unwrap().is_some());

    directory.delete_access_key(id).await.unwrap();
    assert!(directory.credentials(id).await.unwrap().is_none());
    assert!(directory.access_keys(&account.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn access_keys_need_their_account_and_changes_need_their_key() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let nobody = number("123456789012");
    let refused = directory.create_access_key(&nobody, user("admin"), now()).await;
    assert_eq!(refused.map(|_| ()), Err(DirectoryError::UnknownAccount));
    let id = AccessKeyId::parse("AKIAABCDEFGHIJKLMNOP").unwrap();
    assert_eq!(directory.delete_access_key(&id).await, Err(DirectoryError::UnknownAccessKey));
    assert_eq!(directory.set_access_key_active(&id, true).await, Err(DirectoryError::UnknownAccessKey));
    assert!(directory.credentials(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_secret_stands_nowhere_in_the_store_or_in_debug_output() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let account = directory.create_account(None, name("vendor"), now()).await.unwrap();
    let new = directory.create_access_key(&account.id, user("admin"), now()).await.unwrap();
    assert!(!format!("{new:?} {directory:?}").contains(new.secret.expose()));
    let secret = new.secret.expose().as_bytes();
    for file in std::fs::read_dir(fixture.folder.path().join("store")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn an_empty_store_gets_a_vendor_and_a_customer_once() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let file = fixture.folder.path().join("credentials");
    let made = bootstrap(&directory, &file, "eu-west-1", now()).await.unwrap().unwrap();
    let accounts = directory.accounts().await.unwrap();
    let id_of =
        |wanted: &str| accounts.iter().find(|account| account.name.as_str() == wanted).unwrap().id.clone();
    assert_eq!((id_of("vendor"), id_of("customer")), (made.vendor.clone(), made.customer.clone()));

    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut ids = vec![];
    for (profile, account) in [("vendor", &made.vendor), ("customer", &made.customer)] {
        let section = text.split(&format!("[{profile}]\n")).nth(1).unwrap();
        let value = |name: &str| {
            let line = section.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_once(" = ").unwrap().1.to_owned()
        };
        assert_eq!(value("region"), "eu-west-1");
        let id = AccessKeyId::parse(&value("aws_access_key_id")).unwrap();
        let (caller, secret) = directory.credentials(&id).await.unwrap().unwrap();
        assert_eq!(caller.account, *account);
        assert_eq!(secret.expose(), value("aws_secret_access_key"));
        ids.push(id);
    }

    std::fs::remove_file(&file).unwrap();
    assert_eq!(bootstrap(&directory, &file, "eu-west-1", now()).await.unwrap(), Some(made));
    assert!(!file.exists());
    assert_eq!(directory.accounts().await.unwrap().len(), 2);
    directory.set_access_key_active(&ids[0], false).await.unwrap();
    assert_eq!(bootstrap(&directory, &file, "eu-west-1", now()).await.unwrap(), None);
}

#[tokio::test]
async fn an_interrupted_start_is_finished_with_the_same_keys() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    let nowhere = fixture.folder.path().join("not-there-yet").join("credentials");
    assert!(bootstrap(&directory, &nowhere, "us-east-1", now()).await.is_err());
    let accounts = directory.accounts().await.unwrap();
    assert_eq!(accounts.len(), 2);
    std::fs::create_dir(nowhere.parent().unwrap()).unwrap();
    assert!(bootstrap(&directory, &nowhere, "us-east-1", now()).await.unwrap().is_some());
    assert!(nowhere.exists());
    assert_eq!(directory.accounts().await.unwrap(), accounts);
}

#[tokio::test]
async fn servers_that_start_at_once_make_the_same_two_accounts() {
    let fixture = Fixture::new();
    let starts: Vec<_> = (0..8)
        .map(|at| {
            let (directory, file) = (fixture.directory(), fixture.folder.path().join(format!("{at}")));
            tokio::spawn(async move { bootstrap(&directory, &file, "us-east-1", now()).await.unwrap() })
        })
        .collect();
    for start in starts {
        start.await.unwrap();
    }
    assert_eq!(fixture.directory().accounts().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_store_with_accounts_is_left_alone() {
    let fixture = Fixture::new();
    let directory = fixture.directory();
    directory.create_account(None, name("mine"), now()).await.unwrap();
    let file = fixture.folder.path().join("credentials");
    assert_eq!(bootstrap(&directory, &file, "us-east-1", now()).await.unwrap(), None);
    assert!(!file.exists());
    assert_eq!(directory.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_master_key_is_made_once_and_belongs_to_its_store() {
    let fixture = Fixture::new();
    let path = fixture.folder.path().join("master.key");
    let load = || MasterKey::load(&*fixture.store, Source::File(&path));
    let first = Arc::new(load().await.unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let directory = Directory::new(Arc::clone(&fixture.store), first);
    let account = directory.create_account(None, name("vendor"), now()).await.unwrap();
    let new = directory.create_access_key(&account.id, user("admin"), now()).await.unwrap();
    let again = Directory::new(Arc::clone(&fixture.store), Arc::new(load().await.unwrap()));
    let (_, secret) = again.credentials(&new.key.id).await.unwrap().unwrap();
    assert_eq!(secret.expose(), new.secret.expose());

    std::fs::write(&path, [0; 32]).unwrap();
    assert!(matches!(load().await, Err(MasterKeyError::Other)));
    std::fs::write(&path, [0; 31]).unwrap();
    assert!(matches!(load().await, Err(MasterKeyError::NotAKey(_))));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(load().await, Err(MasterKeyError::Missing(_))));
    assert!(!path.exists());
}
