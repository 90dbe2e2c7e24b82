import { normalise } from '../src/core/normalise.js';

/**
 * How long the longest comments take to normalise, whatever they are made of: 20 KiB of every shape that costs more than
 * plain text, or might. The shapes take turns, as comments do; milliseconds of processor time, the median of the rounds.
 *
 *     npm run bench -- normalise [ROUNDS]
 */
const BYTES = 20_480;
const GOAL_MS = 5;
const WARM_UP = 20;
/** Texts of each shape, so that nothing remembered of one makes the next cheap. */
const VARIANTS = 5;
const PLAIN = 'ordinary sentences';

const rounds = Number(process.argv[2] ?? 31);
const random = mulberry(20_261_121);
const letters = 'abcdefghijklmnopqrstuvwxyz';
/** One piece again and again, or a fresh one each time. */
type Shape = readonly [name: string, piece: string | (() => string)];

const SHAPES: readonly Shape[] = [
  [PLAIN, 'The council voted on Tuesday to close the old market, and people are angry about it. '],
  ['one word said again', 'the '],
  ['one word of one letter', 'x'],
  ['one word of random letters', () => letter()],
  ['random words', () => `${some(1, 9, letter)} `],
  ['letters set apart', () => `${letter()} `],
  ['letters set apart, wide gaps', () => `${some(3, 59, () => `${letter()} `)}  `],
  ['words of one letter set apart', () => `${some(20, 29, () => 'a i ')}  `],
  ['a real word set apart', () => `${[...pick(['parasites', 'vermin', 'shit', 'immigrants'])].join(' ')}   `],
  ['three letters and a figure set apart', 'a b c 1 '],
  ['letters and figures set apart', () => `${letter()} ${digit()} `],
  ['figured words set apart', () => `${pick(['h 4 t 3', 'k i l l', 'p a r a s 1 t e s', 'a b c'])}  `],
  ['sixty figured letters set apart', () => `${some(15, 15, () => 'a b c 1 ')}. `],
  ['letters with dots', () => `${letter()}.`],
  ['letters with changing signs', () => `${letter()}${pick(['.', '-', '_', '*'])}`],
  ['repeated letters', () => `${letter().repeat(3)}`],
  ['words with repeated letters', () => `${some(3, 3, () => letter().repeat(3))} `],
  ['real words with repeated letters', () => `${stretch(pick(['send', 'cool', 'been', 'look', 'seen', 'fuck']))} `],
  ['doubled letters', () => `${some(2, 4, () => letter().repeat(2))} `],
  ['figures as letters', () => `${some(2, 3, () => `${letter()}${digit()}`)} `],
  ['ones as letters', () => `${letter()}1${letter()}1${letter()}1 `],
  ['real words in figures', () => `${pick(['p4r4s1t3s', '1mm1gr4nts', 'v3rm1n', 'h4t3', 'k1ll1ng'])} `],
  ['real words in figures with brackets between', 'k1ll>th3mk1ll@ss$h1t@ss1s '],
  ['the same with tags that are none', 'th3mk1ll@ss$h1t@ss1s a11<b  4 k1ll>'],
  ['the same, short', 'k1ll>1s '],
  ['the same with what is no entity', 'k1ll&1s '],
  ['the same, ever other words', () => `${figured()}>${some(3, 5, figured)} `],
  ['the same, ever other words and no tags', () => `${some(1, 3, figured)}${letter()} a11<b  4 k1ll>`],
  ['figured beginnings of words', () => `k1ll>th3m${some(2, 5, letter)}1${letter()}1${letter()}1s `],
  ['figures alone', () => `${digit()}`],
  ['masks', () => `${pick(['f', 's', 'b', 'm'])}${some(1, 6, () => pick(['*', '#', '@', letter()]))}${letter()} `],
  ['real masks', () => `${pick(['f**k', 'sh!t', 'k*ll', 'b*tch', 'm*th*rf*ck*r'])} `],
  ['parts with hyphens', () => `${some(1, 3, letter)}-`],
  ['parts with hyphens in words', () => `${some(8, 8, () => `${letter()}${letter()}-`)} `],
  ['web addresses', 'a.co '],
  ['web addresses with a scheme', () => `http://${some(3, 9, letter)}.example/x?y=1 `],
  ['an address of dots', () => '.'],
  ['what is no address', () => `${some(1, 3, letter)}.${some(1, 3, letter)}.`],
  ['mail addresses', 'a@b.co '],
  ['@', '@'],
  ['mentions', () => `@${some(3, 9, letter)} `],
  ['entities', '&amp;'],
  ['entities by number', () => `&#${97 + Math.floor(random() * 26)};`],
  ['what is no entity', () => `&${letter()};`],
  ['entities in entities', 'amp;'],
  ['entities without their end', () => pick(['e', '&lt'])],
  ['tags', '<b>'],
  ['tags with attributes', () => `<a href="${letter()}">`],
  ['tags that never close', '<a x="'],
  ['brackets', '<>'],
  ['marks that are part of a letter', () => `${letter()}\u0301`],
  ['marks that are not', () => `${letter()}\u0336`],
  ['four marks a letter', () => `${letter()}\u0336\u0337\u0338\u0335`],
  ['marks of all kinds', () => `${letter()}${code(0x300, 0x36f)}${code(0x300, 0x36f)}`],
  ['marks alone', '\u0301'],
  ['invisible characters', '\u200b'],
  ['letters with invisible ones', () => `${letter()}\u200b`],
  ['bidi controls', () => `${letter()}${code(0x202a, 0x202e)}`],
  ['words that overrides turn', () => pick(['th3m ', 'p4r4s1t3s', ';', '\u0338', '\u202e', 'K.I.L.L. '])],
  ['full-width letters', () => code(0xff41, 0xff5a)],
  ['mathematical letters', () => code(0x1d400, 0x1d6a3)],
  ['circled letters', () => code(0x24b6, 0x24e9)],
  ['look-alikes', () => `${letter()}${pick(['а', 'е', 'о', 'с', 'р'])}${letter()} `],
  ['alternating scripts', () => `${letter()}${pick(['а', 'ж', 'λ', 'ש', 'ب', '한', '人'])}`],
  ['letters of other scripts', () => code(0x400, 0x52f)],
  ['Hangul', () => code(0xac00, 0xd7a3)],
  ['Devanagari with vowel signs', () => `${code(0x915, 0x939)}${code(0x93e, 0x94c)}`],
  ['Thai', () => `${code(0xe01, 0xe2e)}${code(0xe47, 0xe4d)}`],
  ['emoji with a name of our own', () => pick(['🐀', '💩', '🔫', '🤡'])],
  ['any emoji', () => code(0x1f300, 0x1f5ff)],
  ['flags', () => pick(['🇩🇪', '🇺🇸', '🇨🇫', '🇬🇸'])],
  ['people of every skin', () => `${pick(['👳', '🧕', '👮'])}${pick(['🏻', '🏿'])}`],
  ['words run together in hashtags', () => ` #${some(2, 6, () => pick(['Send', 'Them', 'Back', 'Now']))}`],
  ['stars of Markdown', () => `**${letter()}**${pick(['ill', 'at', 'en'])} `],
  ['any letter of the first plane', () => code(0xa0, 0xd7ff)],
  ['any code point', () => code(0xa0, 0x10ffff)],
  ['ligatures and other long forms', () => pick(['ﬃ', '㍿', 'ﷺ', '½', '㎉', 'ŉ'])],
  ['lone surrogates', () => String.fromCharCode(0xd800 + Math.floor(random() * 0x800))],
  ['NUL', '\0'],
  ['punctuation', () => pick(['.', ',', '!', '?', ';', ':', '-', "'", '"', '(', ')'])],
  ['blanks', ' '],
  ['lines', '\n'],
  [
    'pieces of all that',
    () => pick(['k i l l ', 'f*k', '&#107;', '<b>', 'a.co ', 'h4t3 ', 'sooo ', 'а', '🐀', '\u200b', '. ']),
  ],
];

