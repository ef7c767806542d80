// Which tokens hold, and when, and for whom.
import { equal, refused } from "../check.js";

export const cases = {
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

  "a token is refused that is not what it is expected to be"(api, { jwk, token, endless, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    const issuer = "aws:111122223333:Example Software Inc:issuer-fingerprint";
    const licenseArn = "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60";
    const all = { now, issuer, audience: ["other", "EXAMPLE-SKU"], product: "EXAMPLE-SKU", licenseArn, nodeId: "node-1" };
    equal(verifier.verify(token, all).audience, ["EXAMPLE-SKU"]);
    for (const [code, option, evidence, none] of [
      ["ISSUER_MISMATCH", { issuer: "x" }, { expectedIssuer: "x", issuer }, { expectedIssuer: "x", issuer: null }],
      [
        "AUDIENCE_MISMATCH",
        { audience: "x" },
        { expectedAudience: ["x"], audience: ["EXAMPLE-SKU"] },
        { expectedAudience: ["x"], audience: [] },
      ],
      [
        "PRODUCT_MISMATCH",
        { product: "x" },
        { expectedProduct: "x", audience: ["EXAMPLE-SKU"] },
        { expectedProduct: "x", audience: [] },
      ],
      ["LICENSE_MISMATCH", { licenseArn: "x" }, { expectedLicenseArn: "x", licenseArn }],
    ]) {
      equal(refused(api, code, () => verifier.verify(token, { ...all, ...option })).evidence, evidence);
      if (none !== undefined) {
        equal(refused(api, code, () => verifier.verify(endless, { now, ...option })).evidence, none);
      }
    }
  },

  "the clock may be off by the tolerance and no more"(api, { jwk, token }) {
    const verifier = api.Verifier.create({ keys: jwk });
    const [begin, end] = [Date.parse("2026-11-22T10:00:00Z"), Date.parse("2026-11-23T10:00:00Z")];
    equal(verifier.verify(token, { now: begin - 600_000, clockTolerance: 600 }).has("Seats"), true);
    refused(api, "NOT_YET_VALID", () => verifier.verify(token, { now: begin - 601_000, clockTolerance: 600 }));
    equal(verifier.verify(token, { now: end + 59_000, clockTolerance: 60 }).has("Seats"), true);
    refused(api, "EXPIRED", () => verifier.verify(token, { now: end + 60_000, clockTolerance: 60 }));
  },

  "a clock before 1970 or after 9999 is refused"(api, { jwk, endless }) {
    const verifier = api.Verifier.create({ keys: jwk });
    equal(verifier.verify(endless, { now: new Date("9999-12-31T23:59:59.999Z") }).expiresAt, null);
    for (const now of [-1, -1e300, 1e300, 253_402_300_800_000, new Date("1969-12-31T23:59:59.999Z")]) {
      refused(api, "CLOCK_OUT_OF_RANGE", () => verifier.verify(endless, { now }));
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
};
