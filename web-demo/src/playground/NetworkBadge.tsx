import StatusIndicator from '@cloudscape-design/components/status-indicator';

import { useOnline } from '../frame/network';
import { useStoredForOffline } from '../frame/offline';

/** Whether there is a network, and that verification needs none. */
export function NetworkBadge() {
  const online = useOnline();
  const stored = useStoredForOffline();
  return (
    <div className="network" role="status">
      {online ? (
        <StatusIndicator type="success">Online. Verification needs no network.</StatusIndicator>
      ) : (
        <StatusIndicator type="info">Offline. Verification needs no network: all of this goes on working.</StatusIndicator>
      )}
      {online && stored && (
        <StatusIndicator type="success">This page is stored here: switch the network off and reload.</StatusIndicator>
      )}
    </div>
  );
}
