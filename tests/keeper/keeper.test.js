// What happens to one keeper: the network, the service, the clock.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { LicenseError } from "@licentia/verifier";
import { Clock } from "@licentia/verifier/clock";
import { LeaseKeeper } from "@licentia/verifier/keeper";
import { setting } from "./support/keepers.js";
import { Service } from "./support/service.js";

let service;

before(async () => (service = await new Service().start()));
after(() => service.end());

test("a seat is taken, renewed before its end, and given back", async (t) => {
  const { license, keeper, line } = await setting(t, service);
  const one = keeper();
  assert.equal(one.keeper.state, "idle");
  const granted = await one.keeper.start();
  assert.ok(granted.allows("Seats", 1, "Count") && granted.has("Platinum"));
  assert.equal(granted.licenseArn, license.arn);
  assert.equal(await service.taken(license), 1);

  const renewed = await one.next(40);
  assert.equal(renewed.type, "renewed");
  assert.equal(renewed.license.consumptionToken, granted.consumptionToken);
  assert.ok(renewed.license.expiresAt >= granted.expiresAt);
  assert.equal(one.keeper.license, renewed.license);
  assert.deepEqual(line.seen, ["GetAccessToken", "CheckoutLicense", "ExtendLicenseConsumption"]);

  assert.equal(await one.keeper.close(), true);
  assert.deepEqual([one.keeper.state, one.keeper.license], ["closed", null]);
  assert.equal(await service.taken(license), 0);
  assert.deepEqual(one.news(), ["granted", "renewed"]);
});

test("leases are renewed at any time from a half to three quarters of theirs", async (t) => {
  const { keeper, line } = await setting(t, service);
  const renewals = () => line.seen.filter((operation) => operation === "ExtendLicenseConsumption").length;
  const [early, late] = [keeper({ random: () => 0 }), keeper({ random: () => 1 })];
  await early.keeper.start();
  await late.keeper.start();
  early.clock.sleep(29);
  late.clock.sleep(44);
  assert.equal(renewals(), 0);
  assert.equal((await early.next(2)).type, "renewed");
  assert.equal((await late.next(2)).type, "renewed");
});

for (const fault of ["lost", "cut", "broken", "portal"]) {
  test(`a checkout whose answer is ${fault} takes one seat`, async (t) => {
    const { license, keeper, line } = await setting(t, service);
    const one = keeper();
    line.disturb(fault, "CheckoutLicense");
    assert.equal(await one.keeper.start(), null);
    const { type, reason } = one.told[0];
    assert.deepEqual([type, reason.code], ["lost", "SERVICE_UNREACHABLE"]);
    assert.ok(reason instanceof LicenseError);
    line.disturb();
    assert.equal((await one.next(1)).type, "granted");
    assert.equal(await service.taken(license), 1);
  });
}

test("a checkout whose answer was lost is found again by the next process", async (t) => {
  const { license, keeper, line, file } = await setting(t, service);
  line.disturb("lost", "CheckoutLicense");
  await keeper({ store: file }).keeper.start();
  assert.equal(await service.taken(license), 1);
  line.disturb();
  assert.ok(await keeper({ store: file }).keeper.start());
  assert.equal(await service.taken(license), 1);
});

test("a restart without the network goes on with the stored token", async (t) => {
  const { keeper, line, file } = await setting(t, service);
  const granted = await keeper({ store: file }).keeper.start();
  line.disturb("cut");
  const two = keeper({ store: file });
  const restarted = await two.keeper.start();
  assert.equal(restarted.consumptionToken, granted.consumptionToken);
  await two.next(0);
  assert.deepEqual([two.keeper.state, two.keeper.reason.code], ["granted", "SERVICE_UNREACHABLE"]);
  line.disturb();
  assert.equal((await two.next(1)).type, "renewed");
  assert.equal(two.keeper.reason, null);
});

test("a stored token that has ended is no license, except within the grace", async (t) => {
  const { keeper, line, file } = await setting(t, service);
  await keeper({ store: file }).keeper.start();
  line.disturb("cut");
  const [strict, lenient] = [keeper({ store: file }), keeper({ store: file, grace: 600 })];
  strict.clock.sleep(65);
  lenient.clock.sleep(65);
  assert.equal(await strict.keeper.start(), null);
  assert.equal(strict.keeper.state, "lost");
  const license = await lenient.keeper.start();
  assert.equal(lenient.keeper.state, "grace");
  assert.ok(license.expiresAt < lenient.clock.now(), "the signed end is still told");
});

