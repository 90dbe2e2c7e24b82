import { describe, expect, it, test } from 'vitest';
import { readPolicy, shippedPolicy } from '../../src/core/policy.js';
import { checkPolicy } from '../../src/core/policy-check.js';
import { settingsAt } from '../../src/core/policy-resolve.js';

const WRITTEN = `about: The evening paper's policy.
defaults:
  thresholds:
    hate: { review: 0.4, reject: 0.97 }
    insult: { review: 0.6 }
  newAuthors: { days: 7, approved: 3 }
sections:
  world:
    thresholds: { hate: { review: 0.3 } }
    moderation: risk
articles:
  trial-1:
    moderation: review-all
    newAuthors: null
`;

const LEAST = 'defaults:\n  thresholds: {}\n';

describe('A policy', () => {
  it('says once what holds everywhere, and a section or an article only what it has otherwise', () => {
    const { policy, faults } = checkPolicy(WRITTEN);
    expect(faults).toEqual([]);
    if (policy === null) throw new Error('There are faults.');
    expect(settingsAt(policy, {})).toMatchObject({ moderation: 'before', audit: { share: 0.01 }, precision: 0.95 });
    expect(settingsAt(policy, { section: 'world' })).toMatchObject({
      thresholds: { hate: { review: 0.3, reject: 0.97 }, insult: { review: 0.6, reject: null } },
      moderation: 'risk',
      newAuthors: { days: 7, approved: 3 },
    });
    expect(settingsAt(policy, { section: 'world', article: 'trial-1' })).toMatchObject({
      thresholds: { hate: { review: 0.3 } },
      moderation: 'review-all',
      newAuthors: null,
    });
    expect(settingsAt(policy, { section: 'constructor', article: '__proto__' })).toBe(policy.defaults);
  });

  it.each(['12345678901234567890', '007', '0x1F', '1e3', '4711', 'true', 'null', '~'])(
    'names an article by its id as it is written, in quotation marks or not: %s',
    (id) => {
      for (const written of [id, `"${id}"`]) {
        const { policy, faults } = checkPolicy(`${LEAST}articles: { ${written}: { moderation: closed } }\n`);
        expect(faults).toEqual([]);
        expect(Object.keys(policy?.articles ?? {})).toEqual([id]);
      }
    },
  );

  it.each(['sections', 'articles'])(
    'refuses __proto__ among %s: what stands there would be dropped unsaid',
    (group) => {
      const { faults } = checkPolicy(`${LEAST}${group}:\n  __proto__: { moderation: closed }\n`);
      expect(faults).toMatchObject([
        { line: 4, column: 3, detail: '__proto__ cannot be used as a name; choose another' },
      ]);
      const { policy } = checkPolicy(`${LEAST}${group}:\n  constructor: { moderation: closed }\n`);
      const place = { section: null, article: null, [group.slice(0, -1)]: 'constructor' };
      expect(policy === null ? null : settingsAt(policy, place).moderation).toBe('closed');
    },
  );

  it('with more places than can be checked while comments are served is refused at once', () => {
    const places = (count: number, of: string) =>
      Array.from({ length: count }, (_, n) => `  ${of}${n}: { moderation: closed }\n`).join('');
    const articles = (count: number) => `articles:\n${places(count, 'a')}`;
    expect(checkPolicy(LEAST + articles(1_000)).faults).toEqual([]);
    expect(checkPolicy(LEAST + articles(5_001)).faults).toMatchObject([
      { detail: expect.stringContaining('holds 5001 articles; at most 5000') },
    ]);
    expect(checkPolicy(`${LEAST}sections:\n${places(300, 's')}${articles(1_000)}`).faults).toMatchObject([
      { detail: expect.stringContaining('300000 pairs of section and article; at most 250000') },
    ]);
  });

  it('takes 7 and 007 for the two articles that they are', () => {
    const { policy, faults } = checkPolicy(`${LEAST}articles:\n  7: { moderation: closed }\n  007: {}\n`);
    expect(faults).toEqual([]);
    expect(Object.keys(policy?.articles ?? {})).toEqual(['7', '007']);
  });

  it('takes a label’s thresholds away in a section with null, and an article gives them back', () => {
    const taken = WRITTEN.replace('{ hate: { review: 0.3 } }', '{ hate: { review: 0.3 }, insult: null }');
    const { policy, faults } = checkPolicy(`${taken}  game-1: { thresholds: { insult: { review: 0.8 } } }\n`);
    expect(faults).toEqual([]);
    if (policy === null) throw new Error('There are faults.');
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    expect(settingsAt(policy, { section: 'world' }).thresholds).toEqual({ hate: { review: 0.3, reject: 0.97 } });
    expect(settingsAt(policy, { section: 'world', article: 'game-1' }).thresholds).toMatchObject({
      insult: { review: 0.8, reject: null },
    });
  });

  it('need not give a group whole: what it leaves out is as shipped, and as the defaults have it in a section', () => {
    const groups = 'reports: { toReview: 5 }, without: { deadlineSeconds: 60 }, audit: {}';
    const { policy, faults } = checkPolicy(`
defaults: { thresholds: {}, ${groups} }
sections: { world: { reports: { weighed: false }, without: {} } }
articles: { trial-1: { reports: { toReview: 1 } } }
`);
    expect(faults).toEqual([]);
    if (policy === null) throw new Error('There are faults.');
    const without = { model: 'review', deadline: 'review', deadlineSeconds: 60, overload: 'review' };
    expect(policy.defaults).toMatchObject({ reports: { toReview: 5, weighed: true }, without, audit: { share: 0.01 } });
    expect(policy.sections).toEqual({ world: { reports: { weighed: false }, without: {} } });
    expect(settingsAt(policy, { section: 'world' })).toMatchObject({
      reports: { toReview: 5, weighed: false },
      without,
    });
    expect(settingsAt(policy, { section: 'world', article: 'trial-1' }).reports).toEqual({
      toReview: 1,
      weighed: false,
    });
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    expect(checkPolicy('defaults: { thresholds: {} }').policy?.defaults).toMatchObject({
      reports: { toReview: 3, weighed: true },
      without: { ...without, deadlineSeconds: 900 },
      audit: { share: 0.01 },
    });
  });

  it('of before there were sections is still read, and counts each report as one as it did', () => {
    const flat = { thresholds: { hate: { review: 0.4, reject: null } }, agree: 0.2, reportsToReview: 5 };
    expect(readPolicy(flat).defaults).toMatchObject({
      thresholds: flat.thresholds,
      agree: 0.2,
      reports: { toReview: 5, weighed: false },
      moderation: 'before',
    });
    expect(() => readPolicy({})).toThrow();
  });

  it('that is shipped is one that could be published, and is read back as it was kept', () => {
    const shipped = shippedPolicy({
      hate: { review: 0.1 },
      insult: { review: 0.1 },
      off_topic: { review: 0.4 },
    });
    expect(shipped.defaults.thresholds).toEqual({
      hate: { review: 0.2, reject: null },
      insult: { review: 0.2, reject: null },
      off_topic: { review: 0.4, reject: null },
    });
    expect(checkPolicy(JSON.stringify(shipped))).toMatchObject({ policy: shipped, faults: [] });
    expect(readPolicy(JSON.parse(JSON.stringify(shipped)))).toEqual(shipped);
  });
});

