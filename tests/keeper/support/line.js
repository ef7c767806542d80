import { createServer, request } from "node:http";

/**
 * A line to the service that a test can disturb. `fault` is what happens to
 * the next requests, all or those of one operation: `cut` before or `lost` after
 * the service acted, `broken` (a 503), `portal` (somebody else's page), `held`.
 */
export class Line {
  fault = null;
  only = null;
  /** The operations that came through to the service, in order. */
  seen = [];
  #server;
  #held = [];

  async open(service) {
    this.#server = createServer((incoming, outgoing) => this.#pass(service, incoming, outgoing));
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Disturbs the line; without arguments repairs it, and lets go of what was held. */
  disturb(fault = null, only = null) {
    Object.assign(this, { fault, only });
    if (fault === null) this.#held.splice(0).forEach((release) => release());
  }

  async #pass(service, incoming, outgoing) {
    const operation = incoming.headers["x-amz-target"]?.split(".").at(-1) ?? incoming.method;
    const fault = this.only === null || this.only === operation ? this.fault : null;
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    if (fault === "cut") return incoming.socket.destroy();
    if (fault === "broken") return outgoing.writeHead(503, { "access-control-allow-origin": "*" }).end("{}");
    if (fault === "portal") return outgoing.setHeader("content-type", "text/html").end("<h1>Log in</h1>");
    if (fault === "held") await new Promise((release) => this.#held.push(release));
    this.seen.push(operation);
    const { method, headers } = incoming;
    const forwarded = request(`${service.url}/`, { method, headers, agent: false }, (answer) => {
      if (fault === "lost") {
        answer.resume().on("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => incoming.socket.destroy());
    forwarded.end(Buffer.concat(chunks));
  }
}
