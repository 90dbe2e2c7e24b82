import { type Normalised, normalise } from './normalise.js';
import { type Guise, guisesOf, OTHERS, singleGuises } from './rule-disguises.js';
import { factHolds, type RuleFacts, tooFewForCapitals } from './rule-facts.js';
import type { RuleFault, RulePath } from './rule-faults.js';
import type { Place } from './rule-index.js';
import {
  type Condition,
  isFactCondition,
  partsOf,
  type Rule,
  type RuleExample,
  type TextCondition,
} from './rule-list.js';

/** What a rule says of a comment: the places that it found, null for nothing, `broken` where nobody can say. */
type Answer = readonly Place[] | 'broken' | null;
type ExampleComment = RuleFacts & { readonly text: string; readonly normalised: Normalised };

/** The windows of time for which rules ask how many comments there were. */
export type Windows = { readonly sameText: readonly number[]; readonly byAuthor: readonly number[] };

/** So much of an example is quoted, in characters. */
const MOST_QUOTED = 60;
/**
 * Holds a rule to its examples, as they were written and as they come in, see `guisesOf`. A rule about where a comment begins or
 * ends is not asked for them among other sentences, nor is one that finds these for what it should ignore, and one that counts (length, capitals) only for guises that count alike.
 */
export function exampleFaults(
  given: { readonly rule: Rule; readonly list: string; readonly path: RulePath },
  windows: Windows,
  ask: (comment: ExampleComment) => Answer,
): readonly RuleFault[] {
  const { rule, list, path } = given;
  const conditions = [rule.when, ...(rule.unless?.comment === undefined ? [] : [rule.unless.comment])].flatMap(eachOf);
  const isAnchored = conditions.some(hasAnchor);
  const counted = conditions.filter(isFactCondition).flatMap(({ length, capitals }) => {
    return length === undefined && capitals === undefined ? [] : [{ length, capitals }];
  });
  return (['match', 'ignore'] as const).flatMap((kind) =>
    rule[kind].flatMap((example, turn): readonly RuleFault[] => {
      const text = typeof example === 'string' ? example : example.text;
      const comment = toComment(example, text, windows);
      const written = ask(comment);
      const fault = (detail: string) => [{ list, rule: rule.id, path: [...path, kind, turn], detail }];
      if (written === 'broken') {
        return fault(`${kind} ${turn + 1} cannot be evaluated: it says too little about author, section or counts`);
      }
      const isWrong = (said: Answer) => (said === null) === (kind === 'match');
      const wrong = `${kind === 'match' ? 'does not match' : 'matches'} example ${turn + 1} under ${kind}`;
      if (isWrong(written)) {
        const asksCapitals = kind === 'match' && counted.some(({ capitals }) => capitals !== undefined);
        const tooFew = asksCapitals ? tooFewForCapitals(text) : null;
        return fault(`${wrong}: ${quoted(text)}${tooFew === null ? '' : `; ${tooFew}`}`);
      }
      const { normalised } = comment;
      const found = (written ?? []).map((place) => normalised.toOriginal(place));
      const known = { isAnchored, isCounted: counted.length > 0, meant: normalised.text, found, turn };
      const counts = counted.map((condition) => factHolds(condition, text, {}));
      const keepsCounts = (guise: string) =>
        counted.every((condition, index) => factHolds(condition, guise, {}) === counts[index]);
      const fails = (guise: Guise) => isWrong(ask(toComment(example, guise.text, windows)));
      if (!guisesOf(text, known, keepsCounts).some(fails)) return [];
      // What the rule finds in the other sentences says nothing of the example.
      const isAlone = kind === 'ignore' && OTHERS.some((other) => isWrong(ask(toComment(example, other, windows))));
      const guises = guisesOf(text, { ...known, isAlone }, keepsCounts);
      if (!guises.some(fails)) return [];
      const singly = singleGuises(text, { ...known, isAlone }).filter((guise) => keepsCounts(guise.text));
      const failed = [...singly, ...guises].find(fails);
      return failed === undefined ? [] : fault(`${wrong} when it comes ${failed.how}: ${quoted(text)}`);
    }),
  );
}

/** An example as it is known again: on one line, cut where it is long. */
function quoted(text: string): string {
  const letters = [...text.trim().replace(/\s+/g, ' ')];
  return `“${letters.slice(0, MOST_QUOTED).join('').trimEnd()}${letters.length > MOST_QUOTED ? '…' : ''}”`;
}

/** A condition and all that it is combined of. */
function eachOf(condition: Condition): readonly Condition[] {
  return [condition, ...partsOf(condition).flatMap(eachOf)];
}

function hasAnchor(condition: Condition): boolean {
  const { pattern = [] } = condition as TextCondition;
  return pattern.some((source) => /\\[Az]|[$^]/.test(source.replace(/\\[^Az]|\[\^/g, '')));
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
