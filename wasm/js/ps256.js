import compile from "wasm:ps";
import { algorithm } from "./algorithm.js";
import { rsa } from "./rsa.js";

export const ps256 = /* @__PURE__ */ algorithm("PS256", rsa, compile, 1);
