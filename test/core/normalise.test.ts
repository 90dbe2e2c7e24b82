import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { normalise } from '../../src/core/normalise.js';

const read = (text: string) => normalise(text).text;

/** Every transformation as `kind: the stretch of the original`. */
const undone = (text: string) =>
  normalise(text).transformations.map(({ kind, begin, end }) => `${kind}: ${text.slice(begin, end)}`);

/** The stretch of the original that a piece of the normalised text stands for. */
function original(text: string, piece: string): string {
  const normalised = normalise(text);
  const begin = normalised.text.indexOf(piece);
  expect(begin).toBeGreaterThanOrEqual(0);
  const stretch = normalised.toOriginal({ begin, end: begin + piece.length });
  return text.slice(stretch.begin, stretch.end);
}

describe('What is plainly written', () => {
  test.for([
    ['The Mayor resigned on Tuesday.', 'the mayor resigned on tuesday.'],
    ['I don’t — really — “know”…', 'i don\'t - really - "know"...'],
    ['two  blanks\t and\r\n\r\na line', 'two blanks and\na line'],
    ['  edges  ', 'edges'],
    ['café, naïve, Straße', 'café, naïve, straße'],
    ['Привет, мир', 'привет, мир'],
    ['Ελληνικά και ΑΒΓ', 'ελληνικά και αβγ'],
    ['ประเทศไทย', 'ประเทศไทย'],
    ['हिन्दी में', 'हिन्दी में'],
    ['', ''],
  ])('%j is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  it('is not counted as undone', () => {
    expect(undone('The Mayor said “no”… twice,  in CAPITALS.')).toEqual([]);
  });

  test.for([
    '24/7',
    'covid19',
    '4chan',
    '$100',
    '100k',
    'the 1990s',
    '1st, 2nd and 3rd',
    'at 5am',
    'group5',
    'h1n1',
    'g4s guards',
    'mp3s',
    'f16',
    'co2',
    'the a55',
    '3.5 km/h',
    '12/04/2019',
    '#budget',
    '@anna wrote',
    'well-known mother-in-law',
    "he'll",
    'kkk',
    'world war iii',
    'e.g. the u.k.',
    '1 2 3 4',
    'x < 3 & y > 4',
    'covid11',
    '7-11',
    'call 911',
    'the a11 road',
    'she11 and we11',
    'a_b and #kill',
  ])('%j stays as it is', (text) => {
    expect(read(text)).toBe(text);
  });
});

