import * as api from "@licentia/verifier";
import { contract } from "../suite/contract.js";

/** Runs every case; answers each name with what went wrong, or null. */
window.runContract = (fixtures) =>
  contract(fixtures).map(([name, rule]) => {
    try {
      rule(api, fixtures);
      return [name, null];
    } catch (error) {
      return [name, error.stack];
    }
  });
