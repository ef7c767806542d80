// What the package's pages say, held against the package and the repository.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { LicenseError, Verifier } from "@licentia/verifier";
import { build } from "esbuild";
import { createLocalJWKSet, jwtVerify } from "jose";
import { claims, jwks, mint, write } from "./suite/samples.js";
import { specifiers } from "./suite/specifiers.js";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const shipped = join(here, "node_modules/@licentia/verifier");
const read = (...path) => readFileSync(join(...path), "utf8");

/** Files below a folder whose names end so, without what is fetched or built. */
const files = (folder, end) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return /^(\..*|node_modules|target|dist|page-.*)$/.test(entry.name) ? [] : files(path, end);
    }
    return entry.name.endsWith(end) ? [path] : [];
  });

const pages = ["README.md", ...readdirSync(join(shipped, "docs")).map((name) => `docs/${name}`)];
const types = readdirSync(shipped).filter((name) => name.endsWith(".d.ts")).map((name) => read(shipped, name)).join("\n");
/** The members of `LicenseErrorEvidence`. */
const codes = [...types.matchAll(/^ {2}([A-Z][A-Z0-9_]+)(\?)?: \{/gm)].map(([, code]) => code);

describe("a page's samples run as they stand, and print what it says", () => {
  const folder = mkdtempSync(join(here, "page-"));
  write(folder);
  after(() => rmSync(folder, { recursive: true }));

  for (const page of pages.filter((page) => page.startsWith("docs/"))) {
    const samples = [...read(shipped, page).matchAll(/```js\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)];
    for (const [index, [, sample, printed = ""]] of samples.entries()) {
      test(`${page}, sample ${index + 1}`, () => {
        const run = ["--input-type=module", "--eval", sample];
        assert.equal(execFileSync(process.execPath, run, { cwd: folder, encoding: "utf8" }), printed);
      });
    }
  }
});

describe("every link leads somewhere", () => {
  // As Markdown readers make them of headings.
  const anchors = (text) =>
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"),
    );
  const every = [...files(root, ".md"), ...pages.map((page) => join(shipped, page))];
  for (const file of every) {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    if (links.length === 0) continue;
    test(relative(root, file), () => {
      for (const [link, path, anchor] of links) {
        const target = path === "" ? file : resolve(dirname(file), path);
        assert.ok(existsSync(target), link);
        assert.ok(anchor === undefined || anchors(read(target)).includes(anchor), link);
      }
    });
  }
});

test("the README's table of errors is complete", () => {
  const listed = [...read(shipped, "README.md").matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map(([, code]) => code);
  assert.ok(codes.length > 10);
  assert.deepEqual(listed.toSorted(), codes.toSorted());
});

test("the pages name no code that does not exist", () => {
  for (const page of pages) {
    for (const [, code] of read(shipped, page).matchAll(/`([A-Z]+_[A-Z_]+)`/g)) {
      assert.ok(/^(ERR|JWT)_/.test(code) || types.includes(code), `${page}: ${code}`);
    }
  }
});

test("what the threat model calls proof is a test or a vector", () => {
  const sources = ["core", "tests", "wasm"]
    .flatMap((folder) => [".rs", ".js", ".json"].flatMap((end) => files(join(root, folder), end)))
    .filter((file) => file !== import.meta.filename)
    .map((file) => read(file))
    .join("\n");
  const page = read(shipped, "docs/threat-model.md");
  const proofs = [...page.matchAll(/^\|.*\| (`[^|]*`) \|$/gm), ...page.matchAll(/Proof: ((?:`[^`]+`[, \nand]*)+)/g)]
    .flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, name]) => name.replaceAll("\n", " "));
  assert.ok(proofs.length > 20);
  for (const proof of proofs) {
    assert.ok(sources.includes(proof), proof);
  }
});

describe("what the page on jose calls stricter, jose accepts", () => {
  const changed = (changes) => JSON.stringify({ ...claims(), ...changes });
  const later = Math.floor(Date.now() / 1000) + 3600;
  for (const [code, payload] of [
    ["EXPIRED", changed({ exp: undefined, expiration: "2026-01-01T00:00:00Z", issuedAt: "2025-12-31T00:00:00Z" })],
    ["NOT_YET_VALID", changed({ iat: later, exp: later + 60 })],
    ["CLAIMS_MALFORMED", changed({}).replace("{", '{"nodeId":"another",')],
    ["CLAIMS_MALFORMED", changed({ entitlementsAllowed: [{ name: "Seats", value: "5" }] })],
    ["CLAIMS_MALFORMED", changed({ entitlementsAllowed: [{ name: "Seats", unit: "Count", value: "+5" }] })],
    ["TOKEN_TOO_LARGE", changed({ checkoutMetadata: { Note: "x".repeat(64 * 1024) } })],
  ]) {
    test(`${code} ${payload.slice(0, 100)}`, async () => {
      const token = mint("ES256", payload);
      await jwtVerify(token, createLocalJWKSet(jwks), { algorithms: ["ES256"] });
      assert.throws(
        () => Verifier.create({ keys: jwks }).verify(token),
        (error) => error instanceof LicenseError && error.code === code,
      );
    });
  }
});

describe("an app downloads no more than it should", () => {
  const compressed = (script) => brotliCompressSync(script).length;
  /** The bytes of an app that uses all of these imports. */
  const downloaded = async (...imports) => {
    const app = imports.map((from) => `export * from "${from}";`).join("\n");
    const settings = { bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", write: false };
    const { outputFiles } = await build({ ...settings, stdin: { contents: app, resolveDir: here } });
    assert.equal(outputFiles.length, 1);
    return compressed(outputFiles[0].contents);
  };
  const verifier = "@licentia/verifier";
  const slim = `${verifier}/slim`;

  describe("the README's sizes are the package's", () => {
    const rows = [...read(shipped, "README.md").matchAll(/^\| (`.*`) \| (\d+) \|$/gm)];
    const stated = rows.flatMap(([, cell, kilobytes]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, from]) => [from.replace("…", verifier), Number(kilobytes)]),
    );
    for (const [from, kilobytes] of stated) {
      test(from, async () => {
        const alone = from === verifier || from === slim;
        const whole = await downloaded(...(alone ? [from] : [verifier, from]));
        const bytes = alone ? whole : whole - (await downloaded(verifier));
        // As stated, give or take what a change may make of it before the README is out of date.
        assert.ok(Math.abs(bytes / 1000 - kilobytes) < 0.5 + kilobytes * 0.05, `${bytes} bytes`);
      });
    }

    test("of every import", () => {
      // `module` is the verifier again, for a module that the app brings.
      const expected = specifiers.filter((from) => from !== `${verifier}/module`);
      assert.deepEqual(stated.map(([from]) => from).toSorted(), expected.toSorted());
    });
  });

  for (const [from, limit] of [[verifier, 15_000], [slim, 12_000]]) {
    test(`${from}: at most ${limit} bytes`, async () => {
      const bytes = await downloaded(from);
      assert.ok(bytes <= limit, `${bytes} bytes`);
    });
  }

  test("without a bundler, the verifier is at most two files and 15000 bytes", () => {
    const names = new Set(["index.js"]);
    for (const name of names) {
      for (const [, other] of read(shipped, name).matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g)) names.add(other);
    }
    assert.ok(names.size <= 2, [...names].join());
    const bytes = [...names].reduce((sum, name) => sum + compressed(read(shipped, name)), 0);
    assert.ok(bytes <= 15_000, `${bytes} bytes`);
  });
});
