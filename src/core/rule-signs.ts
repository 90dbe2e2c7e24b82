import { normalise } from './normalise.js';
import { isShortForm, SPECIAL_TOKENS, wordsOfPhrase } from './rule-tokens.js';

/** What stands in an entry for itself; the rest says how words follow one another. */
const WRITTEN = /[^\s(){}|?*~]+/g;
/** Signs that only stand between words or at their end: whoever leaves them out looks for the same. */
const PUNCTUATION = /[\p{L}\p{M}\p{N}\s'’.…,:;/&_‐‑–—-]/gu;

/** Why an entry looks for something else than it says; null where it does not. Its form is for `PhraseReader`. */
export function entrySignFault(entry: string): string | null {
  const quoted = JSON.stringify(entry);
  if (/[^\s(|]\*|\*[^\s|)]/u.test(entry)) {
    return `${quoted} has a * within a word; * stands for a whole word of any kind. Write the word in plain spelling: stars over letters are undone in comments`;
  }
  if (/[^\s(|.]\.{3}|\.{3}[^\s|).]/u.test(entry))
    return `${quoted} has ... beside other signs; it needs blanks around it`;
  if (/[\p{L}\p{M}\p{N}][({]|[)}?~][\p{L}\p{M}\p{N}]/u.test(entry)) {
    return `${quoted} has a bracket or a ? within a word; they are about whole words. Write every form, as in (color|colour)`;
  }
  // What stands in braces is a name.
  for (const [written] of entry.replace(/\{[^}]*\}/g, ' ').matchAll(WRITTEN)) {
    const fault = wordFault(written);
    if (fault !== null) return fault;
  }
  return null;
}

/** The same of a stem, which is one or more plain words. */
export function stemSignFault(entry: string): string | null {
  const [sign] = /[(){}|?*~]|\.{3}/.exec(entry) ?? [];
  if (sign === undefined) return entrySignFault(entry);
  return `${JSON.stringify(entry)} has a ${sign}; a stem is a plain word. Use phrases, where ~ behind a word asks for any form of it`;
}

/** Why a pattern cannot find an emoji that stands in it; null where there is none. */
export function patternSignFault(pattern: string): string | null {
  for (const [emoji] of pattern.matchAll(/\p{RI}{2}|\p{Extended_Pictographic}/gu)) {
    const { text } = normalise(emoji);
    if (text === emoji) continue;
    return `${JSON.stringify(pattern)} holds ${emoji}, and comments are read with the name of an emoji in its place; write ${text}`;
  }
  return null;
}

/** A line's end, a tab; what joins emoji or gives them colours; what joins or parts letters in scripts that are written so. */
const SEEN =
  /[\n\r\t]|(?<=\p{Emoji}\ufe0f?)(?:\ufe0f|\u200d(?=\p{Emoji}))|(?<=[\p{L}\p{M}](?<!\p{Script=Latin}))[\u200c\u200d](?=\p{L})/gu;
/** Controls, what turns the direction of reading, what has no width, and letters that are blank. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The first character of a text that nobody sees, as `U+202E`; null where there is none. */
export function invisibleIn(text: string): string | null {
  const code = INVISIBLE.exec(text.replace(SEEN, ''))?.[0].codePointAt(0);
  return code === undefined ? null : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What is wrong with a text that is shown to people and holds such a character. */
export function saysUnseen(character: string): string {
  return `holds ${character}, which nobody sees who reads it; leave it out`;
}

function wordFault(written: string): string | null {
  if (/^[a-z'’]+$/i.test(written)) return null;
  const { text } = normalise(written);
  const quoted = JSON.stringify(written);
  if (text.includes(SPECIAL_TOKENS.link) || text.includes(SPECIAL_TOKENS.mail)) {
    return `${quoted} is an address, and no words of a comment; ask for it with links, or write {link} or {mail} for any`;
  }
  const read = wordsOfPhrase(text).join(' ');
  // That it reads as nothing is said where entries are read.
  if (read === '') return null;
  const plain = wordsOfPhrase(written.normalize('NFKC').toLowerCase()).join(' ');
  if (read !== plain || holdsShortForm(written, read))
    return `${quoted} is read as "${read}", here and in comments; write that where it is meant`;
  const [sign] = text.replaceAll(PUNCTUATION, '');
  if (sign === undefined) return null;
  return `${quoted} is read as "${read}": rules see no ${sign} in words. Leave it out, or look for it with pattern`;
}

/** Whether a part of what signs hold together is read as what it is short for (`ur-father`, `u/s`); initials are not. */
function holdsShortForm(written: string, read: string): boolean {
  const parts = written.toLowerCase().match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  const words = new Set(read.split(/[ &]/));
  return parts.length > 1 && parts.some((part) => isShortForm(part) && !/['’]/.test(part) && !words.has(part));
}
