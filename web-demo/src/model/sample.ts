import type { Jwk } from '@licentia/verifier';

export const PLATFORMS = ['Node.js', 'Browser'] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface SampleInput {
  readonly keys: readonly Jwk[];
  readonly nodeId: string | null;
  /** The entitlement asked about. */
  readonly entitlement: string;
}

const LOAD: Readonly<Record<Platform, { readonly imports: string; readonly token: string }>> = {
  'Node.js': {
    imports: "import { readFileSync } from 'node:fs';\n",
    token: "readFileSync('license.jwt', 'utf8').trim()",
  },
  Browser: {
    imports: '',
    token: "localStorage.getItem('license') ?? ''",
  },
};

/** A program that verifies a token with these keys. */
export function sample(platform: Platform, { keys, nodeId, entitlement }: SampleInput): string {
  const { imports, token } = LOAD[platform];
  const rows = keys.map((key) => `  ${JSON.stringify(key)},\n`).join('');
  const expectations = nodeId === null ? '' : `, { nodeId: ${quoted(nodeId)} }`;
  return `${imports}import { LicenseError, Verifier } from '@licentia/verifier';

const verifier = Verifier.create({ keys: [
${rows}] });
try {
  const license = verifier.verify(${token}${expectations});
  console.log(license.has(${quoted(entitlement)}), license.expiresAt);
} catch (refusal) {
  if (!(refusal instanceof LicenseError)) throw refusal;
  console.error(refusal.code, refusal.message);
}
`;
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}