describe('What is written to hide', () => {
  test.for([
    ['ｆｕｌｌ ｗｉｄｔｈ', 'full width', 'letter-forms'],
    ['𝕸𝖆𝖙𝖍 and 𝓈𝒸𝓇𝒾𝓅𝓉', 'math and script', 'letter-forms'],
    ['ⓒⓘⓡⓒⓛⓔ 🅺🅸🅻🅻 ⒦⒤⒧⒧', 'circle kill kill', 'letter-forms'],
    ['sᴍᴀʟʟ ᴄᴀᴘs', 'small caps', 'letter-forms'],
    ['nіgger', 'nigger', 'look-alikes'],
    ['Ηitler', 'hitler', 'look-alikes'],
    ['h4t3', 'hate', 'digits-as-letters'],
    ['@ss', 'ass', 'digits-as-letters'],
    ['1mm1gr4nts', 'immigrants', 'digits-as-letters'],
    ['h8ers', 'haters', 'digits-as-letters'],
    ['K1LL the SH00TER', 'kill the shooter', 'digits-as-letters'],
    ['p a r a s 1 t e s', 'parasites', 'spaced'],
    ['s.p.a.c.e.d', 'spaced', 'spaced'],
    ['k-i-l-l', 'kill', 'spaced'],
    ['k i l l  t h e m  a l l', 'kill them all', 'spaced'],
    ['k i l l t h e m a l l', 'kill them all', 'spaced'],
    ['ki​ll', 'kill', 'invisible'],
    ['ki­ll', 'kill', 'invisible'],
    ['‮kill‬', 'kill', 'invisible'],
    ['k̶i̶l̶l̶', 'kill', 'marks'],
    ['fuuuuck', 'fuck', 'repeated'],
    ['niggger', 'nigger', 'repeated'],
    ['sooo coool', 'so cool', 'repeated'],
    ['yyyooouu', 'you', 'repeated'],
    ['theeee', 'the', 'repeated'],
    ['f**k', 'fuck', 'masked'],
    ['sh!t', 'shit', 'masked'],
    ['k*ll', 'kill', 'masked'],
    ['f-uck', 'fuck', 'masked'],
    ['&#107;ill', 'kill', 'markup'],
    ['&amp;lt;', '<', 'markup'],
    ['k<b>il</b>l', 'kill', 'markup'],
    ['k<!-- x -->ill<!---->', 'kill', 'markup'],
    ['🇰🇮🇱🇱 🇰🇮🇰🇪', 'kill kike', 'letter-forms'],
    ['a 🐀', 'a rat', 'emoji'],
    ['🐀🐀 🐀🐀🐀', 'rat rat', 'emoji'],
    ['a 🦦 or an 🪤', 'a otter or an mouse trap', 'emoji'],
    ['👨🏿 and 👮🏾‍♀️', 'man black skin and police officer black skin woman', 'emoji'],
    ['🏳️‍🌈', 'flag rainbow', 'emoji'],
    ['🇩🇪 and 🇺🇸🇺🇸🇮🇱', 'germany and united states israel', 'emoji'],
    ['#SendThemBack', '#send them back', 'run-together'],
    ['@KILLThemNow #MAGA', '@kill them now #maga', 'run-together'],
  ])('%j is read as %j', ([text, meant, kind]) => {
    const normalised = normalise(text as string);
    expect(normalised.text).toBe(meant);
    expect(normalised.transformations.map((each) => each.kind)).toContain(kind);
  });

  it('is not what stands behind a sign inside an address or a word', () => {
    expect(read('http://a.com/#SendThem Send#ThemBack #KiLlThEm')).toBe('[link] send#themback #killthem');
  });

  it('is known of every emoji that is named for people to read', () => {
    const nameless = [...'😀😂🤔🙄🥺🐸🦧💉🧠🕌⛪🚨✊💪🫵🪳🪦'].filter((emoji) => !/^[a-z ]+$/.test(read(emoji)));
    expect(nameless).toEqual([]);
  });

  test.for([
    ['k1ll 4ll 0f th353 p4r4s1t3s th3n, n0w', 'kill all of these parasites then, now'],
    ['G4S the k1k3s 4nd v3rm1n', 'gas the kikes and vermin'],
    ['th3y w3r3 l0yal t0 z3nzibl3, 533 p3opl3 th3r3', 'they were loyal to zenzible, see people there'],
    ['h4t3 th3m at 5am on the 4th, with 700 of 1500', 'hate them at 5am on the 4th, with 700 of 1500'],
    ['that sh1t, at 0ld 4ll of 455', 'that shit, at 0ld 4ll of 455'],
    [
      'a h4t3r and k1ller of c3po, r2d2, c4x1, a3f9, b5k7, c5x1, d3x4',
      'a hater and killer of c3po, r2d2, c4x1, a3f9, b5k7, c5x1, d3x4',
    ],
  ])('%j, where figures are many or few, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    [
      'theeee doooon haaas tooold leeesbians to feeeear eeeendorsed meeen',
      'the don has told lesbians to fear endorsed men',
    ],
    [
      'that stooopid looool of yours, haaas it not been said here before by all of us?',
      'that stoopid lool of yours, has it not been said here before by all of us?',
    ],
  ])('%j, where words are drawn out throughout or not, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['kiII them aII', 'kill them all'],
    ['kilI', 'kill'],
    ['KlLL', 'kill'],
    ['MARlA SCHMlDT', 'maria schmidt'],
    ['beIieve a miIIion', 'believe a million'],
  ])('%j, with letters of the other case that are drawn alike, is read as %j', ([text, meant]) => {
    const normalised = normalise(text as string);
    expect(normalised.text).toBe(meant);
    expect(normalised.transformations.map(({ kind }) => kind)).toContain('look-alikes');
  });

  test.for(['Henry VIII', 'WWII', 'XIII', 'iPhone', 'OpenAI', 'McIlroy', 'NaCl', 'AlA', 'Flla', 'Ian and Iris'])(
    '%j has no other letters than its own',
    (text) => {
      expect(read(text)).toBe(text.toLowerCase());
    },
  );

  test.for([
    ['ki11', 'kill'],
    ['wi11 ki11 you', 'will kill you'],
    ['he11', 'hell'],
  ])('%j, which ends in two ones, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['kiӏӏ thеm аll', 'kill them all'],
    ['kіІІer', 'killer'],
    ['kΙΙΙ', 'kill'],
    ['kιll be|ieve k∣ll', 'kill believe kill'],
    ['ki|| them, you |diots', 'kill them, you idiots'],
    ['yes | no │ maybe', 'yes | no | maybe'],
    ['yes|no|maybe |red|', 'yes|no|maybe |red|'],
  ])('%j, with strokes for letters, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['ki\u3164ll', 'kill'],
    ['ver\uffa0min\u115fand\u1160rats', 'vermin and rats'],
    ['kill\u3164them\u2800\u2800all', 'kill them all'],
    ['k\u2800i\u2800l\u2800l', 'kill'],
    ['k&#x3164;ill th\u2800em', 'kill them'],
    ['can\u2800not\u3164', 'can not'],
    ['한\u3164글 \u2800', '한글'],
    ['\u2800\n\u2800', ''],
  ])('%j, with what is drawn as a blank, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['\u202emeht llik\u202c now', 'kill them now'],
    ['all \u202enimrev', 'all vermin'],
    ['\u202enim\u202dver\u202c\u202c', 'vermin'],
    ['&#x202e;meht llik&#x202c; now', 'kill them now'],
    ['\u202e(meht) llik\nnow\u202c', 'kill (them)\nnow'],
    ['\u2068\u202ellik\u2069 them', 'kill them'],
    ['\u202ekill them\u202c', 'kill them'],
    ['\u202eשלום abc\u202c', 'שלום abc'],
  ])('%j, which is shown from right to left, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  it('stands for all that was turned', () => {
    const text = 'do \u202emeht llik\u202c now';
    expect(original(text, 'kill')).toBe('\u202emeht llik\u202c');
    expect(original(text, 'do')).toBe('do');
    expect(original(text, 'now')).toBe('now');
  });

  test.for([
    ['**k**ill', 'kill'],
    ['k**il**l them', 'kill them'],
    ['ki***ll***', 'kill'],
    ['f*u*ck', 'fuck'],
    ['**kill** *them* all', '**kill** *them* all'],
    ['2*3*4 and a*b*c', '2*3*4 and abc'],
    ['k**il*l', 'k**il*l'],
    ['zz*ab*le', 'zz*ab*le'],
    ['ni*ger*', 'nigger*'],
    ['s*it* and cu*t*', 'shit* and cunt*'],
  ])('%j, with the stars of Markdown or others, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['nnniiigggeeerrr', 'nigger'],
    ['nnniiigggeeers', 'niggers'],
    ['kkkiiilll', 'kill'],
    ['Niger and Nigeriaaa', 'niger and nigeria'],
  ])('%j, with letters repeated, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  it('stands at its place when stars were in it', () => {
    expect(original('a k**il**l b', 'kill')).toBe('k**il**l');
    expect(undone('so k**il**l')).toEqual(['markup: k**il**l']);
  });

  it('is a letter doubled, but in no name that is spelt so', () => {
    expect(read('FUCKK, fuckk, Cuntt and cuntt')).toBe('fuck, fuck, cunt and cunt');
    expect(read('Twatt on Orkney, an Aass beer, George Crapp')).toBe('twatt on orkney, an aass beer, george crapp');
  });

  test.for([
    ['K.I.L.L. them', 'kill them'],
    ['K.I.L.L. Them. Then rest.', 'kill them. then rest.'],
    ['k.i.l.l. t.h.e.m. all.', 'kill them all.'],
    ['The F.B.I. said so. Ask the F.B.I. They know.', 'the fbi said so. ask the fbi. they know.'],
    ['the F.B.I., which knows (the F.B.I.) of the U.S.A.', 'the fbi, which knows (the fbi.) of the usa.'],
    ['J. R. R. Tolkien wrote it', 'jrr tolkien wrote it'],
    ['A. S. S. Brandt and W.A.R. Smith', 'a.s. s. brandt and w.a. r. smith'],
    ['G. A. S. Jews', 'gas jews'],
    ['wait... a.b.c... no', 'wait... abc... no'],
  ])('%j, where full stops part letters, is read as %j', ([text, meant]) => {
    const normalised = normalise(text as string);
    expect(normalised.text).toBe(meant);
    expect(read(normalised.text)).toBe(meant);
  });

  it('stands for the last full stop between its letters, too', () => {
    expect(original('so K.I.L.L. them', 'kill')).toBe('K.I.L.L.');
    expect(undone('A. S. S. Brandt')).toEqual([]);
  });

  it('says what was undone, on the characters of the original', () => {
    expect(undone('Go b a c k to wh3re yоu c­ame from')).toEqual([
      'spaced: b a c k',
      'digits-as-letters: wh3re',
      'look-alikes: yоu',
      'invisible: ­',
    ]);
  });

  it('is found again on the characters of the original', () => {
    const text = 'Those p a r a s 1 t e s, those ＲＡＴＳ, those ve​rmin &amp; ki<b>ll</b>ers 💩!';
    expect(original(text, 'parasites')).toBe('p a r a s 1 t e s');
    expect(original(text, 'rats')).toBe('ＲＡＴＳ');
    expect(original(text, 'vermin')).toBe('ve​rmin');
    expect(original(text, '&')).toBe('&amp;');
    expect(original(text, 'killers')).toBe('ki<b>ll</b>ers');
    expect(original(text, 'shit')).toBe('💩');
  });
});

