import { describe, expect, it } from 'vitest';
import { diffRules } from '../../src/core/rule-diff.js';
import { overlayRules } from '../../src/core/rule-overlays.js';
import { parseRuleList } from '../../src/core/rules.js';

const rule = (id: string, word: string) => ({
  id,
  label: 'spam',
  effect: 'review',
  when: { words: [word] },
  reason: 'It speaks of something.',
  match: [word],
  ignore: ['nothing of that kind'],
});
const list = (name: string, value: object) => parseRuleList(name, { about: 'A list for a test.', ...value });

const shipped = [list('birds', { rules: [rule('gull', 'gull'), rule('heron', 'heron'), rule('swan', 'swan')] })];

describe('A site’s list on top of the shipped ones', () => {
  it('replaces rules by their id, switches others off and adds its own', () => {
    const own = [list('mine', { rules: [rule('gull', 'seagull'), rule('ferry', 'ferry')], disable: ['swan'] })];
    const { lists, faults } = overlayRules(shipped, own);
    expect(faults).toEqual([]);
    expect(lists.map(({ name, rules }) => [name, rules.map(({ id }) => id)])).toEqual([
      ['birds', ['heron']],
      ['mine', ['gull', 'ferry']],
    ]);
    expect(lists[1]).not.toHaveProperty('disable');
    const { added, removed, changed } = diffRules(shipped, lists);
    expect(added.map(({ id }) => id)).toEqual(['ferry']);
    expect(removed.map(({ id }) => id)).toEqual(['swan']);
    expect(changed).toMatchObject([{ id: 'gull', before: expect.stringContaining('gull') }]);
    expect(changed[0]?.after).toContain('seagull');
  });

  it('may neither have a shipped list’s name nor switch off what is not shipped', () => {
    const { faults } = overlayRules(shipped, [list('birds', { disable: ['owl'] })]);
    expect(faults.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('the name of a shipped list'),
      'no shipped rule has the id owl',
    ]);
  });

  it('leaves no difference where it says nothing, whatever the order of keys', () => {
    const { lists } = overlayRules(shipped, []);
    const turned = JSON.parse(JSON.stringify(lists), (_key, value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(diffRules(shipped, turned)).toEqual({ added: [], removed: [], changed: [] });
  });

  it('shows a changed set, which changes every rule that uses it', () => {
    const before = [list('birds', { sets: { gulls: ['gull'] } })];
    const after = [list('birds', { sets: { gulls: ['gull', 'kittiwake'] } })];
    expect(diffRules(before, after).changed).toMatchObject([{ id: '{gulls}' }]);
  });
});
