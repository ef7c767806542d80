import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { whyNotBorrowable } from '../api/licenses';
import { asked, offered, type Choice } from './choice';
import { CredentialsForm } from './CredentialsForm';
import { EntitlementPicker } from './EntitlementPicker';
import { LicensePicker } from './LicensePicker';
import { useBorrow } from './useBorrow';

interface Props {
  readonly visible: boolean;
  readonly region: string | undefined;
  readonly onDismiss: () => void;
  readonly onToken: (token: string) => void;
}

/** Borrows a license from the service behind this page. The credentials stay in memory, and only as long as the page. */
export function BorrowModal({ visible, region, onDismiss, onToken }: Props) {
  const [credentials, setCredentials] = useState({ accessKeyId: '', secretAccessKey: '' });
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  const [nodeId, setNodeId] = useState('');
  const state = useBorrow(credentials, region, onToken);
  const { license, failure, busy } = state;
  const obstacle = license && whyNotBorrowable(license);
  const current = license === undefined ? [] : offered(license, choices);
  const wanted = asked(current);
  const hasCredentials = credentials.accessKeyId !== '' && credentials.secretAccessKey !== '';

  return (
    <Modal
      visible={visible}
      onDismiss={onDismiss}
      closeAriaLabel="Close"
      header="Borrow a license"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={busy === 'token'}
              disabled={license === undefined || obstacle !== undefined || wanted === undefined}
              onClick={() => wanted && state.borrow(wanted, nodeId.trim())}
            >
              Borrow
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <CredentialsForm credentials={credentials} onChange={setCredentials} />
        <LicensePicker
          key={credentials.accessKeyId}
          licenses={state.licenses}
          loading={busy === 'licenses' || busy === 'license'}
          disabled={!hasCredentials}
          onList={state.list}
          onChoose={state.choose}
          onForget={state.forget}
        />
        {obstacle !== undefined && <Alert type="warning">{obstacle} It cannot be borrowed.</Alert>}
        {license !== undefined && obstacle === undefined && (
          <>
            <EntitlementPicker choices={current} onChange={setChoices} />
            <FormField
              label={
                <>
                  Node <i>- optional</i>
                </>
              }
              description="The machine the license is for, such as its address or serial number."
              stretch
            >
              <Input value={nodeId} onChange={({ detail }) => setNodeId(detail.value)} spellcheck={false} autoComplete={false} />
            </FormField>
          </>
        )}
        {failure !== undefined && (
          <Alert type="error" header={failure.type}>
            {failure.message}
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
}
