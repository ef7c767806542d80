import { answers } from "../../../suite/answers.js";
import { api } from "../../../suite/api.js";

onmessage = ({ data: fixtures }) => postMessage(answers(api, fixtures));
