// A text that the processes of one machine share: a file, replaced as a whole.

import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { exclusively, isOld, parse } from "./lock.js";
import { isRunning, self } from "./process.js";

/** Programs say where they keep files. */
export const preset = () => undefined;

/** The store in the file at `path`, of this kind: see `Store` in `keeper.d.ts`. */
export function openStore(_, path) {
  const file = resolve(path);
  const users = `${file}.users`;
  const store = {
    async load() {
      try {
        return fs.readFileSync(file, "utf8");
      } catch (error) {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }
    },

    async save(text) {
      fs.mkdirSync(dirname(file), { recursive: true });
      replace(file, text);
    },

    async remove() {
      fs.rmSync(file, { force: true });
    },

    change: (decide) =>
      store.exclusively(async () => {
        const next = decide(await store.load());
        if (next !== undefined) replace(file, next);
      }),

    async exclusively(work) {
      fs.mkdirSync(dirname(file), { recursive: true });
      return exclusively(`${file}.lock`, work);
    },

    /** A file for each user, named after its process; those of processes that ended do not count. */
    async join() {
      fs.mkdirSync(users, { recursive: true });
      const mine = join(users, randomUUID());
      fs.writeFileSync(mine, JSON.stringify({ ...self, at: Date.now() }), { flag: "wx", mode: 0o600 });
      return () =>
        store.exclusively(async () => {
          fs.rmSync(mine, { force: true });
          return count(users) === 0;
        });
    },
  };
  return store;
}

/**
 * Puts a file in place as a whole, once its text is on the disk: after a power
 * cut there is the one before or this one. Whoever writes holds the lock, so a
 * draft that is there already is one that a process left behind.
 */
function replace(path, text) {
  const draft = `${path}.draft`;
  fs.rmSync(draft, { force: true });
  const descriptor = fs.openSync(draft, "wx", 0o600);
  try {
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(draft, path);
  keep(dirname(path));
}

/** Makes a renaming last through a power cut; where folders cannot be opened, the system does so by itself. */
function keep(folder) {
  let descriptor;
  try {
    descriptor = fs.openSync(folder, "r");
    fs.fsyncSync(descriptor);
  } catch (error) {
    if (!["EISDIR", "EPERM", "EACCES", "EINVAL"].includes(error.code)) throw error;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** How many users still run, those included who are just joining; forgets the others. */
function count(users) {
  let running = 0;
  for (const name of fs.readdirSync(users)) {
    const file = join(users, name);
    const user = parse(fs.readFileSync(file, "utf8"));
    if (user.pid === undefined ? !isOld(file) : isRunning(user)) running += 1;
    else fs.rmSync(file, { force: true });
  }
  return running;
}
