import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { bundle } from "./bundle.js";
import { firstRows } from "./first.js";
import { fixture } from "./fixture.js";

const quick = process.argv.includes("--quick");

const scripts = new Map();
const contenders = ["licentia", "webcrypto", "jose", "noble"].map((name) => `contenders/${name}.js`);
for (const path of ["suite.js", "first.js", ...contenders]) {
  const [{ contents }] = await bundle(path);
  scripts.set(`/${path}`, contents);
}
const server = createServer(({ url }, response) => {
  const script = scripts.get(url);
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

try {
  const measure = (contender) => inPage("first", `/${contender}`, fixture);
  const rows = [...(await inPage("suite", fixture, quick)), ...(await firstRows(measure, quick))];
  console.log(JSON.stringify(rows));
} finally {
  await browser.close();
  server.close();
}
