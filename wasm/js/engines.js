/** What verifies each algorithm that can be brought along. */
export const engines = new WeakMap();
