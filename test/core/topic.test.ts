import { describe, expect, it, test } from 'vitest';
import {
  articleDistance,
  MOST_PASSAGES,
  offTopicProbability,
  passagesOf,
  TOPIC_FEATURES,
  type TopicCalibration,
  topicFeatures,
  wordCount,
} from '../../src/core/topic.js';

const [north, east, up] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0), Float32Array.of(0, 0, 1)];
const prototypes = { site: [up], reaction: [east], background: [north] };
const article = { title: north, summary: null, passages: [] };

/** Only likeness to the article counts, and less likeness means more off topic. */
const calibration: TopicCalibration = {
  features: [...TOPIC_FEATURES],
  coefficients: TOPIC_FEATURES.map((name) => (name === 'article' ? -4 : 0)),
  intercept: 2,
  review: 0.5,
};
const model = { calibration, prototypes };
const probability = (comment: Float32Array, given: Partial<Parameters<typeof offTopicProbability>[0]> = {}) =>
  offTopicProbability({ comment, words: 20, article, parent: null, ...given }, model);

describe('The probability of being off topic', () => {
  it('is lower the nearer the comment is to the article', () => {
    expect(probability(north)).toBeLessThan(probability(east) as number);
  });

  it('looks at the nearest of title, summary and passages', () => {
    const whole = { title: north, summary: up, passages: [east] };
    expect(probability(east, { article: whole })).toBe(probability(north));
  });

  it('is null where there is nothing to stray from', () => {
    expect(probability(north, { article: null, parent: null })).toBeNull();
  });

  it('holds a comment without an article to the comment that it answers', () => {
    expect(probability(east, { article: null, parent: east })).toBe(probability(north));
  });

  it('is an error where a vector is broken, never a number', () => {
    expect(() => probability(Float32Array.of(Number.NaN, 0, 0))).toThrow(RangeError);
  });
});

test('talk about the site and short reactions show in features of their own', () => {
  const features = (comment: Float32Array) => topicFeatures({ comment, words: 2, article, parent: null }, prototypes);
  expect(features(up)).toMatchObject({ site: 1, reaction: 0 });
  expect(features(east)).toMatchObject({ site: 0, reaction: 1 });
});

describe('How far an article has moved', () => {
  const [x, y, z] = [new Float32Array([1, 0, 0]), new Float32Array([0, 1, 0]), new Float32Array([0, 0, 1])];
  const before = { title: x, summary: null, passages: [x, y] };

  it('is nothing where it says the same, in another order or with more', () => {
    expect(articleDistance(before, before)).toBe(0);
    expect(articleDistance(before, { ...before, passages: [y, x] })).toBe(0);
    expect(articleDistance(before, { ...before, summary: z, passages: [z, x, y, z] })).toBe(0);
  });

  it('is the share of it that is gone', () => {
    expect(articleDistance(before, { ...before, passages: [x, z] })).toBeCloseTo(0.5);
    expect(articleDistance(before, { title: z, summary: null, passages: [z] })).toBeCloseTo(1);
  });

  it('counts a headline however long the text is', () => {
    const long = { title: z, summary: null, passages: Array.from({ length: 20 }, () => x) };
    expect(articleDistance(long, { ...long, title: y })).toBeCloseTo(1);
  });

  it('counts what the headline said as said where the text still says it', () => {
    expect(
      articleDistance({ title: x, summary: null, passages: [x] }, { title: y, summary: null, passages: [x] }),
    ).toBe(0);
  });
});

describe('The passages of a body', () => {
  const paragraph = (name: string, words: number) => Array.from({ length: words }, () => name).join(' ');

  it('are its paragraphs, short ones put together', () => {
    const body = [paragraph('one', 70), paragraph('two', 10), paragraph('three', 60)].join('\n\n');
    expect(passagesOf(body)).toEqual([`${paragraph('one', 70)} ${paragraph('two', 10)}`, paragraph('three', 60)]);
  });

  it('are at most 64, from beginning to end', () => {
    const body = Array.from({ length: 500 }, (_, i) => paragraph(`p${i}`, 75)).join('\n\n');
    const passages = passagesOf(body);
    expect(passages).toHaveLength(MOST_PASSAGES);
    expect(passages[0]).toContain('p0');
    expect(passages.at(-1)).toContain('p499');
  });

  it('are cut from a long paragraph at sentence ends', () => {
    const sentences = Array.from({ length: 10 }, (_, i) => `Sentence ${i} ${paragraph('word', 28)}.`).join(' ');
    const passages = passagesOf(sentences);
    expect(passages.length).toBeGreaterThan(3);
    for (const passage of passages) {
      expect(passage.endsWith('.')).toBe(true);
      expect(wordCount(passage)).toBeLessThanOrEqual(80);
    }
  });

  it('are none for an empty body', () => {
    expect(passagesOf(' \n\n \n')).toEqual([]);
  });

  it.for([
    ['dots', '.'.repeat(1_000_000)],
    ['one word', 'x'.repeat(1_000_000)],
    ['quotation marks', '”'.repeat(300_000)],
    ['line breaks', '\n '.repeat(500_000)],
    ['short sentences', 'No. '.repeat(250_000)],
  ] as const)('end, in time in proportion, for a megabyte of %s', { timeout: 20_000 }, ([, body]) => {
    expect(passagesOf(body).length).toBeLessThanOrEqual(MOST_PASSAGES);
  });
});
