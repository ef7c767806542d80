"""The whole way of a license in boto3: as in journey.sh, step by step."""

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from support.samples import RIGHTS, borrow_request, grant_request, root, token, wanted
from support.server import REGION, boto_config


class Journey:
    """What the accounts do, and what each step printed."""

    def __init__(self, vendor, customer, third):
        self.accounts, self.said = (vendor, customer, third), []
        self.vendor, self.customer, self.third = (account.client() for account in self.accounts)

    def say(self, step, *values):
        self.said.append(" ".join([step, *values]))

    def give(self, name, value):
        self.said.append(f"={name} {value}")

    def changed(self, step, answer):
        self.say(step, answer["Status"], answer["Version"])

    def refused(self, call, *arguments):
        try:
            self.say("refused", f"nothing: {call(*arguments)}")
        except ClientError as error:
            self.say("refused", error.response["Error"]["Code"])

    def used(self):
        usage = self.vendor.get_license_usage(LicenseArn=self.arn)["LicenseUsage"]
        self.say("used", usage["EntitlementUsages"][0]["ConsumedValue"])

    def tags(self):
        tags = self.vendor.list_tags_for_resource(ResourceArn=self.arn)["Tags"]
        self.say("tags", ",".join(f"{tag['Key']}={tag['Value']}" for tag in tags))

    def checkout(self, client, count):
        return client.checkout_license(
            ProductSKU=self.license["ProductSKU"],
            CheckoutType="PROVISIONAL",
            KeyFingerprint=self.accounts[0].fingerprint(),
            Entitlements=[wanted(count)],
            ClientToken=token(),
        )

    def borrow(self, client):
        return client.checkout_borrow_license(**borrow_request(self.arn))

    def activate(self, client, grant):
        self.changed("activated", client.create_grant_version(GrantArn=grant, Status="ACTIVE", ClientToken=token()))

    def version(self, status):
        request = self.next | {"LicenseArn": self.arn, "Status": status, "ClientToken": token()}
        return self.vendor.create_license_version(**request)

    def run(self, license, version, narrowed):
        """All of it; `version` is the license's next one, without what is given out."""
        self.license, self.next = license, version
        self.make()
        grant = self.grant()
        self.consume()
        onward = self.redistribute()
        self.withdraw(grant, onward, narrowed)
        self.serve_a_customer_without_an_account()
        self.say("deleted", self.vendor.delete_license(LicenseArn=self.arn, SourceVersion="3")["Status"])
        return self.said

    def make(self):
        created = self.vendor.create_license(**self.license)
        self.arn = created["LicenseArn"]
        self.give("license", self.arn)
        self.changed("created", created)
        self.vendor.tag_resource(ResourceArn=self.arn, Tags=[{"Key": "stage", "Value": "prod"}])
        self.tags()
        self.vendor.untag_resource(ResourceArn=self.arn, TagKeys=["team"])
        self.tags()

    def grant(self):
        granted = self.vendor.create_grant(**grant_request(self.arn, root(self.accounts[1])))
        grant = granted["GrantArn"]
        self.give("grant", grant)
        self.changed("granted", granted)
        filters = [{"Name": "GrantStatus", "Values": ["PENDING_ACCEPT"]}, {"Name": "LicenseArn", "Values": [self.arn]}]
        [received] = self.customer.list_received_grants(Filters=filters)["Grants"]
        assert received["GrantArn"] == grant
        self.changed("accepted", self.customer.accept_grant(GrantArn=grant))
        self.activate(self.customer, grant)
        [license] = self.customer.list_received_licenses(LicenseArns=[self.arn])["Licenses"]
        assert license["ReceivedMetadata"]["AllowedOperations"] == RIGHTS
        self.say("received", license["Status"], license["ReceivedMetadata"]["ReceivedStatus"])
        return grant

    def consume(self):
        taken = self.checkout(self.customer, 2)
        consumption = {"LicenseConsumptionToken": taken["LicenseConsumptionToken"]}
        self.used()
        assert self.customer.extend_license_consumption(**consumption)["Expiration"] >= taken["Expiration"]
        self.customer.check_in_license(**consumption)
        self.used()
        borrowed = self.borrow(self.customer)
        self.give("borrowed", borrowed["SignedToken"])
        self.used()
        self.customer.check_in_license(LicenseConsumptionToken=borrowed["LicenseConsumptionToken"])

    def redistribute(self):
        rights = {"AllowedOperations": ["CheckoutLicense", "CheckInLicense"]}
        granted = self.customer.create_grant(**grant_request(self.arn, root(self.accounts[2]), **rights))
        onward = granted["GrantArn"]
        self.give("onward", onward)
        self.changed("redistributed", granted)
        self.third.accept_grant(GrantArn=onward)
        self.activate(self.third, onward)
        taken = self.checkout(self.third, 1)
        self.used()
        self.third.check_in_license(LicenseConsumptionToken=taken["LicenseConsumptionToken"])
        return onward

    def withdraw(self, grant, onward, narrowed):
        narrow = {"GrantArn": grant, "AllowedOperations": narrowed, "ClientToken": token()}
        self.changed("narrowed", self.vendor.create_grant_version(**narrow))
        self.refused(self.checkout, self.third, 1)
        self.changed("deactivated", self.version("DEACTIVATED"))
        self.refused(self.borrow, self.customer)
        self.changed("available", self.version("AVAILABLE"))
        self.changed("withdrawn", self.vendor.delete_grant(GrantArn=grant, Version="4"))
        self.say("onward", self.third.get_grant(GrantArn=onward)["Grant"]["GrantStatus"])

    def serve_a_customer_without_an_account(self):
        vendor = self.accounts[0]
        made = self.vendor.create_token(LicenseArn=self.arn, ClientToken=token())
        self.give("token", made["TokenId"])
        unsigned = boto_config().merge(Config(signature_version=UNSIGNED))
        access = vendor.client(config=unsigned).get_access_token(Token=made["Token"])["AccessToken"]
        credentials = vendor.client("sts", config=unsigned).assume_role_with_web_identity(
            WebIdentityToken=access,
            RoleArn=f"arn:aws:iam::{vendor.number}:role/AWSLicenseManagerConsumptionRole",
            RoleSessionName="laptop",
        )["Credentials"]
        laptop = boto3.session.Session().client(
            "license-manager",
            endpoint_url=vendor.server.url,
            region_name=REGION,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            config=boto_config(),
        )
        self.checkout(laptop, 1)
        self.used()
        self.vendor.delete_token(TokenId=made["TokenId"])
        [listed] = self.vendor.list_tokens(TokenIds=[made["TokenId"]])["Tokens"]
        self.say("token", listed["Status"])
