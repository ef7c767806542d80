import compile from "wasm:eddsa";
import { algorithm } from "./algorithm.js";
import { decode } from "./base64url.js";

export const eddsa = /* @__PURE__ */ algorithm("EdDSA", ({ x }) => decode(x), compile);
