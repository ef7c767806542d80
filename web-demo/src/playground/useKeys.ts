import { useEffect, useRef, useState } from 'react';

import { getIssuerKeys } from '../api/keys';
import { recall, remember } from '../frame/remembered';
import { accountOf, textOf, type Compact } from '../model/compact';
import { hasKey, readKeys, type KeySet } from '../model/keys';

export interface KeysState {
  readonly set: KeySet | undefined;
  readonly loading: boolean;
  /** Why the last fetch brought nothing. */
  readonly error: string | undefined;
  /** The issuer the token names. */
  readonly account: string | undefined;
  readonly fetchNow: () => void;
  /** Takes pasted keys; throws the verifier's `LicenseError`. */
  readonly paste: (text: string) => void;
}

/**
 * The keys tokens are verified with, remembered in this browser. A token whose
 * key is not among them makes the page ask its issuer's, once; they replace
 * the present ones only if they hold that key, so a changed token cannot take
 * the right keys away.
 */
export function useKeys(token: Compact | undefined): KeysState {
  const [set, setSet] = useState(() => recall<KeySet>('keys'));
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<string>();
  const asked = useRef(new Set<string>());

  const account = accountOf(textOf(token?.claims, 'licenseArn'));
  const kid = textOf(token?.header, 'kid');
  useEffect(() => remember('keys', set), [set]);

  const load = async (from: string, adopt: (fetched: KeySet) => boolean): Promise<void> => {
    setLoading(true);
    setError(undefined);
    try {
      const fetched = { keys: await getIssuerKeys(from), account: from, since: Date.now() };
      if (adopt(fetched)) {
        setSet(fetched);
      }
    } catch (cause) {
      setError(navigator.onLine ? (cause as Error).message : 'No network: paste the issuer’s keys, or go online once.');
    } finally {
      setLoading(false);
    }
  };

  useEffect(() => {
    if (account === undefined || hasKey(set, kid) || asked.current.has(`${account} ${kid}`)) {
      return;
    }
    asked.current.add(`${account} ${kid}`);
    void load(account, (fetched) => set === undefined || hasKey(fetched, kid));
  }, [account, kid, set]);

  return {
    set,
    loading,
    error,
    account,
    fetchNow: () => account !== undefined && void load(account, () => true),
    paste: (text) => {
      setSet({ keys: readKeys(text), account: null, since: Date.now() });
      setError(undefined);
    },
  };
}
