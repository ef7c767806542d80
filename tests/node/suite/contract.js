// The rules of the package, one suite for every runtime: each case is a name
// and a function of the package's exports and the fixtures.
import { equal, refused } from "./check.js";
import { answer, expected, verifierOf } from "./vector.js";

const verified = ({ Verifier }, { jwk, token, now }) => Verifier.create({ keys: jwk }).verify(token, { now });

const cases = {
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

  "keys that are bound to an issuer verify no token of another"(api, { jwk, token, endless, now }) {
    const issuer = "aws:111122223333:Example Software Inc:issuer-fingerprint";
    const of = (...names) => api.Verifier.create({ issuers: names.map((issuer) => ({ issuer, keys: jwk })) });
    equal(of(issuer).verify(token, { now }).issuer, issuer);
    equal(of("another", issuer, "a third").verify(token, { now }).issuer, issuer);
    const other = refused(api, "ISSUER_MISMATCH", () => of("another").verify(token, { now }));
    equal(other.evidence, { expectedIssuer: "another", issuer });
    refused(api, "ISSUER_MISMATCH", () => of(issuer).verify(endless, { now }));
    for (const [issuers, reason] of [
      [[], "KEYS_NONE_USABLE"],
      [[{ issuer, keys: {} }], "KEYS_MALFORMED"],
      [[{ issuer, keys: jwk }, { issuer }], "KEYS_MALFORMED"],
      [Array.from({ length: 65 }, () => ({ issuer, keys: jwk })), "KEYS_TOO_MANY"],
    ]) {
      equal(refused(api, "KEYS_INVALID", () => api.Verifier.create({ issuers })).evidence.reason, reason);
    }
  },

  "keys are read from PEM, and from SPKI in DER"(api, { jwk, pem, der, privatePem, privateDer, token, now }) {
    const bytes = Uint8Array.from(der);
    const within = new Uint8Array(bytes.length + 2);
    within.set(bytes, 1);
    const { fromPem, fromSpki } = api;
    for (const keys of [
      fromPem(pem),
      fromPem(`\n${pem}${pem} `),
      ...[bytes, bytes.buffer, within.subarray(1, -1), new DataView(bytes.buffer)].map(fromSpki),
    ]) {
      equal(api.Verifier.create({ keys }).verify(token, { now }).has("Seats"), true);
      refused(api, "ARGUMENT_INVALID", () => api.Verifier.create({ keys: pem }));
      refused(api, "ARGUMENT_INVALID", () => api.Verifier.create({ keys: bytes }));
    }
    for (const [keys, reason] of [
      [privatePem, "KEY_PRIVATE"],
      [Uint8Array.from(privateDer), "KEY_PRIVATE"],
      [pem + privatePem, "KEY_PRIVATE"],
      [pem.slice(0, -30), "KEYS_MALFORMED"],
      [`${pem}${JSON.stringify(jwk)}`, "KEYS_MALFORMED"],
      [within, "KEYS_MALFORMED"],
      [new Uint8Array(), "KEYS_MALFORMED"],
      [new Uint8Array(1 << 20), "KEYS_MALFORMED"],
      [privatePem.replaceAll("PRIVATE KEY", "PGP PRIVATE KEY BLOCK"), "KEY_PRIVATE"],
      [pem.replace("=", ""), "KEYS_MALFORMED"],
      ["", "KEYS_MALFORMED"],
      [undefined, "KEYS_MALFORMED"],
    ]) {
      const read = keys?.byteLength === undefined ? fromPem : fromSpki;
      equal(refused(api, "KEYS_INVALID", () => read(keys)).evidence.reason, reason);
    }
  },

  "a machine is known by all, most or some of its components"(api, { jwk, machine, node, now }) {
    const { Verifier, nodeId, thisNode } = api;
    const [salt, { board, mac, machine: id }] = ["EXAMPLE-SKU", machine];
    equal(nodeId(machine, { salt }), node.text);
    equal(nodeId({ mac, board: ` ${board}\n`, machine: id, disk: null, bios: undefined, uuid: " " }, { salt }), node.text);
    equal(nodeId(machine) === node.text, false);
    const verifier = Verifier.create({ keys: jwk });
    const judge = (components, match) =>
      verifier.verify(node.token, { now, nodeId: thisNode(components, { salt, ...(match && { match }) }) }).nodeId;
    for (const [components, match] of [
      [machine],
      [{ ...machine, disk: "S4EV" }, "all"],
      [{ ...machine, board: "another" }, "most"],
      [{ board, mac }, 2],
      [{ board }, 1],
    ]) {
      equal(judge(components, match), node.text);
    }
    for (const [components, match] of [
      [{ board, mac }],
      [{ ...machine, board: "another" }, "all"],
      [{ board }, "most"],
      [{ board, mac: null }, 2],
      [machine, 4],
    ]) {
      const { evidence } = refused(api, "NODE_MISMATCH", () => judge(components, match));
      equal(evidence, { expectedNodeId: nodeId(components, { salt }), nodeId: node.text });
    }
    refused(api, "NODE_MISMATCH", () => verifier.verify(node.token, { now, nodeId: thisNode(machine) }));
    equal(thisNode(machine, { salt }).nodeId, node.text);
    equal(verifier.verify(node.token, { now, nodeId: node.text }).nodeId, node.text);
  },

  "components put wrongly are an error"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    const seventeen = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`n${at}`, "x"]));
    for (const components of [undefined, null, "x", 7, [], {}, { a: "" }, { a: " \n" }, { a: 7 }, { A: "x" }, { "": "x" }, seventeen]) {
      refused(api, "ARGUMENT_INVALID", () => api.nodeId(components));
      refused(api, "ARGUMENT_INVALID", () => api.thisNode(components));
    }
    for (const call of [
      () => api.nodeId({ a: "x" }, { salt: 7 }),
      () => api.nodeId({ a: "x" }, { salts: "" }),
      () => api.nodeId({ a: "x" }, { match: "all" }),
      ...[null, 5, new Map([["salt", "s"]]), Object.create({ salt: "s" })].flatMap((options) => [
        () => api.nodeId({ a: "x" }, options),
        () => api.thisNode({ a: "x" }, options),
      ]),
      ...["any", 0, -1, 1.5, 256, "2", null].map(
        (match) => () => api.thisNode({ a: "x" }, { match }),
      ),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },

  "a clock set back is told by what it has seen, in this run and after"(api, { jwk, token, endless, now }) {
    const { Clock, Verifier } = api;
    const options = { secret: "0123456789abcdef", label: "product", grace: 60 };
    const verifier = Verifier.create({ keys: jwk });
    const clock = Clock.start(options);
    equal(verifier.verify(token, { now, clock }).has("Seats"), true);
    equal(verifier.verify(token, { now: now - 60_000, clock }).has("Seats"), true);
    const error = refused(api, "CLOCK_SET_BACK", () => verifier.verify(token, { now: now - 61_000, clock }));
    equal(error.evidence, { seen: new Date(now), now: new Date(now - 61_000) });
    equal(error.evidence.seen instanceof Date, true);

    const end = Date.parse("2026-11-23T10:00:00Z");
    refused(api, "EXPIRED", () => verifier.verify(token, { now: end, clock }));
    refused(api, "CLOCK_SET_BACK", () => verifier.verify(token, { now: end - 61_000, clock }));
    const restored = Clock.restore(clock.state(), options);
    refused(api, "CLOCK_SET_BACK", () => verifier.verify(endless, { now, clock: restored }));
    equal(restored.state(), clock.state());
    equal(verifier.verify(endless, { now: end, clock: restored }).expiresAt, null);

    const forged = Clock.start(options);
    const changed = `${token.slice(0, -2)}${token.at(-2) === "A" ? "B" : "A"}${token.at(-1)}`;
    refused(api, "SIGNATURE_INVALID", () => verifier.verify(changed, { now, clock: forged }));
    equal(forged.state(), Clock.start(options).state());
  },

  "a clock's state is good under its secret and label alone"(api, fixtures) {
    const { Clock } = api;
    const options = { secret: "0123456789abcdef", label: "product" };
    const state = Clock.start(options).state();
    equal(Clock.restore(state, { ...options, grace: 0 }).state(), state);
    for (const [text, other] of [
      [state, { secret: "0123456789abcdeg" }],
      [state, { label: "another" }],
      [`${state}A`, {}],
      [`A${state.slice(1)}`.replace("AQ", "Ag"), {}],
      ["", {}],
    ]) {
      refused(api, "CLOCK_STATE_INVALID", () => Clock.restore(text, { ...options, ...other }));
    }
    // Each character counts, of however many bytes.
    for (const label of ["é", "東京", "😀", "x😀y", "\u0800".repeat(5000)]) {
      const state = Clock.start({ ...options, label }).state();
      equal(Clock.restore(state, { ...options, label, grace: 0 }).state(), state);
      const last = label.codePointAt(label.length - 1);
      const other = label.slice(0, -1) + String.fromCharCode(last ^ 1);
      refused(api, "CLOCK_STATE_INVALID", () => Clock.restore(state, { ...options, label: other }));
      refused(api, "CLOCK_STATE_INVALID", () => Clock.restore(state, { ...options, label: `${label}x` }));
    }
    const verifier = api.Verifier.create({ keys: fixtures.jwk });
    for (const call of [
      () => new Clock(options),
      () => Clock.start(),
      () => Clock.start({}),
      () => Clock.start({ secret: "0123456789abcde" }),
      () => Clock.start({ ...options, secret: 7 }),
      () => Clock.start({ ...options, label: undefined }),
      () => Clock.start({ ...options, grace: -1 }),
      () => Clock.start({ ...options, grace: 1.5 }),
      () => Clock.start({ ...options, state }),
      () => Clock.restore(undefined, options),
      ...[undefined, null, {}, state].map((clock) => () => verifier.verify(fixtures.token, { now: fixtures.now, clock })),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
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
      [{ kty: "RSA", n: "AQAB", e: "AQAB" }, "ALGORITHM_UNSUPPORTED"],
      [{ kty: "EC", crv: "P-384" }, "KEYS_NONE_USABLE"],
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

  "an option is read once: what judges is what was checked"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    let reads = 0;
    const options = { now, get nodeId() { return reads++ === 0 ? api.thisNode({ a: "x" }) : undefined; } };
    refused(api, "NODE_MISMATCH", () => verifier.verify(token, options));
    equal(reads, 1);
  },

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
    for (const frozen of [license, license.audience, license.entitlements, license.metadata, ...license.entitlements, error.evidence, verifier]) {
      equal(Object.isFrozen(frozen), true);
    }
    license.expiresAt.setFullYear(2099);
    equal(license.expiresAt, "2026-11-23T10:00:00.000Z");
  },
};

/** The core's own vectors give the same answers here. */
const vectorCase = (vector) => [
  `vector: ${vector.name}`,
  (api, { core }) => equal(answer(api, verifierOf(api, core, vector.trust), vector), expected(vector)),
];

/** Every case, the core's vectors included. */
export const contract = (fixtures) => [...Object.entries(cases), ...fixtures.core.vectors.map(vectorCase)];
