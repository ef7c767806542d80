"""Two servers of different Regions on one store (section 9): read anywhere, change at home."""

import re

import pytest
from botocore.exceptions import ClientError

from support.samples import borrow_request, checkout_request, consumed, license_request, token, version_request
from support.server import REGION, Server

AWAY = "eu-central-1"


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    """The vendor at home, and the same vendor away."""
    folder = tmp_path_factory.mktemp("regions") / "data"
    with Server(folder) as home, Server(folder, region=AWAY) as away:
        yield home.vendor, away.vendor


@pytest.fixture
def home(regions):
    return regions[0]


@pytest.fixture
def away(regions):
    return regions[1]


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
