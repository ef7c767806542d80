// What every program has that verifies a JWS without a library for it.

/** The parts of a compact JWS, still encoded. */
export function parts(token) {
  const [header, payload, signature] = token.split(".");
  return { header, payload, signature, input: token.slice(0, token.lastIndexOf(".")) };
}

/** Base64url as bytes. */
export function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** The claims of a JWS whose header is for ES256. */
export function claims(header, payload) {
  const json = (text) => JSON.parse(new TextDecoder().decode(bytes(text)));
  if (json(header).alg !== "ES256") {
    throw new Error("wrong algorithm");
  }
  return json(payload);
}
