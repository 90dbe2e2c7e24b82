import type { Express } from 'express';
import { z } from 'zod';
import { VERDICT_ACTIONS, type VerdictAction } from '../core/comment.js';
import { Id, Name, Note } from '../core/incoming.js';
import { LABELS, type Label } from '../core/labels.js';
import type { ReviewAnswer } from '../core/views.js';
import { actorOf } from './access.js';
import { bodyReader, readBody } from './body.js';
import { idOf } from './comments.js';
import { type IdempotencyDeps, idempotent } from './idempotency.js';
import { LEASE_SECONDS } from './queue.js';
import { route } from './route.js';

export type ReviewDeps = IdempotencyDeps & {
  recordReview(
    site: number,
    review: {
      commentId: string;
      revision: number;
      action: VerdictAction;
      label: Label | null;
      note: string | null;
      by: string;
      desk: string | null;
      override: boolean;
    },
  ): Promise<ReviewAnswer>;
  undoReview(site: number, id: string, by: string, desk: string | null, leaseSeconds: number): Promise<unknown>;
};

export const ReviewBody = z
  .strictObject({
    commentId: Id,
    revision: z.int().positive(),
    action: z.enum(VERDICT_ACTIONS),
    label: z.enum(LABELS).optional(),
    note: Note.optional(),
    desk: Name.optional(),
    override: z.boolean().default(false),
  })
  .refine(({ action, label, note }) => action !== 'reject' || label !== undefined || (note ?? '').trim() !== '', {
    path: ['label'],
    message: 'A rejection needs a reason: a label, or a note.',
  });

export const UndoBody = z.strictObject({ desk: Name.optional() });

export function serveReviews(app: Express, deps: ReviewDeps): void {
  route(app, '/v1/reviews', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        const { label, note, desk, ...review } = readBody(request, ReviewBody);
        const { site, actor: by } = actorOf(request);
        const answer = await deps.recordReview(site, {
          ...review,
          label: label ?? null,
          note: note ?? null,
          desk: desk ?? null,
          by,
        });
        response.status(201).json(answer);
      },
    ],
  });

  route(app, '/v1/reviews/:id/undo', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        const empty = !(request.body instanceof Uint8Array) || request.body.length === 0;
        const { desk } = empty ? { desk: undefined } : readBody(request, UndoBody);
        const { site, actor } = actorOf(request);
        response.json(await deps.undoReview(site, idOf(request.params.id), actor, desk ?? null, LEASE_SECONDS));
      },
    ],
  });
}
