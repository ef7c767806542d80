import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const utc = (moment) => new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z');

const ENTITLEMENTS = [
  { name: 'Seats', unit: 'Count', value: '2' },
  { name: 'PlatinumTier', unit: 'None', value: 'Enabled' },
];

/** An issuer with an ES256 key of its own, made afresh for each run. */
export class Issuer {
  constructor(account = '111122223333') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
    // RFC 7638: the members in this order, without white space.
    const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    this.account = account;
    this.privateKey = privateKey;
    this.jwk = { alg: 'ES256', crv, kid, kty, use: 'sig', x, y };
  }

  /** A token for two seats and a feature, issued half an hour ago for a day. */
  token({ issuedAt = Date.now() - 1_800_000, minutes = 1440, nodeId = '10.0.21.57', entitlements = ENTITLEMENTS } = {}) {
    const expiration = issuedAt + minutes * 60_000;
    const claims = {
      iss: `aws:${this.account}:Example Software Inc:issuer-fingerprint`,
      iat: Math.floor(issuedAt / 1000),
      nbf: Math.floor(issuedAt / 1000),
      exp: Math.floor(expiration / 1000),
      jti: '306eb19af354ba79c3687b9b5d14c8ae',
      entitlementsAllowed: entitlements,
      expiration: utc(expiration),
      issuedAt: utc(issuedAt),
      licenseArn: `arn:aws:license-manager::${this.account}:license:l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60`,
      licenseConsumptionToken: '306eb19af354ba79c3687b9b5d14c8ae',
      nodeId,
      checkoutMetadata: { Mac: '0a:58:a9:fe:ac:02' },
    };
    const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid: this.jwk.kid })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}
