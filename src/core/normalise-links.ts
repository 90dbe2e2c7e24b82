import { isBlank } from './normalise-units.js';

/** A web or mail address in a normalised text. */
export type Link = {
  readonly kind: 'web' | 'mail';
  /** Host of the address, lower case, without `www.`. */
  readonly host: string;
  /** In UTF-16 units of the text that was searched; `end` is exclusive. */
  readonly begin: number;
  readonly end: number;
};

const TOP_LEVEL =
  'com|net|org|info|biz|co|io|me|tv|cc|us|uk|eu|de|fr|es|it|nl|ru|ua|pl|in|cn|ca|au|ly|gl|gg|to|top|xyz|online|site|shop|store|club|live|vip|win|bet|casino|loan|click|link|app|dev|blog|news|pro|icu|buzz|tk|ml|ga|cf|gq|edu|gov|xn--[a-z0-9-]{2,59}';

/** Of these none is a word that could begin a sentence in another script. */
const TOP_LEVEL_ABROAD = 'рф|укр|com|net|org|info|biz|ru|ua|jp|kr|tw|cn|xyz';

// Every repetition is bounded, or cannot overlap with what follows it, so that matching is linear.
// Browsers take the full stop of Chinese and Japanese (`。`) for a dot, too; as it also ends sentences, only few ends follow it.
const WITH_SCHEME = String.raw`(?:h(?:tt|xx)ps?:\/\/|www[.。])[^\s<>"]+`;
const MAIL = `(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}[.。]){1,6}[a-z]{2,24}(?![a-z0-9-])`;
const END = String.raw`(?:\.(?:${TOP_LEVEL})|。(?:${TOP_LEVEL_ABROAD}))`;
const BARE = String.raw`(?<![a-z0-9@._-])[a-z0-9-]{1,63}(?:[.。][a-z0-9-]{1,63}){0,5}${END}(?![\p{L}0-9@-])(?:[/?#][^\s<>"]*)?`;
/** A name in another script (`пример.рф`); with letters of two scripts it is a sentence that an address follows (`见foo.com`). */
const LABEL = String.raw`(?:[a-z0-9-]{1,63}|(?:(?!\p{Script=Latin})\p{L}|[\p{M}0-9-]){1,63})`;
const ABROAD = String.raw`(?<![\p{L}\p{M}\p{N}@._-])(?:${LABEL}\.){1,6}(?:${TOP_LEVEL_ABROAD})(?![\p{L}\p{N}@-])(?:[/?#][^\s<>"]*)?`;
const ADDRESS = new RegExp(`${MAIL}|${WITH_SCHEME}|${BARE}|${ABROAD}`, 'gu');

/** What every one of them holds. */
const MAY_HOLD = /[.。](?:[a-z]{2}|рф|укр)|www[.。].|:\/\/./;

const BEFORE_HOST = /^(?:h(?:tt|xx)ps?:\/\/)?(?:www[.。])?/;
/** Signs that end the sentence around an address rather than the address. */
const CLOSING = new Set(".,;:!?)'。]");

/**
 * Finds web and mail addresses in a stretch, between blanks, of a text that is in lower case already.
 *
 * @param units of the text.
 */
export function findLinks(text: string, units: Uint16Array, from = 0, to = text.length): readonly Link[] {
  const links: Link[] = [];
  // No address holds a blank, and few of what stands between blanks can be one.
  for (let sign = nextSign(units, from, to); sign < to; ) {
    let begin = sign;
    while (begin > from && !isBlank(units[begin - 1] ?? 0)) begin -= 1;
    let end = sign + 1;
    while (end < to && !isBlank(units[end] ?? 0)) end += 1;
    const part = text.slice(begin, end);
    if (MAY_HOLD.test(part)) findIn(part, begin, links);
    sign = nextSign(units, end, to);
  }
  return links;
}

/** Where the next full stop or colon stands, without one of which there is no address; `to` for nowhere. */
function nextSign(units: Uint16Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const unit = units[at];
    if (unit === 0x2e || unit === 0x3a || unit === 0x3002) return at;
  }
  return to;
}

/** @param at where the part stands in the text. */
function findIn(part: string, at: number, links: Link[]): void {
  ADDRESS.lastIndex = 0;
  for (let match = ADDRESS.exec(part); match !== null; match = ADDRESS.exec(part)) {
    // Not by a pattern: one that is tied to the end only looks from every sign in turn.
    let size = match[0].length;
    while (size > 0 && CLOSING.has(match[0][size - 1] ?? '')) size -= 1;
    const found = match[0].slice(0, size);
    const sign = found.indexOf('@');
    const mail = sign > 0 && !/[/:]/.test(found.slice(0, sign));
    const name = hostOf(mail ? found.slice(sign + 1) : found).replaceAll('。', '.');
    if (!/[a-z0-9\u0080-\uffff]/.test(name)) continue;
    const begin = at + match.index;
    links.push({ kind: mail ? 'mail' : 'web', host: name, begin, end: begin + size });
  }
}

/** What names the machine: without scheme, `www.`, a user's name, a port and a path. */
function hostOf(address: string): string {
  const begin = BEFORE_HOST.exec(address)?.[0].length ?? 0;
  const user = address.lastIndexOf('@');
  const host = address.slice(user >= begin ? user + 1 : begin);
  const end = host.search(/[/?#:]/);
  return end < 0 ? host : host.slice(0, end);
}
