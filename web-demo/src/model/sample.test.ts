import { expect, test } from 'vitest';

import { PLATFORMS, sample } from './sample';

const KEY = { kty: 'EC', crv: 'P-256', kid: 'one', x: 'x', y: 'y' };

test('a sample holds the keys, the node and the entitlement', () => {
  for (const platform of PLATFORMS) {
    const code = sample(platform, { keys: [KEY], nodeId: '10.0.0.1', entitlement: 'Seats' });
    expect(code).toContain(JSON.stringify(KEY));
    expect(code).toContain("{ nodeId: '10.0.0.1' }");
    expect(code).toContain("license.has('Seats')");
  }
});

test('a name cannot break out of its quotes', () => {
  const name = `it's "x" \\ \n`;
  const code = sample('Browser', { keys: [], nodeId: null, entitlement: name });
  const literal = /license\.has\((.*)\), license/.exec(code)?.[1];
  expect(new Function(`return ${literal}`)()).toBe(name);
});
