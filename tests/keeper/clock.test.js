// What happens to a keeper whose clock is set while it runs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setting } from "./support/keepers.js";
import { Service } from "./support/service.js";

const DAY = 24 * 60;
let service;

before(async () => (service = await new Service().start()));
after(() => service.end());

test("a clock that is set back stops no renewal", async (t) => {
  const { keeper, license } = await setting(t, service);
  const one = keeper();
  await one.keeper.start();
  one.clock.set(-DAY);
  for (let renewal = 0; renewal < 2; renewal++) {
    const { type, license } = await one.next(40, "pass");
    assert.deepEqual([type, one.keeper.state], ["renewed", "granted"]);
    assert.ok(license.expiresAt > Date.now());
  }
  assert.equal(await service.taken(license), 1);
});

test("a clock that is set back lets no lease outlast its end", async (t) => {
  const { keeper, line } = await setting(t, service);
  const one = keeper();
  await one.keeper.start();
  line.disturb("cut");
  one.clock.set(-DAY);
  await one.next(40, "pass");
  assert.equal(one.keeper.state, "granted", "there is time left");
  one.clock.pass(25);
  assert.equal(one.keeper.license, null);
  await one.next(1, "pass");
  assert.equal(one.keeper.state, "lost");
});

test("a clock that is set back, with nothing granted yet, puts off no attempt", async (t) => {
  const { keeper, line } = await setting(t, service);
  const one = keeper();
  line.disturb("cut");
  assert.equal(await one.keeper.start(), null);
  line.disturb();
  one.clock.set(-1);
  assert.equal((await one.next(1, "pass")).type, "granted");
});

test("a clock set far ahead loses the license and keeps the seat, until it is set right", async (t) => {
  const { keeper, license, line } = await setting(t, service);
  const one = keeper();
  const { consumptionToken } = await one.keeper.start();
  one.clock.set(DAY);
  assert.equal(one.keeper.license, null, "by this clock it has ended");
  const { type, reason } = await one.next(1, "pass");
  assert.deepEqual([type, reason.code, one.keeper.state], ["failed", "EXPIRED", "lost"]);
  const asked = line.seen.length;
  for (let minute = 0; minute < 5; minute++) one.clock.pass(1);
  assert.equal(line.seen.length, asked, "the service would answer the same");
  one.clock.set(-DAY);
  const found = await one.next(1, "pass");
  assert.deepEqual([found.type, one.keeper.state], ["granted", "granted"]);
  assert.equal(found.license.consumptionToken, consumptionToken);
  assert.equal(await service.taken(license), 1);
});

test("a clock that is hours behind at the start is told of, and waited for", async (t) => {
  const { keeper, license } = await setting(t, service);
  const one = keeper();
  one.clock.set(-300);
  assert.equal(await one.keeper.start(), null);
  assert.deepEqual([one.keeper.state, one.keeper.reason.code], ["lost", "NOT_YET_VALID"]);
  assert.equal(await service.taken(license), 0);
  one.clock.set(300);
  assert.equal((await one.next(1, "pass")).type, "granted");
});

test("a lease that was taken with the clock ahead is renewed once it was set right", async (t) => {
  const { keeper, license } = await setting(t, service);
  const one = keeper();
  one.clock.set(50);
  await one.keeper.start();
  one.clock.set(-50);
  // From now on, what is signed ends before the time that was counted from.
  await service.revise(license, "AVAILABLE", 30);
  const { type, reason } = await one.next(10, "pass");
  assert.deepEqual([type, reason.code], ["failed", "EXPIRED"]);
  assert.deepEqual([(await one.next(1, "pass")).type, one.keeper.state], ["renewed", "granted"]);
});
