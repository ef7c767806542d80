// How a clock that was set back is known.
import { equal, refused } from "../check.js";

export const cases = {
  "a clock set back is told by what it has seen, in this run and after"(api, { jwk, token, endless, now }) {
    const { Clock, Verifier } = api;
    const options = { secret: "0123456789abcdef", label: "product", grace: 60 };
    const verifier = Verifier.create({ keys: jwk });
    const clock = Clock.start(options);
    equal(verifier.verify(token, { now, clock }).has("Seats"), true);
    equal(verifier.verify(token, { now: now - 60_000, clock }).has("Seats"), true);
    const error = refused(api, "CLOCK_SET_BACK", () => verifier.verify(token, { now: now - 61_000, clock }));
    equal(error.evidence, { seen: new Date(now), now: new Date(now - 61_000) });
    equal(error.evidence.seen instanceof Date, true);

    const end = Date.parse("2026-11-23T10:00:00Z");
    refused(api, "EXPIRED", () => verifier.verify(token, { now: end, clock }));
    refused(api, "CLOCK_SET_BACK", () => verifier.verify(token, { now: end - 61_000, clock }));
    const restored = Clock.restore(clock.state(), options);
    refused(api, "CLOCK_SET_BACK", () => verifier.verify(endless, { now, clock: restored }));
    equal(restored.state(), clock.state());
    equal(verifier.verify(endless, { now: end, clock: restored }).expiresAt, null);

    const forged = Clock.start(options);
    const changed = `${token.slice(0, -2)}${token.at(-2) === "A" ? "B" : "A"}${token.at(-1)}`;
    refused(api, "SIGNATURE_INVALID", () => verifier.verify(changed, { now, clock: forged }));
    equal(forged.state(), Clock.start(options).state());
  },

  "a clock's state is good under its secret and label alone"(api, fixtures) {
    const { Clock } = api;
    const options = { secret: "0123456789abcdef", label: "product" };
    const state = Clock.start(options).state();
    equal(Clock.restore(state, { ...options, grace: 0 }).state(), state);
    for (const [text, other] of [
      [state, { secret: "0123456789abcdeg" }],
      [state, { label: "another" }],
      [`${state}A`, {}],
      [`A${state.slice(1)}`.replace("AQ", "Ag"), {}],
      ["", {}],
    ]) {
      refused(api, "CLOCK_STATE_INVALID", () => Clock.restore(text, { ...options, ...other }));
    }
    // Each character counts, of however many bytes.
    for (const label of ["é", "東京", "😀", "x😀y", "\u0800".repeat(5000)]) {
      const state = Clock.start({ ...options, label }).state();
      equal(Clock.restore(state, { ...options, label, grace: 0 }).state(), state);
      const last = label.codePointAt(label.length - 1);
      const other = label.slice(0, -1) + String.fromCharCode(last ^ 1);
      refused(api, "CLOCK_STATE_INVALID", () => Clock.restore(state, { ...options, label: other }));
      refused(api, "CLOCK_STATE_INVALID", () => Clock.restore(state, { ...options, label: `${label}x` }));
    }
    const verifier = api.Verifier.create({ keys: fixtures.jwk });
    for (const call of [
      () => new Clock(options),
      () => Clock.start(),
      () => Clock.start({}),
      () => Clock.start({ secret: "0123456789abcde" }),
      () => Clock.start({ ...options, secret: 7 }),
      () => Clock.start({ ...options, label: undefined }),
      () => Clock.start({ ...options, grace: -1 }),
      () => Clock.start({ ...options, grace: 1.5 }),
      () => Clock.start({ ...options, state }),
      () => Clock.restore(undefined, options),
      ...[undefined, null, {}, state].map((clock) => () => verifier.verify(fixtures.token, { now: fixtures.now, clock })),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },
};
