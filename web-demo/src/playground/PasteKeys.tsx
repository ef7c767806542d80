import { LicenseError } from '@licentia/verifier';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';

/** Takes keys by hand: a JWK Set, or PEM. */
export function PasteKeys({ onPaste }: { readonly onPaste: (text: string) => void }) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const use = (): void => {
    try {
      onPaste(text);
      setText('');
      setError(undefined);
    } catch (cause) {
      if (!(cause instanceof LicenseError)) {
        throw cause;
      }
      setError(cause.message);
    }
  };
  return (
    <SpaceBetween size="s">
      <FormField label="JWK Set or PEM" errorText={error} stretch>
        <Textarea
          value={text}
          rows={5}
          spellcheck={false}
          placeholder='{"keys":[{"kty":"EC","crv":"P-256",…}]}'
          onChange={({ detail }) => setText(detail.value)}
        />
      </FormField>
      <Button onClick={use} disabled={text.trim() === ''}>
        Use these keys
      </Button>
    </SpaceBetween>
  );
}
