import { LicenseError } from "../error.js";
import { StatusList } from "./list.js";

/** Fetches the list that a license names: see `revocation.d.ts`. */
export async function fetchStatusList(verifier, license, { fetch = globalThis.fetch, ...init } = {}) {
  if (license.status === null) {
    return null;
  }
  let text;
  try {
    const headers = { accept: "application/statuslist+jwt" };
    const answer = await fetch(license.status.uri, { headers, ...init });
    text = answer.ok ? await answer.text() : undefined;
  } catch (cause) {
    throw unreachable(cause);
  }
  if (text === undefined) {
    throw unreachable();
  }
  return StatusList.read(verifier, text);
}

function unreachable(cause) {
  const message = "the status list cannot be fetched now; go on with the last one and try again later";
  const error = new LicenseError("SERVICE_UNREACHABLE", message, { operation: "fetchStatusList" });
  if (cause !== undefined) {
    error.cause = cause;
  }
  return error;
}
