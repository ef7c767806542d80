import { expect, test } from 'vitest';

import { accountOf, momentOf, readable, splitToken, textOf, withoutWhiteSpace } from './compact';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token is three parts, the first two of them JSON objects', () => {
  const token = splitToken(`${part({ alg: 'ES256' })}.${part({ nodeId: 'Büro 1' })}.c2ln`);
  expect(textOf(token?.header, 'alg')).toBe('ES256');
  expect(textOf(token?.claims, 'nodeId')).toBe('Büro 1');
  expect(token?.parts[2]).toBe('c2ln');
});

test('a part that is no JSON object is left unread', () => {
  for (const bad of ['!', part([1]), part('text'), part(null), Buffer.from([0xff]).toString('base64url')]) {
    expect(splitToken(`${bad}.${bad}.`)).toMatchObject({ header: undefined, claims: undefined });
  }
});

test('two or four parts are no token', () => {
  expect(splitToken('')).toBeUndefined();
  expect(splitToken('a.b')).toBeUndefined();
  expect(splitToken('a.b.c.d')).toBeUndefined();
});

test('the line breaks of a terminal are taken out', () => {
  expect(withoutWhiteSpace(' a.b\n\tc.d ')).toBe('a.bc.d');
});

test('a time without a zone means UTC', () => {
  expect(momentOf({ at: '2026-11-22T10:00:00' }, 'at')).toBe(Date.UTC(2026, 10, 22, 10));
  expect(momentOf({ at: '2026-11-22T10:00:00+01:00' }, 'at')).toBe(Date.UTC(2026, 10, 22, 9));
  expect(momentOf({ at: 'soon' }, 'at')).toBeUndefined();
  expect(momentOf({ at: 5 }, 'at')).toBeUndefined();
});

test('the issuer is the account of the license ARN', () => {
  expect(accountOf('arn:aws:license-manager::111122223333:license:l-5f0c')).toBe('111122223333');
  expect(accountOf('arn:aws:license-manager::1/../../x:license:l-5f0c')).toBeUndefined();
  expect(accountOf(undefined)).toBeUndefined();
});

test('a part is laid out, and what is left of a damaged one is shown', () => {
  expect(readable(part({ a: 1 }))).toBe('{\n  "a": 1\n}');
  expect(readable(Buffer.from('{"a":').toString('base64url'))).toBe('{"a":');
  expect(readable('!')).toBe('not base64url');
});
