// What a token that holds becomes, and what it answers.
import { equal, refused } from "../check.js";

const verified = ({ Verifier }, { jwk, token, now }) => Verifier.create({ keys: jwk }).verify(token, { now });

export const cases = {
  "a valid token becomes a license"(api, fixtures) {
    const license = verified(api, fixtures);
    equal(license, {
      licenseArn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
      consumptionToken: "306eb19af354ba79c3687b9b5d14c8ae",
      issuer: "aws:111122223333:Example Software Inc:issuer-fingerprint",
      nodeId: "node-1",
      status: null,
      issuedAt: "2026-11-22T10:00:00.000Z",
      expiresAt: "2026-11-23T10:00:00.000Z",
      audience: ["EXAMPLE-SKU"],
      entitlements: [
        { name: "Seats", unit: "Count", value: "5" },
        { name: "Storage", unit: "Bytes", value: "9223372036854775807" },
        { name: "Nothing", unit: "Count", value: "0" },
        { name: "PlatinumTier", unit: "None", value: null },
        { name: "Edition", unit: "None", value: "Enterprise" },
      ],
      metadata: { Mac: "0a:58:a9:fe:ac:02", ["__proto__"]: "plain" },
    });
    equal(license.issuedAt instanceof Date && license.expiresAt instanceof Date, true);
  },

  "what a token leaves out is null"({ Verifier }, { jwk, endless, now }) {
    const license = Verifier.create({ keys: jwk }).verify(endless, { now });
    equal([license.expiresAt, license.nodeId, license.issuer], [null, null, null]);
    equal(license.audience, []);
  },

  "has asks for a name, allows for a quantity and its unit"(api, fixtures) {
    const license = verified(api, fixtures);
    for (const [name, answer] of [["Seats", true], ["PlatinumTier", true], ["Nothing", true], ["seats", false], ["", false], ["toString", false]]) {
      equal([name, license.has(name)], [name, answer]);
    }
    for (const [name, quantity, unit, answer] of [
      ["Seats", 1, "Count", true],
      ["Seats", 5, "Count", true],
      ["Seats", 5n, "Count", true],
      ["Seats", 6, "Count", false],
      ["Seats", 6n, "Count", false],
      ["Seats", 1, "Bytes", false],
      ["Seats", 1, "None", false],
      ["seats", 1, "Count", false],
      ["Nothing", 1, "Count", false],
      ["Storage", Number.MAX_SAFE_INTEGER, "Bytes", true],
      ["Storage", 9223372036854775807n, "Bytes", true],
      ["Storage", 9223372036854775808n, "Bytes", false],
      ["PlatinumTier", 1, "None", true],
      ["PlatinumTier", 9223372036854775808n, "None", true],
      ["PlatinumTier", 1, "Count", false],
      ["constructor", 1, "Count", false],
    ]) {
      equal([name, quantity, unit, license.allows(name, quantity, unit)], [name, quantity, unit, answer]);
    }
  },

  "a question put wrongly is an error, not a no"(api, fixtures) {
    const license = verified(api, fixtures);
    for (const call of [
      () => license.has(),
      () => license.has(1),
      () => license.allows(1, 1, "Count"),
      () => license.allows("Seats", 0, "Count"),
      () => license.allows("Seats", -1, "Count"),
      () => license.allows("Seats", 0n, "Count"),
      () => license.allows("Seats", 1.5, "Count"),
      () => license.allows("Seats", NaN, "Count"),
      () => license.allows("Seats", 2 ** 53, "Count"),
      () => license.allows("Seats", "1", "Count"),
      () => license.allows("Seats"),
      () => license.allows("Seats", 1),
      () => license.allows("Seats", 1, "count"),
      () => license.allows("Seats", 1, "Seats"),
      () => license.allows("PlatinumTier", 1, "toString"),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },

  "nothing about a license or an error can be changed"(api, fixtures) {
    const license = verified(api, fixtures);
    const error = refused(api, "EXPIRED", () =>
      api.Verifier.create({ keys: fixtures.jwk }).verify(fixtures.token, { now: 4e12 }),
    );
    const verifier = api.Verifier.create({ keys: fixtures.jwk });
    for (const frozen of [license, license.audience, license.entitlements, license.metadata, ...license.entitlements, error.evidence, verifier]) {
      equal(Object.isFrozen(frozen), true);
    }
    license.expiresAt.setFullYear(2099);
    equal(license.expiresAt, "2026-11-23T10:00:00.000Z");
  },
};
