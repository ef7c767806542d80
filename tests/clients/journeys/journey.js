// The whole way of a license in the AWS SDK for JavaScript: as in journey.sh, step by step.

import assert from "node:assert/strict";
import { createPublicKey, randomUUID, verify } from "node:crypto";
import { readFileSync } from "node:fs";

import { LicenseManager } from "@aws-sdk/client-license-manager";
import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";

const { accounts, url, license: request, version, rights, narrowed } = JSON.parse(readFileSync(process.argv[2]));
const settings = { endpoint: url, region: "us-east-1", maxAttempts: 1 };
const client = (credentials) => new LicenseManager({ ...settings, credentials });
const [vendor, customer, third] = ["vendor", "customer", "third"].map((name) => client(accounts[name]));

const say = (step, ...values) => console.log([step, ...values].join(" "));
const give = (name, value) => console.log(`=${name} ${value}`);
const nonce = () => ({ ClientToken: randomUUID() });
const seats = (count) => [{ Name: "Seats", Value: `${count}`, Unit: "Count" }];

/** The error that ends the call. */
async function refused(call) {
  try {
    return `nothing: ${JSON.stringify(await call)}`;
  } catch (error) {
    return error.name;
  }
}

const created = await vendor.createLicense(request);
const { LicenseArn } = created;
give("license", LicenseArn);
say("created", created.Status, created.Version);

const used = async () => (await vendor.getLicenseUsage({ LicenseArn })).LicenseUsage.EntitlementUsages[0].ConsumedValue;
const checkout = (account, count) =>
  account.checkoutLicense({
    ProductSKU: request.ProductSKU,
    CheckoutType: "PROVISIONAL",
    KeyFingerprint: `aws:${accounts.vendor.number}:${request.Issuer.Name}:issuer-fingerprint`,
    Entitlements: seats(count),
    ...nonce(),
  });
const borrow = (account) =>
  account.checkoutBorrowLicense({
    LicenseArn,
    Entitlements: seats(1),
    DigitalSignatureMethod: "JWT_ES256",
    ...nonce(),
  });
const grantTo = (account, GrantName, principal, AllowedOperations) =>
  account.createGrant({
    LicenseArn,
    GrantName,
    Principals: [`arn:aws:iam::${principal.number}:root`],
    HomeRegion: "us-east-1",
    AllowedOperations,
    ...nonce(),
  });
const activate = (account, GrantArn) => account.createGrantVersion({ GrantArn, Status: "ACTIVE", ...nonce() });
const tags = async () => {
  const { Tags } = await vendor.listTagsForResource({ ResourceArn: LicenseArn });
  return Tags.map(({ Key, Value }) => `${Key}=${Value}`).join(",");
};
const newVersion = (Status) => vendor.createLicenseVersion({ ...version, LicenseArn, Status, ...nonce() });

await vendor.tagResource({ ResourceArn: LicenseArn, Tags: [{ Key: "stage", Value: "prod" }] });
say("tags", await tags());
await vendor.untagResource({ ResourceArn: LicenseArn, TagKeys: ["team"] });
say("tags", await tags());

const granted = await grantTo(vendor, "Buyer", accounts.customer, rights);
const { GrantArn } = granted;
give("grant", GrantArn);
say("granted", granted.Status, granted.Version);
const Filters = [
  { Name: "GrantStatus", Values: ["PENDING_ACCEPT"] },
  { Name: "LicenseArn", Values: [LicenseArn] },
];
const { Grants } = await customer.listReceivedGrants({ Filters });
assert.deepEqual(Grants.map((grant) => grant.GrantArn), [GrantArn]);
const accepted = await customer.acceptGrant({ GrantArn });
say("accepted", accepted.Status, accepted.Version);
const activated = await activate(customer, GrantArn);
say("activated", activated.Status, activated.Version);
const { Licenses } = await customer.listReceivedLicenses({ LicenseArns: [LicenseArn] });
say("received", ...Licenses.flatMap((license) => [license.Status, license.ReceivedMetadata.ReceivedStatus]));

const taken = await checkout(customer, 2);
say("used", await used());
const extended = await customer.extendLicenseConsumption({ LicenseConsumptionToken: taken.LicenseConsumptionToken });
assert.ok(extended.Expiration >= taken.Expiration);
await customer.checkInLicense({ LicenseConsumptionToken: taken.LicenseConsumptionToken });
say("used", await used());
const borrowed = await borrow(customer);
give("borrowed", borrowed.SignedToken);
const [header, payload, signature] = borrowed.SignedToken.split(".");
const { kid } = JSON.parse(Buffer.from(header, "base64url"));
const { keys } = await (await fetch(`${url}/issuers/${accounts.vendor.number}/jwks.json`)).json();
const key = createPublicKey({ key: keys.find((jwk) => jwk.kid === kid), format: "jwk" });
const signed = { key, dsaEncoding: "ieee-p1363" };
assert.ok(verify("sha256", `${header}.${payload}`, signed, Buffer.from(signature, "base64url")));
say("used", await used());
await customer.checkInLicense({ LicenseConsumptionToken: borrowed.LicenseConsumptionToken });

const redistributed = await grantTo(customer, "Onward", accounts.third, ["CheckoutLicense", "CheckInLicense"]);
const onward = redistributed.GrantArn;
give("onward", onward);
say("redistributed", redistributed.Status, redistributed.Version);
await third.acceptGrant({ GrantArn: onward });
const taking = await activate(third, onward);
say("activated", taking.Status, taking.Version);
const thirds = await checkout(third, 1);
say("used", await used());
await third.checkInLicense({ LicenseConsumptionToken: thirds.LicenseConsumptionToken });

const narrow = await vendor.createGrantVersion({ GrantArn, AllowedOperations: narrowed, ...nonce() });
say("narrowed", narrow.Status, narrow.Version);
say("refused", await refused(checkout(third, 1)));
const deactivated = await newVersion("DEACTIVATED");
say("deactivated", deactivated.Status, deactivated.Version);
say("refused", await refused(borrow(customer)));
const available = await newVersion("AVAILABLE");
say("available", available.Status, available.Version);
const withdrawn = await vendor.deleteGrant({ GrantArn, Version: "4" });
say("withdrawn", withdrawn.Status, withdrawn.Version);
say("onward", (await third.getGrant({ GrantArn: onward })).Grant.GrantStatus);

const { TokenId, Token } = await vendor.createToken({ LicenseArn, ...nonce() });
give("token", TokenId);
// A client that has no credentials, and signs nothing.
const nobody = new LicenseManager({
  ...settings,
  credentials: { accessKeyId: "", secretAccessKey: "" },
  signer: { sign: async (sent) => sent },
});
const { AccessToken } = await nobody.getAccessToken({ Token });
// The SDK asks STS itself.
const laptop = client(
  fromWebToken({
    webIdentityToken: AccessToken,
    roleArn: `arn:aws:iam::${accounts.vendor.number}:role/AWSLicenseManagerConsumptionRole`,
    roleSessionName: "laptop",
    clientConfig: settings,
  }),
);
await checkout(laptop, 1);
say("used", await used());
await vendor.deleteToken({ TokenId });
const { Tokens } = await vendor.listTokens({ TokenIds: [TokenId] });
say("token", ...Tokens.map((token) => token.Status));

say("deleted", (await vendor.deleteLicense({ LicenseArn, SourceVersion: "3" })).Status);
