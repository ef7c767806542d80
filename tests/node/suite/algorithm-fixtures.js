// Tokens of the algorithms besides ES256: two keys of each. What Node cannot
// sign comes from the core's vectors.
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Two of each algorithm: its name, a public key, and a token of these claims; and a token as AWS writes them. */
export function algorithmFixtures(claims) {
  const pss = (hash, saltLength) => (input, key) =>
    sign(hash, input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  const signers = {
    PS384: [() => generateKeyPairSync("rsa", { modulusLength: 2048 }), pss("sha384", 48)],
    PS256: [() => generateKeyPairSync("rsa", { modulusLength: 3072 }), pss("sha256", 32)],
    EdDSA: [() => generateKeyPairSync("ed25519"), (input, key) => sign(null, input, key)],
  };
  const made = (name, payload) => {
    const [generate, signed] = signers[name];
    const { publicKey, privateKey } = generate();
    const input = `${encode({ alg: name, typ: "JWT" })}.${encode(payload)}`;
    const token = `${input}.${signed(Buffer.from(input), privateKey).toString("base64url")}`;
    return { name, jwk: { ...publicKey.export({ format: "jwk" }), alg: name }, token };
  };
  const { vectors } = JSON.parse(readFileSync(new URL("../../../core/vectors/algorithms.json", import.meta.url), "utf8"));
  const aws = made("PS384", {
    licenseArn: claims.licenseArn,
    licenseConsumptionToken: claims.licenseConsumptionToken,
    entitlementsAllowed: [{ name: "Seats", unit: "Count", value: "1" }],
    issuedAt: "2026-11-15T08:00:00",
    expiration: "2026-11-16T08:00:00",
  });
  delete aws.jwk.alg;
  const algorithms = [
    ...Object.keys(signers).flatMap((name) => [made(name, claims), made(name, claims)]),
    ...vectors.map(({ algorithm, jwk, token }) => ({ name: algorithm, jwk, token })),
  ];
  return { algorithms, aws };
}
