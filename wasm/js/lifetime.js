/** The real clock. Waiting for it keeps no program alive. */
export const CLOCK = {
  now: () => Date.now(),
  setTimeout(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer),
};

/** What an app that names no events is taken to mean: a page gives back what it holds when it goes. */
export const usualExits = () => (globalThis.window === globalThis ? ["pagehide"] : []);

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
        await close();
        // The signal's own effect, now that nobody listens any more.
        if (event !== "beforeExit") process.kill(process.pid, event);
      };
      process.once(event, exit);
      stops.push(() => process.off(event, exit));
    }
  }
  return () => stops.forEach((stop) => stop());
}
