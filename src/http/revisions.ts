import type { Express } from 'express';
import { z } from 'zod';
import { NotFound } from '../core/errors.js';
import type { RevisionDiffView, RevisionHeadView } from '../core/revision-views.js';
import { actorOf } from './access.js';
import { readQuery } from './body.js';
import { idOf } from './comments.js';
import { NoQuery, toPage } from './page.js';
import { route } from './route.js';

/** The history of the rules, or of the policy. */
export type RevisionDeps = {
  /** Newest first; `before` is the number of the one before the first. */
  list(site: number, limit: number, before: number | null): Promise<readonly RevisionHeadView[]>;
  /** @throws NotFound */
  read(site: number, revision: number): Promise<RevisionHeadView>;
  /** What a revision says otherwise than another. @throws NotFound */
  diff(site: number, revision: number, against: number): Promise<RevisionDiffView>;
};

export const RevisionsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: z.coerce.number().int().positive().optional(),
});
export const DiffQuery = z.strictObject({ against: z.coerce.number().int().positive().optional() });

/** What was published: the list, one revision, and what one says otherwise than another. */
export function serveRevisions(app: Express, under: '/v1/rules' | '/v1/policies', deps: RevisionDeps): void {
  route(app, `${under}/revisions`, {
    get: async (request, response) => {
      const { limit, before } = readQuery(request, RevisionsQuery);
      const rows = await deps.list(actorOf(request).site, limit + 1, before ?? null);
      const { page, next } = toPage(rows, limit, ({ revision }) => revision);
      response.json({ items: page, next });
    },
  });
  route(app, `${under}/revisions/:revision`, {
    get: async (request, response) => {
      readQuery(request, NoQuery);
      response.json(await deps.read(actorOf(request).site, revisionOf(request.params.revision)));
    },
  });
  route(app, `${under}/revisions/:revision/diff`, {
    get: async (request, response) => {
      const revision = revisionOf(request.params.revision);
      const { against = Math.max(1, revision - 1) } = readQuery(request, DiffQuery);
      response.json(await deps.diff(actorOf(request).site, revision, against));
    },
  });
}

/** The number of a revision in a path. @throws NotFound where no revision could have it */
function revisionOf(parameter: string | string[] | undefined): number {
  const id = idOf(parameter);
  if (!/^[1-9]\d{0,8}$/.test(id)) throw new NotFound('revision', id);
  return Number(id);
}
