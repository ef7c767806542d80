/**
 * Whether all members are an object's own: what a class or a prototype has, or
 * a Map holds, would be passed over, and a lock among it would lock nothing.
 * Objects of other realms and bare ones are as plain.
 */
export function isPlain(value) {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const kind = Object.getPrototypeOf(value);
  // `Object.prototype` alone has this one of its own.
  return kind === null || Object.hasOwn(kind, "isPrototypeOf");
}
