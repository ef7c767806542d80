import compile from "wasm:ps";
import { algorithm } from "./algorithm.js";
import { rsa } from "./rsa.js";

export const ps384 = /* @__PURE__ */ algorithm("PS384", rsa, compile);
