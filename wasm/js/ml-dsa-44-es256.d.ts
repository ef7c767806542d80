import type { Algorithm } from "./index.js";

/**
 * ML-DSA-44 and ES256, of which both must be right (draft-ietf-jose-pq-composite-sigs, as of 8 October 2026): pass it as `Verifier.create({ keys, algorithms: [mlDsa44Es256] })`.
 */
export declare const mlDsa44Es256: Algorithm;
