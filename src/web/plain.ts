/** How many combining marks may sit on one letter; the scripts in use need at most five. */
const MARKS_PER_LETTER = 6;
const STACK = new RegExp(`(\\p{M}{${MARKS_PER_LETTER}})\\p{M}+`, 'gu');
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;

/** Takes away marks stacked so high on one letter that they would cover other lines. What is stored stays as it was sent. */
export function unstacked(text: string): string {
  return text.replace(STACK, '$1');
}

/**
 * A name or a title fit to stand inside a sentence of the tool: on one line, without characters that turn the direction
 * of what follows.
 */
export function inSentence(text: string): string {
  return unstacked(text.replace(BIDI_CONTROLS, '').replace(BREAKS, ' ')).trim();
}