const texts = new Map<string, () => string>([
  ...SHAPES.map(([name, piece]): [string, () => string] => [
    name,
    () => filled(typeof piece === 'string' ? () => piece : piece),
  ]),
  ['an address of dots', () => `www.${'.'.repeat(BYTES - 5)}a`],
  ['entities in entities', () => filled(() => 'amp;', '&')],
  ['tags in tags', () => nested(2_500, '1')],
  ['a long text in tags in tags', () => nested(1_200, 'ab '.repeat(3_600))],
  ['what takes every turn', () => `w w w.(a@x.org) ${filled(() => 'and so they say it. ').slice(20)}`],
]);

const made = [...texts].map(([name, make]) => ({ name, texts: Array.from({ length: VARIANTS }, make) }));
const times = new Map<string, number[]>([...texts.keys()].map((name) => [name, []]));
for (let round = -WARM_UP; round < rounds; round += 1) {
  for (const { name, texts } of made) {
    const text = texts[(round + WARM_UP) % VARIANTS] ?? '';
    const before = process.cpuUsage();
    normalise(text);
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) times.get(name)?.push((user + system) / 1000);
  }
}

const table = [...times].map(([name, taken]) => ({ name, median: quantile(taken, 0.5), slow: quantile(taken, 0.9) }));
const plain = table.find(({ name }) => name === PLAIN)?.median ?? Number.NaN;
console.log(`| ${BYTES} bytes of | median | 90 % | times plain text |\n| --- | ---: | ---: | ---: |`);
for (const { name, median, slow } of table.sort((a, b) => b.median - a.median))
  console.log(`| ${name} | ${median.toFixed(2)} ms | ${slow.toFixed(2)} ms | ${(median / plain).toFixed(1)} |`);
const worst = table[0];
console.log(`\nThe worst: ${worst?.name}, ${worst?.median.toFixed(2)} ms; goal ${GOAL_MS} ms.`);

/** Pieces up to the length in bytes of UTF-8, none of them cut. */
function filled(piece: () => string, first = ''): string {
  let text = first;
  let bytes = Buffer.byteLength(first);
  for (;;) {
    const next = piece();
    bytes += Buffer.byteLength(next);
    if (bytes > BYTES) return text;
    text += next;
  }
}

function nested(depth: number, inside: string): string {
  return `${'<a x="'.repeat(depth)}${inside}${'">'.repeat(depth)}`;
}

function some(least: number, most: number, make: () => string): string {
  return Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, make).join('');
}

function letter(): string {
  return pick([...letters]);
}

function figured(): string {
  return pick(['k1ll', 'th3m', '@ss', '$h1t', '@ss1s', 'p4r4s1t3s', '1mm1gr4nts', 'v3rm1n', '4ll']);
}

function digit(): string {
  return String(Math.floor(random() * 10));
}

function code(first: number, last: number): string {
  return String.fromCodePoint(first + Math.floor(random() * (last - first + 1)));
}

/** Some of its letters said three times. */
function stretch(word: string): string {
  return word.replace(/[a-z]/g, (each) => (random() < 0.5 ? each.repeat(3) : each));
}

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
