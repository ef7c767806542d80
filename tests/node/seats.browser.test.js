// Tabs and workers of Chromium that share ten seats.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { claims, jwks, mint } from "./suite/samples.js";

const PACKAGE = dirname(fileURLToPath(import.meta.resolve("@licentia/verifier/package.json")));
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const BORROWED = 10;
const SCRIPT = `
  import { Verifier } from "/index.js";
  import { Seats } from "/seats.js";
  export const open = ({ keys, token, ...options }) => {
    const license = Verifier.create({ keys }).verify(token);
    return Seats.open({ license, store: "test", ...options });
  };
  export const seats = (quantity) => [{ name: "Seats", unit: "Count", quantity }];
  const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
  export async function race(opened, rounds, note) {
    for (let round = 0; round < rounds; ) {
      const quantity = 1 + Math.floor(Math.random() * 3);
      const seat = await opened.checkOut(seats(quantity)).catch((error) => {
        if (error.code !== "SEATS_EXHAUSTED") throw error;
      });
      if (seat) {
        round += 1;
        await note(quantity);
        await pause();
        await note(-quantity);
        await seat.checkIn();
      }
      await pause();
    }
  }`;
const WORKER = `
  import { open, race } from "/script.js";
  const answers = [];
  onmessage = async ({ data: { options, answered } }) => {
    if (answered) return answers.shift()();
    const note = (quantity) => new Promise((resolve) => (answers.push(resolve), postMessage({ quantity })));
    await race(open(options), 5, note);
    postMessage({ isDone: true });
  };`;

const entitlementsAllowed = [{ name: "Seats", unit: "Count", value: String(BORROWED) }];
const options = { keys: jwks, token: mint("ES256", { ...claims(), entitlementsAllowed }), period: 3600 };
let files, browser, context, held, highest;

before(async () => {
  files = createServer((request, response) => {
    const isScript = extname(request.url) === ".js";
    response.setHeader("content-type", `${isScript ? "text/javascript" : "text/html"}; charset=utf-8`);
    response.setHeader("content-security-policy", POLICY);
    const own = { "/script.js": SCRIPT, "/worker.js": WORKER }[request.url];
    response.end(own ?? (isScript ? readFileSync(join(PACKAGE, request.url)) : "<!doctype html><title>App</title>"));
  });
  await new Promise((resolve) => files.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
});

after(async () => {
  await browser?.close();
  files?.close();
});

beforeEach(async () => {
  context = await browser.newContext();
  [held, highest] = [0, 0];
  // Noted after a seat was got and before it is given back: never more than are truly held.
  await context.exposeFunction("note", (quantity) => {
    held += quantity;
    highest = Math.max(highest, held);
  });
});

afterEach(() => context.close());

async function tab(changes) {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${files.address().port}/`);
  await page.evaluate(async (options) => {
    Object.assign(window, await import("/script.js"));
    window.opened = window.open(options);
  }, { ...options, ...changes });
  return page;
}

const taken = (page) => page.evaluate(async () => (await opened.usage())[0].taken);

test("tabs and workers that race for 10 seats never hold 11, and all return", async () => {
  const pages = await Promise.all(Array.from({ length: 4 }, () => tab()));
  const racing = pages.flatMap((page) => [
    page.evaluate(() => Promise.all([1, 2, 3].map(() => race(opened, 5, note)))),
    page.evaluate(
      (options) =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/worker.js", { type: "module" });
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = async ({ data: { quantity, isDone } }) => {
            if (isDone) return resolve();
            await note(quantity);
            worker.postMessage({ answered: true });
          };
          worker.postMessage({ options });
        }),
      options,
    ),
  ]);
  await Promise.all(racing);
  assert.equal(held, 0);
  assert.ok(highest <= BORROWED, `${highest} held at a time`);
  assert.ok(highest > BORROWED - 3, "they did race");
  assert.equal(await taken(pages[0]), "0");
});

test("the seat of a closed or reloaded tab is free at once", async () => {
  const [one, two] = [await tab(), await tab()];
  await one.evaluate(() => opened.checkOut(seats(10)).then(() => {}));
  await assert.rejects(two.evaluate(() => opened.checkOut(seats(1))), /SEATS_EXHAUSTED|`Seats` has 0 of 10/);
  await one.close({ runBeforeUnload: true });
  await one.waitForEvent("close").catch(() => {});
  while ((await taken(two)) !== "0") await new Promise(setImmediate);
  assert.equal(await two.evaluate(async () => (await opened.checkOut(seats(10))).isHeld), true);
  await two.reload();
  const again = await tab();
  assert.equal(await again.evaluate(async () => (await opened.checkOut(seats(10))).isHeld), true);
});

test("the seat of a crashed tab is free after its period", async () => {
  const [one, two] = [await tab({ period: 2, exitOn: [] }), await tab()];
  await one.evaluate(() => opened.checkOut(seats(10)).then(() => {}));
  assert.equal(await taken(two), "10");
  await one.close();
  while ((await taken(two)) !== "0") await new Promise(setImmediate);
  assert.equal(await two.evaluate(async () => (await opened.checkOut(seats(10))).isHeld), true);
});

test("a refusal leaves the ledger as it was", async () => {
  const page = await tab();
  await page.evaluate(() => opened.checkOut(seats(6)).then(() => {}));
  const code = await page.evaluate(() => opened.checkOut(seats(5)).catch((error) => error.code));
  assert.deepEqual([code, await taken(page)], ["SEATS_EXHAUSTED", "6"]);
});
