"""Many callers at once get what one after the other would get (C-8)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from support.samples import borrow_request, checkout_request, consumed, license_request, seats, version_request

THREADS = 64
SEATS = 10


@pytest.fixture
def ten_seats(client):
    request = license_request(Entitlements=[seats(SEATS)])
    return request | {"LicenseArn": client.create_license(**request)["LicenseArn"]}


def all_at_once(work):
    """Runs the work on every thread from one moment on; errors are results."""
    start = threading.Barrier(THREADS)

    def run(number):
        start.wait()
        try:
            return work(number)
        except ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


@pytest.mark.parametrize("kind", ["PROVISIONAL", "PERPETUAL", "JWT_ES256"])
def test_ten_seats_go_to_ten_of_sixty_four(client, vendor, ten_seats, kind):
    arn = ten_seats["LicenseArn"]

    def take(_):
        if kind == "JWT_ES256":
            return client.checkout_borrow_license(**borrow_request(arn))
        return client.checkout_license(**checkout_request(vendor, ten_seats, CheckoutType=kind))

    results = all_at_once(take)
    refused = [result for result in results if isinstance(result, str)]
    assert refused == ["NoEntitlementsAllowedException"] * (THREADS - SEATS)
    tokens = {result["LicenseConsumptionToken"] for result in results if not isinstance(result, str)}
    assert len(tokens) == SEATS
    assert consumed(client, arn) == {"Seats": SEATS}


def test_a_check_in_returns_once_however_often_it_is_asked_for(client, vendor, ten_seats):
    taken = [client.checkout_license(**checkout_request(vendor, ten_seats, 2)) for _ in range(2)]
    name = {"LicenseConsumptionToken": taken[0]["LicenseConsumptionToken"], "Beneficiary": ten_seats["Beneficiary"]}
    results = all_at_once(lambda _: client.check_in_license(**name))
    refused = [result for result in results if isinstance(result, str)]
    assert len(refused) == THREADS - 1
    assert set(refused) <= {"ResourceNotFoundException", "ConflictException"}
    assert consumed(client, ten_seats["LicenseArn"]) == {"Seats": 2}


def test_taking_and_returning_in_a_storm_leaves_nothing_behind(client, vendor, ten_seats):
    def use(_):
        taken = client.checkout_license(**checkout_request(vendor, ten_seats))
        client.check_in_license(
            LicenseConsumptionToken=taken["LicenseConsumptionToken"], Beneficiary=ten_seats["Beneficiary"]
        )
        return "used"

    results = all_at_once(use)
    assert set(results) <= {"used", "NoEntitlementsAllowedException"}
    assert results.count("used") >= SEATS
    assert consumed(client, ten_seats["LicenseArn"]) == {"Seats": 0}


def test_one_of_many_versions_on_one_source_wins(client, ten_seats):
    results = all_at_once(
        lambda number: client.create_license_version(
            **version_request(ten_seats, ten_seats, SourceVersion="1", LicenseName=f"Name {number}")
        )
    )
    won = [result for result in results if not isinstance(result, str)]
    assert [result["Version"] for result in won] == ["2"]
    assert [result for result in results if isinstance(result, str)] == ["ConflictException"] * (THREADS - 1)


def test_versions_without_source_are_numbered_one_by_one(client, ten_seats):
    results = all_at_once(lambda _: client.create_license_version(**version_request(ten_seats, ten_seats)))
    numbers = sorted(int(result["Version"]) for result in results)
    assert numbers == list(range(2, THREADS + 2))
