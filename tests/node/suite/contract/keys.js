// Which keys are read, in which forms, and whose tokens they verify.
import { equal, refused } from "../check.js";

export const cases = {
  "keys are a JWK, an array, a set, or their text"({ Verifier }, { jwk, token, now }) {
    for (const keys of [jwk, [jwk], { keys: [jwk] }]) {
      equal(Verifier.create({ keys }).verify(token, { now }).has("Seats"), true);
      equal(Verifier.create({ keys: JSON.stringify(keys) }).verify(token, { now }).has("Seats"), true);
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
};
