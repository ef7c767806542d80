/**
 * The method of a verifier that answers the claims of a status list which one
 * of its keys signed; for `@licentia/verifier/revocation`.
 */
export const SIGNED = Symbol("signed status list");