test("a clock that remembers the time goes along with the grace", async (t) => {
  const { keeper, line, file } = await setting(t, service);
  const expect = { clock: Clock.start({ secret: "kept by the application" }) };
  await keeper({ store: file, expect }).keeper.start();
  line.disturb("cut");
  const one = keeper({ store: file, expect, grace: 3600 });
  one.clock.sleep(90);
  assert.ok(await one.keeper.start());
  assert.equal(one.keeper.state, "grace");
});

test("what is no token of this license in the store is as if it were not there", async (t) => {
  const { license, keeper, line, verifier } = await setting(t, service);
  const texts = ["", "{", "null", "[]", '{"token":1}', '{"request":"x","token":"x"}'];
  const kept = { text: undefined };
  const store = {
    load: async () => kept.text,
    save: async (text) => (kept.text = text),
    remove: async () => (kept.text = undefined),
  };
  const first = keeper({ store }).keeper;
  await first.start();
  texts.push(kept.text.replace(/\.[\w-]{20}/, ".AAAAAAAAAAAAAAAAAAAA"));
  await first.close();
  line.disturb("cut");
  for (const text of texts) {
    kept.text = text;
    assert.equal(await keeper({ store, verifier }).keeper.start(), null, text);
  }
  line.disturb();
  kept.text = "{";
  assert.ok(await keeper({ store }).keeper.start());
  assert.equal(await service.taken(license), 1);
});

test("a token of another product or for another node in the store is none", async (t) => {
  const { license, keeper, line, file } = await setting(t, service);
  const other = await service.license();
  const checkout = { ...service.checkout(other), nodeId: "node-1" };
  await keeper({ store: file, refreshToken: other.refreshToken, checkout }).keeper.start();
  line.disturb("cut");
  const { productSku } = service.checkout(license);
  for (const changed of [{ productSku }, { nodeId: "node-2" }]) {
    // The user gives the token out for what is asked.
    const record = JSON.parse(readFileSync(file, "utf8"));
    const [name, value] = Object.entries(changed)[0];
    const members = { productSku: "ProductSKU", nodeId: "NodeId" };
    const request = JSON.parse(record.request);
    request.input[members[name]] = value;
    const store = {
      load: async () => JSON.stringify({ ...record, request: JSON.stringify(request) }),
      save: async () => {},
      remove: async () => {},
    };
    assert.equal(await keeper({ store, checkout: { ...checkout, ...changed } }).keeper.start(), null, name);
  }
  assert.ok(await keeper({ store: file, checkout }).keeper.start());
});

test("a store that fails is told of, and costs no license", async (t) => {
  const { keeper } = await setting(t, service);
  const fail = async () => {
    throw new Error("the disk is full");
  };
  const one = keeper({ store: { load: fail, save: fail, remove: fail, join: fail } });
  const reasons = [];
  one.keeper.addEventListener("failed", ({ detail: { reason } }) => {
    assert.ok(reason instanceof LicenseError && reason.cause.message === "the disk is full");
    reasons.push(`${reason.code} ${reason.message}`);
  });
  assert.ok(await one.keeper.start());
  assert.deepEqual([...new Set(reasons)], ["STORE_FAILED the store cannot be read or written: the disk is full"]);
});

test("without the network there is a warning, the end, and after it the license again", async (t) => {
  const { license, keeper, line } = await setting(t, service);
  const one = keeper();
  const granted = await one.keeper.start();
  line.disturb("cut");
  assert.equal((await one.next(40)).type, "failed");
  assert.equal(one.keeper.state, "granted", "there is time left");
  const warned = await one.next(15);
  assert.equal(one.keeper.state, "grace");
  assert.equal(warned.endsAt.getTime(), granted.expiresAt.getTime());
  assert.equal(one.keeper.license, granted, "until its end");
  await one.next(6);
  assert.deepEqual([one.keeper.state, one.keeper.license], ["lost", null]);
  assert.deepEqual(one.news(), ["granted", "grace", "lost"]);
  line.disturb();
  await service.revise(license, "AVAILABLE", 600);
  assert.equal((await one.next(1)).type, "granted");
});

