// How long an app waits for its first verified token: loading the code,
// reading the keys, verifying. Every measurement needs a fresh engine.
import { median, row } from "./rows.js";

/** In milliseconds: reading the keys; that and verifying; both and loading. */
export async function first(url, fixture) {
  const begun = performance.now();
  const { prepare } = await import(url);
  const loaded = performance.now();
  const verify = await prepare(fixture);
  const ready = performance.now();
  await verify(fixture.token);
  const done = performance.now();
  return { create: ready - loaded, use: done - loaded, all: done - begun };
}

const peers = { WebCrypto: "webcrypto", jose: "jose", "@noble/curves": "noble" };

/** The rows of an engine in which `measure` calls `first` afresh. */
export async function firstRows(measure, quick) {
  const times = { licentia: [], webcrypto: [], jose: [], noble: [] };
  for (let turn = 0; turn < (quick ? 3 : 15); turn++) {
    for (const [contender, all] of Object.entries(times)) {
      all.push(await measure(`contenders/${contender}.js`));
    }
  }
  const of = (contender, part) => median(times[contender].map((time) => time[part]));
  const parts = { create: "first create", use: "first create and verify", all: "load, create and verify" };
  return Object.entries(peers).flatMap(([peer, contender]) =>
    Object.entries(parts).map(([part, name]) => row(name, of("licentia", part), peer, of(contender, part), "ms")),
  );
}
