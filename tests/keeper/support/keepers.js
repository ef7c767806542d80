import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Verifier } from "@licentia/verifier";
import { LeaseKeeper } from "@licentia/verifier/keeper";
import { TestClock } from "./clock.js";
import { Line } from "./line.js";

/** What a test needs about a license: a keeper on a line and a clock of its own, and what it told. */
export async function setting(t, service, changes) {
  const line = await new Line().open(service);
  const license = await service.license(changes);
  const folder = mkdtempSync(join(tmpdir(), "keeper-"));
  const keepers = [];
  t.after(async () => {
    line.disturb();
    await Promise.all(keepers.map((keeper) => keeper.close()));
    line.close();
    rmSync(folder, { recursive: true });
  });
  const verifier = Verifier.create({ keys: await service.keys() });
  const keeper = (options, without = []) => {
    const clock = new TestClock();
    const all = {
      url: line.url,
      verifier,
      refreshToken: license.refreshToken,
      checkout: service.checkout(license),
      timers: clock,
      random: () => 0.5,
      ...options,
    };
    without.forEach((name) => delete all[name]);
    const made = LeaseKeeper.create(all);
    keepers.push(made);
    const told = [];
    for (const type of ["granted", "renewed", "grace", "lost"]) {
      made.addEventListener(type, ({ detail }) => told.push({ type, ...detail }));
    }
    /** What was told so far, once. */
    const news = () => told.splice(0).map(({ type }) => type);
    /** Turns the clock, and waits for what is told next, or for a failed attempt and what follows from it. */
    const next = async (minutes, turn = "sleep") => {
      const first = await new Promise((resolve) => {
        for (const type of ["granted", "renewed", "grace", "lost", "failed"]) {
          made.addEventListener(type, ({ detail }) => resolve({ type, ...detail }), { once: true });
        }
        clock[turn](minutes);
      });
      await new Promise(setImmediate);
      return first;
    };
    return { keeper: made, clock, news, told, next };
  };
  return { line, license, keeper, verifier, file: join(folder, "lease.json") };
}
