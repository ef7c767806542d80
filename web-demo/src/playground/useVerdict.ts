import { LicenseError, Verifier, type License, type LicenseErrorCode } from '@licentia/verifier';
import { useMemo } from 'react';

import type { KeySet } from '../model/keys';

export type Verdict =
  | { readonly kind: 'no-token' }
  | { readonly kind: 'no-keys' }
  | { readonly kind: 'valid'; readonly license: License }
  | { readonly kind: 'refused'; readonly code: LicenseErrorCode; readonly message: string };

export interface Question {
  readonly token: string;
  readonly keys: KeySet | undefined;
  /** The moment to verify for, in milliseconds since 1970. */
  readonly at: number;
  /** The node to verify for; empty for any. */
  readonly nodeId: string;
}

export interface Answer {
  readonly verdict: Verdict;
  /** How long one verification takes here, in milliseconds. */
  readonly duration: number | undefined;
}

const BATCHES = 4;
/** How long a batch lasts at least, in milliseconds. */
const BATCH = 3;

/** Asks the verifier: again at every change of the question, so at every second too. */
export function useVerdict({ token, keys, at, nodeId }: Question): Answer {
  const verifier = useMemo(() => attempt(() => keys && Verifier.create({ keys: keys.keys })), [keys]);
  const verify = (moment: number) => attempt(() => verified(token, verifier, moment, nodeId));
  const verdict = useMemo(() => judged(verify(at)), [token, verifier, at, nodeId]);
  const judges = verdict.kind === 'valid' || verdict.kind === 'refused';
  const duration = useMemo(() => (judges ? fastestMean(() => verify(at)) : undefined), [token, verifier, nodeId, judges]);
  return { verdict, duration };
}

type Attempt<T> = { readonly value: T } | { readonly refusal: LicenseError };

function verified(
  token: string,
  verifier: Attempt<Verifier | undefined>,
  moment: number,
  nodeId: string,
): Verdict {
  if (token === '') {
    return { kind: 'no-token' };
  }
  if ('refusal' in verifier) {
    throw verifier.refusal;
  }
  if (verifier.value === undefined) {
    return { kind: 'no-keys' };
  }
  const expectations = { now: new Date(moment), ...(nodeId === '' ? {} : { nodeId }) };
  return { kind: 'valid', license: verifier.value.verify(token, expectations) };
}

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() };
  } catch (cause) {
    if (cause instanceof LicenseError) {
      return { refusal: cause };
    }
    throw cause;
  }
}

function judged(outcome: Attempt<Verdict>): Verdict {
  return 'value' in outcome
    ? outcome.value
    : { kind: 'refused', code: outcome.refusal.code, message: outcome.refusal.message };
}

/**
 * The work's time in the fastest of several batches: one run is shorter than
 * a browser's clock can tell, and a busy machine makes the others slower.
 */
function fastestMean(work: () => unknown): number {
  let fastest = Infinity;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const start = performance.now();
    let runs = 0;
    let spent: number;
    do {
      work();
      runs += 1;
      spent = performance.now() - start;
    } while (spent < BATCH);
    fastest = Math.min(fastest, spent / runs);
  }
  return fastest;
}
