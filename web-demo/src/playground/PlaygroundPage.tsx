import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { useService } from '../frame/network';
import { BorrowModal } from './BorrowModal';
import { CodePanel } from './CodePanel';
import { ConditionsPanel } from './ConditionsPanel';
import { DecodedPanel } from './DecodedPanel';
import { KeysPanel } from './KeysPanel';
import { NetworkBadge } from './NetworkBadge';
import { TokenPanel } from './TokenPanel';
import { useClock } from './useClock';
import { useKeys } from './useKeys';
import { useToken } from './useToken';
import { useVerdict } from './useVerdict';
import { VerdictPanel } from './VerdictPanel';

/** Verifies a borrowed license in this browser, and shows what happens when it is changed. */
export function PlaygroundPage() {
  const service = useService();
  const clock = useClock();
  const token = useToken();
  const keys = useKeys(token.compact);
  const [moment, setMoment] = useState<number>();
  const [nodeId, setNodeId] = useState('');
  const [borrowing, setBorrowing] = useState(false);
  const at = moment ?? clock;
  const { verdict, duration } = useVerdict({ token: token.text, keys: keys.set, at, nodeId });

  return (
    <ContentLayout
      defaultPadding
      maxContentWidth={1320}
      headerVariant="high-contrast"
      header={
        <SpaceBetween size="xs">
          <Header
            variant="h1"
            description="A borrowed license is a signed token. The verifier inside this page checks it, with no server involved."
            actions={
              <Button variant="primary" onClick={() => setBorrowing(true)}>
                Borrow a license
              </Button>
            }
          >
            Offline verification
          </Header>
          <NetworkBadge />
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <div className="board">
          <div>
            <TokenPanel token={token} verdict={verdict} />
            <ConditionsPanel
              compact={token.compact}
              clock={clock}
              moment={moment}
              onMoment={setMoment}
              nodeId={nodeId}
              onNodeId={setNodeId}
            />
          </div>
          <div>
            <VerdictPanel
              verdict={verdict}
              duration={duration}
              at={at}
              isNow={moment === undefined}
              onBorrow={() => setBorrowing(true)}
              onRestore={token.changed.size > 0 ? token.restore : undefined}
            />
            <KeysPanel keys={keys} kid={token.compact?.header?.['kid']} />
          </div>
        </div>
        {token.compact !== undefined && <DecodedPanel compact={token.compact} />}
        <CodePanel keys={keys.set} verdict={verdict} />
        {service !== undefined && (
          <Box color="text-body-secondary" fontSize="body-s" textAlign="center" padding={{ vertical: 's' }}>
            Licentia {service.version}, home Region {service.region}
          </Box>
        )}
      </SpaceBetween>
      <BorrowModal
        visible={borrowing}
        region={service?.region}
        onDismiss={() => setBorrowing(false)}
        onToken={(signed) => {
          token.give(signed);
          setMoment(undefined);
          setBorrowing(false);
        }}
      />
    </ContentLayout>
  );
}