describe('Markup', () => {
  it('is left out, but no word of a reader is', () => {
    expect(read('<p>one</p><p>two</p>')).toBe('one\ntwo');
    expect(read('<b kill all of them>')).toBe('< b kill all of them>');
    expect(read('<img alt="kill them" src="x.png">')).toContain('kill them');
  });

  test.for([
    ['ki<wbr>ll', 'kill'],
    ['ki<ruby>l<rt>l</rt></ruby> th<rp>e</rp>m', 'kill them'],
    ['<bdi>ki</bdi><bdo dir="ltr">l</bdo><mark>l</mark> <kbd>th</kbd>em', 'kill them'],
    ['ver<nobr>min</nobr> at <time>', 'vermin at < time>'],
    ['one<details>two<summary>three', 'one\ntwo\nthree'],
  ])('written over a word, as in %j, is read as %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['ki&ZeroWidthSpace;ll', 'kill'],
    ['ki&NoBreak;ll them&NewLine;all', 'kill them\nall'],
    ['k&InvisibleTimes;ill', 'kill'],
    ['&Eacute;mile &AMP; Zo&euml;', 'émile & zoë'],
    ['&amp;ZeroWidthSpace;kill', 'kill'],
    ['&#107ill &#x6Bill &#107&#105ll', 'kill kill kill'],
    ['ki&shyll', 'kill'],
    ['5 &lt 6 &gt 4 &amp 3 &quotyes&quot', '5 < 6 > 4 & 3 "yes"'],
    ['k&ltb&gtill', 'kill'],
    ['Ren&eacute and caf&eacutes', 'rené and cafés'],
    ['&amplt;b&ampgt;kill', 'kill'],
  ])('of entities in %j, with capitals or without their end, is read as browsers do: %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  test.for([
    ['R&D, AT&T and Q&A', 'r& d, at& t and q& a'],
    ['we are &#1 here', 'we are & #1 here'],
    ['law&order, this&not that, cute&shy girls', 'law& order, this& not that, cute& shy girls'],
    ['http://a.com/?x=1&lt=2&amp=3', '[link]'],
  ])('is not seen in %j', ([text, meant]) => {
    expect(read(text as string)).toBe(meant);
  });

  it('keeps the place of what an entity without its end stands for', () => {
    const text = 'so &#107ill th&#x65m&ZeroWidthSpace; all';
    expect(original(text, 'kill')).toBe('&#107ill');
    expect(original(text, 'k')).toBe('&#107');
    expect(original(text, 'em')).toBe('&#x65m');
    expect(original(text, 'all')).toBe('all');
  });

  it('leaves an address that it held', () => {
    const normalised = normalise('<a href="http://pills.example.com/x">click</a>');
    expect(normalised.text).toBe('[link] click');
    expect(normalised.links.map(({ host }) => host)).toEqual(['pills.example.com']);
  });
});

