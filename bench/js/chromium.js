import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { bundle } from "./bundle.js";
import { firstRows } from "./first.js";
import { fixture } from "./fixture.js";
import { median, row } from "./rows.js";

const quick = process.argv.includes("--quick");

const scripts = new Map();
const contenders = ["licentia", "webcrypto", "jose", "noble"].map((name) => `contenders/${name}.js`);
for (const path of ["suite.js", "first.js", "memory.js", ...contenders]) {
  const [{ contents }] = await bundle(path);
  scripts.set(`/${path}`, contents);
}
const server = createServer(({ url }, response) => {
  const script = scripts.get(url);
  // What a page that may ask for its memory must be.
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
  response.setHeader("Content-Type", script ? "text/javascript" : "text/html");
  response.end(script ?? "<!doctype html><title>Bench</title>");
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-blink-features=ForceEagerMeasureMemory",
  ],
});

/** Calls a script's function of its own name, in a new profile with empty caches. */
async function inPage(name, ...parameters) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(origin);
  const answer = await page.evaluate(
    async ([name, parameters]) => (await import(`/${name}.js`))[name](...parameters),
    [name, parameters],
  );
  await context.close();
  return answer;
}

/** The bytes that a fresh page has in memory once `contender` has verified its first token, modules included. */
async function memory(contender) {
  return inPage("memory", `/${contender}`, fixture);
}

async function memoryRow() {
  const bytes = { licentia: [], jose: [] };
  for (let turn = 0; turn < (quick ? 1 : 5); turn++) {
    for (const [contender, all] of Object.entries(bytes)) all.push(await memory(`contenders/${contender}.js`));
  }
  return row("memory to first verdict", median(bytes.licentia), "jose", median(bytes.jose), "bytes");
}

try {
  const measure = (contender) => inPage("first", `/${contender}`, fixture);
  const rows = [...(await inPage("suite", fixture, quick)), ...(await firstRows(measure, quick)), await memoryRow()];
  console.log(JSON.stringify(rows));
} finally {
  await browser.close();
  server.close();
}
