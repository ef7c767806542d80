// The rules of the package, one suite for every runtime: each case is a name
// and a function of the package's exports and the fixtures.
import { equal, refused } from "./check.js";

const verified = ({ Verifier }, { jwk, token, now }) => Verifier.create({ keys: jwk }).verify(token, { now });

const cases = {
  "a valid token becomes a license"(api, fixtures) {
    const license = verified(api, fixtures);
    equal(license, {
      licenseArn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
      consumptionToken: "306eb19af354ba79c3687b9b5d14c8ae",
      issuer: "aws:111122223333:Example Software Inc:issuer-fingerprint",
      nodeId: "node-1",
      issuedAt: "2026-11-22T10:00:00.000Z",
      expiresAt: "2026-11-23T10:00:00.000Z",
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
  },

  "without now it is the system's time"(api, { jwk, endless, token }) {
    const verifier = api.Verifier.create({ keys: jwk });
    const now = Date.now;
    try {
      Date.now = () => Date.parse("2026-11-23T09:59:59.999Z");
      equal(verifier.verify(token).has("Seats"), true);
      Date.now = () => Date.parse("2026-11-23T10:00:00Z");
      refused(api, "EXPIRED", () => verifier.verify(token));
      equal(verifier.verify(endless, { now: undefined }).has("Seats"), true);
    } finally {
      Date.now = now;
    }
  },

  "now is a Date or milliseconds"({ Verifier }, { jwk, token, now }) {
    const verifier = Verifier.create({ keys: jwk });
    equal(verifier.verify(token, { now }), verifier.verify(token, { now: new Date(now) }));
  },

  "an expired token says when it ended"(api, { jwk, token }) {
    const now = new Date("2026-11-23T10:00:00.999Z");
    const error = refused(api, "EXPIRED", () => api.Verifier.create({ keys: jwk }).verify(token, { now }));
    equal(error.evidence, { expiredAt: "2026-11-23T10:00:00.000Z", now: "2026-11-23T10:00:00.000Z" });
    equal(error.evidence.expiredAt instanceof Date, true);
  },

  "a token for another node is refused"(api, { jwk, token, endless, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    equal(verifier.verify(token, { now, nodeId: "node-1" }).nodeId, "node-1");
    const other = refused(api, "NODE_MISMATCH", () => verifier.verify(token, { now, nodeId: "node-2" }));
    equal(other.evidence, { expectedNodeId: "node-2", nodeId: "node-1" });
    const none = refused(api, "NODE_MISMATCH", () => verifier.verify(endless, { now, nodeId: "node-1" }));
    equal(none.evidence, { expectedNodeId: "node-1", nodeId: null });
    for (const long of ["é", "😀", "x😀", '"']) {
      refused(api, "NODE_MISMATCH", () => verifier.verify(token, { now, nodeId: long.repeat(200_000) }));
    }
  },

  "one changed character anywhere is refused"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      let code;
      try {
        verifier.verify(changed, { now });
      } catch (error) {
        ({ code } = error);
      }
      const expected = ["TOKEN_MALFORMED", "SIGNATURE_INVALID", "ALGORITHM_MISMATCH"];
      equal([at, code, expected.includes(code)], [at, code, true]);
    }
  },

  "a token of any length is refused in good order"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    for (const huge of [token.repeat(100_000), ".".repeat(70_000), "é".repeat(1 << 20), "\ud800".repeat(70_000)]) {
      refused(api, "TOKEN_TOO_LARGE", () => verifier.verify(huge, { now }));
    }
    equal(verifier.verify(token, { now }).has("Seats"), true);
  },

  "keys are a JWK, an array, a set, or their text"({ Verifier }, { jwk, token, now }) {
    for (const keys of [jwk, [jwk], { keys: [jwk] }]) {
      equal(Verifier.create({ keys }).verify(token, { now }).has("Seats"), true);
      equal(Verifier.create({ keys: JSON.stringify(keys) }).verify(token, { now }).has("Seats"), true);
    }
  },

  "what is no key is refused with its reason"(api, { jwk, privateJwk }) {
    const cyclic = {};
    cyclic.keys = cyclic;
    for (const [keys, reason] of [
      [privateJwk, "KEY_PRIVATE"],
      [[jwk, privateJwk], "KEY_PRIVATE"],
      [{ kty: "oct", k: "AAAA" }, "KEY_PRIVATE"],
      [{ ...jwk, x: jwk.y }, "KEY_INVALID"],
      [{ ...jwk, x: `${jwk.x}A` }, "KEY_INVALID"],
      [[], "KEYS_NONE_USABLE"],
      [{ keys: [] }, "KEYS_NONE_USABLE"],
      [{ kty: "RSA", n: "AQAB", e: "AQAB" }, "KEYS_NONE_USABLE"],
      [{}, "KEYS_MALFORMED"],
      [cyclic, "KEYS_MALFORMED"],
      [{ keys: 1n }, "KEYS_MALFORMED"],
      ["", "KEYS_MALFORMED"],
      ["no JSON", "KEYS_MALFORMED"],
      [undefined, "KEYS_MALFORMED"],
      [null, "KEYS_MALFORMED"],
      [7, "KEYS_MALFORMED"],
      [Array.from({ length: 65 }, () => jwk), "KEYS_TOO_MANY"],
      ["\ud800", "KEYS_MALFORMED"],
      [" ".repeat(1 << 20), "KEYS_TOO_LARGE"],
      ["😀".repeat(1 << 20), "KEYS_TOO_LARGE"],
      [" ".repeat(3 * (1 << 16) + 1), "KEYS_TOO_LARGE"],
      [" ".repeat(3 * (1 << 16)), "KEYS_MALFORMED"],
    ]) {
      const error = refused(api, "KEYS_INVALID", () => api.Verifier.create({ keys }));
      equal(error.evidence.reason, reason);
    }
  },

  "a wrong argument is an error, not a verdict"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    for (const call of [
      () => api.Verifier.create(),
      () => api.Verifier.create(null),
      () => api.Verifier.create({ key: jwk }),
      () => new api.Verifier({ keys: jwk }),
      () => verifier.verify(),
      () => verifier.verify(null, { now }),
      () => verifier.verify({ token }, { now }),
      () => verifier.verify(token, null),
      () => verifier.verify(token, now),
      () => verifier.verify(token, { now, nodeID: "node-1" }),
      () => verifier.verify(token, { now, nodeId: undefined }),
      () => verifier.verify(token, { now, nodeId: null }),
      () => verifier.verify(token, { now, nodeId: 1 }),
      () => verifier.verify(token, { now, nodeId: "\ud800" }),
      () => verifier.verify(token, { now: "2026-11-22T12:00:00Z" }),
      () => verifier.verify(token, { now: new Date("never") }),
      () => verifier.verify(token, { now: NaN }),
      () => verifier.verify(token, { now: Infinity }),
      () => verifier.verify(token, { now: null }),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },

  "a clock before 1970 or after 9999 is refused"(api, { jwk, endless }) {
    const verifier = api.Verifier.create({ keys: jwk });
    equal(verifier.verify(endless, { now: new Date("9999-12-31T23:59:59.999Z") }).expiresAt, null);
    for (const now of [-1, -1e300, 1e300, 253_402_300_800_000, new Date("1969-12-31T23:59:59.999Z")]) {
      refused(api, "CLOCK_OUT_OF_RANGE", () => verifier.verify(endless, { now }));
    }
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
    for (const frozen of [license, license.entitlements, license.metadata, ...license.entitlements, error.evidence, verifier]) {
      equal(Object.isFrozen(frozen), true);
    }
    license.expiresAt.setFullYear(2099);
    equal(license.expiresAt, "2026-11-23T10:00:00.000Z");
  },
};

const milliseconds = (text) => new Date(text);

/** The core's own vectors give the same answers here. */
function vectorCase({ name, token, now, nodeId, license, refusal, message }) {
  const options = { now: milliseconds(now), ...(nodeId === null ? {} : { nodeId }) };
  return [
    `vector: ${name}`,
    (api, { core }) => {
      const verifier = api.Verifier.create({ keys: core.keys });
      if (refusal !== undefined) {
        equal(refused(api, refusal, () => verifier.verify(token, options)).message, message);
        return;
      }
      const found = verifier.verify(token, options);
      equal(
        { ...found, metadata: Object.entries(found.metadata) },
        {
          licenseArn: license.licenseArn,
          consumptionToken: license.consumptionToken,
          issuer: license.issuer,
          nodeId: license.nodeId,
          issuedAt: milliseconds(license.issuedAt),
          expiresAt: license.expiresAt === null ? null : milliseconds(license.expiresAt),
          entitlements: license.entitlements,
          metadata: license.metadata,
        },
      );
    },
  ];
}

/** Every case, the core's vectors included. */
export const contract = (fixtures) => [...Object.entries(cases), ...fixtures.core.vectors.map(vectorCase)];
