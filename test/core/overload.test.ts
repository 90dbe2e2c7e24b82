import { describe, expect, it } from 'vitest';
import { isOverloaded, leastTellingWait, retryAfterSeconds } from '../../src/core/overload.js';
import { readPolicy } from '../../src/core/policy.js';

const policy = readPolicy({
  defaults: {
    thresholds: {},
    without: { model: 'review', deadline: 'review', deadlineSeconds: 600, overload: 'review' },
  },
  sections: { live: { without: { deadlineSeconds: 60 } } },
  articles: { quiet: { without: { deadlineSeconds: 6_000 } }, bare: {} },
});
const wait = (seconds: number, section: string | null = null, article = 'harbour') => ({ article, section, seconds });

describe('Overload', () => {
  it.for([
    { what: 'nothing waits', waits: [], calm: false, strained: false },
    { what: 'all wait a little', waits: [wait(299), wait(29, 'live')], calm: false, strained: false },
    { what: 'one waits half as long as it may', waits: [wait(1), wait(300)], calm: false, strained: true },
    { what: 'one is not far from its deadline', waits: [wait(479)], calm: false, strained: true },
    { what: 'one comes near its deadline', waits: [wait(480), wait(1)], calm: true, strained: true },
    { what: 'a section allows less', waits: [wait(48, 'live')], calm: true, strained: true },
    {
      what: 'an article allows more than its section',
      waits: [wait(2_999, 'live', 'quiet')],
      calm: false,
      strained: false,
    },
  ])('where $what: begins $calm, lasts $strained', ({ waits, calm, strained }) => {
    expect(isOverloaded(false, waits, policy)).toBe(calm);
    expect(isOverloaded(true, waits, policy)).toBe(strained);
  });

  it('is told from waits of half the shortest deadline on', () => {
    expect(leastTellingWait(policy)).toBe(30);
    expect(leastTellingWait({ ...policy, sections: {}, articles: {} })).toBe(300);
  });

  it('is asked about again after as long again as it has lasted, within bounds', () => {
    expect([0, 4, 42.2, 10_000].map(retryAfterSeconds)).toEqual([10, 10, 43, 300]);
  });
});
