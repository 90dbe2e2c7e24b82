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
function asked(
  change: Record<string, unknown>,
  answer = (text: string) => /vermin|stra(?:ß|ss)e/i.test(normalise(text).text),
) {
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

const isMatched = (text: string) => !isIgnored(text);

describe('A rule is asked for its examples', () => {
  it('in every place of a text and in every disguise, and a match with its letters apart, where that is undone', () => {
    expect(asked({ match: ['All vermin, see a.com/b'], ignore: ['people!'] }, isMatched).texts).toEqual([
      'All vermin, see a.com/b',
      'ALL VERMIN, SEE a.com/b. IT RAINED FOR MOST OF LAST SUNDAY.',
      spread('The library opens again in May. All vermin, see ') +
        'a.com/b. ' +
        spread('It rained for most of last Sunday.'),
      'The lіbrary оpens аgain in May. All vеrmin, see a.com/b',
      'Ａ𝐥ⓛ\nv\u0336&#101;ｒ𝐦ⓘn\u0336,\n&#115;ｅ𝐞\na.com/b',
      'All v3rm1n, see a.com/b',
      'All v e r m i n, see a.com/b',
      'people!',
      'PEOPLE! IT RAINED FOR MOST OF LAST SUNDAY.',
      spread('The library opens again in May. people! It rained for most of last Sunday.'),
      'The lіbrary оpens аgain in May. рeople!',
      'ｐ𝐞ⓞp\u0336&#108;ｅ!',
      'p30ple!',
    ]);
  });

  it('alone, where the rule finds the sentences that stand around examples', () => {
    expect(() => compiled({ when: { words: ['sunday'] }, match: ['on sunday'] })).not.toThrow();
  });

  it('with each disguise of words and letters in its turn', () => {
    const { texts } = asked({ match: ['vermin', 'the vermin'] }, isMatched);
    expect(texts).toEqual(expect.arrayContaining(['v3rm1n', 'v e r m i n', 'the veeeermin', 'the v.e.r.m.i.n']));
    expect(texts).toEqual(expect.arrayContaining(['ｖ𝐞ⓡm\u0336&#105;ｎ', '𝐭ⓗe\u0336\n&#118;ｅ𝐫ⓜi\u0336&#110;']));
  });

  test.for([
    [(text: string) => text !== text.toUpperCase(), 'in capitals'],
    [(text: string) => !text.includes('\u200b'), 'with an invisible character (U+200B) in its words'],
    [(text: string) => !/[а-я]/.test(text), 'with a Cyrillic letter in its words'],
    [(text: string) => !/[\uff41-\uff5a]/.test(text), 'in full-width letters'],
    [(text: string) => !/[𝐚-𝐳]/u.test(text), 'in mathematical letters'],
    [(text: string) => !/[ⓐ-ⓩ]/u.test(text), 'in circled letters'],
    [(text: string) => !text.includes('\u0336'), 'with its letters struck through (U+0336)'],
    [(text: string) => !text.includes('&#'), 'with its letters as HTML entities'],
    [(text: string) => !text.includes('3'), 'with figures for letters'],
    [(text: string) => !/ee/.test(text), 'with letters repeated', 'Two rats, vermin'],
    [(text: string) => !text.includes('v e r'), 's p a c e d out'],
    [(text: string) => !/^T/.test(text), 'between other sentences'],
    [(text: string) => !/rained/i.test(text), 'before another sentence'],
    [(text: string) => !text.includes('\n'), 'broken into lines', 'Some vermin'],
  ] as const)('and told how it failed (%#): %s', ([holds, how, example = 'vermin']) => {
    const { details } = asked({ match: [example] }, (text) => isMatched(text) && holds(text));
    expect(details).toEqual([`does not match example 1 under match when it comes ${how}: “${example}”`]);
  });

  test.for([
    [(text: string) => text === text.toUpperCase(), 'in capitals'],
    [(text: string) => text.includes('\u200b'), 'with an invisible character (U+200B) in its words'],
    [(text: string) => text.includes('G00d'), 'with figures for letters'],
    [(text: string) => text.includes('\n'), 'broken into lines'],
    [(text: string) => /people.*rained/i.test(text), 'before another sentence'],
  ] as const)('and told how it was found under ignore (%#): %s', ([holds, how]) => {
    const { details } = asked(
      { ignore: ['Good people'] },
      (text) => holds(text) || /vermin/.test(normalise(text).text),
    );
    expect(details).toEqual([`matches example 1 under ignore when it comes ${how}: “Good people”`]);
  });

  it.each([['^vermin'], ['\\Avermin'], ['vermin\\z'], ['vermin$']])(
    'not among other sentences, where it asks where a text begins or ends, but in every disguise: %s',
    (pattern) => {
      for (const when of [{ pattern: [pattern] }, { any: [{ words: ['rats'] }, { pattern: [pattern] }] }]) {
        expect(asked({ when }, isMatched).texts).toEqual([
          ...['vermin', 'VERMIN', spread('vermin'), 'vеrmin', 'ｖ𝐞ⓡm\u0336&#105;ｎ', 'v3rm1n', 'v e r m i n'],
          ...['people', 'PEOPLE', spread('people'), 'рeople', 'ｐ𝐞ⓞp\u0336&#108;ｅ', 'p30ple'],
        ]);
      }
    },
  );

  it('only in guises that are as long, where it counts', () => {
    const when = { all: [{ words: ['vermin'] }, { length: { words: { atMost: 4 }, characters: { atMost: 6 } } }] };
    const { texts } = asked({ when, ignore: ['people are here now, all of them'] }, isMatched);
    expect(texts.slice(0, 5)).toEqual(['vermin', 'VERMIN', 'vеrmin', 'ｖ𝐞ｒ𝐦ｉ𝐧', 'v3rm1n']);
    // What is too long already may be longer.
    expect(texts[6]).toBe('PEOPLE ARE HERE NOW, ALL OF THEM. IT RAINED FOR MOST OF LAST SUNDAY.');
  });

  it('not in capitals, where those are what it asks for', () => {
    const when = { all: [{ words: ['vermin'] }, { capitals: { atLeast: 0.7 } }] };
    const [match, ignore] = ['ALL OF THEM ARE VERMIN HERE', 'all of the people here are good'];
    const { texts } = asked({ when, match: [match], ignore: [ignore] }, isMatched);
    expect(texts).toContain('Ａ𝐋Ｌ\n𝐎Ｆ\n𝐓Ｈ𝐄Ｍ\n𝐀Ｒ𝐄\nＶ𝐄Ｒ𝐌Ｉ𝐍\nＨ𝐄Ｒ𝐄');
    expect(texts).toContain(`${ignore}. It rained for most of last Sunday.`);
    expect(texts.filter((text) => text === ignore.toUpperCase())).toEqual([]);
  });

  it('and of a pattern whose signs are no anchors among other sentences too', () => {
    expect(asked({ when: { pattern: ['[^a]vermin\\$'] } }).texts[1]).toContain('SUNDAY');
  });

  it('without capitals that would be other letters', () => {
    expect(asked({ match: ['Straße'] }).texts).toContain('STRAßE. IT RAINED FOR MOST OF LAST SUNDAY.');
    expect(faults(() => compiled({ when: { words: ['straße'] }, match: ['Straße'] }))).toBe('');
  });
});

test('Examples that were checked before need not be checked again', () => {
  const lists = [parseRuleList('test', list(rule({ match: ['rats'] })))];
  expect(faults(() => compileRules(lists))).toContain('does not match example 1');
  expect(hits(compileStanding(lists), 'vermin')).toHaveLength(1);
});
