// The rules of the algorithms besides ES256: each case is a name and a function
// of the package's exports, the algorithms among them, and the fixtures.
import { equal, refused } from "./check.js";

/** Each algorithm, and the subpath and the export that bring it. */
const EXPORTS = {
  PS384: ["ps384", "ps384"],
  PS256: ["ps256", "ps256"],
  EdDSA: ["eddsa", "eddsa"],
  "ML-DSA-44": ["ml-dsa-44", "mlDsa44"],
  "ML-DSA-44-ES256": ["ml-dsa-44-es256", "mlDsa44Es256"],
};

const names = Object.keys(EXPORTS);
const own = (api, name) => api[EXPORTS[name][1]];
const all = (api) => names.map((name) => own(api, name));

const rules = {
  "is accepted with its algorithm brought along"(api, { now }, { name, jwk, token }) {
    const verifier = api.Verifier.create({ keys: jwk, algorithms: [own(api, name)] });
    for (let i = 0; i < 3; i++) {
      equal(verifier.verify(token, { now }).has("Seats"), true);
    }
    equal(api.Verifier.create({ keys: { keys: [jwk] }, algorithms: all(api) }).verify(token, { now }).has("Seats"), true);
  },

  "is refused once it is changed"(api, { now }, { name, jwk, token }) {
    const verifier = api.Verifier.create({ keys: jwk, algorithms: [own(api, name)] });
    const [header, payload, signature] = token.split(".");
    const other = (text, at) => `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
    for (const at of [0, 7, Math.floor(signature.length / 2), signature.length - 3]) {
      refused(api, "SIGNATURE_INVALID", () => verifier.verify(`${header}.${payload}.${other(signature, at)}`, { now }));
    }
    refused(api, "SIGNATURE_INVALID", () => verifier.verify(`${header}.${payload}.`, { now }));
    refused(api, "SIGNATURE_INVALID", () => verifier.verify(`${header}.${other(payload, 40)}.${signature}`, { now }));
  },

  "is refused under another key"(api, { now, algorithms }, { name, jwk, token }) {
    const { jwk: other } = algorithms.find((one) => one.name === name && one.jwk !== jwk);
    const keys = { ...other, kid: jwk.kid };
    const verifier = api.Verifier.create({ keys, algorithms: [own(api, name)] });
    refused(api, "SIGNATURE_INVALID", () => verifier.verify(token, { now }));
  },

  "is refused where its header names another algorithm"(api, { now, algorithms }, { name, jwk }) {
    const verifier = api.Verifier.create({ keys: { ...jwk, kid: undefined }, algorithms: all(api) });
    for (const other of ["ES256", "none", "HS256", ...names].filter((other) => other !== name)) {
      const header = btoa(JSON.stringify({ alg: other })).replaceAll("=", "");
      const [, payload, signature] = algorithms.find((one) => one.name === name).token.split(".");
      const error = refused(api, "ALGORITHM_MISMATCH", () => verifier.verify(`${header}.${payload}.${signature}`, { now }));
      equal(error.evidence, { tokenAlgorithm: other, keyAlgorithm: name });
    }
  },

  "without its algorithm is refused with what to import"(api, { now, jwk: es256, token: plain }, { name, jwk, token }) {
    const others = all(api).filter((algorithm) => algorithm !== own(api, name));
    const alone = refused(api, "KEYS_INVALID", () => api.Verifier.create({ keys: jwk, algorithms: others }));
    equal(alone.evidence, { reason: "ALGORITHM_UNSUPPORTED", algorithm: name });
    const verifier = api.Verifier.create({ keys: [jwk, es256] });
    equal(verifier.verify(plain, { now }).has("Seats"), true);
    const error = refused(api, "ALGORITHM_UNSUPPORTED", () => verifier.verify(token, { now }));
    equal(error.evidence, { algorithm: name });
    for (const { message } of [alone, error]) {
      equal(message.includes(`\`@licentia/verifier/${EXPORTS[name][0]}\``), true);
    }
  },

  "has keys that are checked when they are read"(api, fixtures, { name, jwk }) {
    const member = ["n", "x", "pub"].find((member) => member in jwk);
    const keys = { ...jwk, [member]: "AAAA" };
    const error = refused(api, "KEYS_INVALID", () => api.Verifier.create({ keys, algorithms: [own(api, name)] }));
    equal(error.evidence.reason, "KEY_INVALID");
  },
};

const cases = {
  "algorithms are what the package exports"(api, { jwk }) {
    for (const algorithms of [null, "PS384", ["PS384"], [{ name: "PS384" }], [undefined], {}]) {
      refused(api, "ARGUMENT_INVALID", () => api.Verifier.create({ keys: jwk, algorithms }));
    }
    equal(all(api).map(({ name }) => name), names);
    equal(all(api).every(Object.isFrozen), true);
  },

  "a verifier knows the algorithms it was made with alone"(api, { now, algorithms }) {
    const { jwk, token } = algorithms.find(({ name }) => name === "PS384");
    const keys = [jwk, algorithms.find(({ name }) => name === "EdDSA").jwk];
    const given = [api.eddsa];
    const without = api.Verifier.create({ keys, algorithms: given });
    const verifier = api.Verifier.create({ keys, algorithms: [api.ps384, api.eddsa] });
    given.push(api.ps384);
    equal(verifier.verify(token, { now }).has("Seats"), true);
    refused(api, "ALGORITHM_UNSUPPORTED", () => without.verify(token, { now }));
  },

  "one verifier reads tokens of every algorithm"(api, { now, jwk, token, algorithms }) {
    const keys = [jwk, ...algorithms.map((one) => one.jwk)];
    const verifier = api.Verifier.create({ keys, algorithms: all(api) });
    for (const one of [token, ...algorithms.map((one) => one.token)]) {
      equal(verifier.verify(one, { now }).has("Seats"), true);
    }
  },

  "an RSA key that names no algorithm is for PS384"(api, { now, algorithms }) {
    const named = (name) => algorithms.find((one) => one.name === name);
    for (const [name, code] of [["PS384"], ["PS256", "ALGORITHM_MISMATCH"]]) {
      const { jwk, token } = named(name);
      const keys = { ...jwk, alg: undefined };
      const verifier = api.Verifier.create({ keys, algorithms: [api.ps384, api.ps256] });
      if (code === undefined) {
        equal(verifier.verify(token, { now }).has("Seats"), true);
      } else {
        refused(api, code, () => verifier.verify(token, { now }));
      }
    }
  },

  "a token of AWS ends with its expiration, in UTC"(api, { aws }) {
    const verifier = api.Verifier.create({ keys: aws.jwk, algorithms: [api.ps384] });
    const license = verifier.verify(aws.token, { now: Date.parse("2026-11-15T08:00:00Z") });
    equal(license.expiresAt, "2026-11-16T08:00:00.000Z");
    refused(api, "EXPIRED", () => verifier.verify(aws.token, { now: Date.parse("2026-11-16T08:00:00Z") }));
  },
};

/** Every case. */
export const algorithmContract = ({ algorithms }) => [
  ...Object.entries(cases),
  ...algorithms.flatMap((one) =>
    Object.entries(rules).map(([rule, check]) => [`a token of ${one.name} ${rule}`, (api, fixtures) => check(api, fixtures, one)]),
  ),
];