describe('An address', () => {
  test.for([
    ['see http://www.Foo.com/bar?x=1&y=2.', 'see [link].', 'foo.com'],
    ['see foo.co.uk/bar now', 'see [link] now', 'foo.co.uk'],
    ['hxxp://foo.com', '[link]', 'foo.com'],
    ['write to me@example.org!', 'write to [mail]!', 'example.org'],
    ['ev1l.com', '[link]', 'ev1l.com'],
    ['paypaI.com', '[link]', 'paypai.com'],
    ['see пример.рф/x now', 'see [link] now', 'пример.рф'],
    ['at blog.例え.jp!', 'at [link]!', 'blog.例え.jp'],
    ['xn--e1afmkfd.xn--p1ai', '[link]', 'xn--e1afmkfd.xn--p1ai'],
    ['见foo.com', '见[link]', 'foo.com'],
    ['see evil。com now', 'see [link] now', 'evil.com'],
    ['evil｡co．uk/x', '[link]', 'evil.co.uk'],
    ['www。evil。net。', '[link]。', 'evil.net'],
    ['请看evil。com。', '请看[link]。', 'evil.com'],
    ['me@evil。org', '[mail]', 'evil.org'],
  ])('in %j stands as one word', ([text, meant, host]) => {
    const normalised = normalise(text as string);
    expect(normalised.text).toBe(meant);
    expect(normalised.links.map((link) => link.host)).toEqual([host]);
  });

  it('is known at its place', () => {
    const text = 'first a.com, then ｂ.com and b a c k c.com';
    const { links, toOriginal } = normalise(text);
    const places = links.map((link) => toOriginal(link));
    expect(places.map(({ begin, end }) => text.slice(begin, end))).toEqual(['a.com', 'ｂ.com', 'c.com']);
  });

  it('keeps its host and place when another takes it in', () => {
    const { text, links } = normalise('see w w w.(a.com) and w w w.(me@x.org)');
    expect(links.map(({ host }) => host)).toEqual(expect.arrayContaining(['a.com', 'x.org']));
    for (const { begin, end } of links) expect(text.slice(begin, end)).toBe('[link]');
  });

  it('keeps its place beside another that one stretch of the original stands for, too', () => {
    const { text, links } = normalise('see <a href="http://a.com http://b.com">k i l l</a> w w w.c.com');
    expect(text).toBe('see [link] [link] killww [link]');
    expect(links.map(({ host, begin }) => [host, begin])).toEqual([
      ['a.com', 4],
      ['b.com', 11],
      ['w.c.com', 25],
    ]);
  });

  it('is not seen in a full stop without a blank', () => {
    expect(read('It ended.Then it began. Really.No.')).toBe('it ended.then it began. really.no.');
    expect(read('他用 Windows。It 好')).toBe('他用 windows。it 好');
    expect(read('Всё кончилось.Потом началось.')).toBe('всё кончилось.потом началось.');
  });
});

