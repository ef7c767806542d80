// What the pages' samples find beside them: keys and tokens, as files.
import { generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = (minutes) => Math.floor(Date.now() / 1000) + minutes * 60;
const iso = (minutes) => `${new Date(seconds(minutes) * 1000).toISOString().slice(0, 19)}Z`;

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

const signers = {
  ES256: (text) => sign("sha256", text, { key: ec.privateKey, dsaEncoding: "ieee-p1363" }),
  // 6 is RSASSA-PSS; the salt is as long as the digest (RFC 7518 section 3.5).
  PS384: (text) => sign("sha384", text, { key: rsa.privateKey, padding: 6, saltLength: 48 }),
};

/** A token of this payload, an object or JSON text. */
export function mint(algorithm, payload, header = {}) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const input = `${encode({ alg: algorithm, typ: "JWT", ...header })}.${Buffer.from(text).toString("base64url")}`;
  return `${input}.${signers[algorithm](Buffer.from(input)).toString("base64url")}`;
}

/** The claims of a token of the service, from now on for an hour. */
export const claims = () => ({
  iss: "aws:111122223333:Example Software:issuer-fingerprint",
  aud: "analytics-pro",
  iat: seconds(-1),
  nbf: seconds(-1),
  exp: seconds(60),
  jti: "306eb19af354ba79c3687b9b5d14c8ae",
  entitlementsAllowed: [
    { name: "Seats", unit: "Count", value: "5" },
    { name: "Edition", unit: "None", value: "Enterprise" },
  ],
  expiration: iso(60),
  issuedAt: iso(-1),
  licenseArn: "arn:aws:license-manager::111122223333:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60",
  licenseConsumptionToken: "306eb19af354ba79c3687b9b5d14c8ae",
  nodeId: "10.0.21.57",
});

/** Claims in the form of AWS License Manager, ending these minutes from now. */
export const awsClaims = (minutes) => ({
  licenseArn: "arn:aws:license-manager::111122223333:license:l-bc39444470c642ae9ead0eabe8465bb1",
  licenseConsumptionToken: "0cd7b2bc7c674573a669bea8f5b75f2d",
  entitlementsAllowed: [{ name: "Users", value: "1", unit: "Count" }],
  nodeId: "MyNodeId",
  issuedAt: iso(-120).slice(0, -1),
  expiration: iso(minutes).slice(0, -1),
});

export const jwks = { keys: [{ ...ec.publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig" }] };

const uri = "https://licenses.example.com/status/111122223333/l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60/0";
/** The license at this place of the list. */
const listed = (idx) => mint("ES256", { ...claims(), status: { status_list: { idx, uri } } });
/** A list in which the second license is revoked, two bits each. */
const statusList = () => {
  const lst = deflateSync(Uint8Array.of(0b0100)).toString("base64url");
  const payload = { iss: claims().iss, sub: uri, iat: seconds(0), exp: seconds(1440), status_list: { bits: 2, lst } };
  return mint("ES256", payload, { typ: "statuslist+jwt" });
};

/** Puts the files there. */
export function write(folder) {
  const put = (name, text) => writeFileSync(join(folder, name), text);
  put("keys.json", JSON.stringify(jwks));
  put("issuer.pem", rsa.publicKey.export({ format: "pem", type: "spki" }));
  put("token.txt", mint("ES256", claims()));
  put("listed.txt", listed(0));
  put("checked-in.txt", listed(1));
  put("status-list.txt", statusList());
  put("aws-token.txt", mint("PS384", awsClaims(60)));
  put("ended.txt", mint("PS384", awsClaims(-1)));
}
