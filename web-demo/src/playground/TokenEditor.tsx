import { useId, type ClipboardEvent, type ReactNode } from 'react';

import { PART_NAMES, splitToken, withoutWhiteSpace } from '../model/compact';
import type { TokenState } from './useToken';

/**
 * A text field that shows its token in colour: the field itself is drawn
 * without its letters, over a coloured copy of the same text.
 */
export function TokenEditor({ token }: { readonly token: TokenState }) {
  const hint = useId();
  const takeWholeToken = (event: ClipboardEvent): void => {
    const pasted = withoutWhiteSpace(event.clipboardData.getData('text'));
    if (splitToken(pasted) !== undefined) {
      event.preventDefault();
      token.give(pasted);
    }
  };
  return (
    <div className="token">
      <div className="token-text" aria-hidden="true">
        {coloured(token)}
      </div>
      <textarea
        aria-label="Token"
        aria-describedby={hint}
        placeholder="eyJhbGciOiJFUzI1NiIs…"
        value={token.text}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => token.edit(event.target.value)}
        onPaste={takeWholeToken}
      />
      <span id={hint} className="unseen">
        {changes(token.changed.size)}
      </span>
    </div>
  );
}

function changes(count: number): string {
  if (count === 0) {
    return 'As it came.';
  }
  return count === 1 ? 'One character is changed.' : `${count} characters are changed.`;
}

/** The text, a span for each part, and in it a mark for each run of changed characters. */
function coloured({ text, changed }: TokenState): ReactNode[] {
  let start = 0;
  return text.split('.').map((part, index) => {
    const from = start;
    start += part.length + 1;
    return (
      <span key={index} className={`part-${PART_NAMES[index] ?? 'signature'}`}>
        {index > 0 && <i>.</i>}
        {marked(part, from, changed)}
      </span>
    );
  });
}

function marked(part: string, from: number, changed: ReadonlySet<number>): ReactNode[] {
  const runs: ReactNode[] = [];
  let at = 0;
  while (at < part.length) {
    const isChanged = changed.has(from + at);
    let end = at + 1;
    while (end < part.length && changed.has(from + end) === isChanged) {
      end += 1;
    }
    const run = part.slice(at, end);
    runs.push(isChanged ? <mark key={at}>{run}</mark> : run);
    at = end;
  }
  return runs;
}
