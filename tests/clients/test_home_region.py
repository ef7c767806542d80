"""Two servers of different Regions on one store (section 9): read anywhere, change at home."""

import re

import pytest
from botocore.exceptions import ClientError

from support.samples import (
    borrow_request,
    checkout_request,
    consumed,
    grant_request,
    license_request,
    root,
    token,
    version_request,
)
from support.server import REGION, Server

AWAY = "eu-central-1"


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    """The service at home, and the same service away."""
    folder = tmp_path_factory.mktemp("regions") / "data"
    with Server(folder) as home, Server(folder, region=AWAY) as away:
        yield home, away


@pytest.fixture
def home(regions):
    return regions[0].vendor


@pytest.fixture
def away(regions):
    return regions[1].vendor


@pytest.fixture
def grantee(regions):
    """The customer at home, and the same customer away."""
    return regions[0].customer.client(), regions[1].customer.client()


@pytest.fixture
def license(home):
    request = license_request()
    return request | {"LicenseArn": home.client().create_license(**request)["LicenseArn"]}


def redirected(call, **request):
    """The Region that the answer points to; nothing but the exception's own class will do (H-2)."""
    with pytest.raises(call.__self__.exceptions.RedirectException) as refused:
        call(**request)
    assert refused.value.response["Location"] in str(refused.value)
    return refused.value.response["Location"]


def test_a_license_is_made_in_the_home_region_it_names(home, away):
    assert redirected(away.client().create_license, **license_request()) == REGION
    assert redirected(home.client().create_license, **license_request(HomeRegion=AWAY)) == AWAY
    assert away.client().create_license(**license_request(HomeRegion=AWAY))["Status"] == "AVAILABLE"


def test_a_license_is_changed_at_home(home, away, license):
    client = away.client()
    assert redirected(client.create_license_version, **version_request(license, license)) == REGION
    assert redirected(client.delete_license, LicenseArn=license["LicenseArn"], SourceVersion="1") == REGION
    assert redirected(client.checkout_borrow_license, **borrow_request(license["LicenseArn"])) == REGION
    assert home.client().get_license(LicenseArn=license["LicenseArn"])["License"]["Version"] == "1"


def test_a_license_is_read_and_consumed_everywhere(home, away, license):
    arn, client = license["LicenseArn"], away.client()
    assert client.get_license(LicenseArn=arn)["License"]["HomeRegion"] == REGION
    assert arn in [listed["LicenseArn"] for listed in client.list_licenses()["Licenses"]]
    assert len(client.list_license_versions(LicenseArn=arn)["Licenses"]) == 1
    taken = client.checkout_license(**checkout_request(away, license, 2))
    assert consumed(home.client(), arn)["Seats"] == 2
    held = {"LicenseConsumptionToken": taken["LicenseConsumptionToken"]}
    assert client.extend_license_consumption(**held)["Expiration"]
    home.client().check_in_license(**held, Beneficiary=license["Beneficiary"])
    assert consumed(client, arn)["Seats"] == 0


def only_at_home(call, done, **request):
    """Grants say in their own words where they can be changed (G-8, H-4)."""
    with pytest.raises(call.__self__.exceptions.ValidationException) as refused:
        call(**request)
    assert refused.value.response["Error"]["Message"] == (
        f"Grant can only be {done} in resource home AWS region: {REGION}"
    )


def found(listed, member, key, name):
    """Whether the list holds what has this name."""
    return name in [item[key] for item in listed[member]]


def test_a_grant_is_made_and_changed_at_home(home, away, grantee, license):
    here, there = home.client(), away.client()
    request = grant_request(license["LicenseArn"], root(home.server.customer))
    only_at_home(there.create_grant, "created", **request)
    only_at_home(here.create_grant, "created", **request | {"HomeRegion": AWAY})
    grant = {"GrantArn": here.create_grant(**request)["GrantArn"]}
    local, remote = grantee
    only_at_home(remote.accept_grant, "accepted", **grant)
    only_at_home(remote.reject_grant, "rejected", **grant)
    assert local.accept_grant(**grant)["Version"] == "2"
    activation = grant | {"ClientToken": token(), "Status": "ACTIVE"}
    only_at_home(remote.create_grant_version, "changed", **activation)
    only_at_home(there.create_grant_version, "changed", **grant, ClientToken=token(), GrantName="Renamed")
    assert local.create_grant_version(**activation)["Version"] == "3"
    only_at_home(there.delete_grant, "deleted", **grant, Version="3")
    assert here.delete_grant(**grant, Version="3")["Status"] == "DELETED"


def test_a_grant_is_read_listed_and_used_everywhere(home, away, grantee, license):
    local, remote = grantee
    there, arn = away.client(), license["LicenseArn"]
    grant = home.client().create_grant(**grant_request(arn, root(home.server.customer)))["GrantArn"]
    local.accept_grant(GrantArn=grant)
    local.create_grant_version(GrantArn=grant, ClientToken=token(), Status="ACTIVE")
    for client in (there, remote):
        read = client.get_grant(GrantArn=grant)["Grant"]
        assert (read["HomeRegion"], read["GrantStatus"]) == (REGION, "ACTIVE")
    assert found(there.list_distributed_grants(MaxResults=100), "Grants", "GrantArn", grant)
    assert found(remote.list_received_grants(MaxResults=100), "Grants", "GrantArn", grant)
    assert found(remote.list_received_licenses(MaxResults=100), "Licenses", "LicenseArn", arn)
    request = checkout_request(home, license)
    del request["Beneficiary"]
    taken = remote.checkout_license(**request)["LicenseConsumptionToken"]
    assert consumed(there, arn)["Seats"] == 1
    local.check_in_license(LicenseConsumptionToken=taken)
    assert redirected(remote.checkout_borrow_license, **borrow_request(arn)) == REGION


def test_a_token_is_made_and_deleted_at_home_and_exchanged_everywhere(home, away, license):
    here, there = home.client(), away.client()
    request = {"LicenseArn": license["LicenseArn"], "ClientToken": token()}
    assert redirected(there.create_token, **request) == REGION
    made = here.create_token(**request)
    listed = there.list_tokens(TokenIds=[made["TokenId"]])["Tokens"]
    assert [token["Status"] for token in listed] == ["AVAILABLE"]
    assert there.get_access_token(Token=made["Token"])["AccessToken"]
    assert redirected(there.delete_token, TokenId=made["TokenId"]) == REGION
    here.delete_token(TokenId=made["TokenId"])
    assert there.list_tokens(TokenIds=[made["TokenId"]])["Tokens"][0]["Status"] == "DELETED"
