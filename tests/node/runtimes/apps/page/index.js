// An app whose page verifies.
import { answers } from "../../../suite/answers.js";
import { api } from "../../../suite/api.js";

window.answers = (fixtures) => answers(api, fixtures);
