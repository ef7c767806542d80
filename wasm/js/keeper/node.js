// One copy for `import` and `require`, as the main script.
import keeper from "./keeper.node.cjs";

export const { LeaseKeeper } = keeper;
