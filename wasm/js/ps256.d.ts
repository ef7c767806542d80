import type { Algorithm } from "./index.js";

/**
 * RSASSA-PSS with SHA-256 (RFC 7518 section 3.5): pass it as `Verifier.create({ keys, algorithms: [ps256] })`.
 */
export declare const ps256: Algorithm;
