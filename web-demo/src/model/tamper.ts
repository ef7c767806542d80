const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The token with one character, never a period, replaced by another of its alphabet. */
export function changeOneCharacter(token: string, random: () => number = Math.random): string {
  const places = [...token].flatMap((letter, place) => (letter === '.' ? [] : [place]));
  const place = places[Math.floor(random() * places.length)];
  if (place === undefined) {
    return token;
  }
  const others = ALPHABET.replace(token.charAt(place), '');
  return token.slice(0, place) + others.charAt(Math.floor(random() * others.length)) + token.slice(place + 1);
}

/** Where `now` differs from `before`: place by place where they are equally long, else all that lies between their common ends. */
export function changedPlaces(before: string, now: string): ReadonlySet<number> {
  const places = new Set<number>();
  if (before.length === now.length) {
    for (let place = 0; place < now.length; place += 1) {
      if (before[place] !== now[place]) {
        places.add(place);
      }
    }
    return places;
  }
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before[start] === now[start]) {
    start += 1;
  }
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === now.at(-1 - end)) {
    end += 1;
  }
  for (let place = start; place < now.length - end; place += 1) {
    places.add(place);
  }
  return places;
}
