import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';

import { localTime } from '../model/moment';
import { PasteKeys } from './PasteKeys';
import type { KeysState } from './useKeys';

interface Props {
  readonly keys: KeysState;
  /** The key the token names. */
  readonly kid: unknown;
}

/** The public keys tokens are verified with: fetched once, then kept in this browser. */
export function KeysPanel({ keys, kid }: Props) {
  const { set, account } = keys;
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          description="Public keys, needed once. They stay in this browser."
          actions={
            <Button iconName="refresh" loading={keys.loading} disabled={account === undefined} onClick={keys.fetchNow}>
              Fetch
            </Button>
          }
        >
          Issuer’s keys
        </Header>
      }
    >
      <SpaceBetween size="m">
        {set === undefined ? (
          <Box color="text-body-secondary">None yet. A token tells whose keys to fetch; or paste them.</Box>
        ) : (
          <>
            <Box color="text-body-secondary">
              {set.account === null ? 'Pasted' : `Account ${set.account}, fetched`} {localTime(set.since)}
            </Box>
            <ul className="keys">
              {set.keys.map((key, index) => (
                <li key={index}>
                  <code>{String(key['kid'] ?? 'no key id')}</code>
                  <Box color="text-body-secondary" fontSize="body-s">
                    {[key.kty, key['crv'], key['alg']].filter((word) => word !== undefined).join(' · ')}
                  </Box>
                  {key['kid'] !== undefined && key['kid'] === kid && (
                    <StatusIndicator type="success">Named by the token</StatusIndicator>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
        {keys.error !== undefined && <StatusIndicator type="error">{keys.error}</StatusIndicator>}
        <ExpandableSection headerText="Paste keys">
          <PasteKeys onPaste={keys.paste} />
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}
