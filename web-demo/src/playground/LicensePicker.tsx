import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';

import { whyNotBorrowable, type License } from '../api/licenses';

interface Props {
  readonly licenses: readonly License[] | undefined;
  readonly loading: boolean;
  readonly disabled: boolean;
  readonly onList: () => void;
  readonly onChoose: (licenseArn: string) => void;
  readonly onForget: () => void;
}

const LICENSE_ARN = /^arn:[^:]+:license-manager:[^:]*:\d{12}:license:l-[0-9a-f]{32}$/;

/** A license from the caller's own, or any by its ARN. */
export function LicensePicker({ licenses, loading, disabled, onList, onChoose, onForget }: Props) {
  const [value, setValue] = useState('');
  return (
    <FormField label="License" description="One that your account issued, or the ARN of any other." stretch>
      <Autosuggest
        clearAriaLabel="Clear"
        value={value}
        disabled={disabled}
        statusType={loading ? 'loading' : 'finished'}
        loadingText="Asking the service"
        placeholder="arn:aws:license-manager::…"
        empty="No licenses of your own. Give an ARN."
        enteredTextLabel={(text) => `Use ${text}`}
        options={(licenses ?? []).map((license) => ({
          value: license.LicenseArn,
          label: license.LicenseName,
          description: license.LicenseArn,
          tags: [license.ProductName],
          ...(whyNotBorrowable(license) === undefined ? {} : { labelTag: 'not for borrowing' }),
        }))}
        onFocus={() => licenses === undefined && onList()}
        onChange={({ detail }) => {
          setValue(detail.value);
          if (LICENSE_ARN.test(detail.value.trim())) {
            onChoose(detail.value.trim());
          } else {
            onForget();
          }
        }}
      />
    </FormField>
  );
}
