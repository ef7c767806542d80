// Several keepers with one store, and processes that end.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import readline from "node:readline";
import { after, before, test } from "node:test";
import * as imported from "@licentia/verifier/keeper";
import { setting } from "./support/keepers.js";
import { Service } from "./support/service.js";

let service;

before(async () => (service = await new Service().start()));
after(() => service.end());

test("keepers with one store share one seat, and the last one gives it back", async (t) => {
  const { license, keeper, file } = await setting(t, service);
  const keepers = [keeper({ store: file }), keeper({ store: file }), keeper({ store: file })].map((one) => one.keeper);
  const licenses = await Promise.all(keepers.map((one) => one.start()));
  assert.equal(new Set(licenses.map(({ consumptionToken }) => consumptionToken)).size, 1);
  assert.equal(await service.taken(license), 1);
  assert.deepEqual([await keepers[0].close(), await keepers[1].close()], [false, false]);
  assert.equal(await service.taken(license), 1);
  assert.equal(await keepers[2].close(), true);
  assert.equal(await service.taken(license), 0);
});

test("of keepers with one store, one renews for all", async (t) => {
  const { keeper, line, file } = await setting(t, service);
  const [one, two] = [keeper({ store: file }), keeper({ store: file })];
  await one.keeper.start();
  await two.keeper.start();
  await two.keeper.renew();
  const before = line.seen.length;
  const renewed = await Promise.all([one.next(40), two.next(40)]);
  assert.deepEqual([...new Set(renewed.map(({ type }) => type))], ["renewed"]);
  assert.deepEqual(line.seen.slice(before), ["ExtendLicenseConsumption"]);
});

test("a store holds whole tokens for the owner's eyes alone, and nothing is left beside it", async (t) => {
  const { keeper, file } = await setting(t, service);
  const { keeper: one } = keeper({ store: file });
  await one.start();
  const { token } = JSON.parse(readFileSync(file, "utf8"));
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.ok(!readFileSync(file, "utf8").includes("Bearer"));
  assert.deepEqual(readdirSync(dirname(file)).sort(), ["lease.json", "lease.json.users"]);
  await one.close();
  assert.deepEqual(readdirSync(dirname(file)), ["lease.json.users"]);
  assert.deepEqual(readdirSync(`${file}.users`), []);
});

/** A program with a keeper, or several with a store each; answers once it has its license. */
async function program(line, license, file, exitOn, keepers = 1) {
  const script = `
    import { Verifier } from "@licentia/verifier";
    import { LeaseKeeper } from "@licentia/verifier/keeper";
    const { exitOn, keys, ...options } = JSON.parse(process.argv[1]);
    const verifier = Verifier.create({ keys });
    let license;
    for (let i = 0; i < ${keepers}; i++) {
      const store = options.store + (i || "");
      license = await LeaseKeeper.create({ ...options, exitOn, verifier, store }).start();
    }
    console.log(license.consumptionToken);
    if (!exitOn.includes("beforeExit")) setInterval(() => {}, 1000);`;
  const checkout = service.checkout(license);
  const keys = await service.keys();
  const options = { url: line.url, refreshToken: license.refreshToken, store: file, checkout, exitOn, keys };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, JSON.stringify(options)], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [token] = await once(readline.createInterface(child.stdout), "line");
  return { child, ended, token };
}

test("a program gives its seat back on the signals it names, and still ends by them", async (t) => {
  const { line, license, file } = await setting(t, service);
  const { child, ended } = await program(line, license, file, ["SIGINT", "SIGTERM"]);
  assert.equal(await service.taken(license), 1);
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [null, "SIGTERM"]);
  assert.equal(await service.taken(license), 0);
});

test("of several that give back on one signal, each comes to its end first", async (t) => {
  const { line, license, file } = await setting(t, service);
  const { child, ended } = await program(line, license, file, ["SIGTERM"], 2);
  assert.equal(await service.taken(license), 2);
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [null, "SIGTERM"]);
  assert.equal(await service.taken(license), 0);
});

test("a program that comes to its end gives its seat back if it says so; the keeper does not keep it alive", async (t) => {
  const { line, license, file } = await setting(t, service);
  const { ended } = await program(line, license, file, ["beforeExit"]);
  assert.deepEqual(await ended, [0, null]);
  assert.equal(await service.taken(license), 0);
});

test("without being told to, the keeper hears no signal", async (t) => {
  const { line, license, file } = await setting(t, service);
  const { child, ended } = await program(line, license, file, []);
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [null, "SIGTERM"]);
  assert.equal(await service.taken(license), 1);
});

test("a killed program leaves its seat to the next one, which is the last", async (t) => {
  const { line, license, file, keeper } = await setting(t, service);
  const { child, ended, token } = await program(line, license, file, []);
  const two = keeper({ store: file }).keeper;
  assert.equal((await two.start()).consumptionToken, token);
  child.kill("SIGKILL");
  await ended;
  assert.equal(await two.close(), true);
  assert.equal(await service.taken(license), 0);
});

test("import and require give the same class", () => {
  const required = createRequire(import.meta.url)("@licentia/verifier/keeper");
  assert.equal(required.LeaseKeeper, imported.LeaseKeeper);
});
