// How a machine is known by its components.
import { equal, refused } from "../check.js";

export const cases = {
  "a machine is known by all, most or some of its components"(api, { jwk, machine, node, now }) {
    const { Verifier, nodeId, thisNode } = api;
    const [salt, { board, mac, machine: id }] = ["EXAMPLE-SKU", machine];
    equal(nodeId(machine, { salt }), node.text);
    equal(nodeId({ mac, board: ` ${board}\n`, machine: id, disk: null, bios: undefined, uuid: " " }, { salt }), node.text);
    equal(nodeId(machine) === node.text, false);
    const verifier = Verifier.create({ keys: jwk });
    const judge = (components, match) =>
      verifier.verify(node.token, { now, nodeId: thisNode(components, { salt, ...(match && { match }) }) }).nodeId;
    for (const [components, match] of [
      [machine],
      [{ ...machine, disk: "S4EV" }, "all"],
      [{ ...machine, board: "another" }, "most"],
      [{ board, mac }, 2],
      [{ board }, 1],
    ]) {
      equal(judge(components, match), node.text);
    }
    for (const [components, match] of [
      [{ board, mac }],
      [{ ...machine, board: "another" }, "all"],
      [{ board }, "most"],
      [{ board, mac: null }, 2],
      [machine, 4],
    ]) {
      const { evidence } = refused(api, "NODE_MISMATCH", () => judge(components, match));
      equal(evidence, { expectedNodeId: nodeId(components, { salt }), nodeId: node.text });
    }
    refused(api, "NODE_MISMATCH", () => verifier.verify(node.token, { now, nodeId: thisNode(machine) }));
    equal(thisNode(machine, { salt }).nodeId, node.text);
    equal(verifier.verify(node.token, { now, nodeId: node.text }).nodeId, node.text);
  },

  "components put wrongly are an error"(api, { jwk, token, now }) {
    const verifier = api.Verifier.create({ keys: jwk });
    const seventeen = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`n${at}`, "x"]));
    for (const components of [undefined, null, "x", 7, [], {}, { a: "" }, { a: " \n" }, { a: 7 }, { A: "x" }, { "": "x" }, seventeen]) {
      refused(api, "ARGUMENT_INVALID", () => api.nodeId(components));
      refused(api, "ARGUMENT_INVALID", () => api.thisNode(components));
    }
    for (const call of [
      () => api.nodeId({ a: "x" }, { salt: 7 }),
      () => api.nodeId({ a: "x" }, { salts: "" }),
      () => api.nodeId({ a: "x" }, { match: "all" }),
      ...[null, 5, new Map([["salt", "s"]]), Object.create({ salt: "s" })].flatMap((options) => [
        () => api.nodeId({ a: "x" }, options),
        () => api.thisNode({ a: "x" }, options),
      ]),
      ...["any", 0, -1, 1.5, 256, "2", null].map(
        (match) => () => api.thisNode({ a: "x" }, { match }),
      ),
    ]) {
      refused(api, "ARGUMENT_INVALID", call);
    }
  },
};
