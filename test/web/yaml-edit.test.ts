import { describe, expect, it } from 'vitest';
import { parseRuleList } from '../../src/core/rules.js';
import {
  FIRST_OWN_LIST,
  FIRST_OWN_RULE,
  lineOfRule,
  readYaml,
  withDisabled,
  withRule,
  withValue,
} from '../../src/web/rules/yaml-edit.js';

const SHIPPED = `# What the newsroom should know.
about: Rules that are shipped.
rules:
  - id: first
    label: insult
  # The second one.
  - id: second
    label: hate
    reason: "Words: quoted"
`;

describe('A rule of a shipped list', () => {
  it('is found at its line', () => {
    expect(lineOfRule(SHIPPED, 'second')).toBe(7);
    expect(lineOfRule(SHIPPED, 'third')).toBeNull();
    expect(lineOfRule('rules: [', 'second')).toBeNull();
  });

  it('comes into the site’s own list as it is written', () => {
    const own = withRule(FIRST_OWN_LIST, SHIPPED, 'second');
    expect(readYaml(own ?? '')).toEqual({
      about: 'Rules of this site, on top of the shipped ones.',
      rules: [{ id: 'second', label: 'hate', reason: 'Words: quoted' }],
    });
    expect(own).toContain('  - id: second\n    label: hate\n    reason: "Words: quoted"\n');
  });

  it('replaces the one of its id and leaves the others and their comments alone', () => {
    const own =
      '# Ours\nabout: Ours, and only ours.\nrules:\n  - id: second\n    label: spam\n  # keep\n  - id: other\n    label: spam\n';
    const changed = withRule(own, SHIPPED, 'second') ?? '';
    expect(
      (readYaml(changed) as { rules: { id: string; label: string }[] }).rules.map(({ id, label }) => [id, label]),
    ).toEqual([
      ['second', 'hate'],
      ['other', 'spam'],
    ]);
    expect(changed).toContain('# Ours');
    expect(changed).toContain('# keep');
  });

  it('is not put into a list that cannot be read', () => {
    expect(withRule('rules: [', SHIPPED, 'second')).toBeNull();
  });

  it('is switched off, and on again', () => {
    const off = withDisabled(FIRST_OWN_LIST, 'second', true) ?? '';
    expect(readYaml(off)).toMatchObject({ disable: ['second'] });
    expect(readYaml(withDisabled(off, 'third', true) ?? '')).toMatchObject({ disable: ['second', 'third'] });
    expect(readYaml(withDisabled(off, 'second', false) ?? '')).not.toHaveProperty('disable');
    expect(readYaml(withDisabled(off, 'second', true) ?? '')).toMatchObject({ disable: ['second'] });
  });
});

describe('A threshold', () => {
  it('is set in its place, with everything else as it was written', () => {
    const yaml = '# Agreed on Monday.\ndefaults:\n  thresholds:\n    hate: { review: 0.5, reject: null } # careful\n';
    expect(withValue(yaml, ['defaults', 'thresholds', 'hate', 'review'], 0.6)).toBe(yaml.replace('0.5', '0.6'));
  });

  it('is set in a section whose name is a number, which keeps its digits', () => {
    const yaml = 'sections:\n  007: { thresholds: { hate: { review: 0.5 } } }\n  7: {}\n';
    const path = ['sections', '007', 'thresholds', 'hate', 'review'];
    expect(readYaml(withValue(yaml, path, 0.6) ?? '')).toEqual({
      sections: { '007': { thresholds: { hate: { review: 0.6 } } }, 7: {} },
    });
  });

  it('makes the section that it is for', () => {
    const yaml = withValue('defaults: {}\n', ['sections', 'world', 'thresholds', 'hate', 'reject'], null) ?? '';
    expect(readYaml(yaml)).toEqual({
      defaults: {},
      sections: { world: { thresholds: { hate: { reject: null } } } },
    });
  });
});

it('The rule that a new list begins with is one that a list may hold', () => {
  expect(() => parseRuleList('new', readYaml(FIRST_OWN_RULE))).not.toThrow();
  expect(() => parseRuleList('own', readYaml(FIRST_OWN_LIST))).not.toThrow();
});
