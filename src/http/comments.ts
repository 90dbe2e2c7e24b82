import type { Express, Response } from 'express';
import { z } from 'zod';
import { Gone } from '../core/errors.js';
import { Id, IncomingArticle, IncomingComment, IncomingReport, parseIncoming } from '../core/incoming.js';
import type { ArticleView, CommentView, ReportAnswer } from '../core/views.js';
import type { Receipt } from '../flow/ingest.js';
import type { Actor } from '../flow/site.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { type IdempotencyDeps, idempotent, onlyOnce } from './idempotency.js';
import { route } from './route.js';

export type CommentAnswer = { readonly id: string; readonly decision: string | null };

export type CommentDeps = IdempotencyDeps & {
  /** Takes one comment in; comments that come at the same time share a transaction. */
  ingestOne(actor: Actor, comment: IncomingComment, waits: boolean): Promise<Receipt | Error>;
  putArticle(
    actor: Actor,
    id: string,
    article: IncomingArticle,
  ): Promise<{ id: string; revision: number; changed: boolean }>;
  readArticle(site: number, id: string): Promise<ArticleView>;
  /** `desk`: without what the machine made of a comment that waits blind. */
  readComment(site: number, id: string, seenBy: 'sender' | 'desk'): Promise<CommentView>;
  eraseComment(site: number, id: string): Promise<void>;
  recordReport(site: number, id: string, report: IncomingReport): Promise<ReportAnswer>;
  /** The decision on one text; null where it was not there in time, or a newer text came before it. */
  awaitDecision(
    site: number,
    comment: { readonly commentId: number; readonly revision: number },
    mostMs: number,
    signal: AbortSignal,
  ): Promise<CommentAnswer | 'erased' | null>;
};

/** Longer than this nobody should hold a connection for one comment. */
const MOST_WAIT_MS = 30_000;

export const IngestQuery = z.strictObject({
  wait: z.coerce.number().int().min(0).max(MOST_WAIT_MS).default(0),
});

/** Whoever moderates asks as the desk: what was drawn for a check is not told from what waits anyway. */
export const CommentQuery = z.strictObject({ view: z.enum(['sender', 'desk']).default('sender') });

export function serveComments(app: Express, deps: CommentDeps): void {
  route(app, '/v1/articles/:id', {
    get: async (request, response) => {
      response.json(await deps.readArticle(actorOf(request).site, idOf(request.params.id)));
    },
    put: [
      bodyReader,
      async (request, response) => {
        const id = idOf(request.params.id);
        const kept = await deps.putArticle(actorOf(request), id, readBody(request, IncomingArticle));
        response.status(kept.changed && kept.revision === 1 ? 201 : 200).json(kept);
      },
    ],
  });

  route(app, '/v1/comments', {
    post: [
      bodyReader,
      async (request, response) => {
        const { wait } = readQuery(request, IngestQuery);
        const actor = actorOf(request);
        const comment = readBody(request, IncomingComment);
        // A decision holds words of the text, so what is kept under a key is the receipt, and its decision is read anew.
        const { done: receipt, before } = await onlyOnce(deps, request, async () => {
          const taken = await deps.ingestOne(actor, comment, wait > 0);
          if (taken instanceof Error) throw taken;
          return taken;
        });
        const look = wait > 0 || before;
        const answer = look ? await deps.awaitDecision(actor.site, receipt, wait, closing(response)) : null;
        if (answer === 'erased') throw new Gone(receipt.id);
        if (answer !== null && wait > 0) response.status(200).json(answer);
        else response.status(202).json(toReceipt(receipt));
      },
    ],
  });

  route(app, '/v1/comments/:id', {
    get: async (request, response) => {
      const { view } = readQuery(request, CommentQuery);
      response.json(await deps.readComment(actorOf(request).site, idOf(request.params.id), view));
    },
    delete: async (request, response) => {
      await deps.eraseComment(actorOf(request).site, idOf(request.params.id));
      response.status(204).end();
    },
  });

  route(app, '/v1/comments/:id/reports', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        const report = readBody(request, IncomingReport);
        response.status(201).json(await deps.recordReport(actorOf(request).site, idOf(request.params.id), report));
      },
    ],
  });
}

/** What a sender is told at once. */
export function toReceipt({ id, revision, state, stateVersion }: Receipt) {
  return { id, state, stateVersion, revision };
}

/** The id in a path. @throws InvalidRequest where nothing could have it */
export function idOf(parameter: string | string[] | undefined): string {
  const id = Array.isArray(parameter) ? parameter.join('/') : parameter;
  return parseIncoming(z.object({ id: Id }), { id }).id;
}

/** Aborts when the client goes away, at once where it has gone already. */
export function closing(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  // Whoever left while something else was awaited is not announced any more.
  if (response.destroyed) controller.abort();
  return controller.signal;
}