/** Ways to write each letter of a word so that readers still know it, and what undoes them. */
const each = (change: (letter: string) => string) => (word: string) => [...word].map(change).join('');
const from = (first: number) => each((letter) => String.fromCodePoint(first + letter.charCodeAt(0) - 97));
const written = (table: Readonly<Record<string, string>>) => each((letter) => table[letter] ?? letter);
const DISGUISES = [
  { name: 'full-width', kind: 'letter-forms', hide: from(0xff41) },
  { name: 'mathematical', kind: 'letter-forms', hide: from(0x1d41a) },
  { name: 'circled', kind: 'letter-forms', hide: from(0x24d0) },
  { name: 'squared', kind: 'letter-forms', hide: from(0x1f130) },
  { name: 'Cyrillic', kind: 'look-alikes', hide: written({ a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', y: 'у' }) },
  { name: 'figures', kind: 'digits-as-letters', hide: written({ e: '3', i: '1', o: '0' }) },
  { name: 'zero-width', kind: 'invisible', hide: (word: string) => [...word].join('\u200b') },
  { name: 'bidi', kind: 'invisible', hide: (word: string) => [...word].join('\u202e') },
  { name: 'soft hyphens', kind: 'invisible', hide: (word: string) => [...word].join('\u00ad') },
  { name: 'struck through', kind: 'marks', hide: (word: string) => `${[...word].join('\u0336')}\u0336` },
  { name: 'dotted', kind: 'spaced', hide: (word: string) => [...word].join('.') },
  { name: 'hyphened', kind: 'spaced', hide: (word: string) => [...word].join('-') },
  { name: 'drawn out', kind: 'repeated', hide: (word: string) => word.replace(/[aeiou]/, (vowel) => vowel.repeat(5)) },
  { name: 'entities', kind: 'markup', hide: each((letter) => `&#${letter.charCodeAt(0)};`) },
  { name: 'hex entities', kind: 'markup', hide: each((letter) => `&#x${letter.charCodeAt(0).toString(16)};`) },
  { name: 'tags', kind: 'markup', hide: (word: string) => [...word].join('<b>') },
] as const;
const disguised = fc
  .record({
    words: fc.array(
      fc.constantFrom(
        ...'people should leave this country before winter comes killing vermin those parasites'.split(' '),
      ),
      { minLength: 1, maxLength: 8 },
    ),
    disguise: fc.constantFrom(...DISGUISES),
  })
  .map(({ words, disguise }) => ({ disguise, meant: words.join(' '), text: words.map(disguise.hide).join(' ') }));

/** Pieces that are read as something else as a whole, between words that stay. */
const pieced = fc.array(
  fc.constantFrom(
    { written: 'people', meant: 'people' },
    { written: 'winter', meant: 'winter' },
    { written: 'f*cking', meant: 'fucking' },
    { written: 'v3rmin', meant: 'vermin' },
    { written: '#SendThemBack', meant: '#send them back' },
    { written: 'https://a.com/x', meant: '[link]' },
    { written: 'www.b.org', meant: '[link]' },
    { written: 'mara@harbour.org', meant: '[mail]' },
  ),
  { minLength: 1, maxLength: 12 },
);

/** Processor time of reading a text, the least of five, in microseconds. */
function best(text: string): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    normalise(text);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}

describe('Any string', () => {
  const pieces =
    'a b i k l o s t e 1 4 0 5 @ $ ! * . - _ < > & ; # / = " \' &amp; &lt; &lt &amp &#107 &#x6b &shy &NoBreak; &Eacute <wbr> <rt> <b> </b> <p> kill f*ck **k**ill f**u**ck #killthemall #SendThemBack @KillThemAll www. http:// .com @x.org ' +
    'а К İ ﬁ ŉ ½ １ 𝕸 𐐀 ﷺ 한 ᄒ ᅡ ก็ 🐀 🐀 👨‍👩‍👧 👨 🏿 🇩🇪 🇺🇸 #Ab @A_b _ 🇦 🇰 🇮 ≮ [link] &semi 4mp; l7; c0m g4s k1ll ki11 kiII KlLL <!-- --> .рф';
  const awkward = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...pieces.split(' '),
          'w w w.',
          '(a.com)',
          '\u202e',
          '\u202d',
          '\u202c',
          '\u2067',
          '\u2069',
          'א',
          'k i l l',
          'K.I.L.L. ',
          'A. S. S. Bo',
          'h 4 t 3',
          ' ',
          '  ',
          '\n',
          '​',
          '\u3164',
          '\u2800',
          'ki\u1160',
          'kі',
          '|',
          'ӏ',
          '́',
          '̸',
          '\ud800',
          '\udc00',
        ),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));
  const anything = fc.oneof(
    awkward,
    // Longer than the room that is made for a text at first, and than what is put together letter by letter.
    fc.tuple(awkward, fc.integer({ min: 2, max: 8 })).map(([text, times]) => text.repeat(times)),
    fc.string({ unit: 'binary' }),
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  );

  it('is read without an error, and every character of the reading stands for a stretch of it, in order', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const normalised = normalise(text);
        let before = { begin: 0, end: 0 };
        for (let at = 0; at < normalised.text.length; at += 1) {
          const stretch = normalised.toOriginal({ begin: at, end: at + 1 });
          expect(stretch.begin).toBeGreaterThanOrEqual(before.begin);
          expect(stretch.end).toBeGreaterThanOrEqual(before.end);
          expect(stretch.end).toBeGreaterThan(stretch.begin);
          expect(stretch.end).toBeLessThanOrEqual(text.length);
          before = stretch;
        }
        for (const { begin, end } of normalised.transformations) {
          expect(begin >= 0 && begin < end && end <= text.length).toBe(true);
        }
        for (const { begin, end } of normalised.links) {
          expect(normalised.text.slice(begin, end)).toMatch(/^\[(link|mail)\]$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read the same when its reading is read again', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const once = read(text);
        expect(read(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read as the sentence that was hidden, on the characters that hid it', () => {
    fc.assert(
      fc.property(disguised, ({ text, meant, disguise }) => {
        const normalised = normalise(text);
        expect(normalised.text).toBe(meant);
        expect(normalised.transformations.map(({ kind }) => kind)).toContain(disguise.kind);
        // Every word stands for just what its writer put in its place.
        let place = 0;
        let from = 0;
        for (const word of meant.split(' ')) {
          const stretch = normalised.toOriginal({ begin: place, end: place + word.length });
          const hidden = disguise.hide(word);
          const at = text.indexOf(hidden, from);
          expect(stretch).toEqual({ begin: at, end: at + hidden.length });
          place += word.length + 1;
          from = at + hidden.length;
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('is read piece by piece, and every piece and address stands for just what was written in its place', () => {
    fc.assert(
      fc.property(pieced, (parts) => {
        const normalised = normalise(parts.map(({ written }) => written).join(' '));
        expect(normalised.text).toBe(parts.map(({ meant }) => meant).join(' '));
        let place = 0;
        let at = 0;
        for (const { written, meant } of parts) {
          const stretch = normalised.toOriginal({ begin: place, end: place + meant.length });
          expect(stretch).toEqual({ begin: at, end: at + written.length });
          place += meant.length + 1;
          at += written.length + 1;
        }
        const addresses = parts.filter(({ meant }) => /^\[(link|mail)\]$/.test(meant)).map(({ written }) => written);
        const text = parts.map(({ written }) => written).join(' ');
        const found = normalised.links.map((link) => normalised.toOriginal(link));
        expect(found.map(({ begin, end }) => text.slice(begin, end))).toEqual(addresses);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses a stretch outside the reading', () => {
    expect(() => normalise('abc').toOriginal({ begin: 2, end: 9 })).toThrow(RangeError);
  });

  // A ratio within one process, and a generous one: ten times the text may take up to forty times as long, where a square
  // would take a hundred.
  test.for([
    ['tags in tags', (size: number) => `${'<a x="'.repeat(size / 8)}1${'">'.repeat(size / 8)}`],
    [
      'a text in tags in tags',
      (size: number) => `${'<a x="'.repeat(size / 16)}${'ab '.repeat(size / 6)}${'">'.repeat(size / 16)}`,
    ],
    ['an address of dots', (size: number) => `www.${'.'.repeat(size)}a`],
    ['addresses that others take in', (size: number) => 'w w w.(a@x.org) '.repeat(size / 16)],
    ['letters and figures set apart', (size: number) => 'a b c 1 '.repeat(size / 8)],
    ['words of one letter set apart', (size: number) => `${'a i '.repeat(25)}  `.repeat(size / 102)],
    ['words with repeated letters', (size: number) => 'aaabbbccc '.repeat(size / 10)],
    ['one word of many letters', (size: number) => 'abc'.repeat(size / 3)],
    ['marks', (size: number) => 'a\u0336\u0337'.repeat(size / 3)],
    ['mentions', (size: number) => '@'.repeat(size)],
  ] as const)('of %s takes time in proportion to its length', ([, made]) => {
    const few = made(8_000);
    const many = made(80_000);
    best(few);
    expect(best(many)).toBeLessThan(40 * best(few) + 10_000);
  });

  // Times depend on the machine: what is held here is that none grows with the square of the length.
  test.for([
    ['marks', `a${'́'.repeat(100_000)}`],
    ['invisible characters', '​'.repeat(100_000)],
    ['letters set apart', '1 a '.repeat(25_000)],
    ['tags that never close', '<a x="'.repeat(20_000)],
    ['brackets', '<a >'.repeat(25_000)],
    ['entities', `&${'amp;'.repeat(25_000)}`],
    ['dots', 'a.'.repeat(50_000)],
    ['entities without their ends', '&amp'.repeat(25_000)],
    ['an entity in many', `&${'amp'.repeat(33_000)}`],
    ['overrides', '\u202ea\u202db'.repeat(25_000)],
    ['words that are turned', '\u202eabc\u202c '.repeat(20_000)],
    ['a turned text', `\u202e${'abc '.repeat(25_000)}`],
    ['full stops of Chinese', 'a。'.repeat(50_000)],
    ['figures of an entity', `&#${'1'.repeat(100_000)}`],
    ['figures', 'a1'.repeat(50_000)],
    ['masks', 'f*k '.repeat(25_000)],
    ['one letter', 'a'.repeat(100_000)],
  ])('of 100,000 %s is read in time', ([, text]) => {
    const before = process.cpuUsage();
    normalise(text as string);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(2_000_000);
  });
});
