import { describe, expect, it, test } from 'vitest';
import { checkRules } from '../../src/core/rule-check.js';
import { parseRuleList, type RuleList } from '../../src/core/rules.js';
import { list, rule, written } from '../support/rules.js';

const check = (yaml: string, ...others: RuleList[]) =>
  checkRules([{ name: 'own', yaml }], (lists) => [...others, ...lists], '2027-01-15');
const VERMIN = { lines: 'when: { words: [vermin] }' };

describe('What is shown to people', () => {
  const shown = (said: string, force = '') => {
    const yaml = written({ lines: `${force}when: { words: [vermin] }` }).replace('It calls people vermin.', said);
    return check(yaml).faults.map(({ rule: id, line, column, detail }) => `${id} ${line}:${column} ${detail}`);
  };
  test.for([
    '\u202e',
    '\u2066',
    '\u200b',
    '\u00ad',
    '\u2060',
    '\ufeff',
    '\u3164',
    '\u2800',
    '\u{e0041}',
    '\u200d',
    '\ufe0f',
  ])('holds nothing that nobody sees: %j', (sign) => {
    const code = sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    expect(shown(`It calls peo${sign}ple vermin.`)).toEqual([
      `own 7:13 reason holds U+${code}, which nobody sees who reads it; leave it out`,
    ]);
  });
  it('may have what emoji and other scripts are written with', () => {
    expect(shown('It calls people vermin ❤️, 👨‍👩‍👧 می‌خواهم.')).toEqual([]);
  });
  it('is also who forced a rule, and why', () => {
    const force = 'force: { by: "M. Ok\u202eafor", reason: "A court has\u200b ordered it.", until: 2027-02-01 }\n';
    expect(shown('It calls people vermin.', force)).toEqual([
      expect.stringContaining('own 6:18 by holds U+202E'),
      expect.stringContaining('own 6:40 reason holds U+200B'),
    ]);
  });
});

it('What a list is about is shown to people as well', () => {
  const { faults } = check(written(VERMIN).replace(/^about: (\w)/, 'about: $1\u202e'));
  expect(faults).toMatchObject([{ line: 1, detail: expect.stringMatching(/^about holds U\+202E/) }]);
});

it('An id is told how long it must be', () => {
  expect(check(written({ id: 'a', ...VERMIN })).faults).toMatchObject([
    { detail: expect.stringContaining('2 to 64 small letters') },
  ]);
});

describe('A list that holds too much', () => {
  const place = (yaml: string) => check(yaml).faults.map(({ rule: id, line, column }) => [id, line, column]);
  const words = (count: number, indent: string) =>
    Array.from({ length: count }, (_, index) => `${indent}- q${index}\n`).join('');

  it('is told where it becomes too much, in a rule', () => {
    const when = `when:\n  words:\n    - vermin\n${words(50_000, '    ')}`;
    expect(place(written({ lines: when.trimEnd() }))).toEqual([['own', 8 + 50_000, 11]]);
  });
  it('in a set, and in the rule behind it', () => {
    const set = `about: Words of this site.\nsets:\n  many:\n${words(50_001, '    ')}`;
    expect(place(set)).toEqual([[undefined, 3 + 50_001, 7]]);
    const both = `about: Words of this site.\nsets:\n  many:\n${words(49_999, '    ')}${written(VERMIN, { id: 'two', ...VERMIN }).replace(/^.*\n/, '')}`;
    expect(place(both)).toEqual([['two', 3 + 49_999 + 1 + 7 + 4, 21]]);
  });
  it('in examples, pairs and excuses', () => {
    const ignore = Array.from({ length: 5_000 }, (_, index) => `      - Nice words ${index}\n`).join('');
    expect(place(written(VERMIN).replace('ignore: [people]\n', `ignore:\n${ignore}`))).toEqual([['own', 9 + 5_000, 9]]);
    const near = `when: { words: [vermin] }\nunless:\n  comment:\n    near:\n      - within: 3\n        first: [a]\n        second:\n${words(49_999, '          ')}`;
    expect(place(written({ lines: near.trimEnd() }))).toEqual([['own', 12 + 49_999, 17]]);
  });
  it('in patterns, each of which every comment is asked for', () => {
    const patterns = (count: number, indent: string, of = (index: number) => `q[0-9]${index}`) =>
      Array.from({ length: count }, (_, index) => `${indent}- ${of(index)}\n`).join('');
    const lines = (many: string) => `when:\n  words: [vermin]\n  pattern:\n${many}`.trimEnd();
    expect(check(written({ lines: lines(patterns(500, '    ')) })).faults).toEqual([]);
    const more = check(written({ lines: lines(patterns(501, '    ')) })).faults;
    expect(more).toMatchObject([{ rule: 'own', line: 9 + 500, column: 11 }]);
    expect(more[0]?.detail).toContain('501 patterns; at most 500 may');
    // Counted over all lists in force, and said of the one that is written; large ones by what they become.
    const both = written(
      { id: 'one', lines: lines(patterns(300, '    ')) },
      { id: 'two', lines: lines(patterns(300, '    ', (index) => `r[0-9]${index}`)) },
    );
    expect(place(both)).toEqual([['two', both.split('\n').indexOf('        - r[0-9]200') + 1, 11]]);
    expect(place(written({ lines: lines(patterns(1, '    ', () => '(?:[a-z]{1,40}1){1,100}')) }))).toEqual([
      ['own', 9, 11],
    ]);
    const large = lines(patterns(40, '    ', () => '(?:[a-z]{1,30}1){1,30}'));
    expect(check(written({ lines: large })).faults).toMatchObject([
      { rule: 'own', detail: expect.stringContaining('the patterns of all lists in force become more than 50000') },
    ]);
  });
  it('in characters', () => {
    expect(place(`about: Too long.\n# ${'x'.repeat(4_194_304)}`)).toEqual([[undefined, 2, 4_194_305 - 17]]);
  });
});

