// Chromium: each app is a site of its own, under the policy of a strict one.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as playwright } from "playwright-core";

// Only the site's own scripts, and WebAssembly.
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

let launched;

/** The one browser for all of them. */
async function browser(later) {
  if (launched === undefined) {
    launched = playwright.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
    later(async () => (await launched).close());
  }
  return launched;
}

/** Serves a folder; answers its address, and a list of the paths that are asked for. */
async function serve(folder, later) {
  const requests = [];
  const server = createServer(async ({ url }, response) => {
    requests.push(url);
    const file = url === "/" ? "/index.html" : url;
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", file.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8");
    const body = await readFile(join(folder, file)).catch(() => null);
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  later(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/`, requests };
}

const facts = {
  "the bundler warns of nothing": ({ warnings }) => assert.deepEqual(warnings, []),
  "nothing but the app's scripts is loaded": ({ requests, scripts }) => {
    const [page, ...others] = requests;
    assert.equal(page, "/");
    assert.equal(others.every((path) => path.endsWith(".js")), true, `${others}`);
    if (scripts !== undefined) assert.equal(others.length, scripts);
  },
  "nothing is reported under a strict content security policy": ({ errors }) => assert.deepEqual(errors, []),
};

/** An app as this bundler leaves it, in so many scripts, where that can be told. */
export const chromium = (app, bundler, scripts) => ({
  async run(fixtures, later) {
    const site = await mkdtemp(join(tmpdir(), "licentia-site-"));
    later(() => rm(site, { recursive: true }));
    const warnings = await bundler(join(import.meta.dirname, "apps", app), site);
    const { url, requests } = await serve(site, later);

    // Nothing is shared with other sites, service workers least of all.
    const context = await (await browser(later)).newContext();
    later(() => context.close());
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(url);
    await page.waitForFunction("window.answers");
    const answers = await page.evaluate((fixtures) => window.answers(fixtures), fixtures);
    return { answers, errors, requests, scripts, warnings };
  },
  facts,
});
