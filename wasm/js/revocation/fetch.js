import { misuse } from "../error.js";
import { failure } from "../failure.js";
import { ANONYMOUS } from "../request.js";
import { StatusList } from "./list.js";

/** No list is longer, in bytes (`core/src/token/status/mod.rs`): what is, is not read to its end. */
const MOST_BYTES = 1024 * 1024;
/** Seconds that a list is waited for; what timers take at most. */
const [TIMEOUT, LONGEST] = [10, 86_400];

/**
 * Fetches the list that a license names: see `revocation.d.ts`. It may be
 * redirected, to wherever it is kept: its signature tells whose it is.
 */
export async function fetchStatusList(verifier, license, options = {}) {
  const { fetch = globalThis.fetch, timeout = TIMEOUT, signal, ...init } = options;
  if (typeof timeout !== "number" || !(timeout > 0 && timeout <= LONGEST)) {
    throw misuse(`\`timeout\` must be a number of seconds up to ${LONGEST}`);
  }
  if (license.status === null) {
    return null;
  }
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, timeout * 1000);
  let text;
  try {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", end);
    const headers = { accept: "application/statuslist+jwt" };
    const answer = await fetch(license.status.uri, { headers, ...ANONYMOUS, ...init, signal: ending.signal });
    text = answer.ok ? await read(answer) : undefined;
  } catch (cause) {
    throw unreachable(cause);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    // What nobody reads any more.
    end();
  }
  if (text === undefined) {
    throw unreachable();
  }
  return StatusList.read(verifier, text);
}

/** The text of an answer, as far as any list goes. Not every `fetch` answers piece by piece. */
async function read(answer) {
  const [decoder, reader] = [new TextDecoder(), answer.body?.getReader?.()];
  if (reader === undefined) {
    return answer.text();
  }
  let text = "";
  while (text.length <= MOST_BYTES) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

const unreachable = (cause) =>
  failure(
    "SERVICE_UNREACHABLE",
    "the status list cannot be fetched now; go on with the last one and try again later",
    { operation: "fetchStatusList" },
    cause,
  );
