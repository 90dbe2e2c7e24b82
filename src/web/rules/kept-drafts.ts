import type { Keeper } from '../outbox.js';

/** Drafts that the service has not taken yet, so that a reload or a lost connection takes nothing away. */
export type KeptDrafts = {
  read(name: string): string | null;
  keep(name: string, yaml: string): void;
  forget(name: string): void;
};

const NAME = 'premod.drafts';

/**
 * Keeps drafts on this device. Where it refuses to store (no room, private window) they live as long as the page.
 *
 * @param scope whose they are: two sites on one device do not mix.
 */
export function createKeptDrafts(keeper: Keeper | null, scope: string): KeptDrafts {
  let unstored: Readonly<Record<string, string>> = {};
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
      const kept = unstored[keyOf(name)] ?? stored()[keyOf(name)];
      return typeof kept === 'string' ? kept : null;
    },
    keep(name, yaml) {
      if (!store({ ...stored(), [keyOf(name)]: yaml })) unstored = { ...unstored, [keyOf(name)]: yaml };
    },
    forget(name) {
      const { [keyOf(name)]: _gone, ...others } = unstored;
      unstored = others;
      const { [keyOf(name)]: kept, ...rest } = stored();
      if (kept !== undefined) store(rest);
    },
  };
}
