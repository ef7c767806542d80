export { LicenseError } from "../error.js";
export { Seats } from "./seats.js";
