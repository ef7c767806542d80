import * as root from "@licentia/verifier";
import { eddsa } from "@licentia/verifier/eddsa";
import { mlDsa44 } from "@licentia/verifier/ml-dsa-44";
import { mlDsa44Es256 } from "@licentia/verifier/ml-dsa-44-es256";
import { ps256 } from "@licentia/verifier/ps256";
import { ps384 } from "@licentia/verifier/ps384";
import * as revocation from "@licentia/verifier/revocation";
import { algorithmContract } from "../suite/algorithms.js";
import { contract } from "../suite/contract.js";
import { revocationContract } from "../suite/revocation.js";

const api = { ...root, ...revocation, eddsa, mlDsa44, mlDsa44Es256, ps256, ps384 };

/** Runs every case; answers each name with what went wrong, or null. */
window.runContract = (fixtures) =>
  [...contract(fixtures), ...algorithmContract(fixtures), ...revocationContract(fixtures)].map(([name, rule]) => {
    try {
      rule(api, fixtures);
      return [name, null];
    } catch (error) {
      return [name, error.stack];
    }
  });
