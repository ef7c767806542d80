import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { LicenseError, Verifier } from "@licentia/verifier";
import * as imported from "@licentia/verifier/seats";
import { TestClock } from "./suite/clock.js";
import { claims, jwks, mint } from "./suite/samples.js";

const { Seats } = imported;
const BORROWED = 10;
const WEEK = 7 * 24 * 3600;
const { exp, expiration: _, ...others } = claims();
const entitlementsAllowed = [
  { name: "Seats", unit: "Count", value: String(BORROWED) },
  { name: "Tier", unit: "None" },
];
const token = mint("ES256", { ...others, exp: exp + WEEK, entitlementsAllowed });
const verifier = Verifier.create({ keys: jwks });
const license = verifier.verify(token);
const seats = (quantity) => [{ name: "Seats", unit: "Count", quantity }];

/** A folder of its own, and seats in it on a clock of the test's. */
function setting(t) {
  const folder = mkdtempSync(join(tmpdir(), "seats-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const store = join(folder, "seats.json");
  const clock = new TestClock();
  const open = (options) => Seats.open({ license, store, period: 30, timers: clock, ...options });
  return { folder, store, clock, open };
}

/** Waits until it is so, however slow the machine is. */
async function eventually(holds) {
  while (!holds()) await new Promise(setImmediate);
}

const taken = async (opened) => (await opened.usage())[0].taken;

test("seats are checked out, counted, and checked in", async (t) => {
  const { open } = setting(t);
  const [one, two] = [open(), open()];
  const seat = await one.checkOut([...seats(6), { name: "Tier", unit: "None" }]);
  assert.deepEqual(await two.usage(), [{ name: "Seats", unit: "Count", borrowed: "10", taken: "6", left: "4" }]);
  assert.ok(seat.isHeld);
  await assert.rejects(two.checkOut(seats(5)), (error) => {
    assert.ok(error instanceof LicenseError);
    assert.equal(error.code, "SEATS_EXHAUSTED");
    const { nextAt, ...evidence } = error.evidence;
    assert.deepEqual(evidence, { name: "Seats", unit: "Count", borrowed: "10", left: "4" });
    assert.equal(nextAt.getTime(), seat.until.getTime());
    return true;
  });
  await two.checkOut(seats(4n));
  await seat.checkIn();
  await seat.checkIn();
  assert.deepEqual([seat.isHeld, seat.until], [false, null]);
  assert.equal(await taken(one), "4");
});

test("a seat is kept for as long as its holder is there", async (t) => {
  const { open, clock } = setting(t);
  const seat = await open().checkOut(seats(10));
  for (let i = 0; i < 20; i++) {
    const before = seat.until.getTime();
    clock.sleep(0.2);
    await eventually(() => seat.until.getTime() > before);
    assert.ok(seat.isHeld);
  }
  assert.equal(await taken(open()), "10");
});

test("the seat of a holder that is silent for its period is somebody else's", async (t) => {
  const { open, clock } = setting(t);
  const silent = new TestClock();
  const seat = await open({ timers: silent }).checkOut(seats(10));
  await assert.rejects(open().checkOut(seats(1)), { code: "SEATS_EXHAUSTED" });
  clock.sleep(0.5);
  const lost = new Promise((resolve) => seat.addEventListener("lost", ({ detail }) => resolve(detail.reason.code)));
  assert.ok((await open().checkOut(seats(10))).isHeld);
  silent.sleep(0.5);
  assert.equal(seat.isHeld, false, "by its own clock at once");
  assert.equal(await lost, "SEATS_EXHAUSTED");
});

test("a holder that overslept has its seat again if it is free", async (t) => {
  const { open, clock } = setting(t);
  const seat = await open().checkOut(seats(10));
  clock.sleep(60);
  assert.equal(seat.isHeld, false);
  await eventually(() => seat.isHeld);
});

test("without a license no seat is handed out or kept, whatever is held", async (t) => {
  const { open, clock } = setting(t);
  let present = license;
  const opened = open({ license: () => present });
  const seat = await opened.checkOut(seats(1));
  const lost = new Promise((resolve) => seat.addEventListener("lost", ({ detail }) => resolve(detail.reason.code)));
  present = null;
  assert.equal(seat.isHeld, false);
  await assert.rejects(opened.checkOut(seats(1)), { code: "LICENSE_MISSING" });
  clock.sleep(0.2);
  assert.equal(await lost, "LICENSE_MISSING");
  assert.equal(await taken(open()), "0");
  const revoked = open({
    license: () => {
      throw new Error("revoked");
    },
  });
  await assert.rejects(revoked.checkOut(seats(1)), { message: "revoked" });
});

test("a clock that is set back lets nobody hold what has become somebody else's", async (t) => {
  const { open, clock } = setting(t);
  const silent = new TestClock();
  const seat = await open({ timers: silent }).checkOut(seats(6));
  silent.set(-60);
  clock.set(-60);
  // From its first word on, nobody stays longer than a period.
  const other = await open().checkOut(seats(1));
  await assert.rejects(open().checkOut(seats(4)), { code: "SEATS_EXHAUSTED" });
  assert.ok(seat.isHeld);
  for (let i = 0; i < 3; i++) {
    const before = other.until.getTime();
    clock.pass(0.2);
    await eventually(() => other.until.getTime() > before);
  }
  assert.ok((await open().checkOut(seats(9))).isHeld);
  silent.pass(0.6);
  assert.equal(seat.isHeld, false);
});

test("seats of a borrow that was replaced count until their holders have moved", async (t) => {
  const { open, clock } = setting(t);
  let present = license;
  const renewing = open({ license: () => present });
  const seat = await renewing.checkOut(seats(6));
  const next = mint("ES256", { ...others, exp: exp + WEEK, entitlementsAllowed, licenseConsumptionToken: "another" });
  present = verifier.verify(next);
  assert.equal((await renewing.usage())[0].left, "4");
  await assert.rejects(renewing.checkOut(seats(5)), { code: "SEATS_EXHAUSTED" });
  assert.ok((await renewing.checkOut(seats(4))).isHeld);
  const before = seat.until.getTime();
  clock.pass(0.2);
  await eventually(() => seat.until.getTime() > before);
  assert.deepEqual([seat.isHeld, await taken(renewing)], [true, "10"]);
});

test("a store that fails says so under one code, with what it failed with", async (t) => {
  const { folder, store, open } = setting(t);
  mkdirSync(store);
  const failed = (code) => (error) =>
    error instanceof LicenseError && error.code === "STORE_FAILED" && error.cause.code === code;
  await assert.rejects(open().checkOut(seats(1)), failed("EISDIR"));
  await assert.rejects(open().usage(), failed("EISDIR"));
  await assert.rejects(open().clear(), failed("ERR_FS_EISDIR"));
  writeFileSync(join(folder, "file"), "");
  await assert.rejects(open({ store: join(folder, "file", "within", "seats.json") }).checkOut(seats(1)), failed("ENOTDIR"));
  const cause = new Error("no more room");
  const own = { load: async () => undefined, change: async () => Promise.reject(cause), remove: async () => {} };
  await assert.rejects(open({ store: own }).checkOut(seats(1)), (error) => error.cause === cause && failed()(error));
});

test("no seat outlives its license", async (t) => {
  const { open, clock } = setting(t);
  clock.sleep((license.expiresAt - Date.now()) / 60_000 - 0.1);
  const seat = await open().checkOut(seats(1));
  assert.equal(seat.until.getTime(), license.expiresAt.getTime());
  clock.sleep(0.2);
  assert.equal(seat.isHeld, false);
  await assert.rejects(open().checkOut(seats(1)), { code: "EXPIRED" });
});

test("what is kept is not believed: damaged, it hands out nothing until it is cleared", async (t) => {
  const { open, store } = setting(t);
  const opened = open();
  await (await opened.checkOut(seats(1))).checkIn();
  const good = readFileSync(store, "utf8");
  for (const text of ["", "{", good.slice(0, -1), good.replace("[", '[{"id":"x"}'), `${good}${good}`]) {
    writeFileSync(store, text);
    if (text === "") continue;
    await assert.rejects(opened.checkOut(seats(1)), { code: "SEATS_STATE_DAMAGED" }, text);
  }
  await opened.clear();
  assert.ok((await opened.checkOut(seats(10))).isHeld);
});

test("what is wanted or given wrongly is an error", async (t) => {
  const { open, store } = setting(t);
  for (const wanted of [
    undefined,
    [],
    [{}],
    [{ name: "Seats", unit: "count", quantity: 1 }],
    [{ name: "Seats", unit: "Count" }],
    [{ name: "Seats", unit: "Count", quantity: 0 }],
    [...seats(1), ...seats(1)],
  ]) {
    await assert.rejects(open().checkOut(wanted), { code: "ARGUMENT_INVALID" });
  }
  await assert.rejects(open().checkOut([{ name: "Nothing", unit: "Count", quantity: 1 }]), {
    code: "SEATS_NOT_BORROWED",
  });
  const good = { license, store };
  const bad = [
    undefined,
    {},
    { license },
    { ...good, license: token },
    { ...good, period: 0.5 },
    { ...good, peroid: 1 },
    { ...good, period: undefined },
    { ...good, timers: {} },
    Object.create(good),
    new Map(Object.entries(good)),
  ];
  for (const options of bad) {
    assert.throws(() => Seats.open(options), { code: "ARGUMENT_INVALID" });
  }
});

/** Starts holders, and answers how each ended. */
function holders(count, options) {
  const program = join(import.meta.dirname, "suite/holder.js");
  return Array.from({ length: count }, () => {
    const child = spawn(process.execPath, [program, JSON.stringify({ keys: jwks, token, ...options })], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    return { child, ended: once(child, "exit") };
  });
}

/** The most that were held at a time, as the holders wrote it down, those that ended left out from then on. */
function most(log) {
  let [held, highest] = [0, 0];
  for (const line of readFileSync(log, "utf8").split("\n").filter(Boolean)) {
    const [, sign, quantity] = line.split(" ");
    held += sign === "+" ? Number(quantity) : -Number(quantity);
    highest = Math.max(highest, held);
  }
  return { held, highest };
}

test("processes that race for 10 seats never hold 11, and all return", async (t) => {
  const { folder, store, open } = setting(t);
  const log = join(folder, "log");
  const until = join(folder, "until");
  writeFileSync(log, "");
  const racing = holders(12, { store, log, until, pause: 300, period: 60 });
  // They go on until all seats were held at a time, however slow the machine.
  while (most(log).highest < BORROWED) await wait(50);
  writeFileSync(until, "");
  for (const { ended } of racing) assert.deepEqual(await ended, [0, null]);
  const { held, highest } = most(log);
  assert.equal(held, 0);
  assert.equal(highest, BORROWED, `${highest} held at a time`);
  assert.equal(await taken(open()), "0");
  assert.deepEqual(readdirSync(folder).toSorted(), ["log", "seats.json", "until"], "nothing is left beside");
});

test("the seats of killed processes return after their period, and no lock stays behind", async (t) => {
  const { folder, store, clock, open } = setting(t);
  const log = join(folder, "log");
  writeFileSync(log, "");
  for (let round = 0; round < 6; round++) {
    const racing = holders(5, { store, log, until: join(folder, "never"), pause: 10, period: 3600 });
    // Wherever they are then: in the lock, in the middle of a file, holding.
    await wait(350 + Math.random() * 60);
    for (const { child } of racing) child.kill("SIGKILL");
    for (const { ended } of racing) assert.deepEqual(await ended, [null, "SIGKILL"]);
    // Nobody is left to let go of the lock, and what they held is held for now.
    const [{ left }] = await open().usage();
    if (left !== "0") await (await open().checkOut(seats(Number(left)))).checkIn();
    await assert.rejects(open().checkOut(seats(Number(left) + 1)), { code: "SEATS_EXHAUSTED" });
    clock.sleep(61);
  }
  const seat = await open().checkOut(seats(BORROWED));
  assert.ok(seat.isHeld);
  await seat.checkIn();
});

test("a lock is taken from the dead alone", async (t) => {
  const { store, open } = setting(t);
  const lock = `${store}.lock`;
  const began = () => readFileSync("/proc/self/stat", "utf8").replace(/^.*\)/s, "").split(" ")[20];
  const [gone] = holders(1, { store, log: `${store}.log`, until: import.meta.filename, period: 60 });
  await gone.ended;
  const self = { id: "x", at: Date.now(), host: hostname(), pid: gone.child.pid };
  const linux = process.platform === "linux";
  const space = linux ? (await import("node:fs")).readlinkSync("/proc/self/ns/pid") : undefined;
  const hold = (owner) => writeFileSync(lock, JSON.stringify(owner));

  hold({ ...self, space });
  await (await open().checkOut(seats(1))).checkIn();
  // A number that is used again is another process.
  if (linux) {
    hold({ ...self, space, pid: process.pid, began: "1" });
    await (await open().checkOut(seats(1))).checkIn();
  }
  // Before the machine was started.
  hold({ ...self, space, pid: process.pid, at: 0, began: linux ? began() : undefined });
  await (await open().checkOut(seats(1))).checkIn();

  // Somebody who lives, and somebody elsewhere, of whom nobody can tell.
  for (const owner of [{ ...self, space, pid: process.pid }, { ...self, space, host: "elsewhere" }]) {
    hold(owner);
    const waiting = open().checkOut(seats(1));
    const first = await Promise.race([waiting, wait(300, "waits")]);
    assert.equal(first, "waits");
    rmSync(lock);
    await (await waiting).checkIn();
  }
});

test("what killed processes left beside the store is tidied up, and what is in use is not", async (t) => {
  const { folder, store, open } = setting(t);
  const [gone] = holders(1, { store, log: `${store}.log`, until: import.meta.filename, period: 60 });
  await gone.ended;
  const linux = process.platform === "linux";
  const space = linux ? (await import("node:fs")).readlinkSync("/proc/self/ns/pid") : undefined;
  const owner = { id: "x", at: Date.now(), host: hostname(), space, pid: gone.child.pid };
  const put = (name, text) => writeFileSync(join(folder, name), text);
  // Not put in place, not removed, and not written to its end.
  put("seats.json.draft", "{");
  put("seats.json.lock.1", JSON.stringify(owner));
  put("seats.json.lock.1.2", JSON.stringify(owner));
  put("seats.json.lock.3", "{");
  put("seats.json.lock.4", "{");
  put("seats.json.lock.5", JSON.stringify({ ...owner, pid: process.pid }));
  const old = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(join(folder, "seats.json.lock.3"), old, old);
  await (await open().checkOut(seats(1))).checkIn();
  assert.deepEqual(readdirSync(folder).toSorted(), ["seats.json", "seats.json.lock.4", "seats.json.lock.5"]);
});

test("import and require give the same class", () => {
  const required = createRequire(import.meta.url)("@licentia/verifier/seats");
  assert.equal(required.Seats, imported.Seats);
});
