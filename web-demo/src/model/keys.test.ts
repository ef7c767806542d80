import { generateKeyPairSync } from 'node:crypto';

import { LicenseError } from '@licentia/verifier';
import { expect, test } from 'vitest';

import { readKeys } from './keys';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { kty = '', ...point } = publicKey.export({ format: 'jwk' });
const jwk = { kty, ...point };

/** The reason for which the verifier takes no such keys. */
function refused(text: string): unknown {
  try {
    return readKeys(text);
  } catch (error) {
    return error instanceof LicenseError && error.code === 'KEYS_INVALID' ? error.evidence.reason : error;
  }
}

test('keys are read as a set, an array, one key, or PEM', () => {
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  for (const text of [{ keys: [jwk] }, [jwk], jwk].map((value) => JSON.stringify(value)).concat(pem, `\n${pem}`)) {
    expect(readKeys(text), text).toEqual([jwk]);
  }
});

test('a private key is refused, whichever form it has', () => {
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(refused(pem)).toBe('KEY_PRIVATE');
  expect(refused(JSON.stringify(privateKey.export({ format: 'jwk' })))).toBe('KEY_PRIVATE');
});

test('what is no key is refused as the verifier refuses it', () => {
  expect(refused('')).toBe('KEYS_MALFORMED');
  expect(refused('no keys')).toBe('KEYS_MALFORMED');
  expect(refused('-----BEGIN PUBLIC KEY-----')).toBe('KEYS_MALFORMED');
});
