import type { LicenseErrorCode } from '@licentia/verifier';

/** A refusal in plain words; the verifier's own message adds the evidence. */
export interface Explanation {
  readonly title: string;
  readonly whatToDo: string;
}

/** What only clocks, revocation, leases and seats refuse, which the playground does without. */
type Elsewhere =
  | `STATUS_${string}`
  | `SEATS_${string}`
  | `SERVICE_${string}`
  | 'CLOCK_SET_BACK'
  | 'CLOCK_STATE_INVALID'
  | 'REVOKED'
  | 'SUSPENDED'
  | 'SIGNED_TOKEN_MISSING'
  | 'STORE_FAILED'
  | 'LICENSE_MISSING';

/** What the playground may meet. */
type Code = Exclude<LicenseErrorCode, Elsewhere>;

const EXPLANATIONS: Readonly<Record<Code, Explanation>> = {
  TOKEN_TOO_LARGE: {
    title: 'The token is too large',
    whatToDo: 'Check that only the token was pasted. If it was, borrow again with less metadata.',
  },
  TOKEN_MALFORMED: {
    title: 'This is not a whole token',
    whatToDo: 'Copy the whole SignedToken again: three parts with periods between them.',
  },
  CRITICAL_HEADER: {
    title: 'The token demands an extension',
    whatToDo: 'Ask the issuer for a token without critical header extensions.',
  },
  KEY_UNKNOWN: {
    title: 'No known key has signed this token',
    whatToDo: 'Get the current keys of the token’s issuer. If they do not have it either, do not trust the token.',
  },
  ALGORITHM_MISMATCH: {
    title: 'The token names another algorithm than its key',
    whatToDo: 'Do not trust it: the key decides the algorithm. Borrow the license again.',
  },
  ALGORITHM_UNSUPPORTED: {
    title: 'The key is for another algorithm',
    whatToDo: 'Borrow the license with DigitalSignatureMethod JWT_ES256: this page verifies no other.',
  },
  SIGNATURE_INVALID: {
    title: 'The token was changed',
    whatToDo: 'Use the token as it was issued, or borrow the license again.',
  },
  CLAIMS_MALFORMED: {
    title: 'Signed, but not a license',
    whatToDo: 'Ask the issuer for the SignedToken of a borrowed license.',
  },
  ISSUER_MISMATCH: {
    title: 'The token is of another issuer',
    whatToDo: 'Use the token of the issuer expected, or add this issuer’s keys if you trust it.',
  },
  AUDIENCE_MISMATCH: {
    title: 'The token is for somebody else',
    whatToDo: 'Use a token that names this application.',
  },
  PRODUCT_MISMATCH: {
    title: 'The license is for another product',
    whatToDo: 'Borrow a license of this product.',
  },
  LICENSE_MISMATCH: {
    title: 'The token is of another license',
    whatToDo: 'Borrow the license expected.',
  },
  NOT_YET_VALID: {
    title: 'The license starts later',
    whatToDo: 'Wait until then, or correct this device’s clock.',
  },
  EXPIRED: {
    title: 'The license has expired',
    whatToDo: 'Borrow the license again.',
  },
  NODE_MISMATCH: {
    title: 'The license is for another node',
    whatToDo: 'Use it on the node it names, or borrow the license for this one.',
  },
  KEYS_INVALID: {
    title: 'The keys cannot be used',
    whatToDo: 'Fetch the issuer’s keys again, or paste its JWK Set or its keys in PEM.',
  },
  CLOCK_OUT_OF_RANGE: {
    title: 'No license lives at that time',
    whatToDo: 'Choose a moment from 1970 to 9999.',
  },
  ARGUMENT_INVALID: {
    title: 'The question makes no sense',
    whatToDo: 'Check the moment and the node.',
  },
};

/** What a refusal's code means to a person. */
export function explain(code: LicenseErrorCode): Explanation {
  return EXPLANATIONS[code as Code];
}