describe('A rule is broad', () => {
  const broad = (when: string, ignore: string) => {
    const yaml = written({ lines: `when: ${when}` }).replace('ignore: [people]', `ignore: [${ignore}]`);
    const { faults, warnings } = check(yaml);
    expect(faults).toEqual([]);
    return warnings.filter(({ kind }) => kind === 'broad').map(({ line, detail }) => `${line} ${detail}`);
  };
  test.for([
    ['{ pattern: ["^."] }', '""', 36],
    ['{ length: { characters: { atLeast: 1 } } }', '""', 36],
    ['{ not: { words: [zzz] } }', 'zzz', 36],
    ['{ any: [{ words: [vermin, a, and, i, was, to] }, { links: any }] }', 'people', 24],
  ] as const)('that finds harmless sentences: %s', ([when, ignore, count]) => {
    expect(broad(when, ignore)).toEqual([
      expect.stringContaining(`6 own matches ${count} of 36 harmless sentences, such as “`),
    ]);
  });
  test.for([
    '{ words: [vermin, violin] }',
    '{ any: [{ words: [vermin] }, { links: any }] }',
    '{ length: { words: { atMost: 3 } } }',
  ])('but not one that finds a few of them: %s', (when) => {
    expect(broad(when, 'people of the town')).toEqual([]);
  });
  it('and only where it was written here', () => {
    const every = parseRuleList('shipped', list(rule({ when: { not: { words: ['zzz'] } }, ignore: ['zzz'] })));
    expect(check(written(VERMIN), every).warnings).toEqual([]);
  });
});

