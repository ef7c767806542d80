// What the package exports, of every subpath whose exports the suite or an app
// uses; each runtime loads it in its own way.
import * as verifier from "@licentia/verifier";
import * as clock from "@licentia/verifier/clock";
import * as eddsa from "@licentia/verifier/eddsa";
import * as keeper from "@licentia/verifier/keeper";
import * as mlDsa44 from "@licentia/verifier/ml-dsa-44";
import * as mlDsa44Es256 from "@licentia/verifier/ml-dsa-44-es256";
import * as nodeLock from "@licentia/verifier/node-lock";
import * as pem from "@licentia/verifier/pem";
import * as ps256 from "@licentia/verifier/ps256";
import * as ps384 from "@licentia/verifier/ps384";
import * as revocation from "@licentia/verifier/revocation";
import * as seats from "@licentia/verifier/seats";

export const api = {
  ...verifier,
  ...clock,
  ...eddsa,
  ...keeper,
  ...mlDsa44,
  ...mlDsa44Es256,
  ...nodeLock,
  ...pem,
  ...ps256,
  ...ps384,
  ...revocation,
  ...seats,
};
