/**
 * The method of a verifier that answers the claims of a status list which one
 * of its keys signed, or `null` if they are no object of unique members; for
 * `@licentia/verifier/revocation`.
 */
export const SIGNED = Symbol("signed status list");