describe('A domain', () => {
  const linked = (links: string, domains = '') =>
    check(written({ lines: `when: { any: [{ words: [vermin] }, { links: [${links}] }] }` }) + domains);

  test.for([
    ['http://foo.com/', 'foo.com'],
    ['https://www.foo.com/page?a=1', 'foo.com'],
    ['"*.foo.com"', 'foo.com'],
    ['"foo.com:8080"', 'foo.com'],
  ])('is asked for where %s was written', ([written = '', meant = '']) => {
    expect(linked(written).faults).toMatchObject([{ detail: expect.stringContaining(`did you mean ${meant}, which`) }]);
  });
  it('is not guessed at where there is none', () => {
    expect(linked('"http://"').faults).toMatchObject([{ detail: expect.not.stringContaining('did you mean') }]);
  });
  test.for([
    ['goo\u200bgle.com', 'holds U+200B'],
    ['\u0430pple.com', 'write xn--pple-43d.com where'],
    ['example.c\u03bfm', 'two scripts'],
  ])('is not another one than it looks: %s', ([written = '', says = '']) => {
    expect(linked(written).faults).toMatchObject([{ detail: expect.stringContaining(says) }]);
  });
  it('may be in the letters of one script, and a look-alike may be named by its punycode', () => {
    expect(linked('münchen.de, пример.рф, xn--pple-43d.com').faults).toEqual([]);
  });

  test.for(['127.1', '0x7f.1', '0177.0.0.1', '010.0.0.1', '１２７.0.0.1', '2130706433.'])(
    'is refused as a number in disguise: %s',
    (number) => {
      const { faults } = linked(`"${number}"`);
      expect(faults).toMatchObject([{ line: 6, column: 50, detail: expect.stringContaining(number) }]);
      expect(faults[0]?.detail).toContain('is read as the number of a machine');
    },
  );
  it('may be a number as it is written', () => {
    expect(linked('127.0.0.1').faults).toEqual([]);
  });
  it.each(['com', 'uk', '.uk'])('is refused where it is one label: %s', (label) => {
    expect(linked(label).faults).toMatchObject([{ line: 6, detail: expect.stringContaining('must be a domain') }]);
  });
  it('that is only an ending of domains is warned of, in rules, in what excuses, and among those of a site', () => {
    const yaml = written({
      lines: 'when: { words: [vermin], links: [bit.ly, CO.UK] }\nunless: { comment: { links: [com.au] } }',
    });
    const { faults, warnings } = check(
      `${yaml}domains: { allow: [gov.uk, a.co.uk, someone.github.io], block: [co.jp, github.io] }\n`,
    );
    expect(faults).toEqual([]);
    expect(warnings.map(({ line, column, rule: id, kind, detail }) => [line, column, id, kind, detail])).toEqual([
      [6, 46, 'own', 'broad', expect.stringContaining('co.uk is an ending')],
      [7, 34, 'own', 'broad', expect.stringContaining('com.au is an ending')],
      [11, 65, undefined, 'broad', expect.stringContaining('co.jp is an ending')],
      [11, 72, undefined, 'broad', expect.stringContaining('github.io is an ending')],
    ]);
  });
});

describe('A number that is written otherwise than YAML reads it', () => {
  const said = (when: string) => check(written({ lines: `when: ${when}` })).faults.map(({ detail }) => detail);
  test.for([
    ['{ capitals: { atLeast: 0,7 } }', 'unknown key "7"; decimals are written with a point, as in 0.7'],
    ['{ capitals: { atLeast: "0,7" } }', 'atLeast must be a number; with a point: 0.7'],
    ['{ capitals: { atLeast: 70 % } }', 'atLeast must be a number; as a share: 0.7'],
    ['{ capitals: { atLeast: "0.7" } }', 'atLeast must be a number; without quotation marks or brackets: 0.7'],
    ['{ rate: { comments: 6, minutes: 1,000 } }', 'unknown key "000"; decimals are written with a point'],
    ['{ rate: { comments: 6, minutes: "1,000" } }', 'minutes must be a number; without commas: 1000'],
    ['{ length: { words: { atLeast: many } } }', 'atLeast must be a number'],
  ] as const)('%s is told how it is meant', ([when, detail]) => {
    expect(said(when)).toEqual([expect.stringContaining(detail)]);
  });
});

describe('An example in capitals', () => {
  const shouting = (example: string) =>
    check(
      written({ lines: 'when: { capitals: { atLeast: 0.7 } }' }).replace(
        'match: [vermin]',
        `match: [${JSON.stringify(example)}]`,
      ),
    ).faults.map(({ detail }) => detail);
  it('that is too short to be counted is told so', () => {
    expect(shouting('STOP THAT NOW')).toEqual([
      'does not match example 1 under match: “STOP THAT NOW”; `capitals` counts from 20 letters on, and this has 11',
    ]);
  });
  it('that has the letters is told nothing of it', () => {
    expect(shouting('STOP THAT NOW, ALL OF YOU PEOPLE')).toEqual([]);
    expect(shouting('Stop that now, all of you people')).toEqual([
      'does not match example 1 under match: “Stop that now, all of you people”',
    ]);
  });
});
