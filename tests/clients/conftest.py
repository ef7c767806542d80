"""The running service, and the accounts that call it."""

import pytest

from support import aws
from support.commands import licentia, new_account
from support.samples import license_request
from support.server import Server

# What these prove holds on both stores.
ON_BOTH_STORES = {"test_journey", "test_whole_journey", "test_idempotency", "test_concurrency"}

# But for this: the AWS CLI calls as boto3 does, and takes a second to start each time.
ON_THE_FOLDER = {"test_the_aws_cli_takes_the_same_steps"}


def pytest_generate_tests(metafunc):
    if "server" in metafunc.fixturenames:
        on_both = metafunc.module.__name__ in ON_BOTH_STORES and metafunc.function.__name__ not in ON_THE_FOLDER
        stores = ["folder", "table"] if on_both else ["folder"]
        metafunc.parametrize("server", stores, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request, tmp_path_factory):
    """One service for all tests that leave it well, on one of the stores."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "folder":
        with Server(folder / "data") as server:
            yield server
    else:
        with aws.table(folder) as (arguments, env), Server(folder / "data", arguments, env) as server:
            yield server


@pytest.fixture
def vendor(server):
    return server.vendor


@pytest.fixture
def customer(server):
    return server.customer


@pytest.fixture(scope="session")
def buyer(server):
    """An account to which the vendor grants licenses; the customer has nothing to do with any."""
    return new_account(server, "Buyer")


@pytest.fixture(scope="session")
def manager(server):
    """An account that manages an organization, linked with License Manager."""
    account = new_account(server, "Manager")
    licentia(server, "organizations", "create", "--management", account.number)
    account.client().update_service_settings(OrganizationConfiguration={"EnableIntegration": True})
    return account


@pytest.fixture(scope="session")
def client(server):
    """boto3 as the vendor."""
    return server.vendor.client()


@pytest.fixture
def license(client):
    """A new license: the request that made it, with its ARN."""
    request = license_request()
    return request | {"LicenseArn": client.create_license(**request)["LicenseArn"]}
