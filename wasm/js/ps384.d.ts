import type { Algorithm } from "./index.js";

/**
 * RSASSA-PSS with SHA-384, what AWS License Manager signs with (RFC 7518 section 3.5): pass it as `Verifier.create({ keys, algorithms: [ps384] })`.
 */
export declare const ps384: Algorithm;
