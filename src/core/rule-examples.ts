import { type Normalised, normalise } from './normalise.js';
import type { RuleFacts } from './rule-facts.js';
import type { RuleFault, RulePath } from './rule-faults.js';
import type { Place } from './rule-index.js';
import { type Condition, partsOf, type Rule, type RuleExample, type TextCondition } from './rule-list.js';

/** What a rule says of a comment: the places that it found, null for nothing, `broken` where nobody can say. */
type Answer = readonly Place[] | 'broken' | null;
type ExampleComment = RuleFacts & { readonly text: string; readonly normalised: Normalised };

/** The windows of time for which rules ask how many comments there were. */
export type Windows = { readonly sameText: readonly number[]; readonly byAuthor: readonly number[] };

/** An example as it may come in. */
type Guise = { readonly text: string /** Ends "when it comes …". */; readonly how: string };

/** So much of an example is quoted, in characters. */
const MOST_QUOTED = 60;
/** Sentences that no rule has a word to say about. */
const BEFORE = 'The library opens again in May.';
const AFTER = 'It rained for most of last Sunday.';

/**
 * Holds a rule to its examples, as they were written and as they come in: among other sentences, in capitals, with invisible
 * characters, with letters of another script, broken into lines, `match` also with a word's letters set apart. A rule about
 * the whole comment (its length, its capitals, a pattern from its beginning or to its end) is only held to them as they stand.
 */
export function exampleFaults(
  given: { readonly rule: Rule; readonly list: string; readonly path: RulePath },
  windows: Windows,
  ask: (comment: ExampleComment) => Answer,
): readonly RuleFault[] {
  const { rule, list, path } = given;
  const answer = (example: RuleExample, text: string) => ask(toComment(example, text, windows));
  const mayBeWrapped =
    !isAboutTheWhole(rule.when) && (rule.unless?.comment === undefined || !isAboutTheWhole(rule.unless.comment));
  return (['match', 'ignore'] as const).flatMap((kind) =>
    rule[kind].flatMap((example, index): readonly RuleFault[] => {
      const text = typeof example === 'string' ? example : example.text;
      const written = answer(example, text);
      const fault = (detail: string) => [{ list, rule: rule.id, path: [...path, kind, index], detail }];
      if (written === 'broken') {
        return fault(`${kind} ${index + 1} cannot be evaluated: it says too little about author, section or counts`);
      }
      const isWrong = (said: Answer) => (said === null) === (kind === 'match');
      const wrong = `${kind === 'match' ? 'does not match' : 'matches'} example ${index + 1} under ${kind}`;
      if (isWrong(written)) return fault(`${wrong}: ${quoted(text)}`);
      const fails = (guise: Guise) => isWrong(answer(example, guise.text));
      const guises = mayBeWrapped ? asTheyCome(text, written ?? []) : [];
      if (!guises.some(fails)) return [];
      const failed = [...wrapped(text), ...disguised(text), ...guises].find(fails);
      return failed === undefined ? [] : fault(`${wrong} when it comes ${failed.how}: ${quoted(text)}`);
    }),
  );
}

/** An example as it is known again: on one line, cut where it is long. */
function quoted(text: string): string {
  const letters = [...text.trim().replace(/\s+/g, ' ')];
  return `“${letters.slice(0, MOST_QUOTED).join('').trimEnd()}${letters.length > MOST_QUOTED ? '…' : ''}”`;
}