test("the app's grace goes on from the signed end", async (t) => {
  const { keeper, line } = await setting(t, service);
  const one = keeper({ grace: 3600 });
  const granted = await one.keeper.start();
  line.disturb("cut");
  await one.next(40);
  one.clock.sleep(60);
  assert.equal(one.keeper.license, granted);
  await one.next(1);
  assert.equal(one.keeper.state, "grace");
  assert.equal(one.told.at(-1).endsAt - granted.expiresAt, 3_600_000);
  one.clock.sleep(30);
  assert.equal(one.keeper.license, null);
  await one.next(1);
  assert.equal(one.keeper.state, "lost");
});

test("who sleeps past the end asks before anybody is told", async (t) => {
  const { license, keeper } = await setting(t, service);
  const one = keeper();
  await one.keeper.start();
  await service.revise(license, "AVAILABLE", 600);
  const waking = one.next(300);
  assert.equal(one.keeper.license, null, "what has ended has ended");
  assert.equal((await waking).type, "renewed");
  assert.deepEqual(one.news(), ["granted", "renewed"]);
});

test("a service that restarts is waited for", async (t) => {
  const own = await new Service().start();
  t.after(() => own.end());
  const { keeper, license } = await setting(t, own);
  const one = keeper();
  await one.keeper.start();
  await own.stop();
  assert.equal((await one.next(40)).type, "failed");
  await own.start();
  assert.equal((await one.next(1)).type, "renewed");
  assert.equal(await own.taken(license), 1);
});

test("a refused checkout is lost at once, and asked for again when the app says so", async (t) => {
  const { license, keeper, line } = await setting(t, service);
  const taken = await service.take(license, 2);
  const entitlements = [{ name: "Seats", quantity: 1, unit: "Count" }];
  const one = keeper({ checkout: { ...service.checkout(license), entitlements } });
  assert.equal(await one.keeper.start(), null);
  const [{ type, reason }] = one.told;
  assert.deepEqual([type, reason.code], ["lost", "SERVICE_REFUSED"]);
  assert.deepEqual(reason.evidence, { operation: "CheckoutLicense", exception: "NoEntitlementsAllowedException" });
  const asked = line.seen.length;
  one.clock.sleep(30);
  assert.equal(line.seen.length, asked);
  await service.give(taken, license);
  assert.ok(await one.keeper.start());
});

test("a checkout that is granted in part is refused and given back, unless the app takes parts", async (t) => {
  const { license, keeper } = await setting(t, service);
  const taken = await service.take(license, 2);
  const one = keeper();
  assert.equal(await one.keeper.start(), null);
  assert.equal(one.keeper.reason.evidence.exception, "EntitlementNotAllowedException");
  const two = keeper({ checkout: { ...service.checkout(license), partial: true } });
  const part = await two.keeper.start();
  assert.deepEqual([part.has("Platinum"), part.has("Seats")], [true, false]);
  await service.give(taken, license);
});

test("a clock that is hours ahead loses the license and no seat", async (t) => {
  const { license, keeper } = await setting(t, service);
  const one = keeper();
  one.clock.sleep(300);
  assert.equal(await one.keeper.start(), null);
  assert.equal(one.keeper.reason.code, "EXPIRED");
  assert.equal(await service.taken(license), 0);
});

test("a lease that the service will not renew is good until its signed end, without the app's grace", async (t) => {
  const { license, keeper } = await setting(t, service);
  const one = keeper({ grace: 3600 });
  const granted = await one.keeper.start();
  await service.revise(license, "SUSPENDED");
  await one.next(40);
  const { reason, endsAt } = one.told.at(-1);
  assert.deepEqual([one.keeper.state, reason.code], ["grace", "SERVICE_REFUSED"]);
  assert.equal(endsAt.getTime(), granted.expiresAt.getTime());
  assert.equal(one.keeper.license, granted);
  await one.next(21);
  assert.deepEqual([one.keeper.state, one.keeper.license], ["lost", null]);
});

test("a lease that is renewed after all is granted again", async (t) => {
  const { license, keeper } = await setting(t, service);
  const one = keeper();
  await one.keeper.start();
  await service.revise(license, "SUSPENDED");
  await one.next(40);
  await service.revise(license, "AVAILABLE");
  assert.equal((await one.next(2)).type, "renewed");
  assert.equal(one.keeper.state, "granted");
});

