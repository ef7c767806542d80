// What a keeper sends, and what it makes of other keys and of revocation.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Verifier } from "@licentia/verifier";
import { ps384 } from "@licentia/verifier/ps384";
import { Revocation, fetchStatusList } from "@licentia/verifier/revocation";
import { setting } from "./support/keepers.js";
import { Service } from "./support/service.js";

const PUBLIC_URL = "https://licenses.example.com";
const ONE_SEAT = [{ name: "Seats", quantity: 1, unit: "Count" }];
let service;

before(async () => (service = await new Service({ LICENTIA_PUBLIC_URL: PUBLIC_URL }).start()));
after(() => service.end());

test("a request carries its own tokens and nothing else, and ends with its timeout", async (t) => {
  const { keeper } = await setting(t, service);
  const requests = [];
  const one = keeper({ fetch: (url, request) => (requests.push(request), fetch(url, request)) });
  assert.ok(await one.keeper.start());
  assert.equal(requests.length, 2);
  for (const { credentials, redirect, signal } of requests) {
    assert.deepEqual([credentials, redirect, signal.aborted], ["omit", "manual", false]);
  }
});

test("nobody to whom a keeper is redirected is handed its tokens", async (t) => {
  const { keeper, line } = await setting(t, service);
  const redirecting = createServer((_, response) => response.writeHead(307, { location: line.url }).end());
  await new Promise((resolve) => redirecting.listen(0, "127.0.0.1", resolve));
  t.after(() => redirecting.close());
  const one = keeper({ url: `http://127.0.0.1:${redirecting.address().port}` });
  assert.equal(await one.keeper.start(), null);
  assert.equal(one.keeper.reason.code, "SERVICE_UNREACHABLE");
  assert.match(one.keeper.reason.message, /redirects/);
  assert.deepEqual(line.seen, []);
});

test("a borrow signed with PS384 is kept, renewed and given back", async (t) => {
  const SignKey = service.key("PS384");
  const { license, keeper } = await setting(t, service, { Issuer: { Name: "Example Software Inc", SignKey } });
  const keys = await service.keys();
  const checkout = { licenseArn: license.arn, entitlements: ONE_SEAT, algorithm: "PS384" };
  const one = keeper({ checkout, verifier: Verifier.create({ keys, algorithms: [ps384] }) });
  const granted = await one.keeper.start();
  assert.ok(granted.allows("Seats", 1, "Count"));
  const { type, license: renewed } = await one.next(40);
  assert.equal(type, "renewed");
  assert.notEqual(renewed.consumptionToken, granted.consumptionToken);
  assert.equal(await one.keeper.close(), true);
  assert.equal(await service.taken(license), 0);
});

test("a checkout whose key signs no token for use offline is told of, and given back", async (t) => {
  const SignKey = service.key("PS384");
  const { license, keeper } = await setting(t, service, { Issuer: { Name: "Example Software Inc", SignKey } });
  const one = keeper();
  assert.equal(await one.keeper.start(), null);
  assert.equal(one.keeper.reason.code, "SIGNED_TOKEN_MISSING");
  assert.equal(await service.taken(license), 0);
});

test("a kept token that a status list revokes is none", async (t) => {
  const { license, keeper, verifier, line, file } = await setting(t, service);
  const checkout = { licenseArn: license.arn, entitlements: ONE_SEAT };
  const first = keeper({ checkout, store: file });
  const granted = await first.keeper.start();
  const kept = async (lists) => {
    const expect = { revocation: new Revocation({ lists, whenStale: "accept" }) };
    return (await keeper({ checkout, store: file, expect }).keeper.start())?.consumptionToken ?? null;
  };
  line.disturb("cut");
  assert.equal(await kept([]), granted.consumptionToken);
  await service.give({ LicenseConsumptionToken: granted.consumptionToken }, { request: {} });
  const here = { fetch: (uri, request) => fetch(uri.replace(PUBLIC_URL, service.url), request) };
  const list = await fetchStatusList(verifier, granted, here);
  assert.equal(list.status(granted.status.index), 1);
  assert.equal(await kept([list]), null);
});
