import { DraftChanged, DraftOutdated, InvalidRequest, NotFound } from '../core/errors.js';
import type { DraftChange } from '../core/revision-views.js';
import type { Actor } from './site.js';

/** A revision of rules or of a policy, as far as publishing looks at it. */
type Standing = { readonly revision: number; readonly content: unknown; readonly source: unknown };

/** A draft as it stood when it was read. */
type Stamp = {
  readonly name: string;
  readonly author: string;
  readonly updatedAt: string;
  readonly document: string;
  /** The revision on whose text it was begun; null where it takes no text's place. */
  readonly begunOn: number | null;
};

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
  ): Promise<{ readonly content: unknown; readonly source: unknown; readonly drafts: readonly Stamp[] }>;
  /** The last revision after `begunOn` that changed what a draft takes the place of; null where it would take back nothing. */
  changedSince(site: number, draft: Stamp): Promise<DraftChange | null>;
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
      readonly drafts: readonly Stamp[];
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
  /** Revisions on which some of these drafts are to count as begun, by name: what they take back of those is known. */
  readonly begunOn?: Readonly<Record<string, number>>;
};

/**
 * Publishes drafts. Nothing changes where one of them has a fault, or where somebody else was faster.
 *
 * @throws DraftChanged where a draft is not the one that was read; DraftOutdated where one would take back what was published
 *   since it was begun; InvalidRequest where one was read that is not to be published; what `deps` throw.
 */
export async function publish<Revision extends Standing>(
  deps: PublishDeps<Revision>,
  { site, actor }: Actor,
  { drafts, why, expectedRevision, expectedDrafts = {}, begunOn = {} }: PublishRequest,
): Promise<Revision> {
  const expected = new Map(Object.entries(expectedDrafts));
  const begun = new Map(Object.entries(begunOn));
  refuseOthers('/expectedDrafts', expected.keys(), drafts);
  refuseOthers('/begunOn', begun.keys(), drafts);
  const standing = await deps.newest(site);
  for (const revision of begun.values()) {
    if (revision > standing.revision) throw new NotFound('revision', String(revision));
  }
  const composed = await deps.compose(site, standing, [...new Set(drafts)]);
  for (const draft of composed.drafts) {
    const seen = expected.get(draft.name);
    if (seen !== undefined && Date.parse(seen) !== Date.parse(draft.updatedAt)) throw new DraftChanged(draft);
  }
  for (const draft of composed.drafts) {
    if (draft.begunOn === null) continue;
    const counted = { ...draft, begunOn: begun.get(draft.name) ?? draft.begunOn };
    const change = await deps.changedSince(site, counted);
    if (change !== null) throw new DraftOutdated(counted, change);
  }
  return await deps.publish(site, { ...composed, why, by: actor, expectedRevision, rolledBackTo: null });
}

/** Whoever mistypes a name would be guarded against nothing. */
function refuseOthers(pointer: string, named: Iterable<string>, drafts: readonly string[]): void {
  for (const name of named) {
    if (drafts.includes(name)) continue;
    throw new InvalidRequest([{ pointer, detail: `${name} is not among the drafts that are to be published.` }]);
  }
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