test("a deleted license is lost at once", async (t) => {
  const { license, keeper, file } = await setting(t, service);
  const one = keeper({ store: file });
  await one.keeper.start();
  await service.call("DeleteLicense", { LicenseArn: license.arn, SourceVersion: "1" });
  await one.next(40);
  assert.deepEqual(one.news(), ["granted", "lost"]);
  assert.equal(await keeper({ store: file }).keeper.start(), null, "also after a restart");
});

test("a deleted refresh token renews nothing", async (t) => {
  const { license, keeper } = await setting(t, service);
  const one = keeper();
  await one.keeper.start();
  await service.call("DeleteToken", { TokenId: license.tokenId });
  await one.next(50);
  assert.deepEqual([one.keeper.state, one.keeper.reason.evidence.operation], ["grace", "GetAccessToken"]);
});

test("a seat that somebody gave back is taken again", async (t) => {
  const { license, keeper, line } = await setting(t, service);
  const one = keeper();
  const { consumptionToken } = await one.keeper.start();
  const { AccessToken } = await service.call("GetAccessToken", { Token: license.refreshToken });
  const response = await fetch(`${service.url}/`, {
    method: "POST",
    headers: { "x-amz-target": "AWSLicenseManager.CheckInLicense", authorization: `Bearer ${AccessToken}` },
    body: JSON.stringify({ LicenseConsumptionToken: consumptionToken }),
  });
  assert.equal(response.status, 200);
  const renewed = await one.keeper.renew();
  assert.notEqual(renewed.consumptionToken, consumptionToken);
  assert.equal(await service.taken(license), 1);
  assert.deepEqual(line.seen.slice(-2), ["ExtendLicenseConsumption", "CheckoutLicense"]);
});

test("the access token is exchanged for another before it ends", async (t) => {
  const { keeper, line } = await setting(t, service);
  const one = keeper();
  await one.keeper.start();
  await one.next(50);
  assert.deepEqual(line.seen.slice(-2), ["GetAccessToken", "ExtendLicenseConsumption"]);
});

test("the app may bring its own access tokens", async (t) => {
  const { license, keeper } = await setting(t, service);
  const bringing = (accessToken) => keeper({ accessToken }, ["refreshToken"]);
  const exchange = async () => {
    const { AccessToken } = await service.call("GetAccessToken", { Token: license.refreshToken });
    return AccessToken;
  };
  for (const accessToken of [await exchange(), exchange]) {
    const one = bringing(accessToken).keeper;
    assert.ok(await one.start());
    await one.close();
  }
  const refused = bringing("x.y.z");
  await refused.keeper.start();
  assert.equal(refused.keeper.reason.evidence.exception, "UnrecognizedClientException");
});

test("a borrow is renewed by another one, and the first is given back", async (t) => {
  const { license, keeper } = await setting(t, service);
  const checkout = {
    licenseArn: license.arn,
    entitlements: [{ name: "Seats", quantity: 1, unit: "Count" }],
    nodeId: "node-1",
    metadata: { Mac: "0a:58" },
  };
  const one = keeper({ checkout, expect: { nodeId: "node-1" } });
  const granted = await one.keeper.start();
  assert.equal(granted.metadata.Mac, "0a:58");
  const { type, license: renewed } = await one.next(40);
  assert.equal(type, "renewed");
  assert.notEqual(renewed.consumptionToken, granted.consumptionToken);
  await one.keeper.close();
  assert.equal(await service.taken(license), 0);
});

test("a borrow with no room beside it lasts until its end", async (t) => {
  const { license, keeper } = await setting(t, service);
  const entitlements = [{ name: "Seats", quantity: 2, unit: "Count" }];
  const one = keeper({ checkout: { licenseArn: license.arn, entitlements } });
  const granted = await one.keeper.start();
  await one.next(40);
  assert.deepEqual([one.keeper.state, one.keeper.license], ["grace", granted]);
  assert.equal(one.keeper.reason.evidence.exception, "NoEntitlementsAllowedException");
});

