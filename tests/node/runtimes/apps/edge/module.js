// The same with the module brought along.
import * as own from "@licentia/verifier/module";
import module from "@licentia/verifier/verifier.wasm";
import { api } from "../../../suite/api.js";
import { answering } from "./answering.js";

own.initialize(module);

export default { fetch: answering({ ...api, ...own }) };
