import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import { useRef, useState } from 'react';

import { whyNotBorrowable, type License } from '../api/licenses';

interface Props {
  readonly licenses: readonly License[] | undefined;
  readonly loading: boolean;
  readonly disabled: boolean;
  readonly onList: () => void;
  readonly onChoose: (licenseArn: string) => void;
  readonly onForget: () => void;
}

/** A license from the caller's own, or any by its ARN. */
export function LicensePicker({ licenses, loading, disabled, onList, onChoose, onForget }: Props) {
  const [value, setValue] = useState('');
  const chosen = useRef('');
  const choose = (licenseArn: string): void => {
    if (licenseArn !== chosen.current && licenseArn.startsWith('arn:')) {
      chosen.current = licenseArn;
      onChoose(licenseArn);
    }
  };
  return (
    <FormField label="License" description="One that your account issued, or the ARN of any other." stretch>
      <Autosuggest
        value={value}
        disabled={disabled}
        statusType={loading ? 'loading' : 'finished'}
        loadingText="Asking the service"
        placeholder="arn:aws:license-manager::…"
        empty="No licenses of your own. Give an ARN."
        enteredTextLabel={(text) => `Use ${text}`}
        options={(licenses ?? []).map((license) => ({
          value: license.LicenseArn,
          label: license.LicenseArn,
          description: `${license.LicenseName}, ${license.ProductName}`,
          ...(whyNotBorrowable(license) === undefined ? {} : { labelTag: 'not for borrowing' }),
        }))}
        onFocus={() => licenses === undefined && onList()}
        onChange={({ detail }) => {
          setValue(detail.value);
          chosen.current = '';
          onForget();
        }}
        onSelect={({ detail }) => {
          setValue(detail.value);
          choose(detail.value.trim());
        }}
        onBlur={() => choose(value.trim())}
      />
    </FormField>
  );
}
