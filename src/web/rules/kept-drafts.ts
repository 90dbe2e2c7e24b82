import type { Keeper } from '../outbox.js';

export type KeptDraft = {
  readonly yaml: string;
  /** The revision on whose text it was begun; null where that was not kept yet. */
  readonly begunOn: number | null;
  /** The `updatedAt` of the service's draft on which it was typed, null for none; undefined where that was not kept yet. */
  readonly onto?: string | null;
  /** The text before, where it was sent and no answer has come: what stands there may be from here. */
  readonly sent?: string;
};

/** Drafts that the service has not taken yet, so that a reload or a lost connection takes nothing away. */
export type KeptDrafts = {
  read(name: string): KeptDraft | null;
  keep(name: string, draft: KeptDraft): void;
  forget(name: string): void;
};

const NAME = 'premod.drafts';

/**
 * Keeps drafts on this device. Where it refuses to store (no room, private window) they live as long as the page.
 *
 * @param scope whose they are: two sites on one device do not mix.
 */
export function createKeptDrafts(keeper: Keeper | null, scope: string): KeptDrafts {
  let unstored: Readonly<Record<string, KeptDraft>> = {};
  const keyOf = (name: string) => `${scope}/${name}`;
  const stored = (): Readonly<Record<string, unknown>> => {
    try {
      const parsed: unknown = JSON.parse(keeper?.getItem(NAME) ?? '{}');
      return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
    } catch {
      return {};
    }
  };
  const store = (drafts: Readonly<Record<string, unknown>>): boolean => {
    if (keeper === null) return false;
    try {
      keeper.setItem(NAME, JSON.stringify(drafts));
      return true;
    } catch {
      return false;
    }
  };
  return {
    read(name) {
      return unstored[keyOf(name)] ?? asKept(stored()[keyOf(name)]);
    },
    keep(name, draft) {
      if (!store({ ...stored(), [keyOf(name)]: draft })) unstored = { ...unstored, [keyOf(name)]: draft };
    },
    forget(name) {
      const { [keyOf(name)]: _gone, ...others } = unstored;
      unstored = others;
      const { [keyOf(name)]: kept, ...rest } = stored();
      if (kept !== undefined) store(rest);
    },
  };
}

/** Earlier pages kept the text alone. */
function asKept(stored: unknown): KeptDraft | null {
  if (typeof stored === 'string') return { yaml: stored, begunOn: null };
  if (typeof stored !== 'object' || stored === null || !('yaml' in stored) || typeof stored.yaml !== 'string')
    return null;
  const begunOn = 'begunOn' in stored && typeof stored.begunOn === 'number' ? stored.begunOn : null;
  const onto = 'onto' in stored && (typeof stored.onto === 'string' || stored.onto === null) ? stored.onto : undefined;
  const sent = 'sent' in stored && typeof stored.sent === 'string' ? stored.sent : undefined;
  return { yaml: stored.yaml, begunOn, ...(onto !== undefined && { onto }), ...(sent !== undefined && { sent }) };
}
