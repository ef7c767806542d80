import { answers } from "../../../suite/answers.js";
import { api } from "../../../suite/api.js";

onmessage = ({ data: fixtures, source }) => source.postMessage(answers(api, fixtures));
