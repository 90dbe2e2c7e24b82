import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { LABELS } from '../../src/core/labels.js';
import { normalise } from '../../src/core/normalise.js';
import { type CompiledRules, compileRules, findRuleHits } from '../../src/core/rules.js';
import { loadRuleLists } from '../../src/model/rule-lists.js';

type Comment = {
  readonly id: string;
  readonly parentId?: string;
  readonly author: { readonly id: string; readonly name: string };
  readonly minutesAgo: number;
  readonly text: string;
  /** What a good moderator would do, and why: for tests and people, never sent anywhere. */
  readonly verdict: 'approve' | 'reject';
  readonly labels: readonly string[];
  readonly note: string;
};

const { article, comments }: { article: { minutesAgo: number; body: string }; comments: readonly Comment[] } =
  JSON.parse(readFileSync('demonstration/thread.json', 'utf8'));

describe('The demonstration', () => {
  it('is a thread that could have come in as it stands', () => {
    const seen = new Map<string, Comment>();
    for (const comment of comments) {
      expect(seen.has(comment.id)).toBe(false);
      const parent = comment.parentId === undefined ? undefined : seen.get(comment.parentId);
      expect(comment.parentId === undefined || parent !== undefined).toBe(true);
      expect(comment.minutesAgo).toBeLessThan(parent?.minutesAgo ?? article.minutesAgo);
      expect(comment.text.trim().length).toBeGreaterThan(0);
      expect(Buffer.byteLength(comment.text)).toBeLessThan(20_480);
      seen.set(comment.id, comment);
    }
    expect(new Set(comments.map(({ author }) => author.id)).size).toBe(comments.length);
  });

  it('says of every comment what a good moderator would do, and why', () => {
    for (const { note, verdict, labels } of comments) {
      expect(note.length).toBeGreaterThan(20);
      expect(LABELS).toEqual(expect.arrayContaining([...labels]));
      expect(verdict === 'reject' ? labels.length > 0 : true).toBe(true);
    }
  });
});

describe('Of the demonstration, the shipped rules', () => {
  let compiled: CompiledRules;
  beforeAll(async () => {
    compiled = compileRules((await loadRuleLists('models/rules')).lists);
  });
  const asking = (text: string) =>
    findRuleHits(compiled, { text, normalised: normalise(text) }).hits.filter(({ effect }) => effect !== 'flag');

  const rejected = comments.filter(({ verdict }) => verdict === 'reject');
  test.for(rejected)('put $id before a person, for a label that it carries', ({ text, labels }) => {
    expect(labels).toEqual(expect.arrayContaining([asking(text)[0]?.label]));
  });

  const innocent = comments.filter(({ verdict, labels }) => verdict === 'approve' && labels.length === 0);
  test.for(innocent)('leave $id alone', ({ text }) => {
    expect(asking(text)).toEqual([]);
  });
});
