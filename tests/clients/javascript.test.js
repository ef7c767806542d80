// The AWS SDK for JavaScript, version 3: the journey, and each error as its class.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import * as sdk from "@aws-sdk/client-license-manager";

import { borrowRequest, checkoutRequest, licenseRequest, versionRequest } from "./support/samples.js";
import { start } from "./support/server.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
let server, vendor, customer;

const client = (account) =>
  new sdk.LicenseManager({
    endpoint: server.url,
    region: "us-east-1",
    credentials: account.credentials,
    maxAttempts: 1,
  });

before(async () => {
  server = await start();
  vendor = client(server.vendor);
  customer = client(server.customer);
});

after(async () => {
  vendor.destroy();
  customer.destroy();
  await server.stop();
});

/** The answer without the SDK's part of it, in which the request id must be. */
function answer({ $metadata, ...members }) {
  assert.match($metadata.requestId, UUID);
  assert.equal($metadata.httpStatusCode, 200);
  return members;
}

async function made(changes) {
  const request = licenseRequest(changes);
  const { LicenseArn } = await vendor.createLicense(request);
  return { ...request, LicenseArn };
}

async function consumed(LicenseArn) {
  const { LicenseUsage } = await vendor.getLicenseUsage({ LicenseArn });
  return LicenseUsage.EntitlementUsages[0].ConsumedValue;
}

/** The call must fail with this class and none of its siblings. */
async function refuses(call, name, text) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof sdk[name], `${error}`);
    assert.ok(error instanceof sdk.LicenseManagerServiceException);
    assert.equal(error.name, name);
    assert.equal(error.$fault, "client");
    assert.match(error.$metadata.requestId, UUID);
    assert.match(error.message, text);
    return true;
  });
}

test("a license is issued, read, listed, checked out, extended, returned and deleted", async () => {
  const license = await made();
  const { LicenseArn } = license;
  const { License } = answer(await vendor.getLicense({ LicenseArn }));
  assert.equal(License.LicenseName, license.LicenseName);
  assert.deepEqual(License.Entitlements, license.Entitlements);
  const { Licenses } = answer(await vendor.listLicenses({ LicenseArns: [LicenseArn] }));
  assert.deepEqual(Licenses, [License]);

  const version = answer(await vendor.createLicenseVersion(versionRequest(LicenseArn, license)));
  assert.deepEqual(version, { LicenseArn, Version: "2", Status: "AVAILABLE" });
  const versions = answer(await vendor.listLicenseVersions({ LicenseArn, MaxResults: 1 }));
  assert.equal(versions.Licenses[0].Version, "2");
  const rest = answer(await vendor.listLicenseVersions({ LicenseArn, MaxResults: 1, NextToken: versions.NextToken }));
  assert.equal(rest.Licenses[0].Version, "1");

  const taken = answer(await vendor.checkoutLicense(checkoutRequest(server.vendor, license, { NodeId: "node-1" })));
  assert.deepEqual(taken.EntitlementsAllowed, [{ Name: "Seats", Unit: "Count", Value: "1" }]);
  assert.equal(taken.NodeId, "node-1");
  assert.equal(Date.parse(taken.Expiration) - Date.parse(taken.IssuedAt), 60 * 60 * 1000);
  const { LicenseConsumptionToken } = taken;
  const extended = answer(await vendor.extendLicenseConsumption({ LicenseConsumptionToken, DryRun: true }));
  assert.deepEqual(extended, { LicenseConsumptionToken, Expiration: taken.Expiration });
  assert.equal(await consumed(LicenseArn), "1");
  const { Beneficiary } = license;
  assert.deepEqual(answer(await vendor.checkInLicense({ LicenseConsumptionToken, Beneficiary })), {});
  assert.equal(await consumed(LicenseArn), "0");

  const deleted = answer(await vendor.deleteLicense({ LicenseArn, SourceVersion: "2" }));
  assert.equal(deleted.Status, "DELETED");
  assert.equal((await vendor.getLicense({ LicenseArn })).License.Status, "DELETED");
});

