// A text that the processes of one machine share: a file, replaced as a whole.

import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { exclusively } from "./lock.js";
import { isRunning, self } from "./process.js";

/** Programs say where they keep files. */
export const preset = () => undefined;

/** The store in the file at `path`, of this kind: see `Store` in `store.d.ts`. */
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
      replace(file, `${file}.${randomUUID()}`, text, true);
      keep(dirname(file));
    },

    async remove() {
      fs.rmSync(file, { force: true });
    },

    /** Not through to the disk: after a power cut nobody is left whom the text tells of. */
    change: (decide) =>
      store.exclusively(async () => {
        const next = decide(await store.load());
        if (next !== undefined) replace(file, `${file}.${randomUUID()}`, next, false);
      }),

    async exclusively(work) {
      fs.mkdirSync(dirname(file), { recursive: true });
      return exclusively(`${file}.lock`, work);
    },

    /** A file for each user, named after its process; those of processes that ended do not count. */
    async join() {
      fs.mkdirSync(users, { recursive: true });
      const mine = join(users, randomUUID());
      replace(mine, `${file}.${randomUUID()}`, JSON.stringify({ ...self, at: Date.now() }), false);
      return () =>
        exclusively(`${file}.lock`, async () => {
          fs.rmSync(mine, { force: true });
          return count(users) === 0;
        });
    },
  };
  return store;
}

/** Puts a file in place as a whole; durably, only once its text is on the disk. */
function replace(path, draft, text, isDurable) {
  try {
    const descriptor = fs.openSync(draft, "wx", 0o600);
    try {
      fs.writeFileSync(descriptor, text);
      if (isDurable) fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(draft, path);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw error;
  }
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

/** How many users still run; forgets the others. */
function count(users) {
  let running = 0;
  for (const name of fs.readdirSync(users)) {
    const file = join(users, name);
    const text = fs.readFileSync(file, "utf8");
    if (isRunning(JSON.parse(text))) running += 1;
    else fs.rmSync(file, { force: true });
  }
  return running;
}
