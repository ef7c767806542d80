import { useEffect, useState } from 'react';

/** Registers the service worker; says whether the page is stored and opens without the network. */
export function useStoredForOffline(): boolean {
  const [stored, setStored] = useState(false);
  useEffect(() => {
    if ('serviceWorker' in navigator) {
      navigator.serviceWorker.register('./service-worker.js').then(
        () => navigator.serviceWorker.ready.then(() => setStored(true)),
        () => setStored(false),
      );
    }
  }, []);
  return stored;
}
