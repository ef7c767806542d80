"""The running service, and the accounts that call it."""

import pytest

from support.samples import license_request
from support.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One service for all tests that leave it well."""
    with Server(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def own_server(tmp_path):
    """A service for a test that does to it what others would suffer from."""
    with Server(tmp_path / "data") as server:
        yield server


@pytest.fixture
def vendor(server):
    return server.vendor


@pytest.fixture
def customer(server):
    return server.customer


@pytest.fixture(scope="session")
def client(server):
    """boto3 as the vendor."""
    return server.vendor.client()


@pytest.fixture
def license(client):
    """A new license: the request that made it, with its ARN."""
    request = license_request()
    return request | {"LicenseArn": client.create_license(**request)["LicenseArn"]}
