// Runs in Node and in Chromium. Contenders take turns, because the speed of a
// machine drifts; the median of their turns counts.
import * as jose from "./contenders/jose.js";
import * as licentia from "./contenders/licentia.js";
import * as noble from "./contenders/noble.js";
import * as webcrypto from "./contenders/webcrypto.js";
import { median, row } from "./rows.js";

const peers = { WebCrypto: webcrypto, jose, "@noble/curves": noble };

/** The rows of this engine. */
export async function suite(fixture, quick) {
  const effort = quick ? { turns: 3, milliseconds: 20 } : { turns: 15, milliseconds: 100 };
  const { token } = fixture;
  const [ours, ...theirs] = await Promise.all([licentia, ...Object.values(peers)].map((one) => one.prepare(fixture)));

  const verifying = [ours, ...theirs].map((verify) => async (calls) => {
    for (let call = 0; call < calls; call++) {
      await verify(token);
    }
  });
  // Nobody awaits what is synchronous.
  verifying[0] = (calls) => {
    for (let call = 0; call < calls; call++) {
      ours(token);
    }
  };
  verifying.push((calls) => {
    for (let call = 0; call < calls; call++) {
      licentia.prepare(fixture)(token);
    }
  });
  const times = (await interleaved(effort, verifying)).map((time) => time * 1e3);
  const [kept, fresh] = [times.shift(), times.pop()];
  const rows = Object.entries({ "read a key, verify": fresh, "verify, key prepared": kept }).flatMap(([name, mine]) =>
    Object.keys(peers).map((peer, at) => row(name, mine, peer, times[at], "µs")),
  );

  const license = ours(token);
  const granted = new Map([
    ["Edition", 1],
    ["Seats", 5],
  ]);
  let allowed = 0;
  const asking = [
    (calls) => {
      for (let call = 0; call < calls; call++) {
        allowed += license.allows("Seats", 1 + (call & 7), "Count");
      }
    },
    (calls) => {
      for (let call = 0; call < calls; call++) {
        allowed += granted.get("Seats") >= 1 + (call & 7);
      }
    },
  ];
  const [question, get] = (await interleaved(effort, asking)).map((time) => time * 1e6);
  rows.push(row("ask for an entitlement", question, "Map.get", get, "ns"));
  if (allowed === 0) {
    throw new Error("five seats were granted");
  }
  return rows;
}

/** Milliseconds a call takes, of each contender. */
async function interleaved({ turns, milliseconds }, contenders) {
  const time = async (contender, calls) => {
    const begun = performance.now();
    await contender(calls);
    return performance.now() - begun;
  };
  const calls = [];
  for (const contender of contenders) {
    // Warms up, too.
    let count = 1;
    while ((await time(contender, count)) < milliseconds) {
      count *= 2;
    }
    calls.push(count);
  }
  const times = contenders.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, contender] of contenders.entries()) {
      times[at].push((await time(contender, calls[at])) / calls[at]);
    }
  }
  return times.map(median);
}
