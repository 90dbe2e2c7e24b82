import { describe, expect, it } from 'vitest';
import { parseRuleList } from '../../src/core/rules.js';
import {
  FIRST_OWN_LIST,
  FIRST_OWN_RULE,
  lineOfRule,
  readYaml,
  withDisabled,
  withoutValue,
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

describe('A setting', () => {
  const yaml = `# The harbour paper.
defaults:
  moderation: before # shown once approved
  # Asked in June.
  newAuthors: null # nobody yet
  reports: { toReview: 3, weighed: true }
sections:
  sport:
    moderation: risk
    # The desk wants it so.
    agree: 0.3
  # Sensitive.
  courts: { moderation: review-all, reports: { toReview: 1 } }
  world:
articles: {}
`;

  it('that has parts is written in the place of none, and taken back, under the same comments', () => {
    const on = withValue(yaml, ['defaults', 'newAuthors'], { days: 7, approved: 3 });
    const written = 'newAuthors:\n    # nobody yet\n    days: 7\n    approved: 3\n';
    expect(on).toBe(yaml.replace('newAuthors: null # nobody yet\n', written));
    const off = withValue(on ?? '', ['defaults', 'newAuthors'], null);
    expect(readYaml(off ?? '')).toEqual(readYaml(yaml));
    expect(off).toContain('# nobody yet');
    expect(off).toContain('# Asked in June.');
  });

  it('is written where a place has a name and nothing below it, and where there is no place yet', () => {
    expect(withValue(yaml, ['sections', 'world', 'reports', 'toReview'], 5)).toBe(
      yaml.replace('  world:\n', '  world:\n    reports:\n      toReview: 5\n'),
    );
    expect(withValue(yaml, ['articles', '4711', 'moderation'], 'closed')).toBe(
      yaml.replace('articles: {}\n', 'articles:\n  "4711":\n    moderation: closed\n'),
    );
    expect(withValue('', ['defaults', 'agree'], 0.3)).toBe('defaults:\n  agree: 0.3\n');
  });

  it('is taken away with its place where that says nothing else, and not where people say something there', () => {
    const [sport, courts] = [
      ['sections', 'sport'],
      ['sections', 'courts'],
    ] as const;
    const agreeing = withoutValue(yaml, [...sport, 'moderation']) ?? '';
    expect(agreeing).toBe(yaml.replace('    moderation: risk\n', ''));
    expect(withoutValue(agreeing, [...sport, 'agree'])).toContain('# The desk wants it so.');
    const reviewed = withoutValue(yaml, [...courts, 'reports', 'toReview']) ?? '';
    expect(reviewed).toBe(yaml.replace(', reports: { toReview: 1 }', ''));
    const emptied = withoutValue(reviewed, [...courts, 'moderation']);
    expect(emptied).toBe(reviewed.replace('{ moderation: review-all }', '{}'));
    expect(withoutValue('sections:\n  a: { agree: 0.3 }\n', ['sections', 'a', 'agree'])).toBe('sections: {}\n');
  });

  it('is left alone where another place would change with it, or where no setting can stand', () => {
    const shared = 'sections:\n  sport: &sensitive { moderation: closed }\n  courts: *sensitive\n';
    for (const section of ['sport', 'courts']) {
      expect(withValue(shared, ['sections', section, 'moderation'], 'before')).toBeNull();
      expect(withoutValue(shared, ['sections', section, 'moderation'])).toBeNull();
    }
    expect(withValue('sections: []\n', ['sections', 'sport', 'agree'], 0.3)).toBeNull();
    expect(withValue('sections: [', ['sections', 'sport', 'agree'], 0.3)).toBeNull();
    expect(withoutValue(yaml, ['sections', 'world', 'agree'])).toBeNull();
    expect(withValue('articles: *closed\n', ['defaults', 'agree'], 0.3)).toBeNull();
    expect(readYaml('articles: *closed\n')).toBeNull();
  });
});

it('The rule that a new list begins with is one that a list may hold', () => {
  expect(() => parseRuleList('new', readYaml(FIRST_OWN_RULE))).not.toThrow();
  expect(() => parseRuleList('own', readYaml(FIRST_OWN_LIST))).not.toThrow();
});
