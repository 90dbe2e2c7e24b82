import { describe, expect, it } from 'vitest';
import type { Keeper } from '../../src/web/outbox.js';
import { createKeptDrafts } from '../../src/web/rules/kept-drafts.js';

function device(): Keeper & { refuse: boolean } {
  const stored = new Map<string, string>();
  return {
    refuse: false,
    getItem: (name) => stored.get(name) ?? null,
    setItem(name, value) {
      if (this.refuse) throw new Error('no room');
      stored.set(name, value);
    },
  };
}

const ONE = { yaml: 'one', begunOn: 1 };

describe('A draft that the service has not taken', () => {
  it('is there again after a reload, until it was taken', () => {
    const keeper = device();
    createKeptDrafts(keeper, '1').keep('rules/a', { yaml: 'about: x', begunOn: 3 });
    expect(createKeptDrafts(keeper, '1').read('rules/a')).toEqual({ yaml: 'about: x', begunOn: 3 });
    createKeptDrafts(keeper, '1').forget('rules/a');
    expect(createKeptDrafts(keeper, '1').read('rules/a')).toBeNull();
  });

  it('is kept with the draft on which it was typed, and with what was sent before it', () => {
    const keeper = device();
    const typed = { yaml: 'two', begunOn: 1, onto: '2026-11-23T02:00:00.000Z', sent: 'one' };
    createKeptDrafts(keeper, '1').keep('rules/a', typed);
    createKeptDrafts(keeper, '1').keep('rules/b', { ...ONE, onto: null });
    expect(createKeptDrafts(keeper, '1').read('rules/a')).toEqual(typed);
    expect(createKeptDrafts(keeper, '1').read('rules/b')).toEqual({ ...ONE, onto: null });
  });

  it('is kept beside others, and is not another site’s', () => {
    const keeper = device();
    const drafts = createKeptDrafts(keeper, '1');
    drafts.keep('rules/a', ONE);
    drafts.keep('policy', { yaml: 'two', begunOn: 2 });
    drafts.forget('policy');
    expect(drafts.read('rules/a')).toEqual(ONE);
    expect(createKeptDrafts(keeper, '2').read('rules/a')).toBeNull();
  });

  it('lives as long as the page where the device stores nothing', () => {
    for (const keeper of [null, Object.assign(device(), { refuse: true })]) {
      const drafts = createKeptDrafts(keeper, '1');
      drafts.keep('rules/a', ONE);
      expect(drafts.read('rules/a')).toEqual(ONE);
      drafts.forget('rules/a');
      expect(drafts.read('rules/a')).toBeNull();
    }
  });

  it('is forgotten where somebody else wrote nonsense into the store', () => {
    const keeper = device();
    for (const nonsense of ['{', '[1]', 'null', '{"1/rules/a": 7}', '{"1/rules/a": {"yaml": 7}}']) {
      keeper.setItem('premod.drafts', nonsense);
      expect(createKeptDrafts(keeper, '1').read('rules/a')).toBeNull();
    }
  });

  it('is read as an earlier page kept it: the text alone', () => {
    const keeper = device();
    keeper.setItem('premod.drafts', '{"1/rules/a": "about: x"}');
    expect(createKeptDrafts(keeper, '1').read('rules/a')).toEqual({ yaml: 'about: x', begunOn: null });
  });
});
