// A token like those of the service, and its key; plain JSON, so that a
// browser can be handed them.
import { generateKeyPairSync, sign } from "node:crypto";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const kid = "b7kJ0mXo0R0y3HnOeLJ5pq1VwF5zqkq2sWfYb1x9c3A";
const issuedAt = Date.parse("2026-11-22T10:00:00Z");

const header = { alg: "ES256", typ: "JWT", kid };
const claims = {
  iss: "aws:111122223333:Example Software Inc:issuer-fingerprint",
  iat: issuedAt / 1000,
  nbf: issuedAt / 1000,
  exp: issuedAt / 1000 + 3600,
  jti: "306eb19af354ba79c3687b9b5d14c8ae",
  licenseArn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
  licenseConsumptionToken: "306eb19af354ba79c3687b9b5d14c8ae",
  entitlementsAllowed: [
    { name: "Edition", unit: "None", value: "Enterprise" },
    { name: "Seats", unit: "Count", value: "5" },
  ],
  issuedAt: "2026-11-22T10:00:00Z",
  expiration: "2026-11-22T11:00:00Z",
  nodeId: "10.0.21.57",
  checkoutMetadata: { Mac: "0a:58:a9:fe:ac:02" },
};

const input = `${encode(header)}.${encode(claims)}`;
const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });

export const fixture = {
  token: `${input}.${signature.toString("base64url")}`,
  keys: { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" }] },
  now: issuedAt + 1_800_000,
};
