import { describe, expect, it } from 'vitest';
import { awaitDecision } from '../../src/flow/await-decision.js';

type Found = Awaited<ReturnType<Parameters<typeof awaitDecision>[0]['readAnswer']>>;

/** Waits for revision 1 while the store answers one after another of these; the last one stays. */
async function waitThrough(...found: Found[]) {
  const asked: number[] = [];
  let hear: Parameters<Parameters<typeof awaitDecision>[0]['onDecided']>[0] = () => undefined;
  const answer = await awaitDecision(
    {
      readAnswer: async (_site, _commentId, revision) => {
        asked.push(revision);
        const now = found.length > 1 ? found.shift() : found[0];
        setTimeout(() => hear({ site: 1, comments: [7] }), 1);
        return now ?? null;
      },
      onDecided: (listener) => {
        hear = listener;
        return () => undefined;
      },
    },
    1,
    { commentId: 7, revision: 1 },
    200,
    new AbortController().signal,
  );
  return { answer, asked };
}

const undecided: Found = { answer: { decision: null }, overtaken: false };

describe('Who waits for a decision', () => {
  it('gets it when it is there, and never asks for another revision', async () => {
    const { answer, asked } = await waitThrough(undecided, undecided, {
      answer: { decision: 'approve' },
      overtaken: false,
    });
    expect(answer).toEqual({ decision: 'approve' });
    expect(asked).toEqual([1, 1, 1]);
  });

  it('gets the decision on the text that was sent, also where a newer one has overtaken it', async () => {
    const { answer } = await waitThrough({ answer: { decision: 'reject' }, overtaken: true });
    expect(answer).toEqual({ decision: 'reject' });
  });

  it('waits no longer where a newer text overtook it before it was decided', async () => {
    const { answer, asked } = await waitThrough(undecided, { answer: { decision: null }, overtaken: true });
    expect(answer).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it('is told where the comment was erased meanwhile', async () => {
    expect((await waitThrough(undecided, null)).answer).toBe('erased');
  });

  it('is told nothing where time runs out', async () => {
    expect((await waitThrough(undecided)).answer).toBeNull();
  });
});
