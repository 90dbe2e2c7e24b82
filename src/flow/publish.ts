import { DraftChanged, InvalidRequest, NotFound } from '../core/errors.js';
import type { Actor } from './site.js';

/** A revision of rules or of a policy, as far as publishing looks at it. */
type Standing = { readonly revision: number; readonly content: unknown; readonly source: unknown };

/** Drafts as they stood when they were read. */
type Stamps = readonly { readonly name: string; readonly author: string; readonly updatedAt: string }[];

export type PublishDeps<Revision extends Standing> = {
  /** The revision in force. */
  newest(site: number): Promise<Revision>;
  /** @throws NotFound */
  read(site: number, revision: number): Promise<Revision>;
  /**
   * What would be in force with these drafts on top of what is.
   *
   * @throws with every fault, where it may not be.
   */
  compose(
    site: number,
    standing: Revision,
    drafts: readonly string[],
  ): Promise<{ readonly content: unknown; readonly source: unknown; readonly drafts: Stamps }>;
  /** @throws where what was in force once could not be used any more */
  examine(site: number, revision: Revision): Promise<void>;
  /**
   * Keeps a revision, puts it in force and forgets its drafts where nobody has worked on them since, all or none.
   *
   * @throws Overtaken where `expectedRevision` is not the newest; Conflict where nothing would change.
   */
  publish(
    site: number,
    revision: {
      readonly content: unknown;
      readonly source: unknown;
      readonly why: string;
      readonly by: string;
      readonly expectedRevision: number;
      readonly rolledBackTo: number | null;
      readonly drafts: Stamps;
    },
  ): Promise<Revision>;
};

type PublishRequest = {
  /** Names; the same one twice is one. */
  readonly drafts: readonly string[];
  readonly why: string;
  readonly expectedRevision: number;
  /** The `updatedAt` of some of these drafts as they were read, by name; the others are published as they stand. */
  readonly expectedDrafts?: Readonly<Record<string, string>>;
};

/**
 * Publishes drafts. Nothing changes where one of them has a fault, or where somebody else was faster.
 *
 * @throws DraftChanged where a draft is not the one that was read; InvalidRequest where one was read that is not to be published;
 *   what `deps` throw.
 */
export async function publish<Revision extends Standing>(
  deps: PublishDeps<Revision>,
  { site, actor }: Actor,
  { drafts, why, expectedRevision, expectedDrafts = {} }: PublishRequest,
): Promise<Revision> {
  const expected = new Map(Object.entries(expectedDrafts));
  // Whoever mistypes a name would be guarded against nothing.
  for (const name of expected.keys()) {
    if (drafts.includes(name)) continue;
    const detail = `${name} is not among the drafts that are to be published.`;
    throw new InvalidRequest([{ pointer: '/expectedDrafts', detail }]);
  }
  const composed = await deps.compose(site, await deps.newest(site), [...new Set(drafts)]);
  for (const draft of composed.drafts) {
    const seen = expected.get(draft.name);
    if (seen !== undefined && Date.parse(seen) !== Date.parse(draft.updatedAt)) throw new DraftChanged(draft);
  }
  return await deps.publish(site, { ...composed, why, by: actor, expectedRevision, rolledBackTo: null });
}

/**
 * Publishes a new revision that equals an earlier one; drafts stay.
 *
 * @param request `expectedRevision`: the newest revision that is known to whoever asks; left out, the one in force, whichever it is.
 */
export async function rollBack<Revision extends Standing>(
  deps: PublishDeps<Revision>,
  { site, actor }: Actor,
  request: { readonly revision: number; readonly why: string; readonly expectedRevision?: number },
): Promise<Revision> {
  const newest = await deps.newest(site);
  if (request.revision >= newest.revision) throw new NotFound('earlier revision', String(request.revision));
  const earlier = await deps.read(site, request.revision);
  await deps.examine(site, earlier);
  return await deps.publish(site, {
    content: earlier.content,
    source: earlier.source,
    why: request.why,
    by: actor,
    expectedRevision: request.expectedRevision ?? newest.revision,
    rolledBackTo: request.revision,
    drafts: [],
  });
}
