export { LicenseError } from "../error.js";
export { fetchStatusList } from "./fetch.js";
export { StatusList } from "./list.js";
export { Revocation } from "./revocation.js";
