// Tokens made for the suite, besides the core's vectors; plain JSON, so that a
// browser can be handed them.
import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { algorithmFixtures } from "./algorithm-fixtures.js";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const claims = {
  iss: "aws:111122223333:Example Software Inc:issuer-fingerprint",
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

export const fixtures = {
  ...algorithmFixtures(claims),
  now: Date.parse("2026-11-22T12:00:00Z"),
  jwk: publicKey.export({ format: "jwk" }),
  privateJwk: privateKey.export({ format: "jwk" }),
  token: token(),
  endless: token({ expiration: undefined, nodeId: undefined, iss: undefined }),
  core: JSON.parse(readFileSync(new URL("../../../core/vectors/tokens.json", import.meta.url), "utf8")),
};
