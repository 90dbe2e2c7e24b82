import { describe, expect, it, test } from 'vitest';
import { commandOf, type Press } from '../../src/web/keys.js';

const press = (key: string, change: Partial<Press> = {}): Press => ({
  key,
  repeat: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...change,
});
const reading = { typing: false, singleKeys: true, going: false };

test.for([
  ['a', { kind: 'decide', action: 'approve' }],
  ['e', { kind: 'decide', action: 'escalate' }],
  ['q', { kind: 'decide', action: 'request-edit' }],
  ['r', { kind: 'reject' }],
  ['j', { kind: 'skip' }],
  ['k', { kind: 'previous' }],
  ['n', { kind: 'note' }],
  ['z', { kind: 'undo' }],
  ['1', { kind: 'light', label: 'incitement' }],
  ['8', { kind: 'light', label: 'off_topic' }],
  ['9', null],
  ['0', null],
  ['x', null],
  ['Enter', null],
] as const)('The key %s means %o', ([key, command]) => {
  expect(commandOf(press(key), reading)).toEqual(command);
});

describe('A key', () => {
  it.for(['ctrlKey', 'metaKey', 'altKey', 'isComposing'] as const)('with %s belongs to the browser', (modifier) => {
    expect(commandOf(press('a', { [modifier]: true }), reading)).toBeNull();
  });

  it('held down decides once', () => {
    expect(commandOf(press('a', { repeat: true }), reading)).toBeNull();
  });

  it('is silent while one types', () => {
    expect(commandOf(press('a'), { ...reading, typing: true })).toBeNull();
  });

  it('is silent where the person switched single-letter keys off; Escape still closes', () => {
    expect(commandOf(press('a'), { ...reading, singleKeys: false })).toBeNull();
    expect(commandOf(press('Escape'), { ...reading, singleKeys: false })).toEqual({ kind: 'close' });
  });

  it('means the same with caps lock on', () => {
    expect(commandOf(press('A'), reading)).toEqual({ kind: 'decide', action: 'approve' });
  });
});

describe('After g', () => {
  const going = { ...reading, going: true };

  it('a letter goes to a list and decides nothing', () => {
    expect(commandOf(press('h'), going)).toEqual({
      kind: 'go',
      to: { page: 'queue', place: { list: 'hate', article: null } },
    });
    expect(commandOf(press('e'), going)).toEqual({
      kind: 'go',
      to: { page: 'queue', place: { list: 'escalated', article: null } },
    });
    expect(commandOf(press('r'), going)).toEqual({ kind: 'go', to: { page: 'rules', list: null, rule: null } });
  });

  it('a letter without a list does nothing', () => {
    expect(commandOf(press('a'), going)).toBeNull();
  });
});
