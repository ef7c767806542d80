import compile from "wasm:ps";
import { algorithm } from "./algorithm.js";

export const ps256 = /* @__PURE__ */ algorithm("PS256", compile, 1);
