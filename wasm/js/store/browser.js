// A text that the pages and workers of one origin share: IndexedDB keeps it,
// Web Locks put those who change it in turn.

const DATABASE = "licentia";
const TABLE = "texts";

/** What apps use that name no store of their own; none where nothing is kept. */
export const preset = (name) => (typeof indexedDB === "undefined" ? undefined : openStore(name));

/** The store of this name, of this kind: see `Store` in `keeper.d.ts`. */
export function openStore(name) {
  const key = `licentia ${name}`;
  const users = `${key} users`;
  // Only secure contexts have locks; without them every page is on its own.
  const { locks } = globalThis.navigator ?? {};
  const ask = (mode, use) => transaction(mode, use);
  return {
    async load() {
      return parting(({ [key]: text }) => text) ?? ask("readonly", (table) => table.get(name));
    },

    async save(text) {
      await ask("readwrite", (table) => table.put(text, name));
      parting((words) => words.removeItem(key));
    },

    async remove() {
      await ask("readwrite", (table) => table.delete(name));
      parting((words) => words.removeItem(key));
    },

    /** One transaction reads, decides and writes: nobody else comes between, with locks or without. */
    async change(decide) {
      await ask("readwrite", (table) => {
        const request = table.get(name);
        request.onsuccess = () => {
          const next = decide(request.result);
          if (next !== undefined) table.put(next, name);
        };
        return request;
      });
    },

    /** For a page that is about to go, which IndexedDB would not wait for. */
    saveAtOnce: (text) => parting((words) => words.setItem(key, text)),

    /** Likewise, leaves a word for those who read the text next; `settle` forgets such words. */
    bequeath: (word) => parting((words) => words.setItem(`${key} ${word}`, "")),
    bequests: () =>
      parting((words) => {
        const names = Object.keys(words).filter((name) => name.startsWith(`${key} `));
        // A word with a space is one for a store whose name begins with this one's.
        return names.map((name) => name.slice(key.length + 1)).filter((word) => !word.includes(" "));
      }),
    settle: (bequests) => parting((words) => bequests.forEach((word) => words.removeItem(`${key} ${word}`))),

    exclusively: (work) => (locks ? locks.request(key, work) : work()),

    /** A shared lock as long as somebody uses the store: the last one out gets it alone. */
    async join(changed) {
      if (!locks) return async () => true;
      let held;
      const leave = await new Promise((joined, failed) => {
        held = locks.request(users, { mode: "shared" }, () => new Promise(joined));
        // Such as in a frame without an origin.
        held.catch(failed);
      });
      const channel = new BroadcastChannel(users);
      channel.onmessage = changed;
      channel.postMessage(null);
      return async () => {
        leave();
        await held;
        channel.postMessage(null);
        channel.close();
        return locks.request(users, { ifAvailable: true }, (lock) => lock !== null);
      };
    },

    async users() {
      const { held = [] } = (await locks?.query()) ?? {};
      return held.filter((lock) => lock.name === users).length;
    },
  };
}

/** What pages wrote as they went; workers have no `localStorage`, and some pages may not use it. */
function parting(use) {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}

/** Opened anew each time: an open connection would hold up whoever deletes the database. */
async function transaction(mode, use) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const database = await settled(opening);
  try {
    const change = database.transaction(TABLE, mode, { durability: "strict" });
    const request = use(change.objectStore(TABLE));
    await new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onabort = () => reject(change.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
