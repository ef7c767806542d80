import { END_OF_TIME } from "./claims.js";
import { refusal } from "./error.js";

const date = (seconds) => new Date(seconds * 1000);

/** Whether a license is what it is expected to be: as the core has it, `core/src/token/expectations.rs`. */
export function checkPurpose({ iss = null, aud = [], licenseArn }, { issuer, audience, product, licenseArn: license }) {
  const names = [aud].flat();
  if (issuer !== undefined && issuer !== iss) {
    throw refusal("ISSUER_MISMATCH", { expectedIssuer: issuer, issuer: iss });
  }
  if (audience !== undefined && !audience.some((one) => names.includes(one))) {
    throw refusal("AUDIENCE_MISMATCH", { expectedAudience: audience, audience: names });
  }
  if (product !== undefined && !names.includes(product)) {
    throw refusal("PRODUCT_MISMATCH", { expectedProduct: product, audience: names });
  }
  if (license !== undefined && license !== licenseArn) {
    throw refusal("LICENSE_MISMATCH", { expectedLicenseArn: license, licenseArn });
  }
}

/** Judges the time by what a clock has seen and by when a token was issued; the clock remembers both. */
export function witness(clock, issued, now) {
  const seen = Math.max(clock.seen, issued);
  clock.seen = Math.max(seen, now);
  if (now + clock.grace < seen) {
    throw refusal("CLOCK_SET_BACK", { seen: date(seen), now: date(now) });
  }
}

/** Whether a license has begun and not ended. */
export function checkTime({ from, until }, tolerance, now) {
  if (now + tolerance < from) {
    throw refusal("NOT_YET_VALID", { validFrom: date(from), now: date(now) });
  }
  // A license without end is not tolerated into one.
  if (until < END_OF_TIME && now >= Math.min(until + tolerance, END_OF_TIME - 1)) {
    throw refusal("EXPIRED", { expiredAt: date(until), now: date(now) });
  }
}

/** Whether a license is locked to the node of this name, exactly (K-5). */
export function checkNode({ nodeId = null }, expected) {
  if (expected !== undefined && expected !== nodeId) {
    throw refusal("NODE_MISMATCH", { expectedNodeId: expected, nodeId });
  }
}
