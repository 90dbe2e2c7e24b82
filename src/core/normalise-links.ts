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

/** Finds web and mail addresses in a text that is in lower case already. */
export function findLinks(text: string): readonly Link[] {
  if (!text.includes('.') && !text.includes('://')) return [];
  const links: Link[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const found = match[0].replace(/[.,;:!?)'\]]+$/, '');
    const at = found.indexOf('@');
    const mail = at > 0 && !/[/:]/.test(found.slice(0, at));
    const host = (mail ? found.slice(at + 1) : found).replace(/^h(?:tt|xx)ps?:\/\//, '').replace(/^www\./, '');
    const name = /^[^/?#:]*/.exec(host.includes('@') ? host.slice(host.lastIndexOf('@') + 1) : host)?.[0] ?? '';
    if (name === '' || !/[a-z0-9\u0080-\uffff]/.test(name)) continue;
    links.push({ kind: mail ? 'mail' : 'web', host: name, begin: match.index, end: match.index + found.length });
  }
  return links;
}
