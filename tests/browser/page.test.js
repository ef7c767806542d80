import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { giveToken, openBrowser, openPage, verdict } from './browser.js';
import { Issuer } from './mint.js';
import { servePage } from './page-server.js';

const DIST = fileURLToPath(new URL('../../web-demo/dist', import.meta.url));
const SCREENSHOTS = fileURLToPath(new URL('../../target/screenshots', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const issuer = new Issuer();
const token = issuer.token();
let server;
let browser;

before(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  server = await servePage(DIST, issuer);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  server?.stop();
});

/** Runs on a page that holds a verified token; nothing may go wrong in it. */
async function withVerifiedToken(options, work) {
  const { context, page, faults } = await openPage(browser, server.url, options);
  try {
    await giveToken(page, token);
    await verdict(page).getByText('The license is valid').waitFor();
    await work({ context, page });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** Waits until nothing fades or slides any more: half-faded text has too little contrast. */
function settled(page) {
  return page.evaluate(async () => {
    const ends = (animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime);
    const running = () => document.getAnimations().filter((animation) => ends(animation) && animation.playState === 'running');
    const frame = () => new Promise(requestAnimationFrame);
    for (await frame(), await frame(); running().length > 0; await frame()) {
      await Promise.allSettled(running().map((animation) => animation.finished));
    }
  });
}

/** What axe-core finds wrong with the page as it is. */
async function violations(page) {
  await settled(page);
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target, any }) => [target.join(' '), any[0]?.message]) }));
}

const shot = (page, name) => page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });

test('a pasted token is verified with its issuer’s keys, which the page fetches itself', () =>
  withVerifiedToken({}, async ({ page }) => {
    const shown = await verdict(page).innerText();
    for (const text of ['Seats', '2 Count', 'PlatinumTier', 'Enabled', '10.0.21.57', '23 h 2', 'l-5f0c6e2b8a1d4c37b9e2a7d41c3f8e60']) {
      assert.ok(shown.includes(text), `expected ${text} in:\n${shown}`);
    }
    await shot(page, 'valid-light-desktop');
  }));

test('one changed character is marked and refused at once, and undone', () =>
  withVerifiedToken({}, async ({ page }) => {
    for (let round = 0; round < 20; round += 1) {
      await page.getByRole('button', { name: 'Change one character' }).click();
      await verdict(page).getByText(/^Refused: /).waitFor();
      assert.equal((await page.locator('.token mark').innerText()).length, 1);
      assert.match(await verdict(page).locator('code').innerText(), /^[A-Z_]+$/);
      if (round === 0) {
        await shot(page, 'refused-light-desktop');
      }
      await page.getByRole('button', { name: 'Undo changes' }).first().click();
      await verdict(page).getByText('The license is valid').waitFor();
    }
  }));

test('a changed claim is an invalid signature', () =>
  withVerifiedToken({}, async ({ page }) => {
    const [header, claims, signature] = token.split('.');
    const greedy = Buffer.from(claims, 'base64url').toString().replace('"value":"2"', '"value":"9"');
    await giveToken(page, [header, Buffer.from(greedy).toString('base64url'), signature].join('.'));
    await verdict(page).getByText('SIGNATURE_INVALID', { exact: true }).waitFor();
  }));

test('another moment and another node are refused with their reasons', () =>
  withVerifiedToken({}, async ({ page }) => {
    await page.getByRole('button', { name: 'Another moment' }).click();
    const moment = page.getByLabel('Moment (UTC)');
    await moment.fill('2100-01-01T00:00:00Z');
    await verdict(page).getByText('EXPIRED', { exact: true }).waitFor();
    await moment.fill('2001-01-01T00:00:00Z');
    await verdict(page).getByText('NOT_YET_VALID', { exact: true }).waitFor();
    await shot(page, 'time-travel-light-desktop');
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await page.getByLabel(/^Expected node/).fill('10.0.0.1');
    await verdict(page).getByText('NODE_MISMATCH', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Use the token’s' }).click();
    await verdict(page).getByText('The license is valid').waitFor();
  }));

test('the keys can be pasted, and a private key is turned away', async () => {
  const { context, page } = await openPage(browser, server.url);
  try {
    const stranger = new Issuer('999988887777');
    await giveToken(page, stranger.token());
    await page.getByText('no keys of account 999988887777').waitFor();
    await page.getByRole('button', { name: 'Paste keys' }).click();
    await page.getByLabel('JWK Set').fill(JSON.stringify({ ...stranger.jwk, d: 'c2VjcmV0' }));
    await page.getByRole('button', { name: 'Use these keys' }).click();
    await page.getByText('this is a secret key').waitFor();
    await page.getByLabel('JWK Set').fill(JSON.stringify({ keys: [stranger.jwk] }));
    await page.getByRole('button', { name: 'Use these keys' }).click();
    await verdict(page).getByText('The license is valid').waitFor();
  } finally {
    await context.close();
  }
});

test('with the network off the page opens again, with its token, and verifies it', () =>
  withVerifiedToken({}, async ({ context, page }) => {
    await page.getByText('This page is stored here').waitFor();
    await context.setOffline(true);
    await page.reload();
    await page.getByText('Offline. Verification needs no network').waitFor();
    await verdict(page).getByText('The license is valid').waitFor();
    await page.getByRole('button', { name: 'Change one character' }).click();
    await verdict(page).getByText(/^Refused: /).waitFor();
    await shot(page, 'offline-refused-light-desktop');
  }));

for (const [name, options] of [
  ['light-desktop', {}],
  ['dark-desktop', { colorScheme: 'dark' }],
  ['light-phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ['dark-phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' }],
]) {
  test(`no accessibility violation and no sideways scrolling: ${name}`, () =>
    withVerifiedToken(options, async ({ page }) => {
      await shot(page, `valid-${name}`);
      await page.getByRole('button', { name: 'Change one character' }).click();
      await verdict(page).getByText(/^Refused: /).waitFor();
      await shot(page, `refused-${name}`);
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: 'Undo changes' }).first().click();
      await page.getByRole('button', { name: 'Paste keys' }).click();
      await page.getByRole('button', { name: name.endsWith('phone') ? /^Verify as of/ : 'Another moment' }).click();
      if (name.endsWith('phone')) {
        await page.getByRole('option', { name: 'Another moment' }).click();
      }
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: 'Borrow a license' }).first().click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await violations(page), []);
      await shot(page, `borrow-${name}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
    }));
}
