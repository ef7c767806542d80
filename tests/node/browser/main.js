import * as root from "@licentia/verifier";
import * as revocation from "@licentia/verifier/revocation";
import { contract } from "../suite/contract.js";
import { revocationContract } from "../suite/revocation.js";

const api = { ...root, ...revocation };

/** Runs every case; answers each name with what went wrong, or null. */
window.runContract = (fixtures) =>
  [...contract(fixtures), ...revocationContract(fixtures)].map(([name, rule]) => {
    try {
      rule(api, fixtures);
      return [name, null];
    } catch (error) {
      return [name, error.stack];
    }
  });
