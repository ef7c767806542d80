export { Seats } from "./seats.js";