function isAboutTheWhole(condition: Condition): boolean {
  if (partsOf(condition).some(isAboutTheWhole) || 'length' in condition || 'capitals' in condition) return true;
  const { pattern = [] } = condition as TextCondition;
  return pattern.some((source) => /\\[Az]|[$^]/.test(source.replace(/\\[^Az]|\[\^/g, '')));
}

function wrapped(text: string): readonly Guise[] {
  const ended = /[.!?…"'”’)]\s*$/u.test(text) ? text : `${text}.`;
  // A quoted line begins its line.
  const gap = /^\s*>/m.test(text) ? '\n' : ' ';
  return [
    { text: `${ended}${gap}${AFTER}`, how: 'before another sentence' },
    { text: `${BEFORE}${gap}${ended}${gap}${AFTER}`, how: 'between other sentences' },
    { text: `${BEFORE}${gap}${text}`, how: 'behind another sentence' },
  ];
}

/** Every place and every disguise once, two at a time: each guise more is a comment more to read whenever lists are loaded. */
function asTheyCome(text: string, places: readonly Place[]): readonly Guise[] {
  const both = wrapped(text).flatMap((guise, index) => {
    const other = disguised(guise.text)[index];
    return other === undefined ? [] : [{ text: other.text, how: `${other.how}, ${guise.how}` }];
  });
  const normalised = normalise(text);
  return [...both, ...broken(text, normalised), ...setApart(text, normalised, places)];
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  i: 'і',
  y: 'у',
  x: 'х',
};

function disguised(text: string): readonly Guise[] {
  const inWords = (change: (word: string) => string) =>
    // An address in other letters is another address; an entity too. A hashtag's capitals tell its words apart.
    text.replace(/\S+/gu, (part) => (/[@/&<#]|\.\S/.test(part) ? part : change(part)));
  return [
    { text: inWords((word) => word.replace(/\p{Ll}/gu, capital)), how: 'in capitals' },
    {
      text: inWords((word) => word.replace(/\p{L}(?=\p{L})/gu, '$&\u200b')),
      how: 'with an invisible character (U+200B) in its words',
    },
    {
      text: inWords((word) =>
        word.replace(/(?<![\p{L}\p{N}])[a-z]{4,}(?![\p{L}\p{N}])/gu, (letters) =>
          letters.replace(/[aeopciyx]/, (letter) => LOOK_ALIKES[letter] ?? letter),
        ),
      ),
      how: 'with a Cyrillic letter in its words',
    },
  ];
}

/** Letters that are another one once they are small again (ß, ı) stay as they are. */
function capital(letter: string): string {
  const upper = letter.toUpperCase();
  return upper.toLowerCase() === letter ? upper : letter;
}

/** Every word on a line of its own, which is every way to break it at once, where words still read as they did. */
function broken(text: string, normalised: Normalised): readonly Guise[] {
  const lines = text.replace(/(?<=[\p{L}\p{N},]) (?=\p{L})/gu, '\n');
  if (lines === text) return [];
  const onOneLine = ({ text: read }: Normalised) => read.replaceAll('\n', ' ');
  return onOneLine(normalise(lines)) === onOneLine(normalised) ? [{ text: lines, how: 'broken into lines' }] : [];
}

/** The first word that was found, with its letters set apart, where that is read as the word at all. */
function setApart(text: string, normalised: Normalised, places: readonly Place[]): readonly Guise[] {
  for (const place of places) {
    const { begin, end } = normalised.toOriginal(place);
    const word = text.slice(begin, end);
    if (!/^[A-Za-z]{4,20}$/.test(word)) continue;
    const apart = `${text.slice(0, begin)}${[...word].join(' ')}${text.slice(end)}`;
    const meant = normalised.text;
    return normalise(apart).text === meant ? [{ text: apart, how: 's p a c e d out' }] : [];
  }
  return [];
}

/** An example has just been written by somebody whose account is `days` old. */
function toComment(example: RuleExample, text: string, windows: Windows): ExampleComment {
  const normalised = normalise(text);
  if (typeof example === 'string') return { text, normalised };
  const { section, days, trusted, role, approved, rejected, sameText, byAuthor } = example;
  const inEvery = (asked: readonly number[], count: number) =>
    Object.fromEntries(asked.map((minutes) => [minutes, count]));
  return {
    text,
    normalised,
    createdAt: new Date(0).toISOString(),
    ...(section !== undefined && { section }),
    counts: {
      ...(sameText !== undefined && { sameText: inEvery(windows.sameText, sameText) }),
      ...(byAuthor !== undefined && { byAuthor: inEvery(windows.byAuthor, byAuthor) }),
    },
    author: {
      ...(trusted !== undefined && { trusted }),
      ...(role !== undefined && { role }),
      ...(approved !== undefined && { approved }),
      ...(rejected !== undefined && { rejected }),
      ...(days !== undefined && { createdAt: new Date(-days * 86_400_000).toISOString() }),
    },
  };
}
