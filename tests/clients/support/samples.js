// Licenses and requests that tests vary.

import { randomUUID } from "node:crypto";

/** A license with five seats and a feature. */
export function licenseRequest(changes) {
  return {
    LicenseName: "Analytics Pro - Team",
    ProductName: "Analytics Pro",
    ProductSKU: randomUUID(),
    Issuer: { Name: "Example Software Inc" },
    HomeRegion: "us-east-1",
    Validity: { Begin: "2020-01-01T00:00:00Z" },
    Entitlements: [
      { Name: "Seats", Unit: "Count", MaxCount: 5, Overage: false, AllowCheckIn: true },
      { Name: "Platinum", Unit: "None", Value: "Enabled" },
    ],
    Beneficiary: "user@example.com",
    ConsumptionConfiguration: {
      ProvisionalConfiguration: { MaxTimeToLiveInMinutes: 60 },
      BorrowConfiguration: { AllowEarlyCheckIn: true, MaxTimeToLiveInMinutes: 1440 },
    },
    ClientToken: randomUUID(),
    ...changes,
  };
}

/** The next version of a license, without what never changes. */
export function versionRequest(arn, request, changes) {
  const { ProductSKU: _, Beneficiary: __, ...kept } = request;
  return { ...kept, LicenseArn: arn, Status: "AVAILABLE", ClientToken: randomUUID(), ...changes };
}

export function checkoutRequest(account, license, changes) {
  return {
    ProductSKU: license.ProductSKU,
    CheckoutType: "PROVISIONAL",
    KeyFingerprint: `aws:${account.number}:${license.Issuer.Name}:issuer-fingerprint`,
    Entitlements: [{ Name: "Seats", Unit: "Count", Value: "1" }],
    Beneficiary: license.Beneficiary,
    ClientToken: randomUUID(),
    ...changes,
  };
}

export function borrowRequest(arn, changes) {
  return {
    LicenseArn: arn,
    Entitlements: [{ Name: "Seats", Unit: "Count", Value: "1" }],
    DigitalSignatureMethod: "JWT_ES256",
    ClientToken: randomUUID(),
    ...changes,
  };
}
