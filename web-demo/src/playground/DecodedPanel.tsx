import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';

import { readable, type Compact } from '../model/compact';

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
        <Part name="header" text={compact.parts[0]} />
        <Part name="claims" text={compact.parts[1]} />
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

function Part({ name, text }: { readonly name: 'header' | 'claims'; readonly text: string }) {
  return (
    <figure className={`decoded-${name}`}>
      <figcaption className={`part-${name}`}>{name}</figcaption>
      <pre tabIndex={0} aria-label={name}>
        {readable(text)}
      </pre>
    </figure>
  );
}
