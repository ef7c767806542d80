import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';

import type { Compact, JsonObject } from '../model/compact';

/** What the token says, readable by anyone, verified or not. */
export function DecodedPanel({ compact }: { readonly compact: Compact }) {
  return (
    <Container
      header={
        <Header variant="h2" description="What the token says. Only the verdict tells whether it is true.">
          Inside the token
        </Header>
      }
    >
      <div className="decoded">
        <Part name="header" value={compact.header} />
        <Part name="claims" value={compact.claims} />
        <figure className="decoded-signature">
          <figcaption className="part-signature">signature</figcaption>
          <pre tabIndex={0} aria-label="signature">
            {`${Math.floor((compact.parts[2].length * 3) / 4)} bytes`}
          </pre>
        </figure>
      </div>
    </Container>
  );
}

function Part({ name, value }: { readonly name: 'header' | 'claims'; readonly value: JsonObject | undefined }) {
  return (
    <figure className={`decoded-${name}`}>
      <figcaption className={`part-${name}`}>{name}</figcaption>
      <pre tabIndex={0} aria-label={name}>
        {value === undefined ? 'not base64url of a JSON object' : JSON.stringify(value, null, 2)}
      </pre>
    </figure>
  );
}
