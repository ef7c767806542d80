// A program of Node that verifies: fixtures in, answers out.
import { json } from "node:stream/consumers";
import { answers } from "../../../suite/answers.js";
import { api } from "../../../suite/api.js";

json(process.stdin).then((fixtures) => console.log(JSON.stringify({ answers: answers(api, fixtures), version: process.version })));
