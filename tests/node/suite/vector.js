// A token of the core's, what the core made of it, and what the package does.

/** A verifier of the keys that a file of vectors has: `keys`, or those bound to `issuers`. */
export function verifierOf(api, file, trust) {
  const jwks = (keys) => (typeof keys === "string" && keys.startsWith("-----") ? api.fromPem(keys) : keys);
  const bound = ({ issuer, keys }) => ({ issuer, keys: jwks(keys) });
  return api.Verifier.create(trust === "issuers" ? { issuers: file.issuers.map(bound) } : { keys: jwks(file.keys) });
}

/** What the package makes of a vector's token, as the core writes it, and what its clock is then. */
export function answer(api, verifier, { token, now, options: given }) {
  const options = { ...given, now: new Date(now) };
  if (given.nodeId?.components) {
    const { components, ...rule } = given.nodeId;
    options.nodeId = api.thisNode(components, rule);
  }
  if (given.clock) {
    const { state, ...clock } = given.clock;
    options.clock = api.Clock.restore(state, clock);
  }
  return { ...verdict(api, () => verifier.verify(token, options)), clock: options.clock?.state() ?? null };
}

function verdict({ LicenseError }, verify) {
  try {
    return license(verify());
  } catch (error) {
    if (!(error instanceof LicenseError)) throw error;
    const { code, message, evidence } = error;
    return { refusal: code, message, evidence: Object.entries(evidence).map(([name, piece]) => [name, written(piece)]) };
  }
}

/** What the core made of it, and what its clock is then. */
export const expected = ({ license: found, refusal, message, evidence, clock }) => ({
  ...(found ? license(found, found.metadata) : { refusal, message, evidence }),
  clock,
});

/** In one order of members. Those of the metadata have none in JavaScript, which puts numbers first. */
const license = (
  { licenseArn, consumptionToken, issuer, nodeId, status, issuedAt, expiresAt, audience, entitlements, metadata },
  pairs = Object.entries(metadata),
) => ({
  licenseArn,
  consumptionToken,
  issuer,
  nodeId,
  status: status && { index: status.index, uri: status.uri },
  issuedAt: written(issuedAt),
  expiresAt: written(expiresAt),
  audience,
  entitlements: entitlements.map(({ name, unit, value }) => ({ name, unit, value })),
  metadata: pairs.map((pair) => JSON.stringify(pair)).sort(),
});

const written = (value) => (value instanceof Date ? value.toISOString().replace(".000", "") : value);
