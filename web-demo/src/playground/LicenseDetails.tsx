import type { License } from '@licentia/verifier';
import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

import { countdown } from '../model/duration';
import { localTime } from '../model/moment';
import { CopyText } from './CopyText';

/** A verified license: what it allows, until when, where. */
export function LicenseDetails({ license, at }: { readonly license: License; readonly at: number }) {
  const metadata = Object.entries(license.metadata);
  return (
    <SpaceBetween size="l">
      <TimeLeft license={license} at={at} />
      <Titled title="Entitlements">
        <ul className="entitlements">
          {license.entitlements.map(({ name, unit, value }) => (
            <li key={name}>
              <span>{name}</span>
              <strong>{unit === 'None' ? (value ?? 'included') : `${value} ${unit}`}</strong>
            </li>
          ))}
        </ul>
      </Titled>
      <KeyValuePairs
        columns={2}
        minColumnWidth={170}
        items={[
          { label: 'Node', value: license.nodeId ?? 'any' },
          { label: 'Issued', value: localTime(license.issuedAt) },
          { label: 'Issuer', value: license.issuer ?? 'not named' },
          { label: 'Expires', value: license.expiresAt ? localTime(license.expiresAt) : 'never' },
          ...metadata.map(([label, value]) => ({ label, value })),
        ]}
      />
      <KeyValuePairs
        items={[
          { label: 'License ARN', value: <CopyText text={license.licenseArn} what="license ARN" /> },
          { label: 'Consumption token', value: <CopyText text={license.consumptionToken} what="consumption token" /> },
        ]}
      />
    </SpaceBetween>
  );
}

function TimeLeft({ license, at }: { readonly license: License; readonly at: number }) {
  if (license.expiresAt === null) {
    return (
      <Titled title="Time left">
        <Box fontSize="display-l">No end</Box>
      </Titled>
    );
  }
  const end = license.expiresAt.getTime();
  return (
    <Titled title="Time left">
      <div className="countdown" role="timer">
        {countdown(end - at)}
      </div>
      <meter
        aria-label="Share of the time left"
        min={0}
        max={end - license.issuedAt.getTime()}
        value={end - at}
      />
    </Titled>
  );
}

function Titled({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <Box variant="awsui-key-label">{title}</Box>
      {children}
    </div>
  );
}
