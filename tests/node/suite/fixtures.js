// Tokens made for the suite, besides the core's vectors; plain JSON, so that a
// browser can be handed them.
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { algorithmFixtures } from "./algorithm-fixtures.js";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const claims = {
  iss: "aws:111122223333:Example Software Inc:issuer-fingerprint",
  aud: "EXAMPLE-SKU",
  licenseArn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
  licenseConsumptionToken: "306eb19af354ba79c3687b9b5d14c8ae",
  issuedAt: "2026-11-22T10:00:00Z",
  expiration: "2026-11-23T10:00:00Z",
  nodeId: "node-1",
  entitlementsAllowed: [
    { name: "Seats", unit: "Count", value: "5" },
    { name: "Storage", unit: "Bytes", value: "9223372036854775807" },
    { name: "Nothing", unit: "Count", value: "0" },
    { name: "PlatinumTier", unit: "None" },
    { name: "Edition", unit: "None", value: "Enterprise" },
  ],
  checkoutMetadata: { Mac: "0a:58:a9:fe:ac:02", ["__proto__"]: "plain" },
};

function token(changes = {}) {
  const input = `${encode({ alg: "ES256", typ: "JWT" })}.${encode({ ...claims, ...changes })}`;
  const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

/** A machine, and its text as the definition of a fingerprint gives it: HMAC-SHA256, 12 bytes. */
const machine = { machine: "5c2b8f0e4d1a4a6f", board: "PF3A1B2C", mac: "0a:58:a9:fe:ac:02" };
const digest = (name) =>
  createHmac("sha256", "EXAMPLE-SKU").update(`licentia node v1\0${name}\0${machine[name]}`).digest().subarray(0, 12);
const text = ["v1", ...["board", "mac", "machine"].map((name) => `${name}=${digest(name).toString("base64url")}`)].join(";");

const vectors = (name) => JSON.parse(readFileSync(new URL(`../../../core/vectors/${name}.json`, import.meta.url), "utf8"));

export const fixtures = {
  ...algorithmFixtures(claims),
  now: Date.parse("2026-11-22T12:00:00Z"),
  jwk: publicKey.export({ format: "jwk" }),
  privateJwk: privateKey.export({ format: "jwk" }),
  pem: publicKey.export({ type: "spki", format: "pem" }),
  der: [...publicKey.export({ type: "spki", format: "der" })],
  privatePem: privateKey.export({ type: "pkcs8", format: "pem" }),
  privateDer: [...privateKey.export({ type: "pkcs8", format: "der" })],
  token: token(),
  endless: token({ expiration: undefined, nodeId: undefined, iss: undefined, aud: undefined }),
  machine,
  node: { text, token: token({ nodeId: text }) },
  core: vectors("tokens"),
  revocation: vectors("revocation"),
};
