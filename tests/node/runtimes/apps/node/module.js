// The same with the module compiled by the program itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { json } from "node:stream/consumers";
import * as own from "@licentia/verifier/module";
import { answers } from "../../../suite/answers.js";
import { api } from "../../../suite/api.js";

const file = createRequire(import.meta.url).resolve("@licentia/verifier/verifier.wasm");
own.initialize(new WebAssembly.Module(readFileSync(file)));
const fixtures = await json(process.stdin);
console.log(JSON.stringify({ answers: answers({ ...api, ...own }, fixtures), version: process.version }));
