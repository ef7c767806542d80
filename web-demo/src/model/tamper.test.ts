import { expect, test } from 'vitest';

import { changedPlaces, changeOneCharacter } from './tamper';

const TOKEN = 'aGVhZA.Y2xhaW1z.c2ln-_';

test('exactly one character changes, whatever the dice say, and never a period', () => {
  for (let dice = 0; dice < 1; dice += 0.01) {
    const changed = changeOneCharacter(TOKEN, () => dice);
    expect(changedPlaces(TOKEN, changed).size).toBe(1);
    expect(changed.split('.').map((part) => part.length)).toEqual([6, 8, 6]);
  }
});

test('a text without characters to change stays as it is', () => {
  expect(changeOneCharacter('')).toBe('');
  expect(changeOneCharacter('..')).toBe('..');
});

test('changes are found place by place in texts of the same length', () => {
  expect([...changedPlaces('abcdef', 'aXcdeY')]).toEqual([1, 5]);
  expect([...changedPlaces('abc', 'abc')]).toEqual([]);
});

test('an insertion is what lies between the common ends', () => {
  expect([...changedPlaces('abcd', 'abXYcd')]).toEqual([2, 3]);
  expect([...changedPlaces('aaa', 'aaaa')]).toEqual([3]);
  expect([...changedPlaces('abcd', 'ad')]).toEqual([]);
});
