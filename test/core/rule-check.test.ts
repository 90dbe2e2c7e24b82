import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { checkRules } from '../../src/core/rule-check.js';
import { soundOverlay } from '../../src/core/rule-overlays.js';
import { compileRules, parseRuleList, type RuleList } from '../../src/core/rules.js';
import { hits, list, rule, written } from '../support/rules.js';

const TODAY = '2027-01-15';

/** A shipped list with one rule. */
const shipped = (change: Record<string, unknown> = {}) => parseRuleList('shipped', list(rule(change)));
const check = (yaml: string, ...others: RuleList[]) =>
  checkRules([{ name: 'own', yaml }], (lists) => [...others, ...lists], TODAY);
const warned = (yaml: string, ...others: RuleList[]) =>
  check(yaml, ...others).warnings.map(({ kind, line, detail }) => `${line} ${kind}: ${detail}`);

const VERMIN = { lines: 'when: { words: [vermin] }' };

it('A rule that says something of its own is not warned of', () => {
  const result = check(written({ lines: 'when: { words: [vermin, lice] }' }), shipped());
  expect(result.faults).toEqual([]);
  expect(result.warnings).toEqual([]);
  expect(result.lists?.map(({ name }) => name)).toEqual(['shipped', 'own']);
});

describe('Faults', () => {
  it('are said with line and column, wherever the lists were put', () => {
    const yaml = written({ lines: 'when: { words: [vermin, "(rat|)"] }' });
    const elsewhere = (lists: readonly RuleList[]) => [
      { ...shipped(), rules: [...shipped().rules, ...(lists[0]?.rules ?? [])] },
    ];
    expect(checkRules([{ name: 'own', yaml }], elsewhere, TODAY).faults).toMatchObject([
      { list: 'own', rule: 'own', line: 6, column: 29 },
    ]);
  });
  it.each([
    ['when: { words: [vermin] }', '{ text: x, days: 1e9 }', '9:31 days must be at most 36500'],
    ['when: { words: [vermin] }', '{ text: x, days: 36501 }', '9:31 days must be at most 36500'],
    ['when: { words: [vermin] }', '{ text: x, days: .inf }', '9:31 days must be a number'],
    ['when: { words: [vermin] }', '{ text: x, approved: 1e10 }', '9:35 approved must be at most 1000000000'],
    ['when: { words: [vermin] }', '{ text: x, sameText: 1e10 }', '9:35 sameText must be at most 1000000000'],
    ['when: { author: { newerThanDays: 36501 } }', 'x', '6:38 newerThanDays must be at most 36500'],
    ['when: { author: { rejected: { atLeast: 1e10 } } }', 'x', '6:44 atLeast must be at most 1000000000'],
  ])('are said of numbers that nothing reaches: %s, %s', (lines, ignore, fault) => {
    const { faults } = check(written({ lines }).replace('ignore: [people]', `ignore: [${ignore}]`));
    expect(faults.map(({ line, column, detail }) => `${line}:${column} ${detail}`)).toEqual([fault]);
  });
  it.each(['toString', 'constructor', '__proto__'])('are said of a set {%s} that is not there', (name) => {
    const { faults } = check(written({ lines: `when: { phrases: ["all {${name}}"] }` }));
    expect(faults.map(({ line, detail }) => `${line} ${detail}`)).toContain(`6 there is no set {${name}}`);
  });
  it('are none of a set that is called as something that every object has', () => {
    const sets = 'sets: { constructor: [vermin] }\nrules:';
    const yaml = written({ lines: 'when: { phrases: ["{constructor}"] }' }).replace('rules:', sets);
    const { faults, lists } = check(yaml);
    expect(faults).toEqual([]);
    expect(hits(compileRules(lists ?? []), 'They are vermin.')).toMatchObject([{ rule: 'own' }]);
  });
  it('are said of a set __proto__, which could not be kept', () => {
    const { faults } = check(written(VERMIN).replace('rules:', 'sets:\n  __proto__: [vermin]\nrules:'));
    expect(faults).toMatchObject([
      { list: 'own', line: 3, column: 3, detail: '__proto__ cannot be used as a name; choose another' },
    ]);
  });
  it('are said of a condition that is called as something that every object has', () => {
    const said = (when: string) => check(written({ lines: `when: ${when}` })).faults.map(({ detail }) => detail);
    expect(said('{ words: [vermin], constructor: [x] }')).toEqual(['unknown key "constructor"']);
    expect(said('{ constructor: [x] }')).toEqual(['unknown key "constructor"']);
    expect(said('{ section: [sport], toString: [x] }')).toEqual(['unknown key "toString"']);
  });
  it('are none where an account is a hundred years old', () => {
    const yaml = written(VERMIN).replace('ignore: [people]', 'ignore: [{ text: x, days: 36500 }]');
    expect(check(yaml).faults).toEqual([]);
  });
  it('of several lists are all said', () => {
    const { faults, lists } = checkRules(
      [
        { name: 'one', yaml: 'about: [' },
        { name: 'two', yaml: written({ effect: 'explode', ...VERMIN }) },
      ],
      (own) => own,
      TODAY,
    );
    expect(faults.map(({ list: name, line }) => [name, line])).toEqual([
      ['one', 1],
      ['two', 5],
    ]);
    expect(lists).toBeNull();
  });
  it('are one for a slip in a key, whatever was meant by it', () => {
    const slipped = (key: string, slip: string) =>
      check(written(VERMIN).replace(`${key}:`, `${slip}:`)).faults.map(({ line, detail }) => `${line} ${detail}`);
    expect(slipped('label', 'lable')).toEqual(['4 unknown key "lable"; did you mean label?']);
    expect(slipped('reason', 'raeson')).toEqual(['7 unknown key "raeson"; did you mean reason?']);
    expect(slipped('match', 'mach')).toEqual(['8 unknown key "mach"; did you mean match?']);
    expect(slipped('words', 'wrods')).toEqual(['6 unknown key "wrods"; did you mean words?']);
    expect(slipped('match', 'matches')).toEqual(['8 unknown key "matches"; did you mean match?']);
    expect(slipped('match', 'examples')).toEqual(['8 unknown key "examples"; did you mean match?']);
    expect(slipped('match', 'example')).toEqual(['8 unknown key "example"; did you mean match?']);
    expect(slipped('ignore', 'exceptions')).toEqual(['9 unknown key "exceptions"; did you mean ignore?']);
    expect(slipped('words', 'keywords')).toEqual(['6 unknown key "keywords"; did you mean words?']);
    expect(slipped('words', 'regex')).toEqual(['6 unknown key "regex"; did you mean pattern?']);
    // What nobody can have meant by it is missing all the same.
    expect(slipped('label', 'kind')).toEqual(['3 label is missing', '4 unknown key "kind"']);
  });
  it('tell what belongs under when, and what else may be meant by exceptions', () => {
    const details = (lines: string) => check(written({ lines })).faults.map(({ line, detail }) => `${line} ${detail}`);
    expect(details('regex: ["verm+in"]')).toEqual(['6 unknown key "regex"; did you mean pattern, under when?']);
    expect(details('words: [vermin]')).toEqual(['6 unknown key "words"; did you mean words, under when?']);
    expect(details('when: { words: [vermin] }\nexceptions: { quoted: true }')).toEqual([
      '7 unknown key "exceptions"; did you mean unless?',
    ]);
  });
  it.each([
    ['when: { length: { chars: { atMost: 4 } } }', '6:23 unknown key "chars"; did you mean characters?'],
    ['when: { length: { word: { atMost: 4 } } }', '6:23 unknown key "word"; did you mean words?'],
    [
      'when: { length: { atMost: 5 } }',
      '6:31 unknown key "atMost"; did you mean atMost, under words, characters or letters?',
    ],
    ['when: { length: { size: 5 } }', '6:29 unknown key "size"; here may stand words, characters, letters'],
    ['when: { length: { words: { max: 5 } } }', '6:37 unknown key "max"; did you mean atMost?'],
    ['when: { author: { newer: 3 } }', '6:30 unknown key "newer"; did you mean newerThanDays?'],
    ['when: { author: { days: 3 } }', '6:29 unknown key "days"; did you mean newerThanDays?'],
    ['when: { trusted: true }', '6:22 unknown key "trusted"; did you mean trusted, under author?'],
    ['when: { words: [vermin], quoted: true }', '6:38 unknown key "quoted"; did you mean quoted, under unless?'],
    [
      'when: { words: [vermin] }\nunless: { words: [pests] }',
      '7:15 unknown key "words"; did you mean words, under sentence or comment?',
    ],
    [
      'when: { words: [vermin] }\nunless: { author: { trusted: true } }',
      '7:15 unknown key "author"; did you mean author, under comment?',
    ],
    [
      'when: { words: [vermin] }\nunless: { sentence: { length: { words: { atMost: 3 } } } }',
      '7:27 unknown key "length"; did you mean length, under comment?',
    ],
    ['when: { words: [vermin] }\nunless: { negation: true }', '7:25 unknown key "negation"; did you mean negated?'],
    [
      'when: { words: [vermin] }\nunless: { irony: true }',
      '7:22 unknown key "irony"; here may stand quoted, negated, sentence, comment',
    ],
  ])('tell of %s what was meant, by what may stand there', (lines, words) => {
    const { faults } = check(written({ lines }));
    expect(faults.map(({ line, column, detail }) => `${line}:${column} ${detail}`)).toEqual([words]);
  });
  it.each([
    ['(kill|) them', '(|kill) them', '(?:kill||burn) them', '(?i:|kill) them', '(?P<verb>kill|) them', 'kill them|'],
    ['|kill them', '(?i)|kill them', '\\|(kill\\\\|) them', '[]|](kill|) them', '\\Q(a\\E(kill|) them'],
  ])('are said of patterns with an empty alternative', (...patterns) => {
    const yaml = written({ lines: `when: { words: [vermin], pattern: ${JSON.stringify(patterns)} }` });
    const details = check(yaml).faults.map(({ line, detail }) => `${line} ${detail}`);
    expect(details).toEqual(
      patterns.map((pattern) => expect.stringContaining(`6 ${JSON.stringify(pattern)} has an empty alternative`)),
    );
  });
  it('are not said of patterns whose alternatives all ask for something', () => {
    const patterns = ['(kill)? them', '(kill|burn) them', 'kill[|)(] them', 'kill[^]|)] them', 'kill\\|\\) them'];
    const others = ['(?:^|[.] )kill them', 'kill\\Q|)\\E them', 'kill[[:digit:]|)] them', '()kill them'];
    const lines = `when: { words: [vermin], pattern: ${JSON.stringify([...patterns, ...others])} }`;
    expect(check(written({ lines })).faults).toEqual([]);
  });
  it('are said of an empty alternative at its column, also in what excuses', () => {
    const lines = 'when: { words: [vermin] }\nunless: { comment: { any: [{ pattern: ["a|b", "(kill|) them"] }] } }';
    expect(check(written({ lines })).faults).toMatchObject([{ rule: 'own', line: 7, column: 51 }]);
  });
  it.each([
    ['kill|burn', 'has a | outside brackets; write (this|that) for one of several'],
    ['kill|', 'has a | outside brackets'],
    ['|kill', 'has a | outside brackets'],
    ['(kill|) them', 'has an empty alternative'],
    ['(kill|burn?) them', 'has an empty alternative'],
  ])('say of the phrase %s how an alternative is written', (phrase, words) => {
    const yaml = written({ lines: `when: { words: [vermin], phrases: [${JSON.stringify(phrase)}] }` });
    expect(check(yaml).faults).toMatchObject([{ line: 6, detail: expect.stringContaining(words) }]);
  });
  it.each([
    [
      'foo #bar',
      9,
      15,
      'behind a blank # begins a comment, and #bar is not read: text with # in it needs quotation marks',
    ],
    ['kill #them all', 9, 16, '#them is not read'],
    ['#foo', 9, 11, 'words must not be empty; text that begins with #, null and ~ need quotation marks'],
    ['~', 9, 11, 'words must not be empty; text that begins with #, null and ~ need quotation marks'],
    ['&x y', 9, 11, 'text that begins with & needs quotation marks around all of it'],
    ['!!str y', 9, 11, 'text that begins with ! needs quotation marks around all of it'],
    ['! y', 9, 11, 'text that begins with ! needs quotation marks around all of it'],
    ['1e3', 9, 11, 'words must be text; a number, true and false need quotation marks'],
    ['007', 9, 11, 'words must be text; a number, true and false need quotation marks'],
    ['true', 9, 11, 'words must be text; a number, true and false need quotation marks'],
  ])('say of the entry %s that YAML does not read what is written', (entry, line, column, words) => {
    const { faults } = check(written({ lines: `when:\n  words:\n    - vermin\n    - ${entry}` }));
    expect(faults).toMatchObject([{ line, column, detail: expect.stringContaining(words) }]);
  });
  it('say so of what people read, and of examples', () => {
    const yaml = written(VERMIN).replace('people vermin.', 'people #vermin.').replace('[people]', '\n    - people #1');
    expect(check(yaml).faults.map(({ line, column }) => [line, column])).toEqual([
      [7, 29],
      [10, 14],
    ]);
  });
  it.each([
    ['*x : 3', 7, 5, 'text that begins with * needs quotation marks around all of it'],
    ['? [a, b]\n: 3', 7, 7, 'a key is a word, and no list or mapping'],
  ])('say that %s is no key', (key, line, column, detail) => {
    const yaml = written({ lines: `when: { words: [&x vermin, *x] }\n${key}` });
    expect(check(yaml).faults).toMatchObject([{ line, column, detail }]);
  });
  it('are none for what YAML reads as it is written: no, on, a time, an anchor that is used, a comment with a blank', () => {
    const lines =
      'when:\n  words: # any of these\n    - &x vermin # not rats\n    - no\n    - on\n    - 12:30\n    - *x';
    const { faults, lists } = check(written({ lines }));
    expect(faults).toEqual([]);
    expect(lists?.[0]?.rules[0]?.when).toEqual({ words: ['vermin', 'no', 'on', '12:30', 'vermin'] });
  });
  it.each([
    ['words', 'f**k', '"f**k" has a * within a word'],
    ['stems', 'f**k', '"f**k" has a *; a stem is a plain word'],
    ['words', 'foo*', '"foo*" has a * within a word'],
    ['words', 'foo?', '"foo?" may be empty: ? says that what stands before it may be missing'],
    ['stems', 'foo?', '"foo?" has a ?; a stem is a plain word'],
    ['stems', '(kill|maim)', '"(kill|maim)" has a (; a stem is a plain word'],
    ['phrases', 'people of colo(u)?r', 'has a bracket or a ? within a word'],
    ['phrases', 'they kill(ed|ing) them', 'has a bracket or a ? within a word'],
    ['phrases', 'burn...down', '"burn...down" has ... beside other signs'],
    ['words', 'c++', '"c++" is read as "c": rules see no + in words'],
    ['words', '$100', '"$100" is read as "100": rules see no $ in words'],
    ['words', '#pests', '"#pests" is read as "pests": rules see no # in words'],
    ['words', 'a$$', '"a$$" is read as "ass", here and in comments'],
    ['words', 'J0B', '"J0B" is read as "job", here and in comments'],
    ['words', 'ur-father', '"ur-father" is read as "your father", here and in comments'],
    ['words', 'r/worldnews', '"r/worldnews" is read as "are worldnews", here and in comments'],
    ['words', '🐀', '"🐀" is read as "rat", here and in comments'],
    ['phrases', 'they are (🐀|rats)', '"🐀" is read as "rat", here and in comments'],
    ['phrases', 'see bit.ly', '"bit.ly" is an address'],
    ['pattern', '(🐀|rats)', 'holds 🐀, and comments are read with the name of an emoji in its place; write rat'],
    ['pattern', '🇩🇪 out', 'holds 🇩🇪, and comments are read with the name of an emoji in its place; write germany'],
  ])('say of %s: %s that something else would be looked for than is written', (key, entry, words) => {
    const { faults } = check(
      written({ lines: `when: { any: [{ words: [vermin] }, { ${key}: [pests, '${entry}'] }] }` }),
    );
    expect(faults).toMatchObject([{ rule: 'own', line: 6, detail: expect.stringContaining(words) }]);
    expect(faults[0]?.column).toBe(`    when: { any: [{ words: [vermin] }, { ${key}: [pests, `.length + 1);
  });
  it('say so in sets, pairs and excuses too', () => {
    const lines =
      'when: { words: [vermin], near: { first: [c++], second: [pests], within: 3 } }\nunless: { comment: { words: [c#] } }';
    const { faults } = check(written({ lines }).replace('rules:', 'sets: { tongues: [f#] }\nrules:'));
    expect(faults.map(({ line, detail }) => `${line} ${detail.slice(0, 5)}`)).toEqual([
      '2 "f#" ',
      '7 "c++"',
      '8 "c#" ',
    ]);
  });
  it.each([
    [
      'words',
      'covid19',
      '4chan',
      '24/7',
      "it's",
      'sub-human',
      'u.s.',
      'R&B',
      'U-turn',
      'Żydzi',
      'пример',
      '{number}',
      '(rat|lice)',
    ],
    ['phrases', 'kill, them', 'all? of? them', 'a * bites', 'burn ... down', 'see {link}', '(do|does~)? kill', '9/11'],
    ['stems', 'exterminate', 'Maßnahme'],
    ['pattern', '\\d+ € an hour', '© \\d+', '\\p{So}'],
  ])('are not said of %s that are read as they are written', (key, ...entries) => {
    const lines = `when: { any: [{ words: [vermin] }, { ${key}: ${JSON.stringify(entries)} }] }`;
    expect(check(written({ lines })).faults).toEqual([]);
  });
  it.each([
    ['2029-01-15', 0],
    ['2029-01-16', 1],
    ['9999-12-31', 1],
  ])('are said of a rule that is forced until %s, which is more than two years', (until, count) => {
    const force = `force: { by: M. Okafor, reason: A court has ordered it., until: ${until} }`;
    const { faults } = check(written({ lines: `${force}\nwhen: { words: [vermin] }` }));
    expect(faults.map(({ rule, line, column }) => [rule, line, column])).toEqual(
      Array.from({ length: count }, () => ['own', 6, 69]),
    );
  });
  it('are said of a length that asks for nothing', () => {
    const lines = 'when: { all: [{ words: [vermin] }, { length: {} }] }';
    expect(check(written({ lines })).faults).toMatchObject([
      { line: 6, column: 42, rule: 'own', detail: 'length says nothing; it needs words, characters or letters' },
    ]);
  });
  it('are one for each slip of several', () => {
    const yaml = written({ lines: 'when: { near: [{ frist: [rats], secnd: [dirty], within: 3 }] }' });
    expect(check(yaml.replace('effect:', 'efect:')).faults.map(({ line, detail }) => `${line} ${detail}`)).toEqual([
      '5 unknown key "efect"; did you mean effect?',
      '6 unknown key "frist"; did you mean first?',
      '6 unknown key "secnd"; did you mean second?',
    ]);
  });
  it('are none for a pair of ideas that stands alone, and are said of it as of one in a list', () => {
    const near = (within: string) => `{ near: { first: [rats], second: [harbour], within: ${within} } }`;
    const found = (within: string) =>
      check(written({ lines: `when: { any: [{ words: [vermin] }, ${near(within)}] }` })).faults;
    expect(found('4')).toEqual([]);
    expect(found('x')).toMatchObject([{ line: 6, column: 92, detail: 'within must be a number' }]);
  });
  it.each([
    ['- Note: kill them', 'match must be text; text with a colon, a bracket or a brace in it needs quotation marks'],
    ['-', 'match must not be empty'],
    ['- 7', 'match must be text'],
    ['- [vermin]', 'match must be text; text with a colon, a bracket'],
    ['- { txt: vermin }', 'unknown key "txt"; did you mean text?'],
    ['- { text: vermin, days: old }', 'days must be a number'],
  ])('say of the example %s how one is written', (example, words) => {
    const yaml = written(VERMIN).replace('match: [vermin]', `match:\n      ${example}`);
    expect(check(yaml).faults).toMatchObject([{ detail: expect.stringContaining(words) }]);
  });
  it.each([
    ['[{faiths} can swim]', 'text with { or [ in it needs quotation marks around all of it'],
    ['["faiths" can swim]', 'something follows closing quotation marks'],
    ['[* kill them]', 'text that begins with * needs quotation marks around all of it'],
    ['[*foo bar]', 'text that begins with * needs quotation marks around all of it'],
    ['[@handle]', 'text that begins with @ needs quotation marks around all of it'],
    ['[!foo]', 'text that begins with ! needs quotation marks around all of it'],
    ['[foo #bar]', 'a [ before this has no ]; behind a blank # begins a comment: text with # in it needs quotation'],
    ['[vermin, rats', 'a [ before this has no ]'],
    ['[a: b: c]', 'text with a colon in it'],
    ['["vermin]', 'quotation marks that were opened before this are not closed'],
  ])('say of %s what YAML takes for something else', (phrases, words) => {
    expect(check(written({ lines: `when:\n  phrases: ${phrases}` })).faults[0]?.detail).toContain(words);
    expect(check(written({ lines: `when:\n  phrases: ${phrases}` })).faults).toHaveLength(1);
  });
  it.each([
    ['near: [{ first: [rats], second: [dirty], within: 0 }]', 'within must be at least 1'],
    ['near: [{ first: [rats], second: [dirty], within: 20 }]', 'within must be at most 12'],
    ['capitals: { atLeast: 70 }', 'atLeast is refused: must be a share, such as 0.7'],
    ['capitals: { atLeast: 0 }', 'atLeast is refused: must be a share, such as 0.7'],
    ['author: { newerThanDays: 0 }', 'newerThanDays must be at least 1'],
  ])('say of %s which numbers there may be', (when, detail) => {
    expect(check(written({ lines: `when: { ${when} }` })).faults).toMatchObject([{ detail }]);
  });
  it('say how a set may be called', () => {
    const yaml = written(VERMIN).replace('rules:', 'sets: { Foo_Bar: [x] }\nrules:');
    expect(check(yaml).faults).toMatchObject([
      { line: 2, detail: 'Foo_Bar is no name of a set: small letters, digits and hyphens, a letter first' },
    ]);
  });
  it.each([
    ['in brackets', `about: A bomb.\nrules: ${'['.repeat(200_000)}`, 2, 38],
    ['in braces', `about: A bomb.\nrules: ${'{a: '.repeat(200_000)}`, 2, 8 + 30 * 4],
    ['in dashes', `about: A bomb.\nrules:\n  ${'- '.repeat(200_000)}`, 3, 3 + 30 * 2],
    ['in question marks', `${'? '.repeat(200_000)}x`, 1, 1 + 31 * 2],
    ['in lines', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''), 31 + 1, 31 + 1],
  ])('say where a text becomes too deep, at once: %s', (_how, yaml, line, column) => {
    const began = process.cpuUsage();
    expect(check(yaml).faults).toMatchObject([{ line, column, detail: 'is nested too deep' }]);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(300);
  });
  it('of an id that two lists give stand in the one that came second', () => {
    const [first, second] = [written({ id: 'pests', ...VERMIN }), written(VERMIN, { id: 'pests', ...VERMIN })];
    const lists = [
      { name: 'first', yaml: first },
      { name: 'second', yaml: second },
    ];
    expect(checkRules(lists, (own) => own, TODAY).faults).toMatchObject([
      { list: 'second', line: 10, rule: 'pests', detail: 'the id pests is taken in first' },
    ]);
  });
  it('come from whoever joins the lists too', () => {
    expect(check(written({ id: 'pests', ...VERMIN }), shipped()).faults).toMatchObject([
      { rule: 'pests', line: 3, detail: 'the id pests is taken in shipped' },
    ]);
  });
});

