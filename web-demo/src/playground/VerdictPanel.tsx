import Alert from '@cloudscape-design/components/alert';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { elapsed } from '../model/duration';
import { localTime } from '../model/moment';
import { explain } from '../model/refusals';
import { LicenseDetails } from './LicenseDetails';
import type { Verdict } from './useVerdict';

interface Props {
  readonly verdict: Verdict;
  readonly duration: number | undefined;
  readonly at: number;
  readonly isNow: boolean;
  readonly onBorrow: () => void;
  readonly onRestore: (() => void) | undefined;
}

/** What the verifier says of the token, why, and what to do about it. */
export function VerdictPanel({ verdict, duration, at, isNow, onBorrow, onRestore }: Props) {
  return (
    <Container
      data-testid="verdict"
      header={
        <Header
          variant="h2"
          description={duration === undefined ? undefined : `One verification takes ${elapsed(duration)} in this browser.`}
          actions={isNow ? undefined : <Badge color="severity-medium">as of {localTime(at)}</Badge>}
        >
          Verdict
        </Header>
      }
    >
      <SpaceBetween size="l">
        <LiveRegion tagName="div">
          <Summary verdict={verdict} onBorrow={onBorrow} onRestore={onRestore} />
        </LiveRegion>
        {verdict.kind === 'valid' && <LicenseDetails license={verdict.license} at={at} />}
      </SpaceBetween>
    </Container>
  );
}

function Summary({ verdict, onBorrow, onRestore }: Pick<Props, 'verdict' | 'onBorrow' | 'onRestore'>) {
  switch (verdict.kind) {
    case 'no-token':
      return (
        <Box textAlign="center" color="text-body-secondary" padding={{ vertical: 'xxl' }}>
          <SpaceBetween size="s">
            <Box variant="strong" color="inherit">
              No token yet
            </Box>
            <span>Paste one, or borrow a license from this service.</span>
            <Button onClick={onBorrow}>Borrow a license</Button>
          </SpaceBetween>
        </Box>
      );
    case 'no-keys':
      return (
        <Alert type="info" header="The issuer’s keys are needed">
          A token is worth as much as the key that signed it. Get the keys once, below; from then on they are kept here.
        </Alert>
      );
    case 'valid':
      return (
        <Alert type="success" header="The license is valid">
          Signature, time and node are in order.
        </Alert>
      );
    case 'refused': {
      const { title, whatToDo } = explain(verdict.code);
      return (
        <Alert
          type="error"
          header={`Refused: ${title.charAt(0).toLowerCase()}${title.slice(1)}`}
          action={onRestore && <Button onClick={onRestore}>Undo changes</Button>}
        >
          <SpaceBetween size="s">
            <span>{whatToDo}</span>
            <div className="refusal">
              <code>{verdict.code}</code> {verdict.message}
            </div>
          </SpaceBetween>
        </Alert>
      );
    }
  }
}
