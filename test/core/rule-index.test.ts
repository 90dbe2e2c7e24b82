import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { PhraseIndex } from '../../src/core/rule-index.js';
import { matchSequence, PhraseReader } from '../../src/core/rule-phrases.js';
import { type Token, tokenise } from '../../src/core/rule-tokens.js';
import { splitSentences } from '../../src/core/sentences.js';

const WORDS = ['kill', 'kills', 'them', 'all', 'not', 'sub', 'human', 'subhuman', 'rats', 'they', 'good', '7'];
const PASSED = new Set(['x', 'rats', 'killing']);
const word = fc.constantFrom(...WORDS);
const SETS = new Map([
  ['group', ['them', 'they all', 'sub human rats', 'all? of them']],
  ['groups', ['{group}', 'rats', 'good ... {group}']],
]);
/** Pieces of phrases, of everything that phrases know. */
const piece = fc.oneof(
  { weight: 4, arbitrary: word },
  word.map((one) => `${one}?`),
  fc.constantFrom('kill~', 'rat~', '{group}', '{groups}', '{number}', '...', '*'),
  fc.tuple(word, word, word).map(([a, b, c]) => `(${a}|${b} ${c})`),
  fc.tuple(word, word).map(([a, b]) => `(${a} ... ${b}|${b}?  ${a})?`),
);
const phrase = fc
  .tuple(word, fc.array(piece, { maxLength: 4 }), fc.boolean())
  .map(([first, rest, optional]) => [optional ? `${first}? kill` : first, ...rest].join(' '));
const text = fc
  .array(fc.oneof({ weight: 8, arbitrary: word }, fc.constantFrom('.', 'goood', 'killing', 'x', '!\n', ',')), {
    maxLength: 40,
  })
  .chain((words) =>
    fc
      .array(fc.constantFrom(' ', ' ', ' ', '-'), { minLength: 40, maxLength: 40 })
      .map((gaps) => words.map((one, at) => one + gaps[at]).join('')),
  );

/** The words of a text in which phrases end with their sentence. */
function wordsOf(text: string) {
  const sentences = splitSentences(text);
  const tokens = tokenise(text, { sentences, readAsOne: sentences });
  // As if these were names of emoji, in rows of any length.
  let behind: Token | undefined;
  for (const token of tokens.toReversed()) {
    if (behind?.stretch === token.stretch && PASSED.has(token.forms[0] ?? '')) token.decoration = 1 + behind.decoration;
    behind = token;
  }
  return tokens;
}

describe('The index', () => {
  it('finds what trying every phrase at every word finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(phrase, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        fc.array(text, { minLength: 1, maxLength: 4 }),
        (groups, texts) => {
          const reader = new PhraseReader(SETS);
          const sequences = groups.map((phrases) => phrases.flatMap((one) => reader.read(one)));
          const index = new PhraseIndex();
          for (const group of sequences) index.add(group);
          // Several texts, since what one of them made the index remember must not mislead it in the next.
          for (const one of texts) {
            const tokens = wordsOf(normalise(one).text);
            const tried = sequences.map((group) =>
              tokens.flatMap((_, at) => {
                const to = Math.max(...group.map((sequence) => matchSequence(sequence, tokens, at)));
                return to > at ? [[at, to]] : [];
              }),
            );
            const found = index.find(tokens);
            expect(sequences.map((_, number) => (found.get(number) ?? []).map(({ from, to }) => [from, to]))).toEqual(
              tried,
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('finds the same when it has had to forget', () => {
    const reader = new PhraseReader(SETS);
    const index = new PhraseIndex({ mostRemembered: 20 });
    for (const one of ['kill them all', 'they ... rats', 'not {groups}']) index.add(reader.read(one));
    const count = (given: string) => [...index.find(wordsOf(given)).values()].flat().length;
    for (let round = 0; round < 5; round += 1) {
      expect(count('kill them all not they all rats they kill good them')).toBe(3);
      expect(count('not good them kill rats')).toBe(1);
    }
  });
});
