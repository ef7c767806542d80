import type { Jwk } from '@licentia/verifier';

import { readKeys } from '../model/keys';

/** The issuer's public keys, as the service publishes them for everyone. */
export async function getIssuerKeys(account: string): Promise<readonly Jwk[]> {
  const response = await fetch(`/issuers/${account}/jwks.json`, { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`This service has no keys of account ${account} (status ${response.status}).`);
  }
  return readKeys(await response.text());
}
