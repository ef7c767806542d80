// Which processes are still there.

import fs from "node:fs";
import os from "node:os";

/** Milliseconds by which the clock may have been set while the machine ran. */
const TOLERANCE = 300_000;

const attempt = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** When a process began, in the kernel's own count; Linux alone tells. The name before may hold anything. */
const began = (pid) =>
  attempt(() => fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").split(" ")[20]);

/** This process, as others recognise it. Containers number their processes each for themselves. */
export const self = {
  pid: process.pid,
  began: began("self"),
  host: os.hostname(),
  space: attempt(() => fs.readlinkSync("/proc/self/ns/pid")),
};

/**
 * Whether the process that described itself so, at this time, may still run. Of
 * one on another machine, or in another container, nobody can tell.
 */
export function isRunning({ pid, began: then, host, space, at }) {
  if (host !== self.host || space !== self.space) return true;
  const booted = Date.now() - os.uptime() * 1000;
  if (at < booted - TOLERANCE) return false;
  // Numbers are used again.
  if (then !== undefined && began(pid) !== then) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}
