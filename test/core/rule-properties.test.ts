import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { type CompiledRules, findRuleHits, type RuleFacts } from '../../src/core/rules.js';
import { loadRuleLists } from '../../src/model/rule-lists.js';

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
