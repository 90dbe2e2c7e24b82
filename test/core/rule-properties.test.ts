import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { type CompiledRules, compileStanding, findRuleHits, type RuleFacts } from '../../src/core/rules.js';
import { loadRuleLists } from '../../src/model/rule-lists.js';
import { comment, list, rule } from '../support/rules.js';

/** Texts that rules have something to say about, pieces of them, and anything else. */
const piece = fc.oneof(
  fc.constantFrom(
    'they are vermin',
    'kill them all',
    '"',
    "'",
    '> ',
    '\n',
    '. ',
    'not ',
    'v e r m i n',
    'v3rm1n',
    '😡',
    'https://a.b.com/x',
    'e@mail.com',
    'ＦＵＣＫ',
    '&amp;',
    '<b>',
    '\u200b',
    'sub-human',
    'them ',
    'the ',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 10 }),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
const facts: fc.Arbitrary<RuleFacts> = fc.record(
  {
    section: fc.option(fc.string()),
    decidedAt: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    createdAt: fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    ),
    author: fc.record({ trusted: fc.boolean(), approved: fc.nat(), rejected: fc.nat() }, { requiredKeys: [] }),
    counts: fc.record({ sameText: fc.dictionary(fc.nat().map(String), fc.nat()) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<RuleFacts>;

describe('The rules, whatever the comment', () => {
  let compiled: CompiledRules;
  beforeAll(async () => {
    ({ compiled } = await loadRuleLists('models/rules'));
  });
  const find = (given: string, known: RuleFacts = {}) =>
    findRuleHits(compiled, { text: given, normalised: normalise(given), ...known });

  it('answer, and every hit lies inside the comment, in order, on something', () => {
    fc.assert(
      fc.property(text, facts, (given, known) => {
        for (const { stretches } of find(given, known).hits) {
          let behind = 0;
          for (const { begin, end } of stretches) {
            expect(begin).toBeGreaterThanOrEqual(behind);
            expect(end).toBeGreaterThan(begin);
            behind = end;
          }
          expect(behind).toBeLessThanOrEqual(given.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('say the same of the same comment, whatever they were asked in between', () => {
    fc.assert(
      fc.property(text, text, (given, other) => {
        const first = find(given);
        find(other);
        expect(find(given)).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });
});

describe('A rule with an excuse, however it is combined', () => {
  const words = fc.constantFrom('vermin', 'scum', 'lice', 'rats');
  const fact = fc.constantFrom({ author: { trusted: true } }, { author: { role: ['editor'] } });
  const { when } = fc.letrec((again) => ({
    when: fc.oneof(
      { maxDepth: 4 },
      fc.array(words, { minLength: 1, maxLength: 2 }).map((some) => ({ words: some })),
      fact,
      fact.map((denied) => ({ not: denied })),
      fc.array(again('when'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(again('when'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    ),
  }));
  const unless = { quoted: true, negated: true, sentence: { phrases: ['the cellar'] } };
  const plain = words.map((word) => `They are ${word}.`);
  const excused = fc.oneof(
    words.map((word) => `He wrote "${word}" there.`),
    words.map((word) => `They are not ${word}.`),
    words.map((word) => `The cellar has ${word}.`),
  );
  const sentences = fc.array(
    fc.oneof(
      plain.map((given) => ({ given, left: given })),
      excused.map((given) => ({ given, left: 'The harbour was nice.' })),
    ),
    { minLength: 1, maxLength: 4 },
  );
  const known = fc.record({
    trusted: fc.option(fc.boolean(), { nil: undefined }),
    role: fc.option(fc.constantFrom('editor', 'reader'), { nil: undefined }),
  });
  const author = ({ trusted, role }: { trusted?: boolean | undefined; role?: string | undefined }) => ({
    author: { ...(trusted !== undefined && { trusted }), ...(role !== undefined && { role }) },
  });
  const outcome = (rules: CompiledRules, given: string, facts: RuleFacts) => {
    const { hits, broken } = findRuleHits(rules, comment(given, facts));
    const found = hits.flatMap(({ stretches }) => stretches.map(({ begin, end }) => given.slice(begin, end)));
    return broken.length > 0 ? 'broken' : hits.length > 0 ? found : null;
  };
  const reading = (condition: unknown) =>
    compileStanding([{ name: 'test', sets: {}, ...list(rule({ when: condition, unless })) }]);

  it('says what it would say without what is excused', () => {
    fc.assert(
      fc.property(when, sentences, known, (condition, said, facts) => {
        const rules = reading(condition);
        expect(rules.faults).toEqual([]);
        const [given, left] = [said.map((one) => one.given).join(' '), said.map((one) => one.left).join(' ')];
        expect(outcome(rules, given, author(facts))).toEqual(outcome(rules, left, author(facts)));
      }),
      { numRuns: 500 },
    );
  });

  it('says nothing while a fact is unknown that it would not say whatever the fact is', () => {
    fc.assert(
      fc.property(when, sentences, known, fc.boolean(), (condition, said, facts, trusted) => {
        const rules = reading(condition);
        const given = said.map((one) => one.given).join(' ');
        const before = outcome(rules, given, author({ ...facts, trusted: undefined }));
        const after = outcome(rules, given, author({ ...facts, trusted }));
        if (before !== 'broken') expect(after === null).toBe(before === null);
      }),
      { numRuns: 500 },
    );
  });
});
