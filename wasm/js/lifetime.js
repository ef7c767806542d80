/** What an app that names no events is taken to mean: a page gives back what it holds when it goes. */
export const usualExits = () => (globalThis.window === globalThis ? ["pagehide"] : []);

/** By event, how many are giving back what they hold. */
const leaving = new Map();

/**
 * Listens to what the browser or Node says about the program's life. Answers
 * how to stop listening. Signals are heard only where the app names them.
 */
export function listen(exitOn, { wake, hide, leave, close }) {
  const stops = [];
  const on = (target, type, listener) => {
    target?.addEventListener?.(type, listener);
    stops.push(() => target?.removeEventListener?.(type, listener));
  };
  on(globalThis, "online", wake);
  on(globalThis, "pageshow", wake);
  on(globalThis.document, "visibilitychange", () => (document.visibilityState === "hidden" ? hide() : wake()));
  for (const event of exitOn) {
    if (event === "pagehide") {
      // A page that is merely put aside comes back with its lease.
      on(globalThis, event, ({ persisted }) => persisted || leave());
    } else {
      const { process } = globalThis;
      const exit = async () => {
        leaving.set(event, (leaving.get(event) ?? 0) + 1);
        // What cannot be given back returns at its end.
        await close().catch(() => {});
        leaving.set(event, leaving.get(event) - 1);
        // The signal's own effect, once the last is done, unless the app listens itself.
        if (event !== "beforeExit" && leaving.get(event) === 0 && process.listenerCount(event) === 0) {
          process.kill(process.pid, event);
        }
      };
      process.once(event, exit);
      stops.push(() => process.off(event, exit));
    }
  }
  return () => stops.forEach((stop) => stop());
}
