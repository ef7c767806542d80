// The rules of `@licentia/verifier/revocation`, for every runtime: each case is
// a name and a function of the exports, of the root too, and the fixtures.
import { equal, refused } from "./check.js";

const URI = "https://licenses.example.com/status/111122223333/l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60/0";
const NOW = new Date("2026-11-22T10:00:00Z");

/** A verifier, the core's lists by name, and a license of each kind. */
function setting(api, { revocation: { keys, lists, vectors } }) {
  const verifier = api.Verifier.create({ keys });
  const read = (name) => api.StatusList.read(verifier, lists[name]);
  const token = (name) => vectors.find((vector) => vector.name === name).token;
  return { verifier, lists, read, token };
}

const cases = {
  "a list tells where it is from and how long it is good"(api, fixtures) {
    const list = setting(api, fixtures).read("usual");
    equal([list.uri, list.issuer], [URI, "aws:111122223333:Example Software Inc:issuer-fingerprint"]);
    equal([list.issuedAt, list.expiresAt, list.secondsToLive], [NOW, new Date("2026-11-23T10:00:00Z"), 900]);
    equal([0, 1, 2, 3, 4, -1, 0.5, NaN, "0"].map((index) => list.status(index)), [0, 1, 2, 3, null, null, null, null, null]);
    const silent = setting(api, fixtures).read("of nobody");
    equal([silent.issuer, silent.expiresAt, silent.secondsToLive], [null, null, null]);
  },

  "a license tells where its status stands"(api, fixtures) {
    const { verifier, token } = setting(api, fixtures);
    const status = (name) => verifier.verify(token(name), { now: NOW }).status;
    equal(status("revoked"), { index: 1, uri: URI });
    equal(status("a license that names no list"), null);
    equal(Object.isFrozen(status("revoked")), true);
  },

  "verify asks for the status when it is told to"(api, fixtures) {
    const { verifier, read, token } = setting(api, fixtures);
    const revocation = new api.Revocation({ lists: [read("usual")] });
    equal(verifier.verify(token("valid"), { now: NOW, revocation }).has("Seats"), true);
    refused(api, "REVOKED", () => verifier.verify(token("revoked"), { now: NOW, revocation }));
    equal(verifier.verify(token("revoked"), { now: NOW }).has("Seats"), true);
    const late = new Date("2026-11-23T10:00:00Z");
    const stale = refused(api, "STATUS_STALE", () => verifier.verify(token("valid"), { now: late, revocation }));
    equal(stale.evidence, { uri: URI, since: late, now: late });
    // What is not valid in the first place is not asked about.
    refused(api, "SIGNATURE_INVALID", () => verifier.verify(`${token("revoked").slice(0, -4)}AAAA`, { now: NOW, revocation }));
  },

  "without a time it is the system's"(api, fixtures) {
    const { verifier, read, token } = setting(api, fixtures);
    const license = verifier.verify(token("valid"), { now: NOW });
    const revocation = new api.Revocation({ lists: [read("usual")] });
    const { now } = Date;
    try {
      Date.now = () => NOW.getTime();
      equal(revocation.judge(license).status, "valid");
      Date.now = () => NOW.getTime() + 86_400_000;
      refused(api, "STATUS_STALE", () => revocation.judge(license));
      equal(revocation.judge(license, { now: NOW.getTime() }).status, "valid");
    } finally {
      Date.now = now;
    }
  },

  "only a list that a key of the verifier signed is read"(api, fixtures) {
    const { lists } = setting(api, fixtures);
    const other = api.Verifier.create({ keys: fixtures.jwk });
    refused(api, "KEY_UNKNOWN", () => api.StatusList.read(other, lists.usual));
    const issuers = (issuer) => api.Verifier.create({ issuers: [{ issuer, keys: fixtures.revocation.keys }] });
    refused(api, "ISSUER_MISMATCH", () => api.StatusList.read(issuers("another"), lists.usual));
  },

  "a list is no license and a license is no list"(api, fixtures) {
    const { verifier, lists, token } = setting(api, fixtures);
    refused(api, "TOKEN_MALFORMED", () => verifier.verify(lists.usual));
    refused(api, "TOKEN_MALFORMED", () => api.StatusList.read(verifier, token("valid")));
    const long = refused(api, "TOKEN_TOO_LARGE", () => api.StatusList.read(verifier, ".".repeat(3_000_000)));
    equal(long.evidence.limit, 1_048_576);
  },

  "a call written wrongly is an error, not a verdict"(api, fixtures) {
    const { verifier, read, token, lists } = setting(api, fixtures);
    const { Revocation, StatusList } = api;
    const license = verifier.verify(token("valid"), { now: NOW });
    const one = [read("usual")];
    for (const call of [
      () => new StatusList({}),
      () => StatusList.read({}, lists.usual),
      () => StatusList.read(verifier, undefined),
      () => new Revocation(),
      () => new Revocation({ lists: one[0] }),
      () => new Revocation({ lists: [lists.usual] }),
      () => new Revocation({ lists: one, maxage: 1 }),
      () => new Revocation({ lists: one, maxAge: -1 }),
      () => new Revocation({ lists: one, maxAge: 0.5 }),
      () => new Revocation({ lists: one, whenStale: "ignore" }),
      () => new Revocation({ lists: one }).judge(undefined),
      () => new Revocation({ lists: one }).judge(license, { now: "tomorrow" }),
      () => verifier.verify(token("valid"), { now: NOW, revocation: undefined }),
      () => verifier.verify(token("valid"), { now: NOW, revocation: { lists: one } }),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },

  "nothing about a list can be changed"(api, fixtures) {
    const list = setting(api, fixtures).read("usual");
    list.issuedAt.setTime(0);
    equal([Object.isFrozen(list), list.issuedAt], [true, NOW]);
    equal(Object.isFrozen(new api.Revocation({ lists: [list] })), true);
  },
};

const standing = ({ status, asOf, isStale }) => [status, asOf, isStale];

/** The core's own vectors give the same answers here. */
function vectorCase(vector) {
  return [
    `status: ${vector.name}`,
    (api, fixtures) => {
      const { verifier, read } = setting(api, fixtures);
      const [now, license] = [new Date(vector.now), verifier.verify(vector.token, { now: new Date(vector.now) })];
      const { maxAge, whenStale } = vector;
      const revocation = new api.Revocation({ lists: vector.lists.map(read), whenStale, ...(maxAge !== null && { maxAge }) });
      if (vector.refusal !== undefined) {
        equal(refused(api, vector.refusal, () => revocation.judge(license, { now })).message, vector.message);
        return;
      }
      const { standing: status, asOf = null, isStale = false } = vector;
      equal(standing(revocation.judge(license, { now })), [status, asOf && new Date(asOf), isStale]);
    },
  ];
}

function unreadableCase({ name, list, refusal, message }) {
  return [
    `status list: ${name}`,
    (api, fixtures) => {
      const { verifier } = setting(api, fixtures);
      equal(refused(api, refusal, () => api.StatusList.read(verifier, list)).message, message);
    },
  ];
}

/** Every case, the core's vectors included. */
export const revocationContract = ({ revocation: { vectors, unreadable } }) => [
  ...Object.entries(cases),
  ...vectors.map(vectorCase),
  ...unreadable.map(unreadableCase),
];
