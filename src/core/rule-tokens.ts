import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { DOUBLED_NAMES } from './normalise-table-words.js';
import { isHidden, isMeant, isWord } from './normalise-vocabulary.js';
import { hashtagWords } from './rule-hashtags.js';
import { isInitial, joinedByAnd, nameWithAnd, WITH_AND } from './rule-initials.js';
import type { RuleSentences } from './rule-sentences.js';

/** One word of a normalised text, as rules see it. */
export type Token = {
  /** How it may be read: as it stands, and with doubled letters undone where it is no known word. */
  readonly forms: readonly string[];
  /** In UTF-16 units of the normalised text; `end` is exclusive. */
  readonly begin: number;
  readonly end: number;
  /** Which sentence it stands in, from 0: an excuse reaches no further. */
  readonly sentence: number;
  /** Which stretch that phrases are found across, from 0. */
  readonly stretch: number;
  /** It stands with accents, which none of its forms has. */
  readonly isAccented: boolean;
  /**
   * With the next word, where only a hyphen parts them (`sub-human`), or a number's point (`1.5`), or `&` one letter from the
   * next or from a word (`R & B`); or a blank, where they are a word that people hide and neither of them is one (`ki ll`).
   */
  joined: string | null;
  /** So many words from this one on are emoji that phrases may pass over, see `markDecoration`; 0 for most. */
  decoration: number;
  /** It is a word of an emoji's name. */
  isEmoji: boolean;
  /** It is a later word of an emoji's name: a phrase that passes over the first one passes over it, too. */
  isWithinEmoji: boolean;
  /** The words that it may run together as a hashtag: a phrase that is all of one way, and nothing else, is found in it. */
  readonly tags: readonly (readonly Token[])[];
};

/** Stand for a web address, a mail address and a number in phrases: `{link}`, `{mail}`, `{number}`. */
export const SPECIAL_TOKENS = { link: '[link]', mail: '[mail]', number: '[number]' } as const;

/** A number whose thousands are set apart is one word, like any other. */
const PLAIN_WORD = String.raw`\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?![\p{L}\p{M}\p{N}])|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*`;
const WORD = new RegExp(String.raw`\[(?:link|mail)\]|${PLAIN_WORD}`, 'gu');
const WORD_OF_A_PHRASE = new RegExp(`${WITH_AND}|${PLAIN_WORD}`, 'gu');

/** What short forms are short for; phrases may use either. */
const SHORT_FORMS: Readonly<Record<string, readonly string[]>> = {
  "can't": ['can', 'not'],
  cant: ['can', 'not'],
  cannot: ['can', 'not'],
  "won't": ['will', 'not'],
  wont: ['will', 'not'],
  "ain't": ['is', 'not'],
  aint: ['is', 'not'],
  "shan't": ['shall', 'not'],
  "let's": ['let', 'us'],
  lets: ['let', 'us'],
  "i'm": ['i', 'am'],
  im: ['i', 'am'],
  gonna: ['going', 'to'],
  wanna: ['want', 'to'],
  gotta: ['got', 'to'],
  theyre: ['they', 'are'],
  youre: ['you', 'are'],
  thats: ['that', 'is'],
  whats: ['what', 'is'],
  hes: ['he', 'is'],
  shes: ['she', 'is'],
  u: ['you'],
  ur: ['your'],
  r: ['are'],
  ppl: ['people'],
  ima: ['i', 'am', 'going', 'to'],
  imma: ['i', 'am', 'going', 'to'],
  "y'all": ['you', 'all'],
  yall: ['you', 'all'],
  em: ['them'],
};
/** Letters that are short for a word unless they are initials. */
const INITIALS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['u', [['u']]],
  ['r', [['r']]],
]);
for (const verb of 'do does did is are was were would could should have has had'.split(' ')) {
  Object.assign(SHORT_FORMS, { [`${verb}nt`]: [verb, 'not'], [`${verb}n't`]: [verb, 'not'] });
}
const ENDINGS: Readonly<Record<string, string>> = { "'re": 'are', "'ve": 'have', "'ll": 'will', "'d": 'would' };
/** After these `'s` is short for `is`; after others it says whose. */
const SUBJECTS = new Set('he she it that there this what who where here how'.split(' '));
/** `'ll` behind these is short for `will`, though with the letters before it there is such a word (we'll, she'll). */
const BEFORE_WILL = new Set([
  ...SUBJECTS,
  ...'i you we they these those somebody someone everybody everyone'.split(' '),
]);
/** Before these `ill` is short for `i will` (`ill kill you`), unless it is behind a word that says who or what is ill. */
const HARM = new Set(
  'kill hurt stab shoot beat smash punch slap knock break rape hunt burn hang cut choke find'.split(' '),
);
const BEHIND_ILL_HEALTH = new Set(
  'the is are was were am be been being become became get gets got feel feels felt fall falls fell taken so too very as'.split(
    ' ',
  ),
);
const I_WILL: readonly (readonly string[])[] = [['i'], ['will']];
const NO_TAGS: readonly never[] = [];
const MOST_DOUBLES = 3;
const ENTRY_OF_A_WORD = /\d{1,2}[.)] +[^\s]{1,60}[^\S\n]{0,9}(?:\n|$)/y;
/** A name or a word of so many letters is another one with a doubled letter less: Jaap, Aass, Kiik. */
const SHORTEST_UNDOUBLED = 4;
/** Shorter ones that are in so many phrases that who hides something doubles them. */
const SHORT_UNDOUBLED = new Set('you are the all him her not who his she they our out get jew gay'.split(' '));
/** Doubled by their spelling, where the word without it is coarse. */
const SPELT_DOUBLED = new Set([...DOUBLED_NAMES, ...'shiite shiites slutt pollack pollacks'.split(' ')]);

