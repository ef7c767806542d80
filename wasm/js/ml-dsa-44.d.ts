import type { Algorithm } from "./index.js";

/**
 * ML-DSA-44 (FIPS 204, RFC 9964): pass it as `Verifier.create({ keys, algorithms: [mlDsa44] })`.
 */
export declare const mlDsa44: Algorithm;
