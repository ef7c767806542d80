import { LicenseError } from "../error.js";
import { failure } from "../failure.js";
import { ANONYMOUS } from "../request.js";

/** What a service that will do better later answers with, besides 429 and 5xx. */
const PASSING = new Set([
  "InternalFailure",
  "RateLimitExceededException",
  "RequestTimeout",
  "ServerInternalException",
  "ServiceUnavailable",
  "ThrottlingException",
]);
/** What it answers to an access token that it knows no more. */
const OUTDATED = new Set(["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"]);
/** An access token is replaced when this share of its life is over. */
const SPENT = 0.8;

/** The consumption operations of a service, called with a bearer token. */
export class Service {
  #url;
  #credentials;
  #clock;
  #timeout;
  #fetch;
  /** The access token at hand, and the time from which it is better replaced. */
  #access;

  constructor({ url, refreshToken, accessToken, clock, timeout, fetch }) {
    this.#url = url;
    this.#credentials = { refreshToken, accessToken };
    this.#clock = clock;
    this.#timeout = timeout;
    this.#fetch = fetch;
  }

  /**
   * Calls an operation. Throws `SERVICE_REFUSED` where the service said no, and
   * `SERVICE_UNREACHABLE` where it said nothing that settles anything.
   */
  async call(operation, input) {
    const held = this.#access;
    try {
      return await this.#send(operation, input, await this.#accessToken());
    } catch (error) {
      // One that was just fetched will not get better.
      const isOutdated = held !== undefined && OUTDATED.has(error.evidence?.exception);
      if (!isOutdated) throw error;
      this.#access = undefined;
      return this.#send(operation, input, await this.#accessToken());
    }
  }

  /**
   * Calls an operation on the way out: what is to be sent goes out at once, and
   * nobody waits for the answer. Not without an access token at hand, since its
   * exchange would have to be waited for. Answers whether it was sent.
   */
  leave(operation, input) {
    if (this.#access === undefined) return false;
    const { promise, stop } = this.#request(operation, input, this.#access.token, { keepalive: true });
    promise.catch(() => {}).finally(stop);
    return true;
  }

  /** Replaces an access token that is about to end, so that one is at hand. */
  async prepare() {
    await this.#accessToken();
  }

  async #accessToken() {
    if (this.#access === undefined || this.#clock.now() >= this.#access.until) {
      const token = await this.#freshToken();
      this.#access = { token, until: this.#clock.now() + SPENT * lifetime(token) };
    }
    return this.#access.token;
  }

  async #freshToken() {
    const { refreshToken, accessToken } = this.#credentials;
    if (refreshToken !== undefined) {
      const { AccessToken } = await this.#send("GetAccessToken", { Token: refreshToken });
      if (typeof AccessToken === "string") return AccessToken;
      throw unreachable("GetAccessToken", "the service answered without an access token");
    }
    if (typeof accessToken === "string") return accessToken;
    let token;
    try {
      token = await accessToken();
    } catch (cause) {
      throw unreachable("GetAccessToken", "the app's `accessToken` failed", cause);
    }
    if (typeof token === "string") return token;
    throw unreachable("GetAccessToken", "the app's `accessToken` answered no string");
  }

  async #send(operation, input, token) {
    const { promise, stop } = this.#request(operation, input, token);
    try {
      const response = await promise;
      if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
        throw unreachable(operation, "the service redirects: give as `url` the address that it redirects to");
      }
      const answer = await response.json();
      if (response.ok) return answer;
      throw refused(operation, response.status, answer);
    } catch (error) {
      if (error instanceof LicenseError) throw error;
      throw unreachable(operation, "the service cannot be reached", error);
    } finally {
      stop();
    }
  }

  #request(operation, input, token, more) {
    const controller = new AbortController();
    const timer = this.#clock.setTimeout(() => controller.abort(), this.#timeout);
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSLicenseManager.${operation}`,
    };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const body = JSON.stringify(input);
    const { signal } = controller;
    // Whoever is redirected to would be handed the tokens. (`error` is not for workerd.)
    const request = { method: "POST", redirect: "manual", ...ANONYMOUS, headers, body, signal, ...more };
    const promise = this.#fetch(this.#url, request);
    return { promise, stop: () => this.#clock.clearTimeout(timer) };
  }
}

/** Milliseconds from a token's making to its end; of a token that tells neither, a minute. */
function lifetime(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const { exp, iat } = JSON.parse(atob(payload));
    if (exp > iat) return (exp - iat) * 1000;
  } catch {
    // Opaque to everyone but the service.
  }
  return 60_000;
}

function refused(operation, status, answer) {
  const exception = String(answer?.__type ?? "").replace(/^.*#|:.*$/g, "");
  const text = `${operation}: ${answer?.Message ?? answer?.message ?? "no reason given"}`;
  if (status === 429 || status >= 500 || PASSING.has(exception) || exception === "") {
    return unreachable(operation, text);
  }
  return new LicenseError("SERVICE_REFUSED", text, { operation, exception });
}

const unreachable = (operation, message, cause) => failure("SERVICE_UNREACHABLE", message, { operation }, cause);
