"""All that a service keeps for its users, and whether another place keeps it as well."""

import json
import re
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from .commands import licentia, new_account
from .receiver import verified as received
from .samples import borrow_request, checkout_request, consumed, grant_request, license_request, root, token
from .server import REGION, Account, boto_config
from .tokens import verified


class Estate:
    """Licenses, grants, checkouts, tokens, keys, webhooks: what is sealed, and what clients hold in their hands."""

    def __init__(self, server, receiver):
        self.receiver = receiver
        self.vendor, self.customer = server.vendor, server.customer
        self.buyer = new_account(server, "Buyer")
        added = licentia(server, "events", "add", "--account", self.vendor.number, "--webhook", receiver.url)
        self.secret = re.search(r"^secret = (whsec_\S+)$", added, re.MULTILINE)[1]
        made = licentia(server, "keys", "create", "--account", self.vendor.number, "--name", "named")
        client = self.vendor.client()
        self.licenses = [license_request() for _ in range(3)]
        self.licenses[1]["Issuer"]["SignKey"] = re.search(r"SignKey=(\S+)$", made, re.MULTILINE)[1]
        for license in self.licenses:
            license["LicenseArn"] = client.create_license(**license)["LicenseArn"]
        self.arns = [license["LicenseArn"] for license in self.licenses]
        self.checkout_request = checkout_request(self.vendor, self.licenses[0])
        self.checkout = client.checkout_license(**self.checkout_request)
        self.borrowed = [client.checkout_borrow_license(**borrow_request(arn)) for arn in self.arns[:2]]
        self.grant = client.create_grant(**grant_request(self.arns[0], root(self.buyer)))["GrantArn"]
        self.refresh = client.create_token(LicenseArn=self.arns[0], ClientToken=token())["Token"]
        self.session = self._session(server)
        self.page_token = client.list_licenses(MaxResults=1)["NextToken"]
        self.keys = self._keys(server)

    def check(self, server):
        """All of it is there, and works as before."""
        vendor, buyer = self._at(server, self.vendor), self._at(server, self.buyer)
        client = vendor.client()
        assert self._at(server, self.customer).client().list_received_licenses()["Licenses"] == []
        listed = client.list_licenses(MaxResults=100)["Licenses"]
        assert set(self.arns) <= {license["LicenseArn"] for license in listed}
        assert client.get_grant(GrantArn=self.grant)["Grant"]["GrantStatus"] == "PENDING_ACCEPT"
        assert [grant["GrantArn"] for grant in buyer.client().list_received_grants()["Grants"]] == [self.grant]
        assert len(client.list_licenses(MaxResults=1, NextToken=self.page_token)["Licenses"]) == 1
        # A retry finds what it asked for before.
        again = client.checkout_license(**self.checkout_request)
        assert again["LicenseConsumptionToken"] == self.checkout["LicenseConsumptionToken"]
        assert again["SignedToken"] == self.checkout["SignedToken"]
        # Old signatures verify, and both kinds of keys sign.
        assert self._keys(server) == self.keys
        for arn, borrowed in zip(self.arns, self.borrowed):
            assert verified(vendor, borrowed["SignedToken"], "ES256")["licenseArn"] == arn
            more = client.checkout_borrow_license(**borrow_request(arn))
            assert verified(vendor, more["SignedToken"], "ES256")["licenseArn"] == arn
            client.check_in_license(LicenseConsumptionToken=more["LicenseConsumptionToken"])
        # Refresh tokens are good, and credentials that were handed out.
        self._session(server)
        used = consumed(client, self.arns[0])["Seats"]
        mine = self._with(server, self.session)
        taken = mine.checkout_license(**self.checkout_request | {"ClientToken": token()})
        assert consumed(client, self.arns[0])["Seats"] == used + 1
        self._check_in(mine, taken)
        # A webhook is signed with the secret that its receiver knows.
        arn = client.create_license(**license_request())["LicenseArn"]
        while received(*self.receiver.next(), self.secret)["resources"] != [arn]:
            pass

    def end(self, server):
        """What was checked out before is checked in."""
        client = self._at(server, self.vendor).client()
        self._check_in(client, self.checkout)
        client.check_in_license(LicenseConsumptionToken=self.borrowed[0]["LicenseConsumptionToken"])
        assert consumed(client, self.arns[0])["Seats"] == 0

    def _check_in(self, client, taken):
        beneficiary = self.licenses[0]["Beneficiary"]
        client.check_in_license(
            LicenseConsumptionToken=taken["LicenseConsumptionToken"], Beneficiary=beneficiary
        )

    def _session(self, server):
        session, config = boto3.session.Session(), boto_config().merge(Config(signature_version=UNSIGNED))
        client = lambda service: session.client(
            service, endpoint_url=server.url, region_name=REGION, config=config
        )
        access = client("license-manager").get_access_token(Token=self.refresh)["AccessToken"]
        role = f"arn:aws:iam::{self.vendor.number}:role/AWSLicenseManagerConsumptionRole"
        request = {"RoleArn": role, "RoleSessionName": "laptop", "WebIdentityToken": access}
        return client("sts").assume_role_with_web_identity(**request)["Credentials"]

    def _with(self, server, credentials):
        return boto3.session.Session().client(
            "license-manager",
            endpoint_url=server.url,
            region_name=REGION,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            config=boto_config(),
        )

    def _keys(self, server):
        with urllib.request.urlopen(f"{server.url}/issuers/{self.vendor.number}/jwks.json") as answer:
            return json.load(answer)

    @staticmethod
    def _at(server, account):
        return Account(server, account.profile, account.number, account.access_key, account.secret)
