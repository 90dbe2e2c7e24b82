import { describe, expect, it, test } from 'vitest';
import { decide } from '../../src/core/decision.js';
import { normalise } from '../../src/core/normalise.js';
import { shippedPolicy } from '../../src/core/policy.js';
import { compileRules, findRuleHits, parseRuleList, type RuleFacts } from '../../src/core/rules.js';
import { asking, comment, compiled, faults, hits, list, marked, rule } from '../support/rules.js';

/** What happens to a comment by the rules, where the model saw nothing at all. */
function decided(rules: ReturnType<typeof compileRules>, text: string, facts: RuleFacts = {}) {
  const findings = findRuleHits(rules, { text, normalised: normalise(text), ...facts });
  const policy = shippedPolicy({ dehumanisation: { review: 0.5 } }).defaults;
  return decide(
    {
      text,
      evaluation: {
        kind: 'scored',
        scores: { dehumanisation: 0 },
        offTopic: { kind: 'nothing-to-stray-from' },
        spans: [],
        language: { code: 'en', source: 'site' },
      },
      findings,
    },
    policy,
  );
}

describe('A rule in shadow', () => {
  const shadow = compiled({ shadow: true, effect: 'reject' });
  it('is found and counted', () => {
    expect(hits(shadow, 'vermin')).toMatchObject([{ rule: 'pests', shadow: true }]);
  });
  it('decides nothing and is seen nowhere', () => {
    expect(decided(shadow, 'vermin')).toMatchObject({ outcome: 'approve', reasons: [], flags: [], spans: [] });
  });
  it('asks nobody where it cannot be evaluated', () => {
    const rules = compiled({
      shadow: true,
      when: { all: [{ words: ['vermin'] }, { author: { trusted: false } }] },
      match: [{ text: 'vermin', trusted: false }],
    });
    expect(findRuleHits(rules, comment('vermin')).broken).toEqual([{ rule: 'pests', shadow: true }]);
    expect(decided(rules, 'vermin').outcome).toBe('approve');
  });
});

describe('A forced rule', () => {
  const force = { by: 'M. Okafor', reason: 'Order of the court in Example.', until: '2027-03-31' };
  const forced = compiled({ effect: 'reject', force });
  test.for([
    ['2027-03-31T23:59:59Z', true, 'reject'],
    ['2027-04-01T00:00:00Z', false, 'review'],
    ['2027-04-01T01:00:00+02:00', true, 'reject'],
  ] as const)('when it is %s: %s', ([decidedAt, holds, outcome]) => {
    // A sender who says that a comment is old, or of tomorrow, chooses nothing by it.
    for (const createdAt of ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z']) {
      expect(hits(forced, 'vermin', { createdAt, decidedAt })[0]?.forced).toBe(holds);
      expect(decided(forced, 'vermin', { createdAt, decidedAt }).outcome).toBe(outcome);
    }
  });
  it('asks a person where nobody says what time it is', () => {
    const findings = findRuleHits(forced, comment('vermin', { createdAt: '2027-01-01T00:00:00Z' }));
    expect(findings.hits[0]?.forced).toBe(false);
    expect(findings.broken).toEqual([{ rule: 'pests', shadow: false }]);
    expect(decided(forced, 'vermin').outcome).toBe('review');
  });
  test.for([
    [{ force: { ...force, by: '' } }, 'by'],
    [{ force: { ...force, reason: 'x' } }, 'reason'],
    [{ force: { ...force, until: 'next year' } }, 'must be a day'],
    [{ force: true }, 'force'],
    [{ force, effect: 'flag' }, 'nothing to decide'],
    [{ force, shadow: true }, 'in shadow'],
    [{ force, label: 'off_topic', effect: 'reject' }, 'may only flag'],
  ])('is refused with %j: %s', ([change, words]) => {
    expect(faults(() => compiled(change as Record<string, unknown>))).toContain(words);
  });
});

describe('Counts', () => {
  const rules = asking(
    { any: [{ repetition: { times: 3, minutes: 10 } }, { rate: { comments: 9, minutes: 60 } }] },
    [{ text: 'again', sameText: 3, byAuthor: 1 }],
    [{ text: 'again', sameText: 2, byAuthor: 1 }],
  );
  it('say which windows are asked for', () => {
    expect(rules.windows).toEqual({ sameText: [10], byAuthor: [60] });
  });
  test.for([[undefined], [{ sameText: { 5: 9 }, byAuthor: { 60: 1 } }], [{ sameText: { 10: 1 } }]])(
    '%j are not known, so a person is asked',
    ([counts]) => {
      const { hits: found, broken } = findRuleHits(rules, comment('again', counts === undefined ? {} : { counts }));
      expect([found.length, broken.length]).toEqual([0, 1]);
    },
  );
  it('are refused over more than a week', () => {
    expect(faults(() => compiled({ when: { rate: { comments: 2, minutes: 20_000 } } }))).toContain('minutes');
  });
});

