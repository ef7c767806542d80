import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';

import { PART_NAMES } from '../model/compact';
import { explain } from '../model/refusals';
import { TokenEditor } from './TokenEditor';
import type { TokenState } from './useToken';
import type { Verdict } from './useVerdict';

/** The token, its three parts coloured, to be pasted, edited and spoilt. */
export function TokenPanel({ token, verdict }: { readonly token: TokenState; readonly verdict: Verdict }) {
  const empty = token.text === '';
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={empty ? 'Paste the SignedToken of a borrowed license, or borrow one.' : `${token.text.length} characters. Edit any of them.`}
          actions={
            <CopyToClipboard
              variant="icon"
              textToCopy={token.text}
              disabled={empty}
              copyButtonAriaLabel="Copy the token"
              copySuccessText="Token copied"
              copyErrorText="The token could not be copied"
            />
          }
        >
          Token
        </Header>
      }
    >
      <SpaceBetween size="s">
        <TokenEditor token={token} />
        <div className="token-foot">
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="edit" onClick={token.changeOne} disabled={empty}>
              Change one character
            </Button>
            <Button iconName="undo" onClick={token.restore} disabled={token.changed.size === 0}>
              Undo changes
            </Button>
            <Button onClick={() => token.give('')} disabled={empty}>
              Clear
            </Button>
          </SpaceBetween>
          <div className="narrow-only">
            {verdict.kind === 'valid' && <StatusIndicator type="success">Valid</StatusIndicator>}
            {verdict.kind === 'refused' && (
              <StatusIndicator type="error">Refused: {explain(verdict.code).title}</StatusIndicator>
            )}
          </div>
          <ul className="legend" aria-label="Parts of the token">
            {PART_NAMES.map((name) => (
              <li key={name} className={`part-${name}`}>
                {name}
              </li>
            ))}
          </ul>
        </div>
      </SpaceBetween>
    </Container>
  );
}
