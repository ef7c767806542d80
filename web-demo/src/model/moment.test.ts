import { expect, test } from 'vitest';

import { readUtc, travelSpan, utcText } from './moment';

test('a moment is read as it is written', () => {
  const moment = Date.UTC(2026, 10, 22, 10);
  expect(utcText(moment)).toBe('2026-11-22T10:00:00Z');
  expect(readUtc(utcText(moment))).toBe(moment);
  for (const other of ['', '2026-11-22', '2026-13-22T10:00:00Z', '2026-11-22T10:00:00']) {
    expect(readUtc(other)).toBeUndefined();
  }
});

test('one can travel beyond both ends of a license', () => {
  const span = travelSpan(1_000_000, 2_000_000, 0);
  expect(span).toEqual({ from: 850, to: 2150 });
});

test('a license without an end is shown for a day', () => {
  const { from, to } = travelSpan(0, undefined, 0);
  expect(from).toBeLessThan(0);
  expect(to).toBeGreaterThan(86_400);
});
