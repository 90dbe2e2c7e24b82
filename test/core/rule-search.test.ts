import { describe, expect, it, test } from 'vitest';
import { findInRules, standsIn } from '../../src/core/rule-search.js';
import { parseRuleList } from '../../src/core/rules.js';

/** A rule about a gull; each test changes only what it is about. */
const rule = (id: string, change: object = {}) => ({
  id,
  label: 'spam',
  effect: 'review',
  when: { words: ['gull'] },
  reason: 'It speaks of something.',
  match: ['There is one.'],
  ignore: ['Nothing of that kind.'],
  ...change,
});
const list = (name: string, value: object) => parseRuleList(name, { about: 'A list for a test.', ...value });
const found = (sought: string, ...rules: readonly object[]) => {
  const birds = [list('birds', { rules })];
  return findInRules(birds, birds, sought);
};

describe('A word is found in a rule', () => {
  test.for([
    ['a phrase', { when: { phrases: ['like (a|the) heron'] } }, 'words'],
    ['a stem', { when: { stems: ['heron'] } }, 'words'],
    ['a pattern', { when: { pattern: ['her+on'] } }, null],
    ['what stands near', { when: { near: [{ first: ['big'], second: ['heron'], within: 3 }] } }, 'words'],
    ['a part of a part', { when: { all: [{ any: [{ words: ['heron'] }] }, { words: ['big'] }] } }, 'words'],
    ['what must not be there', { when: { all: [{ words: ['big'] }, { not: { words: ['heron'] } }] } }, 'unless'],
    ['what excuses a sentence', { unless: { sentence: { words: ['heron'] } } }, 'unless'],
    ['an example', { match: [{ text: 'A heron stood there.', section: 'local' }] }, 'example'],
    ['an example of what is ignored', { ignore: ['A heron stood there.'] }, 'example'],
    ['its reason alone, which the page knows', { reason: 'It speaks of a heron.' }, null],
  ] as const)('in %s', ([, change, place]) => {
    expect(found('heron', rule('one', change)).map((one) => one.place)).toEqual(place === null ? [] : [place]);
  });

  it('with the place that says most first, and the number of the others', () => {
    const change = { when: { words: ['gull', 'heron'] }, match: ['A heron.', 'Two herons.'], ignore: ['heron!'] };
    expect(found('Heron', rule('one', change))).toEqual([
      { list: 'birds', rule: 'one', place: 'words', set: null, text: 'heron', begin: 0, end: 5, others: 3 },
    ]);
  });

  it('however it is spelt, and says where in what was written', () => {
    const change = { when: { phrases: ['the Café’s heron'] } };
    const [one] = found('cafe\u0301\u2019S', rule('one', change));
    expect(one?.text.slice(one.begin, one.end)).toBe('Café’s');
    expect(found("CAFE'S", rule('one', change))).toHaveLength(1);
  });

  it('in a set that it uses, also in one that this one uses; each set once', () => {
    const own = list('mine', {
      sets: { waders: ['heron', '{stilts}'], stilts: ['avocet', '{waders}'] },
      rules: [],
    });
    const shipped = [
      list('birds', {
        rules: [
          rule('one', { when: { phrases: ['big {waders}', 'small {waders}'] } }),
          rule('two', { unless: { sentence: { phrases: ['no {stilts}'] } } }),
          rule('three'),
        ],
      }),
    ];
    expect(findInRules(shipped, [...shipped, own], 'avocet')).toMatchObject([
      { rule: 'one', place: 'set', set: 'stilts', text: 'avocet', others: 0 },
      { rule: 'two', place: 'unless', set: 'stilts', text: 'avocet', others: 0 },
    ]);
  });

  it('with the nearest of many ways to say it', () => {
    const ways = Array.from({ length: 30 }, (_, n) => `bird${n}`).join('|');
    const [one] = found('heron', rule('one', { when: { phrases: [`(${ways}|heron|${ways})`] } }));
    expect(one?.text).toBe('… bird25|bird26|bird27|bird28|bird29|heron|bird0|bird1|bird2|bird3|bird4|bird5 …');
  });

  it('with the part of a long example that is about it', () => {
    const words = 'This bird is not the one that was asked for. '.repeat(10);
    const [one] = found('heron', rule('one', { match: [`${words}A heron stood there. ${words}`] }));
    expect(one?.text).toBe('… is not the one that was asked for. A heron stood there. This bird is not the one …');
    expect(one?.text.slice(one.begin, one.end)).toBe('heron');
  });
});

it('A shipped rule that the site replaced is looked through as the site has it', () => {
  const shipped = [list('birds', { rules: [rule('gull'), rule('swan', { when: { words: ['swan'] } })] })];
  const own = list('mine', { rules: [rule('gull', { when: { words: ['seagull'] } })] });
  expect(findInRules(shipped, [...shipped, own], 'gull').map((one) => [one.list, one.text])).toEqual([
    ['mine', 'seagull'],
  ]);
});

it('Nothing but accents is sought nowhere', () => {
  expect(found('\u0301', rule('one'))).toEqual([]);
  expect(standsIn('rules: [', '\u0301')).toBe(false);
  expect(standsIn('rules: [ a HERON', 'heron')).toBe(true);
});
