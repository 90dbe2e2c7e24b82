import { describe, expect, it } from 'vitest';
import { Policy } from '../../src/core/policy.js';
import { diffPolicies } from '../../src/core/policy-diff.js';

const policy = (change: object = {}) =>
  Policy.parse({ defaults: { thresholds: { hate: { review: 0.4 } } }, ...change });
const nothing = { added: [], removed: [], changed: [] };

describe('Between two policies', () => {
  it('that say the same nothing differs, whatever the order of what they say', () => {
    const one = policy({ defaults: { agree: 0.2, thresholds: { hate: { review: 0.4 }, spam: { review: 0.5 } } } });
    const other = policy({ defaults: { thresholds: { spam: { review: 0.5 }, hate: { review: 0.4 } }, agree: 0.2 } });
    expect(diffPolicies(one, other)).toEqual(nothing);
  });

  it('a threshold that moved is told by its label, another setting by its name', () => {
    const moved = policy({ defaults: { agree: 0.3, thresholds: { hate: { review: 0.35 } } } });
    expect(diffPolicies(policy(), moved)).toEqual({
      ...nothing,
      changed: [
        {
          id: '/defaults/thresholds/hate',
          before: 'reject: null\nreview: 0.4\n',
          after: 'reject: null\nreview: 0.35\n',
        },
        { id: '/defaults/agree', before: '0.2\n', after: '0.3\n' },
      ],
    });
  });

  it('what was nothing and is a group now has changed', () => {
    const asking = policy({ defaults: { ...policy().defaults, newAuthors: { days: 7, approved: 0 } } });
    expect(diffPolicies(policy(), asking).changed).toEqual([
      { id: '/defaults/newAuthors', before: 'null\n', after: 'approved: 0\ndays: 7\n' },
    ]);
  });

  it('what a section or an article says for the first time is new, and gone the other way round', () => {
    const more = policy({
      sections: { 'arts/film': { moderation: 'risk' } },
      articles: { 4711: { thresholds: { hate: { review: 0.2 } } } },
    });
    const parts = [
      ['/sections/arts~1film/moderation', 'risk\n'],
      ['/articles/4711/thresholds/hate', 'review: 0.2\n'],
    ] as const;
    expect(diffPolicies(policy(), more)).toEqual({ ...nothing, added: parts.map(([id, after]) => ({ id, after })) });
    expect(diffPolicies(more, policy())).toEqual({
      ...nothing,
      removed: parts.map(([id, before]) => ({ id, before })),
    });
  });
});
