import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { contract } from "./suite/contract.js";
import { fixtures } from "./suite/fixtures.js";
import { revocationContract } from "./suite/revocation.js";

// What a strict site sends: only the page's own scripts, and WebAssembly.
const headers = {
  "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:",
};
const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

describe("Chromium, bundled by Vite", () => {
  let outDir, server, browser, answers, errors;

  before(async () => {
    outDir = await mkdtemp(join(tmpdir(), "licentia-vite-"));
    const root = join(import.meta.dirname, "browser");
    await build({ root, configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } });
    server = await preview({
      root,
      configFile: false,
      build: { outDir },
      preview: { host: "127.0.0.1", port: 0, headers },
    });
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
    const page = await browser.newPage();
    errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const { port } = server.httpServer.address();
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction("window.runContract");
    answers = new Map(await page.evaluate((fixtures) => window.runContract(fixtures), fixtures));
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    await rm(outDir, { recursive: true, force: true });
  });

  for (const [name] of [...contract(fixtures), ...revocationContract(fixtures)]) {
    test(name, () => assert.equal(answers.get(name), null));
  }

  test("the page loads one script and no module beside it", () => {
    assert.deepEqual(
      readdirSync(join(outDir, "assets")).map((name) => name.split(".").at(-1)),
      ["js"],
    );
  });

  test("the page reports no error under a strict content security policy", () => {
    assert.deepEqual(errors, []);
  });
});
