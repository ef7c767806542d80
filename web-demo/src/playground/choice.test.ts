import { expect, test } from 'vitest';

import type { License } from '../api/licenses';
import { asked, offered } from './choice';

const LICENSE: License = {
  LicenseArn: 'arn:aws:license-manager::111122223333:license:l-5f0c',
  LicenseName: 'Team',
  ProductName: 'Analytics',
  Status: 'AVAILABLE',
  Entitlements: [
    { Name: 'Seats', Unit: 'Count', MaxCount: 25 },
    { Name: 'PlatinumTier', Unit: 'None', Value: 'Enabled' },
  ],
};

test('one of each entitlement is asked for at first; a feature has no quantity', () => {
  expect(asked(offered(LICENSE, []))).toEqual([
    { Name: 'Seats', Unit: 'Count', Value: '1' },
    { Name: 'PlatinumTier', Unit: 'None' },
  ]);
});

test('what was chosen is kept, and what is not wanted is left out', () => {
  const before = offered(LICENSE, []).map((choice) => ({ ...choice, wanted: choice.entitlement.Unit !== 'None', quantity: '3' }));
  expect(asked(offered(LICENSE, before))).toEqual([{ Name: 'Seats', Unit: 'Count', Value: '3' }]);
});

test('nothing, or no whole quantity, makes no request', () => {
  const none = offered(LICENSE, []).map((choice) => ({ ...choice, wanted: false }));
  expect(asked(none)).toBeUndefined();
  for (const quantity of ['', '0', '-1', '1.5', '1e3']) {
    expect(asked(offered(LICENSE, []).map((choice) => ({ ...choice, quantity })))).toBeUndefined();
  }
});
