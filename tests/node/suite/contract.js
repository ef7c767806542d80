// The rules of the package, one suite for every runtime: each case is a name
// and a function of the package's exports and the fixtures.
import { equal } from "./check.js";
import { cases as ofArguments } from "./contract/arguments.js";
import { cases as ofClocks } from "./contract/clock.js";
import { cases as ofKeys } from "./contract/keys.js";
import { cases as ofLicenses } from "./contract/licenses.js";
import { cases as ofNodeLocks } from "./contract/node-lock.js";
import { cases as ofTokens } from "./contract/tokens.js";
import { answer, expected, verifierOf } from "./vector.js";

const cases = [ofLicenses, ofTokens, ofKeys, ofNodeLocks, ofClocks, ofArguments];

/** The core's own vectors give the same answers here. */
const vectorCase = (vector) => [
  `vector: ${vector.name}`,
  (api, { core }) => equal(answer(api, verifierOf(api, core, vector.trust), vector), expected(vector)),
];

/** Every case, the core's vectors included. */
export const contract = ({ core }) => [...cases.flatMap(Object.entries), ...core.vectors.map(vectorCase)];
