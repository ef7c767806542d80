/** The three parts of a compact JWS (RFC 7515 section 7.1), for display: nothing here is trusted. */
export interface Compact {
  readonly parts: readonly [header: string, claims: string, signature: string];
  /** `undefined` where the part is not base64url of a JSON object. */
  readonly header: JsonObject | undefined;
  readonly claims: JsonObject | undefined;
}

export type JsonObject = { readonly [name: string]: unknown };

export const PART_NAMES = ['header', 'claims', 'signature'] as const;
export type PartName = (typeof PART_NAMES)[number];

/** Splits a token; `undefined` where it has not three parts. */
export function splitToken(token: string): Compact | undefined {
  const [header, claims, signature, ...rest] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) {
    return undefined;
  }
  return {
    parts: [header, claims, signature],
    header: decodeObject(header),
    claims: decodeObject(claims),
  };
}

/** The text with the white space that copying adds taken out. */
export function withoutWhiteSpace(text: string): string {
  return text.replace(/\s+/g, '');
}

/** A member where it is text. */
export function textOf(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** A claim that holds a moment, in milliseconds since 1970; a time without a zone means UTC. */
export function momentOf(claims: JsonObject | undefined, name: string): number | undefined {
  const text = textOf(claims, name);
  if (text === undefined) {
    return undefined;
  }
  const moment = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** The account that issued the license: the fifth field of its ARN, 12 digits. */
export function accountOf(licenseArn: string | undefined): string | undefined {
  return licenseArn?.match(/^arn:[^:]+:license-manager:[^:]*:(\d{12}):license:/)?.[1];
}

/**
 * A part as people read it: its JSON laid out, or, where the part is damaged,
 * whatever text is left in it.
 */
export function readable(part: string): string {
  const value = decodeObject(part);
  if (value !== undefined) {
    return JSON.stringify(value, null, 2);
  }
  try {
    return new TextDecoder().decode(bytesOf(part));
  } catch {
    return 'not base64url';
  }
}

function decodeObject(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part)));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(part: string): Uint8Array {
  return Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
}
