import type { RulesApi } from './api.js';
import { optional } from './optional.js';
import type { RulesOverview } from './shapes.js';
import { FIRST_OWN_LIST } from './yaml-edit.js';

/** Where a site's first change of a shipped rule goes. */
const OWN_LIST = 'own-rules';

/**
 * Drafts a change in a list of the site's own: the one it has, or a first one.
 *
 * @returns the name of that list; null where its draft cannot be read, so that nothing was changed.
 */
export async function ownListWith(
  api: RulesApi,
  overview: RulesOverview,
  edit: (yaml: string) => string | null,
): Promise<string | null> {
  const drafted = overview.drafts.find(({ origin, name }) => origin !== 'upgrade' && !isShipped(overview, name));
  const own = overview.lists.find(({ origin }) => origin === 'site')?.name ?? drafted?.name ?? OWN_LIST;
  const draft = await optional(api.draft(own));
  const list = draft === null ? await optional(api.list(own)) : null;
  const document = draft ?? list;
  // A draft without a word takes its list away; one that is begun anew takes its place.
  const edited = edit(document === null || document.yaml.trim() === '' ? FIRST_OWN_LIST : document.yaml);
  if (edited === null) return null;
  const begunOn = draft?.begunOn ?? list?.revision ?? overview.revision;
  await api.keepDraft(own, edited, draft?.updatedAt ?? null, begunOn);
  return own;
}

function isShipped({ lists }: RulesOverview, name: string): boolean {
  return lists.some((list) => list.name === name && list.origin === 'shipped');
}
