import { decode } from 'html-entities';
import type { Normalised } from './normalise.js';
import type { Token } from './rule-tokens.js';

/** What begins no sentence: a small letter or a figure, or capitals throughout. */
const GOES_ON = /^(?:\P{Lu}|\p{Lu}{2})/u;
const CAPITAL = /^\p{Lu}/u;
/** Faces, a skull and a hundred points: with one of them many end a sentence, as with `lol`. */
const FACE =
  /[\u2639\u263a\u{1f480}\u{1f4af}\u{1f600}-\u{1f644}\u{1f910}-\u{1f917}\u{1f920}-\u{1f92f}\u{1f970}-\u{1f97a}\u{1fae0}-\u{1fae9}]/u;
/** Whoever puts emoji so near to each other, in words, puts them between words. */
const NEAR = 3;

/**
 * Marks the words that are names of emoji, so that phrases can pass over them: `kill 👏 them 👏 all`. What an emoji stands for
 * is found as before (`they are 🐀`).
 *
 * Many end a sentence with an emoji alone: behind a row of them a phrase goes on only where what follows does not look like
 * the beginning of a sentence, or what stands before it begins with a capital, too; and behind a face only where more emoji
 * stand near.
 *
 * @param original as it was sent; only there letters have their case.
 */
export function markDecoration(tokens: readonly Token[], original: string, normalised: Normalised): void {
  const emoji = normalised.transformations.filter(({ kind }) => kind === 'emoji');
  if (emoji.length === 0) return;
  const begins = tokens.map(({ begin, end }) => normalised.toOriginal({ begin, end }).begin);
  const placeOf = (at: number) => begins[at] ?? original.length;
  let next = 0;
  const isEmoji = tokens.map((_, at) => {
    while ((emoji[next]?.end ?? Number.POSITIVE_INFINITY) <= placeOf(at)) next += 1;
    return (emoji[next]?.begin ?? Number.POSITIVE_INFINITY) <= placeOf(at);
  });
  for (let at = tokens.length - 1; at > 0; at -= 1) {
    if (!isEmoji[at]) continue;
    const end = at + 1;
    while (at > 1 && isEmoji[at - 1] && tokens[at - 1]?.stretch === tokens[at]?.stretch) at -= 1;
    const follows = original.slice(placeOf(end), placeOf(end) + 4);
    const isLone =
      !isEmoji.slice(end, end + NEAR).includes(true) && !isEmoji.slice(Math.max(0, at - NEAR), at).includes(true);
    const goesOn =
      (GOES_ON.test(follows) || CAPITAL.test(original.slice(placeOf(at - 1)))) &&
      !(isLone && FACE.test(decode(original.slice(placeOf(at), placeOf(end)))));
    // The last one may be an emoji that is looked for, and behind it another sentence begins.
    for (let place = at; place < end; place += 1) {
      const token = tokens[place];
      if (token === undefined) continue;
      token.isEmoji = true;
      token.decoration = goesOn ? end - place : end - 1 - place;
      token.isWithinEmoji = place > at && placeOf(place) === placeOf(place - 1);
    }
  }
}