test("a token that the verifier refuses is given back", async (t) => {
  const { license, keeper } = await setting(t, service);
  const one = keeper({ expect: { nodeId: "another node" } });
  assert.equal(await one.keeper.start(), null);
  assert.deepEqual([one.keeper.state, one.keeper.reason.code], ["lost", "NODE_MISMATCH"]);
  assert.equal(await service.taken(license), 0);
});

test("an app that now asks for more gives back what it had", async (t) => {
  const { license, keeper, line, file } = await setting(t, service);
  await keeper({ store: file }).keeper.start();
  line.disturb("cut");
  const entitlements = [{ name: "Seats", quantity: 2, unit: "Count" }];
  const more = keeper({ store: file, checkout: { ...service.checkout(license), entitlements } });
  assert.equal(await more.keeper.start(), null, "what was kept does not do");
  line.disturb();
  await more.next(1);
  assert.ok(more.keeper.license.allows("Seats", 2, "Count"));
  assert.equal(await service.taken(license), 2);
});

test("a seat that could not be given back is there after the restart", async (t) => {
  const { license, keeper, line, file } = await setting(t, service);
  const one = keeper({ store: file });
  await one.keeper.start();
  line.disturb("cut");
  assert.equal(await one.keeper.close(), false);
  const two = keeper({ store: file });
  assert.ok(await two.keeper.start());
  line.disturb();
  assert.equal(await two.keeper.close(), true);
  assert.equal(await service.taken(license), 0);
});

test("who closes while a checkout is under way gives its seat back", async (t) => {
  const { license, keeper, line } = await setting(t, service);
  const one = keeper();
  line.disturb("held", "CheckoutLicense");
  const started = one.keeper.start();
  while (!line.seen.includes("GetAccessToken")) await new Promise(setImmediate);
  const closed = one.keeper.close();
  line.disturb();
  assert.deepEqual([await closed, await started], [true, null]);
  assert.equal(await service.taken(license), 0);
  assert.throws(() => one.keeper.start(), { code: "ARGUMENT_INVALID" });
});

test("a request that hangs is given up after the timeout", async (t) => {
  const { keeper, line } = await setting(t, service);
  const one = keeper({ timeout: 60 });
  line.disturb("held");
  const started = one.keeper.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  one.clock.sleep(1);
  assert.equal(await started, null);
  assert.equal(one.keeper.reason.code, "SERVICE_UNREACHABLE");
});

test("options that are misspelt, missing, undefined, not their own or contradictory are errors", async (t) => {
  const { verifier, license } = await setting(t, service);
  const good = { url: service.url, verifier, refreshToken: "x", checkout: service.checkout(license) };
  for (const bad of [
    undefined,
    {},
    { ...good, url: undefined },
    { ...good, verifier: {} },
    { ...good, accessToken: "x" },
    { ...good, refreshToken: undefined },
    { ...good, graze: 1 },
    { ...good, grace: -1 },
    { ...good, timeout: Infinity },
    { ...good, timeout: "1" },
    { ...good, timers: {} },
    { ...good, clock: Clock.start({ secret: "kept by the application" }) },
    { ...good, grace: undefined },
    { ...good, expect: undefined },
    { ...good, expect: { nodeId: undefined } },
    { ...good, expect: new Map([["nodeId", "node-1"]]) },
    { ...good, expect: Object.create({ nodeId: "node-1" }) },
    { ...good, checkout: { ...good.checkout, nodeId: undefined } },
    { ...good, checkout: Object.assign(Object.create({ nodeId: "node-1" }), good.checkout) },
    { ...good, checkout: { licenseArn: "x", entitlements: good.checkout.entitlements, metadata: new Map([["a", "b"]]) } },
    Object.create(good),
    new Map(Object.entries(good)),
    { ...good, checkout: { ...good.checkout, sku: "x" } },
    { ...good, checkout: { ...good.checkout, entitlements: [] } },
    { ...good, checkout: { ...good.checkout, entitlements: [{ name: "Seats", unit: "Count" }] } },
    { ...good, checkout: { ...good.checkout, licenseArn: license.arn } },
  ]) {
    assert.throws(() => LeaseKeeper.create(bad), { code: "ARGUMENT_INVALID" }, JSON.stringify(bad));
  }
  assert.ok(LeaseKeeper.create(good));
  await assert.rejects(LeaseKeeper.create(good).close({ checkin: false }), { code: "ARGUMENT_INVALID" });
});
