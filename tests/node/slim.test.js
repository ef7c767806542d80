// The verifier of one pinned key is held to the vectors that ask no more of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import * as whole from "@licentia/verifier";
import * as imported from "@licentia/verifier/slim";
import { fixtures } from "./suite/fixtures.js";

const required = createRequire(import.meta.url)("@licentia/verifier/slim");
const { core, jwk, token, now } = fixtures;

/** Whether a vector trusts keys that are bound to nobody, and expects nothing that is not slim. */
const isSlim = ({ trust, options }) =>
  trust === "keys" && Object.keys(options).every((name) => name === "product" || (name === "nodeId" && typeof options.nodeId === "string"));

const vectors = core.vectors.filter(isSlim);
const keys = [core.keys.keys ?? core.keys].flat();

describe("the slim verifier", () => {
  test("there are vectors to hold it to", () => assert.ok(vectors.length > 100, `${vectors.length}`));

  for (const { name, token, now, options, license, refusal } of vectors) {
    test(name, () => {
      // With each key alone: one signed, or the refusal is the same or that of another's token.
      const answers = keys.filter(({ crv }) => crv === "P-256").map((key) => {
        try {
          return imported.Verifier.create({ key }).verify(token, { ...options, now: new Date(now) }).consumptionToken;
        } catch (error) {
          assert.ok(error instanceof imported.LicenseError, String(error));
          return error.code;
        }
      });
      assert.ok(answers.includes(refusal ?? license.consumptionToken), `${answers}`);
    });
  }

  test("a key is known by the thumbprint it had when it was given", () => {
    const { token, now } = core.vectors.find(({ name }) => name === "a key known by its thumbprint though it has a kid");
    const { kid } = JSON.parse(Buffer.from(token.split(".")[0], "base64url"));
    const thumbprint = (key) =>
      createHash("sha256").update(JSON.stringify(key, ["crv", "kty", "x", "y"])).digest("base64url");
    const key = { ...keys.find((key) => thumbprint(key) === kid), kid: undefined };
    const verifier = imported.Verifier.create({ key });
    key.x = key.y;
    assert.notEqual(thumbprint(key), kid);
    for (let time = 0; time < 3; time++) verifier.verify(token, { now: new Date(now) });
  });

  test("import and require give the same classes, which are its own", () => {
    assert.equal(imported.Verifier, required.Verifier);
    assert.equal(imported.LicenseError, required.LicenseError);
    assert.notEqual(imported.LicenseError, whole.LicenseError);
  });

  test("a message is its code", () => {
    const verifier = imported.Verifier.create({ key: jwk });
    assert.throws(() => verifier.verify("a.b.c", { now }), { code: "TOKEN_MALFORMED", message: "TOKEN_MALFORMED", evidence: { part: "header" } });
  });

  test("only one public key for ES256 is taken", () => {
    for (const [key, reason] of [
      [undefined, "KEYS_NONE_USABLE"],
      [{ keys: [jwk] }, "KEYS_NONE_USABLE"],
      [JSON.stringify(jwk), "KEYS_NONE_USABLE"],
      [{ ...jwk, d: jwk.x }, "KEY_PRIVATE"],
      [{ ...jwk, x: jwk.y }, "KEY_INVALID"],
    ]) {
      assert.throws(() => imported.Verifier.create({ key }), ({ code, evidence }) => code === "KEYS_INVALID" && evidence.reason === reason);
    }
  });

  test("a wrong argument is an error, not a verdict", () => {
    const verifier = imported.Verifier.create({ key: jwk });
    for (const call of [
      () => imported.Verifier.create(),
      () => imported.Verifier.create({ keys: jwk }),
      () => new imported.Verifier({ key: jwk }),
      () => verifier.verify(null),
      () => verifier.verify(token, { now, nodeID: "node-1" }),
      () => verifier.verify(token, { now, nodeId: undefined }),
      () => verifier.verify(token, { now, audience: "x" }),
      () => verifier.verify(token, { now: NaN }),
    ]) {
      assert.throws(call, { code: "ARGUMENT_INVALID" });
    }
  });
});
