import { useEffect, useState, useSyncExternalStore } from 'react';

import { getHealth, type Health } from '../api/health';

/** Whether the browser has a network at all. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('online', changed);
      addEventListener('offline', changed);
      return () => {
        removeEventListener('online', changed);
        removeEventListener('offline', changed);
      };
    },
    () => navigator.onLine,
  );
}

/** The service behind this page, asked again whenever the network comes back; `undefined` until it answers. */
export function useService(): Health | undefined {
  const online = useOnline();
  const [health, setHealth] = useState<Health>();
  useEffect(() => {
    if (online) {
      getHealth().then(setHealth, () => setHealth(undefined));
    }
  }, [online]);
  return online ? health : undefined;
}
