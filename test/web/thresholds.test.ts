import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { EVERYWHERE, pathOf, resolvedThreshold, type Scope } from '../../src/web/policy/scope.js';
import { effectOf, shareWords } from '../../src/web/policy/share.js';

/** 100 comments: 90 below .02, 6 at .5, 4 at .98 and above. */
const bins = Array.from({ length: 50 }, (_, index) => (index === 0 ? 90 : index === 25 ? 6 : index === 49 ? 4 : 0));

describe('Thresholds over scores', () => {
  it('say what is published, asked about and rejected', () => {
    const effect = effectOf(bins, 0.5, 0.9);
    expect(effect.published).toBeCloseTo(0.9);
    expect(effect.asked).toBeCloseTo(0.06);
    expect(effect.rejected).toBeCloseTo(0.04);
  });

  it('reject nothing where the label may not', () => {
    expect(effectOf(bins, 0.5, null)).toMatchObject({ rejected: 0, asked: expect.closeTo(0.1) });
  });

  it('take the part of a bin that lies above', () => {
    expect(effectOf(bins, 0.51, null).asked).toBeCloseTo(0.07);
  });

  it('always share out all comments', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 50, maxLength: 50 }), share, share, (counts, one, other) => {
        const { published, asked, rejected } = effectOf(counts, Math.min(one, other), Math.max(one, other));
        const any = counts.some((count) => count > 0);
        expect(published + asked + rejected).toBeCloseTo(any ? 1 : 0);
        for (const part of [published, asked, rejected]) expect(part).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('A share in words', () => {
  test.for([
    { share: 0, words: '0 %' },
    { share: 0.0004, words: '< 0.1 %' },
    { share: 0.064, words: '6.4 %' },
    { share: 0.42, words: '42 %' },
    { share: 0.9986, words: '99.9 %' },
    { share: 0.9999, words: '> 99.9 %' },
    { share: 1, words: '100 %' },
  ])('of $share is $words', ({ share, words }) => {
    expect(shareWords(share)).toBe(words);
  });
});

describe('What holds at a place', () => {
  const document = {
    defaults: { thresholds: { hate: { review: 0.5, reject: 0.95 }, insult: { review: 0.6, reject: null } } },
    sections: {
      world: { thresholds: { hate: { review: 0.4 } } },
      comedy: { thresholds: { hate: { reject: null }, insult: null } },
    },
    articles: { '4711': { thresholds: { hate: { reject: 0.9 } } } },
  };
  const section = (name: string): Scope => ({ kind: 'section', name });
  const article = (section: string | null): Scope => ({ kind: 'article', name: '4711', section });
  const [inWorld, inComedy, anywhere] = [article('world'), article('comedy'), article(null)];

  it('is its own where it says so, and inherited where it does not', () => {
    expect(resolvedThreshold(document, 'hate', section('world'))).toEqual({
      review: 0.4,
      reject: 0.95,
      inherited: { review: false, reject: true },
    });
    expect(resolvedThreshold(document, 'hate', section('comedy'))).toMatchObject({ review: 0.5, reject: null });
    expect(resolvedThreshold(document, 'hate', EVERYWHERE)).toMatchObject({ review: 0.5, reject: 0.95 });
    expect(resolvedThreshold(document, 'spam', section('world'))).toBeNull();
    expect(resolvedThreshold(document, 'insult', section('comedy'))).toBeNull();
  });

  it('lies over what the section of an article says, where that is known', () => {
    const inherited = { review: true, reject: false };
    expect(resolvedThreshold(document, 'hate', inWorld)).toEqual({ review: 0.4, reject: 0.9, inherited });
    expect(resolvedThreshold(document, 'hate', anywhere)).toEqual({ review: 0.5, reject: 0.9, inherited });
    expect(resolvedThreshold(document, 'insult', inComedy)).toBeNull();
    expect(resolvedThreshold(document, 'insult', anywhere)).toMatchObject({ review: 0.6 });
  });

  it('is written where it was said', () => {
    expect(pathOf('hate', section('world'), 'review').join(' ')).toBe('sections world thresholds hate review');
    expect(pathOf('hate', anywhere, 'review').join(' ')).toBe('articles 4711 thresholds hate review');
    expect(pathOf('hate', EVERYWHERE, 'reject')).toEqual(['defaults', 'thresholds', 'hate', 'reject']);
  });
});
