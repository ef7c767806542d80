export { LeaseKeeper } from "./keeper.js";
