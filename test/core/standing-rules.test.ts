import { describe, expect, it } from 'vitest';
import {
  compileRules,
  compileStanding,
  findRuleHits,
  parseRuleList,
  type RuleFacts,
  unmetExamples,
} from '../../src/core/rules.js';
import { comment, faults, list, rule } from '../support/rules.js';

/** Rules as they were kept by another premod: beside a rule that everybody can read, those that a test is about. */
function standing(...others: readonly unknown[]) {
  const lice = rule({ id: 'lice', when: { words: ['lice'] }, match: ['lice'] });
  return compileStanding([{ name: 'kept', ...list(lice, ...others) }]);
}
const UNREADABLE = { pattern: ['(?=lookahead)'] };

function found(rules: ReturnType<typeof compileStanding>, text: string, facts: RuleFacts = {}) {
  const { hits, broken } = findRuleHits(rules, comment(text, facts));
  return { hits: hits.map((hit) => hit.rule), broken: broken.map((one) => one.rule) };
}

describe('A rule that was published and cannot be read any more', () => {
  it('would be refused where it is written', () => {
    const lists = [parseRuleList('kept', list(rule({ when: UNREADABLE })))];
    expect(faults(() => compileRules(lists))).toContain('no pattern of RE2');
  });

  it('is none that says what would be refused if it were written today', () => {
    const force = { by: 'M. Okafor', reason: 'A court has ordered it.', until: '9999-12-31' };
    const rules = standing(rule({ when: { pattern: ['(filthy|) vermin'] }, effect: 'reject', force }));
    expect(rules.faults).toEqual([]);
    expect(found(rules, 'Those vermin.', { decidedAt: '2027-01-15T12:00:00Z' })).toEqual({
      hits: ['pests'],
      broken: [],
    });
  });

  it('leaves the others in force, and what it could concern to a person', () => {
    const rules = standing(rule({ when: UNREADABLE }));
    expect(found(rules, 'Nothing but lice.')).toEqual({ hits: ['lice'], broken: ['pests'] });
    expect(found(rules, 'A harmless word.')).toEqual({ hits: [], broken: ['pests'] });
    expect(rules.faults).toMatchObject([
      { list: 'kept', rule: 'pests', detail: expect.stringContaining('no pattern of RE2') },
    ]);
  });

  it('concerns no comment that the rest of it rules out', () => {
    const rules = standing(rule({ when: { all: [{ section: ['sport'] }, UNREADABLE] } }));
    expect(found(rules, 'A word.', { section: 'sport' }).broken).toEqual(['pests']);
    expect(found(rules, 'A word.', { section: 'world' }).broken).toEqual([]);
    expect(found(rules, 'A word.').broken).toEqual(['pests']);
  });

  it('finds what the rest of it finds', () => {
    const rules = standing(rule({ when: { any: [{ words: ['vermin', '(rat|)'] }, UNREADABLE] } }));
    expect(found(rules, 'It is vermin.')).toEqual({ hits: ['pests'], broken: [] });
    expect(found(rules, 'It is a rat.')).toEqual({ hits: [], broken: ['pests'] });
  });

  it('is not taken at its word where what would excuse it cannot be read', () => {
    for (const unless of [{ sentence: UNREADABLE }, { comment: UNREADABLE }]) {
      const rules = standing(rule({ effect: 'reject', unless }));
      expect(found(rules, 'It is vermin.')).toEqual({ hits: [], broken: ['pests'] });
      expect(found(rules, 'It is a rat.')).toEqual({ hits: [], broken: [] });
    }
    const quoted = standing(rule({ unless: { quoted: true, sentence: UNREADABLE } }));
    expect(found(quoted, '"It is vermin," he said.').broken).toEqual([]);
  });

  it.each([
    ['a condition of another premod', { when: { sounds: ['vermin'] } }],
    ['one among others', { when: { any: [{ words: ['vermin'] }, { sounds: ['lice'] }] } }],
    ['an effect of another premod', { effect: 'quarantine' }],
    ['a key of another premod', { onlyOn: 'Sundays' }],
    ['no condition', { when: undefined }],
  ])('is not passed over for %s: nothing of it is read, and every comment goes to a person', (_what, change) => {
    const rules = standing(rule(change));
    expect(found(rules, 'A harmless word.')).toEqual({ hits: [], broken: ['pests'] });
    expect(found(rules, 'Nothing but lice.').hits).toEqual(['lice']);
    expect(rules.faults).toMatchObject([{ list: 'kept', rule: 'pests' }]);
  });

  it('asks nobody where it only watched', () => {
    const rules = standing(
      rule({ shadow: true, when: { sounds: ['vermin'] } }),
      rule({ id: 'other', shadow: true, when: UNREADABLE }),
    );
    expect(findRuleHits(rules, comment('A harmless word.')).broken).toEqual([{ rule: 'other', shadow: true }]);
    expect(rules.faults.map((fault) => fault.rule)).toEqual(['pests', 'other']);
  });
});

it.each([
  ['a list with a key of another premod', [{ name: 'kept', ...list(), priority: 3 }], 'kept'],
  ['a list without rules', [{ name: 'kept', about: 'Has lost its rules.', rules: 'none' }], 'kept'],
  ['no list', [7], 'list 1'],
  ['nothing', null, 'list 1'],
])('Of %s nothing is read, and every comment goes to a person', (_what, content, name) => {
  const rules = compileStanding(content);
  expect(found(rules, 'A harmless word.')).toEqual({ hits: [], broken: [name] });
  expect(rules.faults).not.toEqual([]);
});

it('A set that cannot be read is a fault of the rules that use it', () => {
  const kept = {
    name: 'kept',
    ...list(rule({ when: { phrases: ['the {pests}'] } })),
    sets: { pests: ['(rat|)'], lost: ['('] },
  };
  const rules = compileStanding([kept]);
  expect(found(rules, 'the rat').broken).toEqual(['pests']);
  expect(rules.faults.map((fault) => fault.path.join('.'))).toEqual([
    'rules.0.when.phrases.0',
    'sets.pests.0',
    'sets.lost.0',
  ]);
});

it('What is sound has no faults, and is in force whole', () => {
  const rules = standing(rule());
  expect(rules).toMatchObject({ faults: [], unread: [] });
  expect(found(rules, 'It is vermin.')).toEqual({ hits: ['pests'], broken: [] });
});

it('Examples that are not met any more are told, save those of rules that cannot be read', () => {
  const rules = standing(rule({ match: ['rats'] }), rule({ id: 'ahead', when: UNREADABLE, match: ['rats'] }));
  expect(unmetExamples(rules).map(({ list: of, rule: id, detail }) => `${of} ${id} ${detail}`)).toEqual([
    'kept pests does not match example 1 under match: “rats”',
  ]);
  expect(found(rules, 'It is vermin.').hits).toEqual(['pests']);
});
