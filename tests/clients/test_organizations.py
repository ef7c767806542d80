"""Organizations: kept on the command line or by AWS, and what their management account may set."""

import re
import shlex

import pytest
from botocore.exceptions import ClientError

from support import aws
from support.commands import first_words, licentia, run_licentia
from support.server import Server

LINK = {"OrganizationConfiguration": {"EnableIntegration": True}}


@pytest.fixture
def company(tmp_path):
    """A running service of its own, where accounts can be put into organizations."""
    with Server(tmp_path / "data") as server:
        yield server


@pytest.fixture
def organization(company):
    """An organization that the vendor manages; its id."""
    printed = licentia(company, "organizations", "create", "--management", company.vendor.number)
    return re.match(r"organization (o-[a-z0-9]{10}) made, all features", printed)[1]


def join(company, organization, account, *words):
    words = ("--organization", organization, "--account", account.number, *words)
    return licentia(company, "organizations", "accounts", "join", *words)


def unit(company, organization, name, *words):
    """A new unit; its id."""
    words = ("--organization", organization, "--name", name, *words)
    printed = licentia(company, "organizations", "units", "create", *words)
    return re.match(rf"unit (ou-[a-z0-9]{{4}}-[a-z0-9]{{8}}) \({name}\) made$", printed, re.MULTILINE)[1]


def refused(company, *words, **more):
    """What a command says that fails."""
    done = run_licentia(company, "organizations", *words, **more)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"licentia: [^\n]+\n", done.stderr)
    return done.stderr


def denied(account):
    """Linking Organizations is denied to the account."""
    with pytest.raises(ClientError) as error:
        account.client().update_service_settings(**LINK)
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    return error.value.response["Error"]["Message"]


def is_linked(account):
    return account.client().get_service_settings()["OrganizationConfiguration"]["EnableIntegration"]


def test_an_organization_is_made_and_its_next_step_works(company):
    printed = licentia(company, "organizations", "create", "--management", company.vendor.number)
    organization = re.match(r"organization (\S+) made", printed)[1]
    assert first_words(licentia(company, "organizations", "list")) == [organization]
    program, *words = shlex.split(re.search(r"^next: (.*)$", printed, re.MULTILINE)[1])
    assert (program, words.pop()) == ("licentia", "…")
    licentia(company, *words, company.customer.number)
    assert company.customer.number in first_words(licentia(company, "organizations", "show", organization))


def test_an_organization_is_shown_as_a_tree_with_the_arns_that_grants_name(company, organization):
    vendor, customer = company.vendor.number, company.customer.number
    sales = unit(company, organization, "Sales")
    north = unit(company, organization, "North", "--parent", sales)
    join(company, organization, company.customer, "--unit", north)
    licentia(company, "organizations", "delegate", "--account", customer)
    arn = f"arn:aws:organizations::{vendor}"
    assert licentia(company, "organizations", "show", organization).splitlines() == [
        f"{organization}  all features  {arn}:organization/{organization}",
        f"  {vendor}  management account",
        f"  {sales}  Sales  {arn}:ou/{organization}/{sales}",
        f"    {north}  North  {arn}:ou/{organization}/{north}",
        f"      {customer}  administers license-manager.amazonaws.com",
    ]
    listed = licentia(company, "organizations", "units", "list", "--organization", organization)
    assert sorted(first_words(listed)) == sorted([sales, north])


def test_an_organization_is_taken_apart(company, organization):
    customer = company.customer.number
    sales = unit(company, organization, "Sales")
    join(company, organization, company.customer, "--unit", sales)
    delete_unit = ("units", "delete", "--organization", organization, sales)
    assert "move or remove them first" in refused(company, *delete_unit)
    licentia(company, "organizations", "accounts", "move", "--account", customer)
    licentia(company, "organizations", *delete_unit)
    assert "move or remove them first" in refused(company, "delete", organization)
    licentia(company, "organizations", "delegate", "--account", customer)
    licentia(company, "organizations", "undelegate", "--account", customer)
    licentia(company, "organizations", "accounts", "leave", "--account", customer)
    licentia(company, "organizations", "delete", organization)
    assert licentia(company, "organizations", "list") == ""


def test_what_cannot_be_done_is_said(company, organization):
    vendor, customer = company.vendor.number, company.customer.number
    assert f"account {vendor} is in organization {organization}" in refused(company, "create", "--management", vendor)
    assert "no account 000000000000" in refused(company, "create", "--management", "000000000000")
    for words in (("accounts", "leave", "--account", vendor), ("delegate", "--account", vendor)):
        assert f"account {vendor} manages the organization" in refused(company, *words)
    assert f"account {customer} is in no organization" in refused(company, "accounts", "move", "--account", customer)
    assert "there is no organization `o-0000000000`" in refused(company, "show", "o-0000000000")


def test_the_management_account_links_organizations_and_no_member_does(company, organization):
    join(company, organization, company.customer)
    assert company.customer.number in denied(company.customer)
    client = company.vendor.client()
    client.update_service_settings(**LINK)
    share = client.get_service_settings()["LicenseManagerResourceShareArn"]
    assert re.fullmatch(rf"arn:aws:ram:us-east-1:{company.vendor.number}:resource-share/[0-9a-f-]{{36}}", share)
    client.update_service_settings(OrganizationConfiguration={"EnableIntegration": False})
    assert not is_linked(company.vendor)


def test_o_3_an_organization_for_consolidated_billing_is_not_linked(company):
    words = ("--management", company.vendor.number, "--consolidated-billing")
    assert "consolidated billing" in licentia(company, "organizations", "create", *words)
    assert "all features" in denied(company.vendor)


def test_aws_organizations_says_who_manages(tmp_path):
    with Server(tmp_path / "data") as server:
        vendor = server.vendor.number
    with aws.kms(tmp_path, account=vendor) as port:
        aws.client("organizations", port).create_organization(FeatureSet="ALL")
        env = aws.CREDENTIALS | {"AWS_ENDPOINT_URL_ORGANIZATIONS": f"http://127.0.0.1:{port}"}
        with Server(tmp_path / "data", ["--organizations", "aws"], env) as server:
            server.vendor.client().update_service_settings(**LINK)
            assert is_linked(server.vendor)
            assert server.customer.number in denied(server.customer)
            text = refused(server, "list", env=env | {"LICENTIA_ORGANIZATIONS": "aws"})
            assert "kept by AWS Organizations" in text
