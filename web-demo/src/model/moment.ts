const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment as the reader's clock shows it. */
export function localTime(moment: Date | number): string {
  return LOCAL.format(moment);
}

/** A moment as tokens write it: `2026-11-22T10:00:00Z`. */
export function utcText(moment: number): string {
  return new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Reads what `utcText` writes; `undefined` for anything else. */
export function readUtc(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) {
    return undefined;
  }
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}

/** A span of time to travel in, in seconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3600;
/** How much of the validity is shown before and after it. */
const MARGIN = 0.15;

/** From a little before the token starts to a little after it ends; around `now` where it does not say. */
export function travelSpan(issued: number | undefined, expires: number | undefined, now: number): Span {
  const from = Math.floor((issued ?? now) / 1000);
  const to = expires === undefined ? from + 24 * HOUR : Math.ceil(expires / 1000);
  const margin = Math.max(60, Math.round((to - from) * MARGIN));
  return { from: from - margin, to: to + margin };
}
