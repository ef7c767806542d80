// A worker at the edge that verifies.
import { api } from "../../../suite/api.js";
import { answering } from "./answering.js";

export default { fetch: answering(api) };
