import type { Algorithm } from "./index.js";

/**
 * EdDSA with Ed25519 (RFC 8037): pass it as `Verifier.create({ keys, algorithms: [eddsa] })`.
 */
export declare const eddsa: Algorithm;
