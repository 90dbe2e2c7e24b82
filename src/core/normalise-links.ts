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
  'com|net|org|info|biz|co|io|me|tv|cc|us|uk|eu|de|fr|es|it|nl|ru|ua|pl|in|cn|ca|au|ly|gl|gg|to|top|xyz|online|site|shop|store|club|live|vip|win|bet|casino|loan|click|link|app|dev|blog|news|pro|icu|buzz|tk|ml|ga|cf|gq|edu|gov';

// Every repetition is bounded, or cannot overlap with what follows it, so that matching is linear.
const WITH_SCHEME = String.raw`(?:h(?:tt|xx)ps?:\/\/|www\.)[^\s<>"]+`;
const MAIL = String.raw`(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![a-z0-9-])`;
const BARE = String.raw`(?<![a-z0-9@._-])(?:[a-z0-9-]{1,63}\.){1,6}(?:${TOP_LEVEL})(?![a-z0-9@-])(?:[/?#][^\s<>"]*)?`;
const ADDRESS = new RegExp(`${MAIL}|${WITH_SCHEME}|${BARE}`, 'g');

const BEFORE_HOST = /^(?:h(?:tt|xx)ps?:\/\/)?(?:www\.)?/;
/** Signs that end the sentence around an address rather than the address. */
const CLOSING = new Set(".,;:!?)']");

/** Finds web and mail addresses in a text that is in lower case already. */
export function findLinks(text: string): readonly Link[] {
  if (!text.includes('.') && !text.includes('://')) return [];
  const links: Link[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    // Not by a pattern: one that is tied to the end only looks from every sign in turn.
    let size = match[0].length;
    while (size > 0 && CLOSING.has(match[0][size - 1] ?? '')) size -= 1;
    const found = match[0].slice(0, size);
    const at = found.indexOf('@');
    const mail = at > 0 && !/[/:]/.test(found.slice(0, at));
    const name = hostOf(mail ? found.slice(at + 1) : found);
    if (!/[a-z0-9\u0080-\uffff]/.test(name)) continue;
    links.push({ kind: mail ? 'mail' : 'web', host: name, begin: match.index, end: match.index + size });
  }
  return links;
}

/** What names the machine: without scheme, `www.`, a user's name, a port and a path. */
function hostOf(address: string): string {
  const begin = BEFORE_HOST.exec(address)?.[0].length ?? 0;
  const user = address.lastIndexOf('@');
  const host = address.slice(user >= begin ? user + 1 : begin);
  const end = host.search(/[/?#:]/);
  return end < 0 ? host : host.slice(0, end);
}
