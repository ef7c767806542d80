// Fetching status lists: from where, for how long, how much.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Verifier } from "@licentia/verifier";
import { fetchStatusList } from "@licentia/verifier/revocation";
import { fixtures } from "./suite/fixtures.js";

const { keys, lists, vectors } = fixtures.revocation;
const verifier = Verifier.create({ keys });
const license = (name) => verifier.verify(vectors.find((vector) => vector.name === name).token, { now: fixtures.now });
const listed = license("valid");

/** What answers as the issuer would, and how to ask it in the issuer's place. */
async function issuer(t, answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, fetch: (_, request) => fetch(url, request) };
}

const unreachable = { code: "SERVICE_UNREACHABLE", evidence: { operation: "fetchStatusList" } };

test("a list is fetched from where the license says, without cookies, and with what the app adds", async () => {
  const asked = [];
  const answer = async (url, { headers, signal, ...request }) => {
    asked.push({ url, headers, ...request });
    return new Response(lists.usual);
  };
  const list = await fetchStatusList(verifier, listed, { fetch: answer, cache: "no-cache" });
  assert.equal(list.uri, listed.status.uri);
  const headers = { accept: "application/statuslist+jwt" };
  assert.deepEqual(asked, [{ url: list.uri, headers, credentials: "omit", cache: "no-cache" }]);
  // Where answers do not come piece by piece.
  const whole = async () => ({ ok: true, text: async () => lists.usual });
  assert.equal((await fetchStatusList(verifier, listed, { fetch: whole })).uri, list.uri);
  assert.equal(await fetchStatusList(verifier, license("a license that names no list"), { fetch: null }), null);
});

test("a list that is not to be had says so, and one that is none what is wrong with it", async () => {
  const fails = (fetch, expected) => assert.rejects(fetchStatusList(verifier, listed, { fetch }), expected);
  await fails(async () => new Response("no such status list", { status: 404 }), unreachable);
  const cause = new TypeError("no network");
  await fails(async () => { throw cause; }, { ...unreachable, cause });
  await fails(async () => new Response("<html>"), { code: "TOKEN_MALFORMED" });
  for (const timeout of [0, -1, Infinity, NaN, "1"]) {
    await assert.rejects(fetchStatusList(verifier, listed, { timeout }), { code: "ARGUMENT_INVALID" });
  }
});

test("a list may be redirected: its signature tells whose it is", async (t) => {
  const { fetch } = await issuer(t, (request, response) =>
    request.url === "/" ? response.writeHead(302, { location: "/elsewhere" }).end() : response.end(lists.usual),
  );
  assert.equal((await fetchStatusList(verifier, listed, { fetch })).uri, listed.status.uri);
});

test("an answer that does not come, or does not end, is given up after the timeout", async (t) => {
  const silent = await issuer(t, () => {});
  await assert.rejects(fetchStatusList(verifier, listed, { fetch: silent.fetch, timeout: 0.1 }), unreachable);
  const endless = await issuer(t, (_, response) => response.write("e"));
  await assert.rejects(fetchStatusList(verifier, listed, { fetch: endless.fetch, timeout: 0.1 }), unreachable);
});

test("the app can give up before", async (t) => {
  const { fetch } = await issuer(t, () => {});
  const giving = new AbortController();
  const waiting = fetchStatusList(verifier, listed, { fetch, signal: giving.signal });
  giving.abort();
  await assert.rejects(waiting, unreachable);
  await assert.rejects(fetchStatusList(verifier, listed, { fetch, signal: giving.signal }), unreachable);
});

test("an answer longer than any list is not read to its end", async (t) => {
  const { fetch } = await issuer(t, (_, response) => {
    const more = () => {
      while (response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  await assert.rejects(fetchStatusList(verifier, listed, { fetch }), { code: "TOKEN_TOO_LARGE" });
});