for (const algorithm of ["ES256", "PS384"]) {
  test(`a token signed with ${algorithm} verifies with the platform's own cryptography`, async () => {
    const { LicenseArn } = await made();
    const borrowed = answer(
      await vendor.checkoutBorrowLicense(borrowRequest(LicenseArn, { DigitalSignatureMethod: `JWT_${algorithm}` })),
    );
    const [header, payload, signature] = borrowed.SignedToken.split(".");
    const { alg, kid } = JSON.parse(Buffer.from(header, "base64url"));
    assert.equal(alg, algorithm);
    const { keys } = await (await fetch(`${server.url}/issuers/${server.vendor.number}/jwks.json`)).json();
    const parameters = {
      ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
      PS384: { name: "RSA-PSS", saltLength: 48, hash: "SHA-384" },
    }[algorithm];
    const jwk = keys.find((key) => key.kid === kid);
    const key = await crypto.subtle.importKey("jwk", jwk, parameters, false, ["verify"]);
    const verifies = (text) =>
      crypto.subtle.verify(parameters, key, Buffer.from(signature, "base64url"), Buffer.from(text));
    assert.ok(await verifies(`${header}.${payload}`));
    assert.ok(!(await verifies(`${header}.${payload}A`)));
    assert.equal(JSON.parse(Buffer.from(payload, "base64url")).licenseArn, LicenseArn);
  });
}

test("a refused checkout is a NoEntitlementsAllowedException that says when more returns", async () => {
  const license = await made();
  const all = { Entitlements: [{ Name: "Seats", Unit: "Count", Value: "5" }] };
  const { Expiration } = await vendor.checkoutLicense(checkoutRequest(server.vendor, license, all));
  await refuses(
    vendor.checkoutLicense(checkoutRequest(server.vendor, license)),
    "NoEntitlementsAllowedException",
    new RegExp(`^No Entitlements Allowed: \`Seats\` has 0 of 5 Count left; next expiry ${Expiration}$`),
  );
});

test("a borrow that cannot have all is an EntitlementNotAllowedException", async () => {
  const { LicenseArn } = await made();
  const Entitlements = [
    { Name: "Seats", Unit: "Count", Value: "1" },
    { Name: "Absent", Unit: "Count", Value: "1" },
  ];
  const call = vendor.checkoutBorrowLicense(borrowRequest(LicenseArn, { Entitlements }));
  await refuses(call, "EntitlementNotAllowedException", /`Absent`/);
});

test("an unknown signature method is an UnsupportedDigitalSignatureMethodException", async () => {
  const { LicenseArn } = await made();
  const call = vendor.checkoutBorrowLicense(borrowRequest(LicenseArn, { DigitalSignatureMethod: "JWT_HS256" }));
  await refuses(call, "UnsupportedDigitalSignatureMethodException", /use JWT_ES256, JWT_PS384,/);
});

test("an outdated version is a ConflictException", async () => {
  const { LicenseArn } = await made();
  await refuses(vendor.deleteLicense({ LicenseArn, SourceVersion: "7" }), "ConflictException", /current version `1`/);
});

test("another Region is a RedirectException with its name", async () => {
  const call = vendor.createLicense(licenseRequest({ HomeRegion: "eu-west-1" }));
  await refuses(call, "RedirectException", /eu-west-1/);
  await assert.rejects(vendor.createLicense(licenseRequest({ HomeRegion: "eu-west-1" })), { Location: "eu-west-1" });
});

test("an unknown checkout is a ResourceNotFoundException", async () => {
  const call = vendor.checkInLicense({ LicenseConsumptionToken: randomUUID() });
  await refuses(call, "ResourceNotFoundException", /no running checkout/);
});

test("another account's license is an InvalidParameterValueException", async () => {
  const { LicenseArn } = await made();
  await refuses(customer.getLicense({ LicenseArn }), "InvalidParameterValueException", /does not exist/);
});

test("a missing member, which this client does not check, is a ValidationException", async () => {
  await refuses(vendor.getLicense({}), "ValidationException", /Value 'null' at 'licenseArn'/);
});

test("a wrong secret is named, with a request id", async () => {
  const { accessKeyId } = server.vendor.credentials;
  const forger = client({ credentials: { accessKeyId, secretAccessKey: "wrong" } });
  await assert.rejects(forger.listLicenses({}), (error) => {
    assert.equal(error.name, "InvalidSignatureException");
    assert.match(error.$metadata.requestId, UUID);
    return true;
  });
  forger.destroy();
});
