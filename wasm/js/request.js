/**
 * Without cookies or what else a browser adds of its own. workerd has none to
 * add, and refuses to be asked.
 */
export const ANONYMOUS = "credentials" in (globalThis.Request?.prototype ?? {}) ? { credentials: "omit" } : {};
