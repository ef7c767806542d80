// How arguments are read, and that a wrong one is no verdict.
import { equal, refused } from "../check.js";

export const cases = {
  "a wrong argument is an error, not a verdict"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    for (const call of [
      () => api.Verifier.create(),
      () => api.Verifier.create(null),
      () => api.Verifier.create({ key: jwk }),
      () => api.Verifier.create({ keys: jwk, issuers: [] }),
      () => api.Verifier.create({ issuers: { issuer: "", keys: jwk } }),
      () => api.Verifier.create({ issuers: [jwk] }),
      () => api.Verifier.create({ issuers: [{ keys: jwk }] }),
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
      () => verifier.verify(token, { now, issuer: undefined }),
      () => verifier.verify(token, { now, audience: ["a", 1] }),
      () => verifier.verify(token, { now, audience: null }),
      () => verifier.verify(token, { now, product: 1 }),
      () => verifier.verify(token, { now, licenseArn: null }),
      ...[601, -1, 0.5, "1", null].map((clockTolerance) => () => verifier.verify(token, { now, clockTolerance })),
      () => verifier.verify(token, { now, nodeId: "\ud800" }),
      () => verifier.verify(token, { now: "2026-11-22T12:00:00Z" }),
      () => verifier.verify(token, { now: new Date("never") }),
      () => verifier.verify(token, { now: NaN }),
      () => verifier.verify(token, { now: Infinity }),
      () => verifier.verify(token, { now: null }),
      () => verifier.verify(token, { now: 1n }),
      () => verifier.verify(token, { now: Symbol() }),
      () => verifier.verify(token, { now: Object.create(null) }),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },

  "an option is read once: what judges is what was checked"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    let reads = 0;
    const options = { now, get nodeId() { return reads++ === 0 ? api.thisNode({ a: "x" }) : undefined; } };
    refused(api, "NODE_MISMATCH", () => verifier.verify(token, options));
    equal(reads, 1);
  },

  "options whose members are not their own are refused: a lock that is not seen would not lock"(api, { jwk, token, now }) {
    class Options {
      get nodeId() {
        return "another node";
      }
    }
    const strange = (options) => [
      Object.create(options),
      Object.create(Object.assign(Object.create(null), options)),
      new Map(Object.entries(options)),
      Object.entries(options),
    ];
    const verifier = api.Verifier.create({ keys: jwk });
    for (const options of [new Options(), ...strange({ nodeId: "another node" })]) {
      refused(api, "ARGUMENT_INVALID", () => verifier.verify(token, options));
    }
    const issuer = { issuer: "another issuer", keys: jwk };
    for (const options of strange({ keys: jwk })) {
      refused(api, "ARGUMENT_INVALID", () => api.Verifier.create(options));
    }
    for (const options of strange(issuer)) {
      refused(api, "ARGUMENT_INVALID", () => api.Verifier.create({ issuers: [options] }));
    }
    const bare = Object.assign(Object.create(null), { now, nodeId: "node-1" });
    equal(verifier.verify(token, bare).has("Seats"), true);
  },
};
