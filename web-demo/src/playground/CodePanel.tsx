import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import Tabs from '@cloudscape-design/components/tabs';

import type { KeySet } from '../model/keys';
import { PLATFORMS, sample } from '../model/sample';
import type { Verdict } from './useVerdict';

interface Props {
  readonly keys: KeySet | undefined;
  readonly verdict: Verdict;
}

/** The same verification for one's own application, with the keys of this page. */
export function CodePanel({ keys, verdict }: Props) {
  if (keys === undefined) {
    return null;
  }
  const license = verdict.kind === 'valid' ? verdict.license : undefined;
  const input = {
    keys: keys.keys,
    nodeId: license?.nodeId ?? null,
    entitlement: license?.entitlements[0]?.name ?? 'Seats',
  };
  return (
    <Container
      header={
        <Header variant="h2" description="The same verification, with the keys above. It needs no service and no network.">
          In your application
        </Header>
      }
    >
      <Tabs
        ariaLabel="Platforms"
        tabs={PLATFORMS.map((platform) => ({
          id: platform,
          label: platform,
          content: <Sample code={sample(platform, input)} />,
        }))}
      />
    </Container>
  );
}

function Sample({ code }: { readonly code: string }) {
  return (
    <div className="sample">
      <pre tabIndex={0} aria-label="Code">
        {code}
      </pre>
      <Box float="right">
        <CopyToClipboard
          variant="icon"
          textToCopy={code}
          copyButtonAriaLabel="Copy the code"
          copySuccessText="Code copied"
          copyErrorText="The code could not be copied"
        />
      </Box>
    </div>
  );
}
