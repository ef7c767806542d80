import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

import type { Credentials } from '../api/service';

interface Props {
  readonly credentials: Credentials;
  readonly onChange: (credentials: Credentials) => void;
}

/** An access key. It signs requests in this page and is never sent, nor stored. */
export function CredentialsForm({ credentials, onChange }: Props) {
  return (
    <ColumnLayout columns={2}>
      <FormField label="Access key id" stretch>
        <Input
          value={credentials.accessKeyId}
          onChange={({ detail }) => onChange({ ...credentials, accessKeyId: detail.value.trim() })}
          autoComplete={false}
          spellcheck={false}
        />
      </FormField>
      <FormField label="Secret access key" constraintText="Signs here, in memory. It is never sent, nor stored." stretch>
        <Input
          type="password"
          value={credentials.secretAccessKey}
          onChange={({ detail }) => onChange({ ...credentials, secretAccessKey: detail.value.trim() })}
          autoComplete={false}
          spellcheck={false}
        />
      </FormField>
    </ColumnLayout>
  );
}
