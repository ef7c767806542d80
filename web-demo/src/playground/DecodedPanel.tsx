import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

import type { Compact, JsonObject } from '../model/compact';

/** What the token says, readable by anyone, verified or not. */
export function DecodedPanel({ compact }: { readonly compact: Compact | undefined }) {
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description="What the token says. Only the verdict tells whether it is true.">
          Inside the token
        </Header>
      }
    >
      {compact === undefined ? (
        <Box color="text-body-secondary">Nothing to read: a token has three parts with periods between them.</Box>
      ) : (
        <SpaceBetween size="m">
          <Part name="header" value={compact.header} />
          <Part name="claims" value={compact.claims} />
          <figure className="decoded">
            <figcaption className="part-signature">signature</figcaption>
            <pre tabIndex={0} aria-label="Signature">
              {compact.parts[2] === '' ? 'missing' : `${Math.floor((compact.parts[2].length * 3) / 4)} bytes, over the header and the claims as they are written`}
            </pre>
          </figure>
        </SpaceBetween>
      )}
    </Container>
  );
}

function Part({ name, value }: { readonly name: 'header' | 'claims'; readonly value: JsonObject | undefined }) {
  return (
    <figure className="decoded">
      <figcaption className={`part-${name}`}>{name}</figcaption>
      <pre tabIndex={0} aria-label={name}>
        {value === undefined ? 'not base64url of a JSON object' : JSON.stringify(value, null, 2)}
      </pre>
    </figure>
  );
}
