import { describe, expect, it, test } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { exampleFaults } from '../../src/core/rule-examples.js';
import { compileRules, compileStanding, parseRuleList, type RuleList } from '../../src/core/rules.js';
import { compiled, faults, hits, list, rule } from '../support/rules.js';

const NO_WINDOWS = { sameText: [], byAuthor: [] };

/** With an invisible character between all letters. */
const spread = (text: string) => text.replace(/\p{L}(?=\p{L})/gu, '$&\u200b');

/** Whether a text is the one under `ignore`, in whatever disguise. */
const isIgnored = (text: string) => normalise(text).text.includes('people');

/** The texts for which a rule is asked, where it finds its first word in all of them, or says what `answer` says. */
function asked(change: Record<string, unknown>, answer = (text: string) => /vermin|straße/i.test(text)) {
  const parsed: RuleList = parseRuleList('test', list(rule(change)));
  const [first] = parsed.rules;
  if (first === undefined) throw new Error('The list has no rule.');
  const texts: string[] = [];
  const given = { rule: first, list: 'test', path: ['rules', 0] };
  const found = exampleFaults(given, NO_WINDOWS, ({ text, normalised }) => {
    texts.push(text);
    const begin = normalised.text.indexOf('vermin');
    return answer(text)
      ? [{ begin: Math.max(begin, 0), end: Math.max(begin, 0) + 6, from: 0, to: 1, undone: [] }]
      : null;
  });
  return { texts, details: found.map(({ detail }) => detail) };
}

describe('A rule is asked for its examples', () => {
  it('in every place of a text and in every disguise, and a match with its letters apart, where that is undone', () => {
    expect(
      asked({ match: ['All vermin, see a.com/b'], ignore: ['people!'] }, (text) => !isIgnored(text)).texts,
    ).toEqual([
      'All vermin, see a.com/b',
      'ALL VERMIN, SEE a.com/b. IT RAINED FOR MOST OF LAST SUNDAY.',
      spread('The library opens again in May. All vermin, see ') +
        'a.com/b. ' +
        spread('It rained for most of last Sunday.'),
      'The lіbrary оpens аgain in May. All vеrmin, see a.com/b',
      'All\nvermin,\nsee\na.com/b',
      'All v e r m i n, see a.com/b',
      'people!',
      'PEOPLE! IT RAINED FOR MOST OF LAST SUNDAY.',
      spread('The library opens again in May. people! It rained for most of last Sunday.'),
      'The lіbrary оpens аgain in May. рeople!',
    ]);
  });

  test.for([
    [(text: string) => text !== text.toUpperCase(), 'in capitals'],
    [(text: string) => !text.includes('\u200b'), 'with an invisible character (U+200B) in its words'],
    [(text: string) => !/[а-я]/.test(text), 'with a Cyrillic letter in its words'],
    [(text: string) => !text.includes('v e r'), 's p a c e d out'],
    [(text: string) => !/^T/.test(text), 'between other sentences'],
    [(text: string) => !/rained/i.test(text), 'before another sentence'],
    [(text: string) => !text.includes('\n'), 'broken into lines', 'Some vermin'],
  ] as const)('and told how it failed (%#): %s', ([holds, how, example = 'vermin']) => {
    const { details } = asked({ match: [example] }, (text) => !isIgnored(text) && holds(text));
    expect(details).toEqual([`does not match example 1 under match when it comes ${how}: “${example}”`]);
  });

  test.for([
    [(text: string) => text === text.toUpperCase(), 'in capitals'],
    [(text: string) => text.includes('\u200b'), 'with an invisible character (U+200B) in its words'],
    [(text: string) => text.includes('\n'), 'broken into lines'],
    [(text: string) => /rained/i.test(text), 'before another sentence'],
  ] as const)('and told how it was found under ignore (%#): %s', ([holds, how]) => {
    const { details } = asked({ ignore: ['Good people'] }, (text) => !isIgnored(text) || holds(text));
    expect(details).toEqual([`matches example 1 under ignore when it comes ${how}: “Good people”`]);
  });

  it('as they stand, where it is about the whole comment', () => {
    for (const when of [
      { length: { words: { atMost: 4 } } },
      { pattern: ['^vermin'] },
      { any: [{ pattern: ['\\Avermin'] }] },
    ]) {
      expect(asked({ when }, (text) => !isIgnored(text)).texts).toEqual(['vermin', 'people']);
    }
    expect(asked({ when: { pattern: ['[^a]vermin\\$'] } }).texts.length).toBeGreaterThan(2);
  });

  it('without capitals that would be other letters', () => {
    expect(asked({ match: ['Straße'] }).texts).toContain('STRAßE');
    expect(faults(() => compiled({ when: { words: ['straße'] }, match: ['Straße'] }))).toBe('');
  });
});

test('Examples that were checked before need not be checked again', () => {
  const lists = [parseRuleList('test', list(rule({ match: ['rats'] })))];
  expect(faults(() => compileRules(lists))).toContain('does not match example 1');
  expect(hits(compileStanding(lists), 'vermin')).toHaveLength(1);
});
