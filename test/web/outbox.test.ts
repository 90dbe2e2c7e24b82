import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/views.js';
import { createOutbox, deliver, type Keeper, type KeptDecision, type Sending } from '../../src/web/outbox.js';

function aKeeper(): Keeper & { readonly rows: Map<string, string> } {
  const rows = new Map<string, string>();
  return { rows, getItem: (name) => rows.get(name) ?? null, setItem: (name, value) => void rows.set(name, value) };
}

const decision = (key: string, change: Partial<KeptDecision> = {}): KeptDecision => ({
  key,
  desk: 'this page',
  actor: 'noor',
  commentId: `comment-${key}`,
  revision: 1,
  action: 'approve',
  at: 1_000,
  ...change,
});
const taken: Sending = { kind: 'taken' };
const problem: Problem = { type: '/problems/already-reviewed', title: 'Already reviewed', status: 409, instance: '' };

describe('The outbox', () => {
  it('keeps decisions in the order in which they fell, beyond the page', () => {
    const keeper = aKeeper();
    const outbox = createOutbox(keeper);
    outbox.add(decision('a'));
    outbox.add(decision('b'));
    expect(createOutbox(keeper).list()).toEqual([decision('a'), decision('b')]);
  });

  it('sees what another page of the same browser kept', () => {
    const keeper = aKeeper();
    const [one, other] = [createOutbox(keeper), createOutbox(keeper)];
    one.add(decision('a'));
    other.add(decision('b'));
    one.remove('a');
    expect(other.list().map(({ key }) => key)).toEqual(['b']);
  });

  it('keeps them in memory where the browser refuses to store', () => {
    const outbox = createOutbox({
      getItem: () => null,
      setItem: () => {
        throw new Error('no room');
      },
    });
    outbox.add(decision('a'));
    outbox.add(decision('b'));
    outbox.remove('a');
    expect(outbox.list().map(({ key }) => key)).toEqual(['b']);
  });

  it.for(['{', '7', '[{"key":1},null]'])('is empty where %s was stored', (stored) => {
    const keeper = aKeeper();
    keeper.setItem('premod.outbox', stored);
    expect(createOutbox(keeper).list()).toEqual([]);
  });
});

describe('Delivering', () => {
  it('sends each once, oldest first, and empties the outbox', async () => {
    const outbox = createOutbox(aKeeper());
    for (const key of ['a', 'b', 'c']) outbox.add(decision(key));
    const sent: string[] = [];
    await deliver(outbox, 'noor', async ({ key }) => {
      sent.push(key);
      return taken;
    });
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(outbox.list()).toEqual([]);
  });

  it('stops at the first without an answer, and sends the rest in order the next time', async () => {
    const outbox = createOutbox(aKeeper());
    for (const key of ['a', 'b', 'c']) outbox.add(decision(key));
    const first = await deliver(outbox, 'noor', async ({ key }) => (key === 'b' ? { kind: 'later' } : taken));
    expect(first.taken.map(({ key }) => key)).toEqual(['a']);
    expect(outbox.list().map(({ key }) => key)).toEqual(['b', 'c']);
    const second = await deliver(outbox, 'noor', async () => taken);
    expect(second.taken.map(({ key }) => key)).toEqual(['b', 'c']);
  });

  it('lets go of what the service refuses, says so, and goes on', async () => {
    const outbox = createOutbox(aKeeper());
    for (const key of ['a', 'b']) outbox.add(decision(key));
    const { taken: saved, refused } = await deliver(outbox, 'noor', async ({ key }) =>
      key === 'a' ? { kind: 'refused', problem } : taken,
    );
    expect(refused.map((entry) => entry.decision.key)).toEqual(['a']);
    expect(saved.map(({ key }) => key)).toEqual(['b']);
  });

  it('never sends what another person decided on this device', async () => {
    const outbox = createOutbox(aKeeper());
    outbox.add(decision('a', { actor: 'ines' }));
    outbox.add(decision('b'));
    const { taken: saved } = await deliver(outbox, 'noor', async () => taken);
    expect(saved.map(({ key }) => key)).toEqual(['b']);
    expect(outbox.list().map(({ key }) => key)).toEqual(['a']);
  });

  it('passes over a comment that somebody else is reading, and keeps that decision', async () => {
    const outbox = createOutbox(aKeeper());
    for (const key of ['a', 'b']) outbox.add(decision(key));
    const { taken: saved } = await deliver(outbox, 'noor', async ({ key }) => (key === 'a' ? { kind: 'busy' } : taken));
    expect(saved.map(({ key }) => key)).toEqual(['b']);
    expect(outbox.list().map(({ key }) => key)).toEqual(['a']);
  });

  it('does not send what was taken back meanwhile', async () => {
    const outbox = createOutbox(aKeeper());
    for (const key of ['a', 'b']) outbox.add(decision(key));
    const sent: string[] = [];
    await deliver(outbox, 'noor', async ({ key }) => {
      sent.push(key);
      outbox.remove('b');
      return taken;
    });
    expect(sent).toEqual(['a']);
  });
});
