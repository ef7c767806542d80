// The keeper in pages of Chromium: tabs, reloads, the end of a page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Line } from "./support/line.js";
import { Service } from "./support/service.js";

const PACKAGE = dirname(fileURLToPath(import.meta.resolve("@licentia/verifier/package.json")));
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
// Only the page's own scripts, WebAssembly, and the service.
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src http://127.0.0.1:*";
const WORKER = `
  import { Verifier } from "/index.js";
  import { LeaseKeeper } from "/keeper.js";
  onmessage = async ({ data: [keys, options] }) => {
    const keeper = LeaseKeeper.create({ ...options, verifier: Verifier.create(keys) });
    const license = await keeper.start();
    postMessage([license?.consumptionToken, await keeper.close()]);
  };`;

let service, line, pages, browser, context, faults;

before(async () => {
  service = await new Service().start();
  line = await new Line().open(service);
  // The package's own files: nothing bundles them.
  pages = createServer((request, response) => {
    const isScript = extname(request.url) === ".js";
    response.setHeader("content-type", `${isScript ? "text/javascript" : "text/html"}; charset=utf-8`);
    response.setHeader("content-security-policy", POLICY);
    if (request.url === "/worker.js") return response.end(WORKER);
    response.end(isScript ? readFileSync(join(PACKAGE, request.url)) : "<!doctype html><title>App</title>");
  });
  await new Promise((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: QUIET });
});

after(async () => {
  await browser?.close();
  pages?.close();
  line?.close();
  await service?.end();
});

afterEach(async () => {
  line.disturb();
  await context?.close();
  assert.deepEqual(faults, []);
});

/** A profile of its own, and how to open its tabs with a keeper each. */
async function profile(changes) {
  const license = await service.license();
  const verifier = { keys: await service.keys() };
  const options = { url: line.url, refreshToken: license.refreshToken, checkout: service.checkout(license), ...changes };
  context = await browser.newContext();
  faults = [];
  const load = (page) =>
    page.evaluate(
      async ([keys, options]) => {
        const { Verifier } = await import("/index.js");
        const { LeaseKeeper } = await import("/keeper.js");
        window.keeper = LeaseKeeper.create({ ...options, verifier: Verifier.create(keys) });
        window.told = [];
        for (const type of ["granted", "renewed", "grace", "lost"]) {
          keeper.addEventListener(type, () => told.push(type));
        }
        return (await keeper.start())?.consumptionToken ?? null;
      },
      [verifier, options],
    );
  const open = async () => {
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`http://127.0.0.1:${pages.address().port}/`);
    return { page, token: await load(page) };
  };
  return { license, open, load };
}

/** Waits until so many seats are taken; a page that goes sends its last request when it pleases. */
async function expectTaken(license, seats) {
  for (let i = 0; i < 200 && (await service.taken(license)) !== seats; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.equal(await service.taken(license), seats);
}

/** As a user closes a tab. */
const close = (page) => page.close({ runBeforeUnload: true });

test("tabs share one seat, and the last one that is closed gives it back", async () => {
  const { license, open } = await profile();
  const [one, two] = [await open(), await open()];
  assert.ok(one.token);
  assert.equal(two.token, one.token);
  await close(one.page);
  const answer = await two.page.evaluate(() => keeper.renew().then((license) => license.consumptionToken));
  assert.equal(answer, one.token);
  assert.equal(await service.taken(license), 1);
  assert.equal(await two.page.evaluate(() => keeper.close()), true);
  assert.equal(await service.taken(license), 0);
});

test("a page that goes gives its seat back without waiting for the answer", async () => {
  const { license, open } = await profile();
  const { page } = await open();
  assert.equal(await service.taken(license), 1);
  await close(page);
  await expectTaken(license, 0);
});

test("a reloaded page has a seat again", async () => {
  const { license, open, load } = await profile();
  const { page } = await open();
  await page.reload();
  const again = await load(page);
  assert.ok(again);
  await page.evaluate(() => keeper.renew());
  assert.equal(await page.evaluate(() => keeper.state), "granted");
  await expectTaken(license, 1);
});

test("a page that was not closed well goes on without the service", async () => {
  const { open } = await profile({ exitOn: [] });
  const { page, token } = await open();
  await page.close();
  line.disturb("cut");
  const again = await open();
  assert.equal(again.token, token);
  assert.deepEqual(await again.page.evaluate(() => told), ["granted"]);
});

test("a page that gave its seat back has none without the service, except within the app's grace", async () => {
  for (const grace of [0, 3600]) {
    const { license, open } = await profile({ grace });
    const { page, token } = await open();
    await close(page);
    await expectTaken(license, 0);
    line.disturb("cut");
    const again = await open();
    assert.equal(again.token, grace === 0 ? null : token);
    assert.equal(await again.page.evaluate(() => keeper.state), grace === 0 ? "lost" : "grace");
    line.disturb();
    await again.page.evaluate(() => keeper.renew());
    assert.equal(await again.page.evaluate(() => keeper.state), "granted");
    await context.close();
  }
});

test("a page asks again when the browser is back online", async () => {
  const { open } = await profile();
  const { page } = await open();
  await context.setOffline(true);
  await page.evaluate(() => keeper.renew());
  assert.equal(await page.evaluate(() => keeper.reason.code), "SERVICE_UNREACHABLE");
  const renewed = page.evaluate(() => new Promise((done) => keeper.addEventListener("renewed", () => done(true))));
  await context.setOffline(false);
  assert.ok(await renewed);
});

test("a module worker keeps a lease as well", async () => {
  const { open } = await profile();
  const { page } = await open();
  const license = await service.license();
  const options = { url: line.url, refreshToken: license.refreshToken, checkout: service.checkout(license) };
  const [token, isReturned] = await page.evaluate(
    (data) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(data);
      }),
    [{ keys: await service.keys() }, options],
  );
  assert.ok(token);
  assert.equal(isReturned, true);
});
