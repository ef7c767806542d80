// Runs the suite where no test runner can: in a page, in a worker, at the edge.
import { algorithmContract } from "./algorithms.js";
import { contract } from "./contract.js";
import { revocationContract } from "./revocation.js";

/** Every case of the suite: its name, and a function of the package's exports and the fixtures. */
export const cases = (fixtures) => [...contract(fixtures), ...algorithmContract(fixtures), ...revocationContract(fixtures)];

/** Runs every case; answers each name with what went wrong, or null. */
export const answers = (api, fixtures) =>
  cases(fixtures).map(([name, rule]) => {
    try {
      rule(api, fixtures);
      return [name, null];
    } catch (error) {
      return [name, error.stack];
    }
  });
