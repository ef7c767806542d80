/** Has the contender verify a first token, and answers what the page has in memory then, in bytes. */
export async function memory(url, fixture) {
  const { prepare } = await import(url);
  // Kept, as an app keeps it.
  globalThis.verify = await prepare(fixture);
  await globalThis.verify(fixture.token);
  const { bytes } = await performance.measureUserAgentSpecificMemory();
  return bytes;
}
