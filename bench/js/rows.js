/** One comparison, as the tables print it. */
export const row = (name, ours, peer, theirs, unit) => ({ name, ours, peer, theirs, unit });

/** The middle one. */
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