describe('A rule is idle', () => {
  test.for([
    [
      'its words are among the words of a stricter one',
      'words: [vermin]',
      { effect: 'reject', when: { words: ['vermin', 'lice'] } },
    ],
    ['a word of the other stands in its phrase', 'phrases: ["they are vermin", vermin]', { effect: 'reject' }],
    ['a stem takes in its words', 'words: [vermin, vermins]', { effect: 'reject', when: { stems: ['vermin'] } }],
    ['another says the same', 'words: [vermin]', {}],
    [
      'all that it asks for holds a word of the other',
      'all: [{ words: [vermin] }, { length: { words: { atMost: 5 } } }]',
      {},
    ],
    [
      'so does a part of a part, though the other parts are less',
      'all: [{ not: { words: [lice] } }, { all: [{ any: [{ words: [vermin] }, { links: any }] }, { words: [vermin] }] }]',
      { effect: 'reject' },
    ],
    [
      'another asks for all of the same',
      'all: [{ words: [vermin] }, { length: { words: { atMost: 5 } } }]',
      { when: { all: [{ length: { words: { atMost: 5 } } }, { words: ['vermin'] }] } },
    ],
    [
      'another asks for some of it',
      'all: [{ words: [vermin] }, { words: [vermin, lice] }, { length: { words: { atMost: 5 } } }]',
      { when: { all: [{ words: ['vermin'] }, { length: { words: { atMost: 5 } } }] } },
    ],
    ['both have the pattern', 'pattern: ["verm+in"]', { effect: 'reject', when: { any: [{ pattern: ['verm+in'] }] } }],
  ] as const)('where %s', ([, when, change]) => {
    expect(warned(written({ lines: `when: { ${when} }` }), shipped(change))).toMatchObject([
      `6 shadowed: everything that own finds, pests finds too, with effect ${'effect' in change ? change.effect : 'review'}`,
    ]);
  });

  test.for([
    ['the other is milder', { effect: 'flag' }],
    ['the other is about something else', { label: 'insult', effect: 'reject' }],
    ['the other is in shadow', { shadow: true, effect: 'reject' }],
    ['the other excuses some of it', { effect: 'reject', unless: { quoted: true } }],
    [
      'the other asks for more',
      { effect: 'reject', when: { all: [{ words: ['vermin'] }, { length: { words: { atMost: 9 } } }] } },
    ],
    ['the other has another word', { effect: 'reject', when: { words: ['lice'] }, match: ['lice'] }],
    ['the other only approves', { effect: 'approve' }],
  ] as const)('but not where %s', ([, change]) => {
    expect(warned(written(VERMIN), shipped(change)).filter((text) => text.includes('everything that own'))).toEqual([]);
  });

  test.for([
    'all: [{ not: { words: [lice] } }, { words: [vermin, rats] }]',
    'all: [{ any: [{ words: [vermin] }, { links: any }] }, { length: { words: { atMost: 5 } } }]',
    'any: [{ words: [vermin] }, { all: [{ words: [vermin] }, { links: any }] }, { words: [rats] }]',
    'not: { not: { words: [vermin] } }',
  ])('but not where it finds what the other does not, or nobody can say: %s', (when) => {
    expect(warned(written({ lines: `when: { ${when} }` }), shipped({ effect: 'reject' }))).toEqual([]);
  });

  it('only where the other really finds all that it finds', () => {
    const words = fc.shuffledSubarray(['vermin', 'lice', 'rats'], { minLength: 1 }).map((some) => ({ words: some }));
    const { when } = fc.letrec((again) => ({
      when: fc.oneof(
        { maxDepth: 3 },
        words,
        fc.constant({ length: { words: { atMost: 2 } } }),
        fc.constant({ phrases: ['vermin rats'] }),
        again('when').map((not) => ({ not })),
        fc.array(again('when'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
        fc.array(again('when'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
      ),
    }));
    // Both rules must find their example, or there is nothing to warn of.
    const listed = fc.subarray(['lice', 'rats']).map((some) => ({ words: ['vermin', ...some] }));
    const short = { length: { words: { atMost: 2 } } };
    const pests = fc.oneof(
      listed,
      listed.map((some) => ({ all: [short, some] })),
    );
    const own = fc.tuple(pests, when).chain((parts) => fc.constantFrom({ all: parts }, { any: parts }));
    const unless = fc.option(fc.constant({ quoted: true }), { nil: undefined });
    const said = fc.array(fc.constantFrom('vermin', 'lice', 'rats', 'people', '"vermin"', '"rats"'), { minLength: 1 });
    fc.assert(
      fc.property(
        own,
        pests,
        unless,
        unless,
        fc.array(said, { minLength: 8 }),
        (narrow, others, spared, other, texts) => {
          const lines = (condition: unknown, excuse: unknown) =>
            `when: ${JSON.stringify(condition)}${excuse === undefined ? '' : `\nunless: ${JSON.stringify(excuse)}`}`;
          const { lists, warnings } = check(
            written({ id: 'pests', effect: 'reject', lines: lines(others, other) }, { lines: lines(narrow, spared) }),
          );
          fc.pre(lists !== null && warnings.some(({ kind, rule: id }) => kind === 'shadowed' && id === 'own'));
          const compiled = compileRules(lists ?? []);
          for (const text of texts) {
            const found = hits(compiled, text.join(' ')).map(({ rule: id }) => id);
            if (found.includes('own')) expect(found).toContain('pests');
          }
        },
      ),
      { numRuns: 30, maxSkipsPerRun: 1_000 },
    );
  });

  it('also a shipped one, once a stricter one is written', () => {
    expect(warned(written({ effect: 'reject', ...VERMIN }), shipped())).toEqual([
      '6 shadowed: everything that pests finds, own finds too, with effect reject',
    ]);
  });
});

describe('A shipped rule', () => {
  const over = (yaml: string) => {
    const lists = [shipped()];
    const { faults, warnings } = checkRules([{ name: 'own', yaml }], (own) => soundOverlay(lists, own), TODAY, {
      shipped: lists,
    });
    expect(faults).toEqual([]);
    return warnings.map(({ kind, rule: id, line, column, detail }) => `${line}:${column} ${id} ${kind}: ${detail}`);
  };
  it('whose place another takes is named', () => {
    expect(over(written({ id: 'pests', lines: 'when: { words: [zorkmid, vermin] }' }))).toEqual([
      '3:9 pests replaces-shipped: pests takes the place of the shipped rule pests (list shipped)',
    ]);
  });
  it('that is switched off is named', () => {
    expect(over('about: What this site has found out.\ndisable: [pests]\n')).toEqual([
      '2:11 pests replaces-shipped: the shipped rule pests (list shipped) is switched off',
    ]);
  });
  it('that stays is not', () => {
    expect(over(written({ lines: 'when: { words: [lice, vermin] }' }))).toEqual([]);
  });
});

describe('A section that a rule asks for', () => {
  const carried = ['Sports', 'politics'];
  const doubted = (lines: string) => {
    const yaml = `about: What this site has found out.
rules:
  - id: own
    label: dehumanisation
    effect: review
${lines.replace(/^/gm, '    ')}
    reason: It calls people vermin.
    match: [{ text: vermin, section: sport }]
    ignore: [people]
`;
    const { faults, warnings } = checkRules([{ name: 'own', yaml }], (own) => own, TODAY, { carried });
    expect(faults).toEqual([]);
    return warnings.map(({ kind, rule: id, line, column, detail }) => `${line}:${column} ${id} ${kind}: ${detail}`);
  };
  const says = (name: string, meant: string) =>
    `own unknown-section: no article of late carries the section "${name}"; did you mean "${meant}"?`;

  it('and that no article carries is doubted where nearly the same one is carried, wherever it stands', () => {
    const when = (names: string) => `when: { all: [{ words: [vermin] }, { section: [${names}] }] }`;
    expect(doubted(when('weather, sport'))).toEqual([`6:61 ${says('sport', 'Sports')}`]);
    expect(doubted(`${when('weather, sport')}\nunless: { comment: { not: { section: [sport] } } }`)).toEqual([
      `6:61 ${says('sport', 'Sports')}`,
      `7:43 ${says('sport', 'Sports')}`,
    ]);
  });

  it('is not where that one is asked for as well, or no article carries anything like it', () => {
    expect(doubted('when: { all: [{ words: [vermin] }, { section: [sport, Sports, weather] }] }')).toEqual([]);
  });
});

describe('A rule can never fire', () => {
  const beside = (part: string) => ({ lines: `when:\n  any:\n    - words: [vermin]\n    - ${part}` });
  test.for([
    [beside('pattern: ["VERMIN"]'), '9 never-fires: "VERMIN" asks for capitals'],
    [beside('pattern: ["(VERMIN|LICE)s"]'), '9 never-fires: "(VERMIN|LICE)s" asks for capitals'],
    [
      beside('pattern: ["(VERMIN|lice)s"]'),
      '9 never-fires: the alternative "VERMIN" of "(VERMIN|lice)s" asks for capitals, and comments are read in small letters; its others may fire',
    ],
    [
      beside('all: [{ length: { words: { atMost: 3 } } }, { length: { words: { atLeast: 9 } } }]'),
      '9 never-fires: no comment',
    ],
    [
      beside('all: [{ words: [rats] }, { author: { trusted: true } }, { author: { trusted: false } }]'),
      '9 never-fires: no comment',
    ],
    [
      beside('all: [{ section: [sport] }, { words: [rats] }, { section: [world, local] }]'),
      '9 never-fires: no comment',
    ],
    [
      beside('all: [{ author: { role: [staff] } }, { words: [rats] }, { author: { role: [guest] } }]'),
      '9 never-fires: no comment',
    ],
    [beside('all: [{ words: [rats] }, { not: { words: [rats] } }]'), '9 never-fires: this is asked for and denied'],
  ] as const)('with %j', ([given, words]) => {
    expect(warned(written(given))[0]).toContain(words);
  });
  test.for([
    'pattern: ["\\\\pL+[.]\\\\S\\\\d"]',
    'pattern: ["(?i)VERMIN"]',
    'pattern: ["[A-Za-z]ermin", "[^A]ice", "lice(S)?", "(?P<Name>lice)", "\\\\QA\\\\E?lice"]',
    'all: [{ length: { words: { atMost: 3 } } }]',
    'all: [{ section: [sport, world] }, { words: [lice] }, { section: [world, local] }]',
  ])('but may with %j', (part) => {
    expect(warned(written(beside(part)))).toEqual([]);
  });
});

it('Approving what another rejects is a conflict', () => {
  const yaml = written({ effect: 'approve', lines: 'when: { phrases: [vermin, rat catcher] }' });
  expect(warned(yaml, shipped({ effect: 'reject' }))).toEqual(['6 conflict: own approves and pests rejects "vermin"']);
  expect(warned(yaml, shipped({ effect: 'review' }))).toEqual([]);
});

test.for([
  ['2027-01-14', 1],
  ['2027-01-15', 0],
] as const)('A rule that was forced until %s', ([until, count]) => {
  const lines = `force: { by: M. Okafor, reason: A court has ordered it., until: ${until} }\nwhen: { words: [vermin] }`;
  expect(
    check(written({ lines })).warnings.filter(({ kind, line }) => kind === 'force-expired' && line === 6),
  ).toHaveLength(count);
});
