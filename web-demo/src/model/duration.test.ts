import { expect, test } from 'vitest';

import { countdown, elapsed } from './duration';

test('a countdown shows at most three units, the largest first', () => {
  expect(countdown(0)).toBe('0 s');
  expect(countdown(-5_000)).toBe('0 s');
  expect(countdown(59_999)).toBe('59 s');
  expect(countdown(3_600_000)).toBe('1 h 0 min 0 s');
  expect(countdown(90_061_000)).toBe('1 d 1 h 1 min');
});

test('a computation is told in the unit that fits', () => {
  expect(elapsed(0.0984)).toBe('98 µs');
  expect(elapsed(1.2345)).toBe('1.23 ms');
});