/**
 * The words of a normalised text, short forms written out; a form that is short for two words gives two at one place.
 *
 * @param sentences as of `ruleSentences`.
 */
export function tokenise(text: string, { sentences, readAsOne }: RuleSentences): Token[] {
  const tokens: Token[] = [];
  const mayHoldAnd = text.includes('&');
  let sentence = 0;
  let stretch = 0;
  for (const match of text.matchAll(WORD)) {
    const begin = match.index;
    const end = begin + match[0].length;
    while (begin >= (sentences[sentence]?.end ?? Number.POSITIVE_INFINITY)) sentence += 1;
    while (begin >= (readAsOne[stretch]?.end ?? Number.POSITIVE_INFINITY)) stretch += 1;
    if (isEntryNumber(text, begin)) continue;
    const before = tokens.at(-1);
    const initial = INITIALS.get(match[0]);
    const words = initial !== undefined && isInitial(text, begin) ? initial : readingsOf(match[0]);
    if (HARM.has(words[0]?.[0] ?? '') && isIWill(tokens, sentence)) {
      const ill = tokens.pop();
      if (ill !== undefined) tokens.push(...I_WILL.map((forms) => ({ ...ill, forms })));
    }
    const isAccented = fold(match[0]) !== match[0];
    const place = { begin, end, sentence, stretch, isAccented };
    const isTag = text[begin - 1] === '#';
    const parted = isTag
      ? hashtagWords(text, begin, end).map((way) =>
          way.flatMap(readingsOf).map((forms) => tokenOf(forms, place, NO_TAGS)),
        )
      : NO_TAGS;
    for (const forms of words) tokens.push(tokenOf(forms, place, parted));
    if (mayHoldAnd && before !== undefined) before.joined ??= joinedByAnd(text, before, begin, end);
    if (before !== undefined && before.end === begin - 1 && words.length === 1) {
      const between = text[begin - 1] ?? '';
      if (between === '-') before.joined = `${before.forms[0] ?? ''}${words[0]?.[0] ?? ''}`;
      if (between === ' ' && isHalved(before.forms[0] ?? '', words[0]?.[0] ?? ''))
        before.joined = `${before.forms[0]}${words[0]?.[0]}`;
      if ('.,'.includes(between) && isFigures(before.forms) && isFigures(words[0]))
        before.joined = SPECIAL_TOKENS.number;
    }
  }
  return tokens;
}

function tokenOf(
  forms: readonly string[],
  { begin, end, sentence, stretch, isAccented }: Pick<Token, 'begin' | 'end' | 'sentence' | 'stretch' | 'isAccented'>,
  tags: Token['tags'],
): Token {
  const unmarked = { joined: null, decoration: 0, isEmoji: false, isWithinEmoji: false };
  return { forms, begin, end, sentence, stretch, isAccented, tags, ...unmarked };
}

/** The words of a normalised text that stands in a phrase, an address counted as the words in it. */
export function wordsOfPhrase(text: string): readonly string[] {
  return [...text.matchAll(WORD_OF_A_PHRASE)]
    .flatMap(({ 0: word, index }) => (INITIALS.has(word) && isInitial(text, index) ? [word] : writtenOut(word)))
    .filter((word) => word !== '');
}

/** Whether a word is short for others. */
export function isShortForm(word: string): boolean {
  return Object.hasOwn(SHORT_FORMS, word.toLowerCase());
}

/** Whether two words are the halves of one that people hide, and neither is a word (`ki ll`, but not `pre med`). */
function isHalved(before: string, after: string): boolean {
  if (before.length < 2 || after.length < 2 || isMeant(before)) return false;
  return isHidden(before + after) && !isMeant(after);
}

function isFigures(forms: readonly string[] | undefined): boolean {
  return /^\d+$/.test(forms?.[0] ?? '');
}