describe('A faulty policy is refused with line and column', () => {
  const base = 'defaults:\n  thresholds:\n    hate: { review: 0.4, reject: 0.9 }\n';
  test.for([
    {
      what: 'an unknown key',
      source: 'defaults:\n  tresholds: {}\n  thresholds: {}\n',
      fault: { line: 2, column: 3, detail: 'unknown key "tresholds"; did you mean "thresholds"?' },
    },
    {
      what: 'a label that there is not',
      source: 'defaults:\n  thresholds:\n    incitment: { review: 0.3 }\n',
      fault: { line: 3, column: 5, detail: '"incitment" is not a label; did you mean "incitement"?' },
    },
    {
      what: 'a number outside its range',
      source: 'defaults:\n  thresholds:\n    hate: { review: 1.4 }\n',
      fault: { line: 3, column: 13, detail: 'review must be a number between 0 and 1' },
    },
    {
      what: 'text in place of a number',
      source: 'defaults:\n  thresholds:\n    hate: { review: high }\n',
      fault: { line: 3, column: 13, detail: 'review must be a number between 0 and 1' },
    },
    {
      what: 'a section of which nothing is said',
      source: `${base}sections:\n  world:\n`,
      fault: { line: 5, column: 3, detail: 'world must not be empty' },
    },
    {
      what: 'thresholds that cross over',
      source: 'defaults:\n  thresholds:\n    hate: { review: 0.5, reject: 0.4 }\n',
      fault: { line: 3, column: 26, pointer: '/defaults/thresholds/hate/reject' },
    },
    {
      what: 'thresholds that cross over once they are inherited',
      source: `${base}sections:\n  world:\n    thresholds: { hate: { review: 0.95 } }\n`,
      fault: { line: 6, column: 27, pointer: '/sections/world/thresholds/hate/review' },
    },
    {
      what: 'thresholds of an article that cross over those of a section it can lie in',
      source: `${base}sections: { world: { thresholds: { hate: { reject: 0.5 } } } }\narticles: { "a/1": { thresholds: { hate: { review: 0.6 } } } }\n`,
      fault: { line: 5, pointer: '/articles/a~11/thresholds/hate/review' },
    },
    {
      what: 'straying off topic as a reason to reject',
      source: 'defaults:\n  thresholds:\n    off_topic: { review: 0.4, reject: 0.9 }\n',
      fault: { line: 3, detail: expect.stringContaining('never rejects') },
    },
    {
      what: 'publishing in overload before anybody has judged',
      source: `${base}  without: { model: review, deadline: review, deadlineSeconds: 60, overload: publish }\n`,
      fault: { line: 4, detail: expect.stringContaining('moderation: after') },
    },
    {
      what: 'publishing without a model',
      source: `${base}  moderation: after\n  without: { model: publish, deadline: review, deadlineSeconds: 60, overload: publish }\n`,
      fault: { line: 5, pointer: '/defaults/without/model' },
    },
    {
      what: 'half a group that nothing is inherited for',
      source: `${base}articles: { x: { newAuthors: { days: 3 } } }\n`,
      fault: { line: 4, detail: 'approved is missing; 0 leaves it out', pointer: '/articles/x/newAuthors/approved' },
    },
    {
      what: 'half of a label’s thresholds that a section took away',
      source: `${base}sections: { world: { thresholds: { hate: null } } }\narticles: { x: { thresholds: { hate: { reject: 0.9 } } } }\n`,
      fault: { line: 5, detail: 'review is missing', pointer: '/articles/x/thresholds/hate/review' },
    },
    { what: 'a tab', source: 'defaults:\n\tthresholds: {}\n', fault: { line: 2, column: 1 } },
    { what: 'a key twice', source: `${base}defaults: {}\n`, fault: { line: 4 } },
    {
      what: 'an article twice, once in quotation marks',
      source: `${base}articles:\n  4711: { moderation: closed }\n  "4711": {}\n`,
      fault: { line: 6, column: 3, detail: 'this key stands twice in the same place' },
    },
    {
      what: 'a number as an article’s id, at its place',
      source: `${base}articles:\n  "1": {}\n  007: { moderation: shut }\n`,
      fault: { line: 6, column: 10, pointer: '/articles/007/moderation' },
    },
    {
      what: 'an article without an id',
      source: `${base}articles:\n  : { moderation: closed }\n`,
      fault: { line: 5, column: 3, detail: 'an article’s id has 1 to 255 characters' },
    },
    {
      what: 'a section whose name is too long',
      source: `${base}sections: { ${'x'.repeat(256)}: {} }\n`,
      fault: { line: 4, column: 13, detail: 'a section’s name has 1 to 255 characters' },
    },
    { what: 'no thresholds at all', source: 'about: Nothing.\n', fault: { line: 1, column: 1, pointer: '/defaults' } },
  ])('$what', ({ source, fault }) => {
    const { policy, faults } = checkPolicy(source);
    expect(policy).toBeNull();
    expect(faults).toContainEqual(expect.objectContaining(fault));
  });

  it.each([
    ['precision: 0.4', 'precision must be a number between 0.5 and 0.9999'],
    ['precision: 95', 'precision must be a number between 0.5 and 0.9999; as a share: 0.95'],
    ['precision: 0,9', 'precision must be a number between 0.5 and 0.9999; with a point: 0.9'],
    ['precision: [0,9]', 'precision must be a number between 0.5 and 0.9999; with a point: 0.9'],
    ['publishBelow: 40 %', 'publishBelow must be a number between 0 and 1; as a share: 0.4'],
    ['publishBelow: "0.4"', 'publishBelow must be a number between 0 and 1; without quotation marks or brackets: 0.4'],
    ['publishBelow: low', 'publishBelow must be a number between 0 and 1'],
    ['publishBelow: .nan', 'publishBelow must be a number between 0 and 1'],
    ['publishBelow:', 'publishBelow must not be empty'],
    ['sensitive: yes', 'unknown key "sensitive"; did you mean `moderation: review-all`?'],
    ['hate: { review: 0.4 }', 'unknown key "hate"; labels stand under thresholds'],
    ['moderation: yes', 'moderation must be one of before, after, risk, review-all, closed'],
    ['newAuthors: yes', 'newAuthors must be a mapping (`key: value`), or null; it says days, approved'],
    ['audit: 0.01', 'audit must be a mapping (`key: value`); it says share'],
  ])('a setting that is written as people do, with what is permitted: %s', (setting, detail) => {
    const key = /^\w+/.exec(setting)?.[0];
    for (const [source, line, group] of [
      [`${base}  ${setting}\n`, 4, 'defaults'],
      [`${base}sections:\n  world:\n    ${setting}\n`, 6, 'sections/world'],
      [`${base}articles:\n  x:\n    ${setting}\n`, 6, 'articles/x'],
    ] as const) {
      const column = group === 'defaults' ? 3 : 5;
      expect(checkPolicy(source).faults).toEqual([{ line, column, pointer: `/${group}/${key}`, detail }]);
    }
  });

  it.each([
    ['without: { deadlineSeconds: 5 }', 'whole number of seconds between 10 and 604,800'],
    ['without: { deadlineSeconds: "3,600" }', 'between 10 and 604,800; without commas: 3600'],
    ['without: { deadlineSeconds: 15 min }', 'whole number of seconds between 10 and 604,800'],
    ['without: { model: publish }', 'model must be review'],
    ['reports: { toReview: 2.5 }', 'toReview must be a whole number of reports between 1 and 1,000'],
    ['reports: { weighed: yes }', 'weighed must be true or false'],
    [
      'trustedAuthors: { approved: 50, rejectedShare: 2 %, widen: 1 }',
      'rejectedShare must be a number between 0 and 1;',
    ],
    ['thresholds: { hate: { review: 0,4 } }', 'unknown key "4"; decimals are written with a point, as in 0.4'],
    ['thresholds: { hate: 0,4 }', 'hate must be a mapping (`key: value`)'],
    ['thresholds: { hate: 0,4 }', '"4" is not a label; decimals are written with a point, as in 0.4'],
    ['thresholds: { hate: { review: 0.4, reject: never } }', 'reject must be a number between 0 and 1, or null'],
    ['thresholds: [hate]', 'thresholds must be a mapping (`key: value`)'],
  ])('a part of a group, too: %s', (group, detail) => {
    const details = checkPolicy(`${base}sections:\n  world:\n    ${group}\n`).faults.map((fault) => fault.detail);
    expect(details).toContainEqual(expect.stringContaining(detail));
  });

  it.each([
    ['agree: 0.1\n', 'unknown key "agree"; settings stand under defaults'],
    [`about: ${'x'.repeat(2_001)}\n`, 'about may have at most 2000 characters'],
    ['about: 5\n', 'about must be text'],
    ['sections: [world]\n', 'sections must be a mapping (`key: value`)'],
  ])('what stands at its top', (top, detail) => {
    expect(checkPolicy(base + top).faults).toMatchObject([{ line: 4, column: 1, detail }]);
  });

  it('never in the words of the library that checks it', () => {
    const odd = ['-1', '1e300', '"x"', '[]', '{}', '', 'true', '.inf', '2026-01-01', '[[1]]', '0,4', '{ a: 1 }'];
    const keys = Object.keys(checkPolicy(base).policy?.defaults ?? {});
    const parts = ['newAuthors: { days: ', 'trustedAuthors: { widen: ', 'reports: { toReview: ', 'audit: { share: '];
    const sources = odd.flatMap((value) => [
      ...keys.map((key) => `defaults:\n  ${key}: ${value}\n`),
      ...parts.map((part) => `${base}  ${part}${value} }\n`),
      `sections: ${value}\n`,
      `defaults: ${value}\n`,
      `${value}\n`,
      `${base}sections: { world: ${value} }\n`,
      `${base}articles: { 1: { thresholds: { hate: ${value} } } }\n`,
    ]);
    const details = sources.flatMap((source) => checkPolicy(source).faults.map(({ detail }) => detail));
    expect(details.length).toBeGreaterThan(100);
    expect(
      details.filter((detail) => /invalid|expected|received|input|too (?:big|small)|[<>]=?/i.test(detail)),
    ).toEqual([]);
  });

  it('a key that is written wrongly, once: what is missing for that alone is not told as well', () => {
    const details = (source: string) => checkPolicy(source).faults.map(({ detail }) => detail);
    expect(details('defaults:\n  tresholds: { hate: { review: 0.4 } }\n')).toEqual([
      'unknown key "tresholds"; did you mean "thresholds"?',
    ]);
    expect(details('defaults:\n  colour: blue\n')).toEqual(['thresholds is missing', 'unknown key "colour"']);
  });

  it.each([
    ['that stands for nothing', `${base}about: *x\n`, 4, 8, 'there is no &x before *x'],
    ['before what it stands for', `${base}about: [*x, &x a]\n`, 4, 9, 'there is no &x before *x'],
    ['within what it stands for', `${base}sections: &x { world: *x }\n`, 4, 23, '*x stands within &x'],
  ])('an alias %s', (_what, source, line, column, words) => {
    expect(checkPolicy(source).faults).toEqual([
      { line, column, pointer: '', detail: expect.stringContaining(words as string) },
    ]);
  });

  it('a YAML bomb, at once', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
    const began = performance.now();
    expect(checkPolicy(`a0: &a0 [x,x]\n${levels.join('\n')}\n`)).toMatchObject({
      policy: null,
      faults: [{ line: 2, column: 10, detail: expect.stringContaining('unfold into too much') }],
    });
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  const publishing = `${base}  moderation: after\n  without: { model: review, deadline: review, deadlineSeconds: 60, overload: publish }\n`;

  it('publishing in overload under another moderation only where that is written', () => {
    const faults = (more: string) => checkPolicy(publishing + more).faults;
    expect(faults('sections: { world: { moderation: risk } }\narticles: { x: { moderation: closed } }\n')).toEqual([]);
    expect(faults('sections: { world: { moderation: risk, without: { overload: publish } } }\n')).toEqual([
      expect.objectContaining({ line: 6, pointer: '/sections/world/without/overload' }),
    ]);
    expect(faults('articles:\n  x: { moderation: closed, without: { deadlineSeconds: 60 } }\n')).toEqual([]);
  });

  it('a word about itself that reads otherwise than it says', () => {
    expect(checkPolicy(`about: "a\u202eb"\n${publishing}`).faults).toEqual([
      expect.objectContaining({ pointer: '/about', detail: expect.stringMatching(/^about holds U\+202E/) }),
    ]);
  });

  it('an agree from which on every rejecting rule decides alone, wherever it is written; one that was stored is still read', () => {
    const says = expect.stringMatching(
      /^agree may not lie below 0\.05: under it rules that .* a single one may, with `force`$/,
    );
    const slack = 'agree: 0.049';
    expect(checkPolicy(`${base}  ${slack}\n`).faults).toEqual([
      { line: 4, column: 3, pointer: '/defaults/agree', detail: says },
    ]);
    const places = `sections:\n  world: { ${slack} }\n  local: {}\narticles:\n  x: { moderation: closed, ${slack} }\n`;
    expect(checkPolicy(base + places).faults).toEqual([
      { line: 5, column: 12, pointer: '/sections/world/agree', detail: says },
      { line: 8, column: 28, pointer: '/articles/x/agree', detail: says },
    ]);
    expect(checkPolicy(base + places.replaceAll(slack, 'agree: 0.05')).faults).toEqual([]);
    const stored = readPolicy({ defaults: { thresholds: {}, agree: 0 }, articles: { x: { agree: 0.01 } } });
    expect(settingsAt(stored, {}).agree).toBe(0);
    expect(settingsAt(stored, { article: 'x' }).agree).toBe(0.01);
  });

  it('the same slip in many articles once in each, in the order in which they are written', () => {
    const sections = 'sections:\n  a: { thresholds: { hate: { review: 0.3 } } }\n  b: { moderation: risk }\n';
    const articles = ['x', 'y', 'z'].map(
      (id, n) => `  ${id}: { thresholds: { hate: { reject: ${n === 1 ? 0.9 : 0.1} } } }\n`,
    );
    expect(checkPolicy(`${base}${sections}articles:\n${articles.join('')}`).faults).toEqual([
      // Crossing over the defaults' review threshold and that of section a.
      expect.objectContaining({ line: 8, pointer: '/articles/x/thresholds/hate/reject' }),
      expect.objectContaining({ line: 8, pointer: '/articles/x/thresholds/hate/reject' }),
      expect.objectContaining({ line: 10, pointer: '/articles/z/thresholds/hate/reject' }),
      expect.objectContaining({ line: 10, pointer: '/articles/z/thresholds/hate/reject' }),
    ]);
  });

  it('without an audit sample is warned of, everywhere or in a section', () => {
    const base = 'defaults:\n  thresholds: {}\n  audit: { share: 0 }\nsections:\n  sport: { audit: { share: 0 } }\n';
    expect(checkPolicy(base).warnings.map(({ kind, line, pointer }) => `${line} ${kind} ${pointer}`)).toEqual([
      '3 no-audit /defaults/audit/share',
      '5 no-audit /sections/sport/audit/share',
    ]);
  });

  it('that lets more than one rejection in ten be wrong is warned of, wherever it is written', () => {
    const places = 'sections:\n  sport: { precision: 0.9 }\narticles:\n  x: { precision: 0.75 }\n';
    const { warnings } = checkPolicy(`defaults:\n  thresholds: {}\n  precision: 0.5\n${places}`);
    expect(warnings.map(({ kind, line, pointer, detail }) => `${line} ${kind} ${pointer} ${detail}`)).toEqual([
      '3 low-precision /defaults/precision of 100 comments that a label rejects by itself 50 may be wrong with it',
      '7 low-precision /articles/x/precision of 100 comments that a label rejects by itself 25 may be wrong with it',
    ]);
  });

  it('that trusts whoever asks for it, or to no effect, is warned of, wherever it is written', () => {
    const trusting = (trust: string, rest = '') =>
      checkPolicy(`defaults:\n  thresholds: {}\n  trustedAuthors: ${trust}\n${rest}`).warnings.map(
        ({ kind, line, pointer, detail }) => `${line} ${kind} ${pointer} ${detail}`,
      );
    expect(trusting('{ approved: 50, rejectedShare: 0.02, widen: 0.25 }')).toEqual([]);
    expect(trusting('null')).toEqual([]);
    expect(trusting('{ approved: 1, rejectedShare: 1, widen: 0 }')).toEqual([
      '3 trusted-authors /defaults/trustedAuthors/approved whoever has 1 approved comment is trusted with it',
      '3 trusted-authors /defaults/trustedAuthors/rejectedShare whoever had 100 of 100 comments rejected is still trusted with it',
      '3 trusted-authors /defaults/trustedAuthors/widen trust does nothing with it: the review threshold stays where it is',
    ]);
    const sport = 'sections:\n  sport: { trustedAuthors: { approved: 8 } }\n';
    const asking = '  newAuthors: { days: 0, approved: 10 }\n';
    expect(trusting('{ approved: 50, rejectedShare: 0.02, widen: 0.25 }', `${asking}${sport}`)).toEqual([
      '6 trusted-authors /sections/sport/trustedAuthors/approved is less than newAuthors asks for (10): who is trusted so early goes to a person all the same',
    ]);
  });

  it('but a label that nobody is asked about is only warned of', () => {
    const { policy, warnings } = checkPolicy(base, { covered: ['hate', 'spam'] });
    expect(policy).not.toBeNull();
    expect(warnings).toEqual([
      {
        kind: 'unjudged',
        line: 2,
        column: 3,
        pointer: '/defaults/thresholds',
        detail: expect.stringContaining('spam'),
      },
    ]);
  });
});

describe('A section of a policy', () => {
  const warned = (names: readonly string[], carried: readonly string[] = []) => {
    const sections = names.map((name) => `  ${JSON.stringify(name)}: { moderation: risk }\n`).join('');
    const { faults, warnings } = checkPolicy(`${LEAST}sections:\n${sections}`, { carried });
    expect(faults).toEqual([]);
    return warnings.map(({ kind, line, column, detail }) => `${line}:${column} ${kind} ${detail}`);
  };

  it('that no article carries is doubted where one is carried that it was most likely meant to be', () => {
    expect(warned(['Sport', 'Wirtschaft', 'politcs'], ['politics', 'Sports', 'Wirtschaft'])).toEqual([
      '4:3 unknown-section no article of late carries the section "Sport"; did you mean "Sports"?',
      '6:3 unknown-section no article of late carries the section "politcs"; did you mean "politics"?',
    ]);
    expect(warned(['weather', 'opinion'], ['politics', 'Sports'])).toEqual([]);
  });

  it('that is nearly another one of them is doubted while nobody knows which of them articles carry', () => {
    expect(warned(['Sport', 'local', 'sports'])).toEqual([
      '6:3 similar-sections the sections "Sport" and "sports" are nearly the same name; did you mean one section?',
    ]);
    expect(warned(['Sport', 'sports'], ['Sport', 'sports'])).toEqual([]);
    // Which of them is wrong is known.
    expect(warned(['Sport', 'sports'], ['Sport'])).toEqual([expect.stringMatching(/^5:3 unknown-section/)]);
  });
});

describe('A policy of a thousand articles', () => {
  /** The shortest of three times that checking takes, in milliseconds. */
  function time(sections: number): number {
    const numbered = (count: number, what: (n: number) => object) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, what(n)]));
    const source = JSON.stringify({
      defaults: { thresholds: { hate: { review: 0.4, reject: 0.9 } } },
      sections: numbered(sections, (n) => ({ thresholds: { hate: { review: n / 1_000 } } })),
      articles: numbered(1_000, (n) => ({ moderation: n % 2 === 0 ? 'closed' : 'review-all' })),
    });
    const times = Array.from({ length: 3 }, () => {
      const began = performance.now();
      expect(checkPolicy(source).faults).toEqual([]);
      return performance.now() - began;
    });
    return Math.min(...times);
  }

  it('that are closed or read wholly takes hardly longer to check for its two hundred sections', () => {
    time(1);
    expect(time(200)).toBeLessThan(3 * time(1));
  });
});
