import { createServer } from 'node:http';

/** A customer's page of its own origin, which knows the service's address and a refresh token. */
export async function serveCustomerPage() {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html><title>App</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

/** All that such a page needs, run in the page: `fetch`, and nothing else. */
export async function checkOut({ url, licenseArn, refreshToken }) {
  const call = async (operation, input, token) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSLicenseManager.${operation}`,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(input),
    });
    const requestId = response.headers.get('x-amzn-requestid');
    return { status: response.status, requestId, ...(await response.json()) };
  };
  const { AccessToken } = await call('GetAccessToken', { Token: refreshToken });
  const { License } = await call('GetLicense', { LicenseArn: licenseArn }, AccessToken);
  const checkout = await call(
    'CheckoutLicense',
    {
      ProductSKU: License.ProductSKU,
      KeyFingerprint: License.Issuer.KeyFingerprint,
      CheckoutType: 'PERPETUAL',
      Entitlements: [{ Name: 'Seats', Unit: 'Count', Value: '1' }],
      ClientToken: crypto.randomUUID(),
    },
    AccessToken,
  );
  const refused = await call('GetLicense', { LicenseArn: licenseArn }, refreshToken);
  return { checkout, refused };
}
