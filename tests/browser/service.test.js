import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { openBrowser, openPage, verdict } from './browser.js';
import { checkOut, serveCustomerPage } from './customer-page.js';
import { createLicense, service } from './service.js';

const SCREENSHOTS = fileURLToPath(new URL('../../target/screenshots', import.meta.url));

const licentia = service();
const name = `Browser test ${crypto.randomUUID()}`;
let licenseArn;
let browser;

before(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  licenseArn = await createLicense(licentia, name);
  browser = await openBrowser();
});

after(() => browser?.close());

/** The borrowing dialogue, with the access key filled in. */
async function openBorrowing(page, { secretAccessKey } = licentia) {
  await page.getByRole('button', { name: 'Borrow a license' }).first().click();
  await page.getByLabel('Access key id').fill(licentia.accessKeyId);
  await page.getByLabel('Secret access key').fill(secretAccessKey);
}

const borrow = (page) => page.getByRole('button', { name: 'Borrow', exact: true }).click();

test('the page is served under a policy that allows no inline script', async () => {
  const response = await fetch(licentia.url, { headers: { accept: 'text/html' } });
  assert.equal(response.status, 200);
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
  assert.doesNotMatch(policy, /unsafe-inline/);
});

test('a license is picked, borrowed and verified; changed it is refused; all of it without the network', async () => {
  const { context, page, faults } = await openPage(browser, licentia.url);
  await openBorrowing(page);
  await page.getByRole('combobox', { name: 'License' }).click();
  await page.getByRole('option', { name }).click();
  await page.getByLabel('Seats, Count').fill('2');
  await page.getByLabel(/^Node/).fill('10.0.21.57');
  await page.screenshot({ path: `${SCREENSHOTS}/service-borrow.png` });
  await borrow(page);
  await verdict(page).getByText('The license is valid').waitFor();
  const shown = await verdict(page).innerText();
  for (const text of ['2 Count', 'PlatinumTier', '10.0.21.57', licenseArn]) {
    assert.ok(shown.includes(text), `expected ${text} in:\n${shown}`);
  }
  await page.screenshot({ path: `${SCREENSHOTS}/service-valid.png`, fullPage: true });

  await page.getByText('This page is stored here').waitFor();
  await context.setOffline(true);
  await page.reload();
  await verdict(page).getByText('The license is valid').waitFor();
  await page.getByRole('button', { name: 'Change one character' }).click();
  await verdict(page).getByText(/^Refused: /).waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/service-offline-refused.png`, fullPage: true });

  const kept = JSON.stringify(await context.storageState({ indexedDB: true }));
  assert.ok(!kept.includes(licentia.secretAccessKey) && !kept.includes(licentia.accessKeyId));
  assert.deepEqual(faults, []);
  await context.close();
});

test('a license is borrowed by its ARN', async () => {
  const { context, page } = await openPage(browser, licentia.url);
  await openBorrowing(page);
  const license = page.getByRole('combobox', { name: 'License' });
  await license.fill(licenseArn);
  await page.getByRole('option').first().click();
  await page.getByRole('checkbox', { name: 'PlatinumTier' }).uncheck();
  await borrow(page);
  await verdict(page).getByText('1 Count').waitFor();
  assert.ok(!(await verdict(page).innerText()).includes('PlatinumTier'));
  await context.close();
});

test('what the service says against it is shown as it is', async () => {
  const { context, page } = await openPage(browser, licentia.url);
  const dialog = page.getByRole('dialog');
  await openBorrowing(page, { secretAccessKey: 'not-the-secret' });
  await page.getByRole('combobox', { name: 'License' }).click();
  await dialog.getByText('InvalidSignatureException').waitFor();

  await page.getByLabel('Secret access key').fill(licentia.secretAccessKey);
  await page.getByRole('combobox', { name: 'License' }).click();
  await page.getByRole('option', { name }).click();
  await page.getByRole('checkbox', { name: 'PlatinumTier' }).uncheck();
  await page.getByLabel('Seats, Count').fill('11');
  await borrow(page);
  await dialog.getByText(/^No Entitlements Allowed/).waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/service-no-entitlements.png` });
  await context.close();
});

test('a page of another origin exchanges its token and checks out with fetch alone', async () => {
  const customer = await serveCustomerPage();
  const { Token } = await licentia.call('CreateToken', { LicenseArn: licenseArn, ClientToken: crypto.randomUUID() });
  const { context, page } = await openPage(browser, customer.url);
  try {
    const request = { url: licentia.url, licenseArn, refreshToken: Token };
    const { checkout, refused } = await page.evaluate(checkOut, request);
    assert.equal(checkout.LicenseArn, licenseArn);
    assert.deepEqual(checkout.EntitlementsAllowed, [{ Name: 'Seats', Unit: 'Count', Value: '1' }]);
    assert.match(checkout.requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual([refused.status, refused.__type], [400, 'UnrecognizedClientException']);
  } finally {
    await context.close();
    customer.stop();
  }
});
