import { AwsClient } from 'aws4fetch';

const setting = (name) => {
  const value = process.env[name];
  if (!value) {
    throw new Error(`set ${name}: this test drives a running service`);
  }
  return value;
};

/** The running service that the environment names, called with the environment's access key. */
export function service() {
  const url = new URL('/', setting('LICENTIA_URL')).href;
  const accessKeyId = setting('AWS_ACCESS_KEY_ID');
  const secretAccessKey = setting('AWS_SECRET_ACCESS_KEY');
  const call = async (operation, input) => {
    const { region } = await (await fetch(`${url}health`)).json();
    const client = new AwsClient({ accessKeyId, secretAccessKey, service: 'license-manager', region, retries: 0 });
    const response = await client.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSLicenseManager.${operation}` },
      body: JSON.stringify(input),
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(`${operation}: ${JSON.stringify(answer)}`);
    }
    return answer;
  };
  return { url, accessKeyId, secretAccessKey, call };
}

/** A license of ten seats and a feature that can be borrowed for a day. */
export async function createLicense({ url, call }, name) {
  const { region } = await (await fetch(`${url}health`)).json();
  const { LicenseArn } = await call('CreateLicense', {
    LicenseName: name,
    ProductName: 'Analytics Pro',
    ProductSKU: crypto.randomUUID(),
    Issuer: { Name: 'Example Software Inc' },
    HomeRegion: region,
    Validity: { Begin: '2026-01-01T00:00:00Z', End: '2099-12-31T23:59:59Z' },
    Entitlements: [
      { Name: 'Seats', Unit: 'Count', MaxCount: 10, Overage: false, AllowCheckIn: true },
      { Name: 'PlatinumTier', Unit: 'None', Value: 'Enabled' },
    ],
    Beneficiary: 'browser-test',
    ConsumptionConfiguration: { BorrowConfiguration: { AllowEarlyCheckIn: true, MaxTimeToLiveInMinutes: 1440 } },
    ClientToken: crypto.randomUUID(),
  });
  return LicenseArn;
}
