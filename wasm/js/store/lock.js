// A lock that the processes of one machine respect: a file that only one of
// them can make. It names its owner, so that one left behind by a process that
// ended is told from one in use.

import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { LicenseError } from "../error.js";
import { isRunning, self } from "./process.js";

/** Milliseconds after which nobody waits any longer. */
const PATIENCE = 30_000;
/** Milliseconds between two looks, at most; less by chance, so that waiters do not march in step. */
const PAUSE = 20;
/** Milliseconds after which what nobody finished is taken for left behind: writing it takes none. */
const OLD = 3_600_000;

/** The locks beside which this process has tidied up: once is enough. */
const tidied = new Set();

/** Runs `work` while no other process, nor other caller in this one, runs theirs under this lock. */
export async function exclusively(path, work) {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const release = acquire(path);
    if (release !== undefined) {
      try {
        tidy(path);
        return await work();
      } finally {
        release();
      }
    }
    if (Date.now() > until) {
      const { pid, host } = parse(read(path));
      const message = `\`${path}\` is held by process ${pid} on ${host}: end it, or delete the file if it is no more`;
      throw new LicenseError("STORE_FAILED", message);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE));
  }
}

/** Takes the lock if it is free; answers how to let go of it. One left behind is removed for the next try. */
function acquire(path) {
  if (create(path, JSON.stringify({ id: randomUUID(), at: Date.now(), ...self }))) {
    return () => fs.rmSync(path, { force: true });
  }
  const text = read(path);
  const owner = parse(text);
  if (owner.id !== undefined && !isRunning(owner)) {
    reclaim(path, text, owner.id);
  }
  return undefined;
}

/**
 * Removes a lock whose owner is gone, if it is still there. Who removes it must
 * hold a lock of its own, named after the one that is removed: so nobody takes
 * away what another has just put in its place. That lock may be left behind as
 * well, hence is one like this.
 */
function reclaim(path, text, id) {
  const release = acquire(`${path}.${id}`);
  if (release === undefined) return;
  try {
    if (read(path) === text) fs.rmSync(path, { force: true });
  } finally {
    release();
  }
}

/** Removes what processes that were killed had not put in place, or not removed, beside a lock. */
function tidy(path) {
  if (tidied.has(path)) return;
  tidied.add(path);
  try {
    const beside = fs.readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.`));
    for (const name of beside) {
      const file = join(dirname(path), name);
      const text = read(file);
      const owner = parse(text);
      if (owner.id !== undefined && !isRunning(owner)) reclaim(file, text, owner.id);
      if (owner.id === undefined && isOld(file)) fs.rmSync(file, { force: true });
    }
  } catch {
    // Such as a folder that may not be listed: the lock does without.
  }
}

/** Whether a file of which not all was written is one that nobody writes any more. */
export const isOld = (file) => Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > OLD;

/** Whether the file could be made. It is linked under its name when it is whole: nobody ever reads half of it. */
function create(path, text) {
  const draft = `${path}.${randomUUID()}`;
  try {
    fs.writeFileSync(draft, text, { flag: "wx", mode: 0o600 });
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    // The draft may have been taken for left behind, by a process that slept less.
    if (error.code === "EEXIST" || (error.code === "ENOENT" && error.syscall === "link")) return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** The file's text, if it is there. */
function read(path) {
  try {
    return fs.readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What describes itself in JSON; nothing where not all of it was written. */
export function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
