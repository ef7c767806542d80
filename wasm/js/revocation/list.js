import { unzlibSync } from "fflate";
import { misuse } from "../error.js";
import { SIGNED } from "../signed.js";
import { decode } from "../base64url.js";
import { refusal } from "./refusal.js";

/** The most bytes that statuses may take once they are inflated. */
const MOST_BYTES = 1024 * 1024;
/** Past the year 9999 there is no time, in seconds since 1970. */
const END_OF_TIME = 253_402_300_800;

/** A verified status list: see `revocation.d.ts`. Made by `StatusList.read` alone. */
export class StatusList {
  static name = "StatusList";

  #bits;
  #bytes;

  constructor(claims) {
    if (!(claims instanceof Claims)) {
      throw misuse("a status list is read by `StatusList.read(verifier, text)`");
    }
    const { sub, iss, iat, exp, ttl, bits, bytes } = claims;
    this.#bits = bits;
    this.#bytes = bytes;
    this.uri = sub;
    this.issuer = iss ?? null;
    this.secondsToLive = ttl ?? null;
    const dates = { issuedAt: iat, expiresAt: exp };
    for (const [name, seconds] of Object.entries(dates)) {
      const get = () => (seconds === undefined ? null : new Date(seconds * 1000));
      Object.defineProperty(this, name, { enumerable: true, get });
    }
    Object.freeze(this);
  }

  static read(verifier, text) {
    if (typeof verifier?.[SIGNED] !== "function" || typeof text !== "string") {
      throw misuse("a status list is read with a `Verifier` and the list's text");
    }
    return new StatusList(new Claims(signed(verifier, text)));
  }

  status(index) {
    const blocks = 8 / this.#bits;
    const byte = this.#bytes[Math.floor(index / blocks)];
    if (!Number.isSafeInteger(index) || byte === undefined) {
      return null;
    }
    return (byte >> ((index % blocks) * this.#bits)) & (2 ** this.#bits - 1);
  }
}

/** The claims that one of the verifier's keys signed. */
function signed(verifier, text) {
  try {
    return verifier[SIGNED](text);
  } catch (error) {
    throw error.code === "CLAIMS_MALFORMED" ? malformed(null) : error;
  }
}

/** The claims of a list (draft-ietf-oauth-status-list-21 sections 4.2 and 5.1), each of its form. */
class Claims {
  constructor(claims) {
    const list = claims?.status_list;
    const isText = (value) => typeof value === "string";
    const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
    const isTime = (value) => Number.isSafeInteger(value) && value >= 0 && value < END_OF_TIME;
    const isAbsent = (value) => value === undefined;
    const rules = {
      sub: [claims?.sub, isText],
      iss: [claims?.iss, isAbsent, isText],
      iat: [claims?.iat, isTime],
      exp: [claims?.exp, isAbsent, isTime],
      ttl: [claims?.ttl, isAbsent, (value) => Number.isSafeInteger(value) && value > 0],
      status_list: [list, (value) => isObject(value) && "bits" in value && "lst" in value],
      bits: [list?.bits, (value) => [1, 2, 4, 8].includes(value)],
      lst: [list?.lst, isText],
    };
    for (const [claim, [value, ...forms]] of Object.entries(rules)) {
      if (!forms.some((is) => is(value))) {
        throw malformed(claim);
      }
      this[claim] = value;
    }
    this.bytes = inflated(list.lst);
  }
}

function inflated(text) {
  let bytes;
  try {
    // What finds no place in the buffer is dropped, and one byte more is too many.
    bytes = unzlibSync(decode(text), { out: new Uint8Array(MOST_BYTES + 1) });
  } catch {
    throw malformed("lst");
  }
  if (bytes.length > MOST_BYTES) {
    throw malformed("lst");
  }
  return bytes.slice();
}

const malformed = (claim) => refusal("STATUS_LIST_MALFORMED", { claim });