/** Whether the last of these words is an `ill` of the same sentence that nobody is. */
function isIWill(tokens: readonly Token[], sentence: number): boolean {
  const [before, ill] = tokens.length > 1 ? tokens.slice(-2) : [undefined, tokens[0]];
  if (ill?.forms[0] !== 'ill' || ill.sentence !== sentence) return false;
  const word = before?.sentence === sentence ? (before.forms[0] ?? '') : '';
  return !BEHIND_ILL_HEALTH.has(word) && !word.endsWith('ly');
}

/** Whether the number of a list's entry stands here that is a single word: it would stand inside a phrase that is spelt out. */
function isEntryNumber(text: string, at: number): boolean {
  if (at > 0 && text[at - 1] !== '\n') return false;
  ENTRY_OF_A_WORD.lastIndex = at;
  return ENTRY_OF_A_WORD.test(text);
}

const readings = new Map<string, readonly (readonly string[])[]>();
const READINGS_AT_MOST = 50_000;
const LONGEST_REMEMBERED = 30;

/** The words that a word is short for, each as it may be read. What was read once is the same object again. */
function readingsOf(raw: string): readonly (readonly string[])[] {
  const known = readings.get(raw);
  if (known !== undefined) return known;
  const read = writtenOut(raw).map(formsOf);
  if (raw.length > LONGEST_REMEMBERED) return read;
  if (readings.size >= READINGS_AT_MOST) readings.clear();
  readings.set(raw, read);
  return read;
}

/** A word as one or more, without apostrophes. */
function writtenOut(raw: string): readonly string[] {
  if (raw.includes('&')) return [fold(nameWithAnd(raw))];
  const word = fold(raw.replaceAll('’', "'"));
  if (Object.hasOwn(SHORT_FORMS, word)) return SHORT_FORMS[word] ?? [word];
  const at = word.indexOf("'");
  if (at < 0) return [word];
  const stem = word.slice(0, at);
  const ending = word.slice(at);
  if (ending === "'s") return SUBJECTS.has(stem) ? [stem, 'is'] : [stem];
  const undone = `${stem}${ending.slice(1)}`;
  // Nobody writes `ki'll` for somebody who will.
  if (ending === "'ll" && !BEFORE_WILL.has(stem) && isWord(undone)) return [undone];
  const meant = ENDINGS[ending];
  return meant === undefined ? [word.replaceAll("'", '')] : [stem, meant];
}

/** Letters that Unicode does not take for one with an accent. */
const STROKED: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ħ: 'h', ŧ: 't', ı: 'i' };

/** Without accents and strokes: who writes `fück` or `kiłł` is not writing German or Polish. */
function fold(word: string): string {
  if (/^[\0-\x7f]*$/.test(word)) return word;
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[łøđħŧı]/g, (letter) => STROKED[letter] ?? letter)
    .normalize('NFC');
}

function formsOf(word: string): readonly string[] {
  if (word === SPECIAL_TOKENS.link || word === SPECIAL_TOKENS.mail) return [word];
  if (/^\d/.test(word)) return [word, SPECIAL_TOKENS.number];
  if (!/([a-z])\1/.test(word) || !/^[a-z]+$/.test(word) || SPELT_DOUBLED.has(word) || isWord(word)) return [word];
  const runs = word.match(/(.)\1*/gs) ?? [];
  const doubled = runs.filter((run) => run.length > 1).length;
  if (doubled > MOST_DOUBLES) return [word, runs.map((run) => run[0]).join('')];
  const forms = new Set<string>();
  for (let way = 0; way < 2 ** doubled; way += 1) {
    let place = 0;
    forms.add(runs.map((run) => (run.length > 1 && (way >> place++) & 1 ? run[0] : run)).join(''));
  }
  // No name has three letters of a kind: `asss` is shouted.
  const isShouted = /(.)\1\1/.test(word);
  const mayBe = (form: string) => form.length >= SHORTEST_UNDOUBLED || SHORT_UNDOUBLED.has(form) || form === word;
  return isShouted ? [...forms] : [...forms].filter(mayBe);
}

const stems = new Map<string, string>();
const STEMS_AT_MOST = 50_000;

/** Porter's stem of a word in English letters; other words are their own stems. */
export function stemOf(word: string): string {
  if (word.length > 30 || !/^[a-z]+$/.test(word)) return word;
  let stem = stems.get(word);
  if (stem === undefined) {
    if (stems.size >= STEMS_AT_MOST) stems.clear();
    stem = porter.stem(word);
    stems.set(word, stem);
  }
  return stem;
}

/** How many words a text has, addresses counted as one; invisible characters part none. */
export function wordCount(text: string): number {
  return text.replaceAll(/\p{Cf}/gu, '').match(/[\p{L}\p{M}\p{N}]+(?:['’.:/@_-][\p{L}\p{M}\p{N}]+)*/gu)?.length ?? 0;
}
