import { useEffect, useMemo, useState } from 'react';

import { recall, remember } from '../frame/remembered';
import { splitToken, withoutWhiteSpace, type Compact } from '../model/compact';
import { changedPlaces, changeOneCharacter } from '../model/tamper';

export interface TokenState {
  readonly text: string;
  readonly compact: Compact | undefined;
  /** Where the text differs from the token as it came. */
  readonly changed: ReadonlySet<number>;
  /** Takes a token as it came. */
  readonly give: (token: string) => void;
  /** Takes the text after an edit. */
  readonly edit: (text: string) => void;
  readonly changeOne: () => void;
  /** Back to the token as it came. */
  readonly restore: () => void;
}

/** The token on the page: as it came (remembered in this browser), and as it was changed since. */
export function useToken(): TokenState {
  const [given, setGiven] = useState(() => recall<string>('token') ?? '');
  const [text, setText] = useState(given);
  useEffect(() => remember('token', given === '' ? undefined : given), [given]);

  const give = (token: string): void => {
    setGiven(withoutWhiteSpace(token));
    setText(withoutWhiteSpace(token));
  };
  return {
    text,
    compact: useMemo(() => splitToken(text), [text]),
    changed: useMemo(() => changedPlaces(given, text), [given, text]),
    give,
    edit: (edited) => {
      // Until there was a whole token, whatever is typed is the token.
      if (splitToken(given) === undefined || edited === '') {
        give(edited);
      } else {
        setText(withoutWhiteSpace(edited));
      }
    },
    changeOne: () => setText((before) => changeOneCharacter(before)),
    restore: () => setText(given),
  };
}
