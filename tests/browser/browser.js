import { chromium } from 'playwright-core';

/** Debian's Chromium, kept from talking to anyone but the page's own server. */
export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

// After a reload the browser looks for a newer service worker, when it pleases; offline it says so.
const EXPECTED = 'Failed to load resource: net::ERR_INTERNET_DISCONNECTED';

/** A page in a browser profile of its own, and what went wrong in it. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && message.text() !== EXPECTED) {
      faults.push(message.text());
    }
  });
  await page.goto(url);
  return { context, page, faults };
}

/** Puts a token in, as a paste does. */
export const giveToken = (page, token) => page.getByRole('textbox', { name: 'Token' }).fill(token);

export const verdict = (page) => page.getByTestId('verdict');