describe('Domains of a site', () => {
  const domains = {
    allow: ['paper.example.com', 'gov.example', 'bücher.example'],
    watch: ['short.example'],
    block: ['casino.example', 'scam.gov.example'],
  };
  const linked = (links: unknown, match: string) =>
    compileRules([parseRuleList('test', { ...list(rule({ when: { links }, match: [match] })), domains })]);

  test.for([
    ['any', 'https://other.example/x', true],
    ['any', 'https://www.paper.example.com/x', false],
    ['any', 'https://xn--bcher-kva.example', false],
    ['any', 'https://notpaper.example.com', true],
    ['any', 'https://scam.gov.example', true],
    ['watched', 'https://short.example/1', true],
    ['watched', 'https://casino.example', false],
    ['blocked', 'https://play.casino.example', true],
    ['blocked', 'https://gov.example', false],
    [['example.com'], 'https://paper.example.com', false],
    [['example.com'], 'https://blog.example.com', true],
    [['blog.paper.example.com'], 'https://blog.paper.example.com', true],
  ] as const)('%j in %j: %s', ([links, text, found]) => {
    const match = { any: 'https://other.example', watched: 'https://short.example', blocked: 'https://casino.example' };
    const example = typeof links === 'string' ? match[links] : `https://x.${links[0]}`;
    expect(marked(linked(links, example), text)).toEqual(found ? [text] : []);
  });

  it('may not be drawn like an allowed one', () => {
    // With a Cyrillic а.
    expect(marked(linked('any', 'https://other.example'), 'https://pаper.example.com')).toHaveLength(1);
  });

  it('are refused twice in one list; of two lists the later one counts', () => {
    expect(
      faults(() =>
        compileRules([
          parseRuleList('a', { about: 'Only domains.', domains: { allow: ['a.example'], block: ['A.example'] } }),
        ]),
      ),
    ).toContain('a.example stands under allow already');
    const shipped = {
      ...list(rule({ when: { links: 'watched' }, match: ['https://b.example'] })),
      domains: { watch: ['a.example', 'b.example'] },
    };
    const own = { about: 'What this site knows.', domains: { allow: ['a.example'] } };
    const rules = compileRules([parseRuleList('shipped', shipped), parseRuleList('own', own)]);
    expect(marked(rules, 'https://a.example https://b.example')).toEqual(['https://b.example']);
  });

  it('may be allowed where an example of an earlier list names them; a list’s own examples have to know', () => {
    const shipped = list(rule({ when: { links: ['a.example', 'b.example'] }, match: ['https://a.example'] }));
    const allow = { domains: { allow: ['a.example'] } };
    const own = { about: 'What this site knows.', ...allow };
    const rules = compileRules([parseRuleList('shipped', shipped), parseRuleList('own', own)]);
    expect(marked(rules, 'https://a.example https://b.example')).toEqual(['https://b.example']);
    expect(faults(() => compileRules([parseRuleList('shipped', { ...shipped, ...allow })]))).toContain(
      'does not match',
    );
  });

  test.for(['192.0.2.5', '192.0.2.55'])('may be the number of a machine: %s', (host) => {
    const rules = compiled({ when: { links: [host] }, match: [`http://${host}/x`] });
    expect(marked(rules, `See http://${host}/y or http://192.0.2.6/y`)).toEqual([`http://${host}/y`]);
  });

  test.for([['not a domain'], ['https://a.example/x'], ['a.example/x'], ['localhost'], ['user@a.example'], ['']])(
    '%j is none',
    ([domain]) => {
      expect(faults(() => compiled({ when: { links: [domain] } }))).toContain('must be a domain');
    },
  );
  it('says what else links can be', () => {
    expect(faults(() => compiled({ when: { links: 'watch' } }))).toContain('watched');
  });
});

it('Invisible characters do not make a comment longer', () => {
  const rules = asking({ length: { words: { atMost: 2 } } }, ['Two words'], ['Three words here']);
  expect(hits(rules, 'T\u200bw\u200bo w\u200bo\u200brds')).toHaveLength(1);
});
