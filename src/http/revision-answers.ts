import { z } from 'zod';
import { OUTCOMES } from '../core/decision.js';
import { LABELS } from '../core/labels.js';
import type {
  DraftHeadView,
  DraftView,
  DryRunChangeView,
  DryRunView,
  RevisionDiffView,
  RevisionHeadView,
} from '../core/revision-views.js';

/** The answers that `/v1/rules` and `/v1/policies` share as the description shows them; see answers.ts. */

/** Holds a form to its view, in both directions. */
export function shaped<View>() {
  return <Form extends z.ZodType<View>>(form: Form & (View extends z.output<Form> ? unknown : never)): Form => form;
}

export const list = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).readonly();

const Outcome = z.enum(OUTCOMES);
const Count = z.int().min(0);
const Share = z.number().min(0).max(1);
const Time = z.iso.datetime();
const Next = z.string().nullable();

export const RevisionHead = shaped<RevisionHeadView>()(
  z.strictObject({
    revision: z.int().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    origin: z.enum(['shipped', 'site']),
    publishedBy: z.string(),
    publishedAt: Time,
    why: z.string(),
    rolledBackTo: z.int().nullable(),
  }),
);

const DraftChange = z.strictObject({ revision: z.int().min(1), by: z.string(), at: Time });

export const DraftHead = shaped<DraftHeadView>()(
  z.strictObject({
    name: z.string(),
    author: z.string(),
    updatedAt: Time,
    origin: z.enum(['site', 'upgrade']),
    begunOn: z.int().min(1).nullable(),
    changedSince: DraftChange.nullable(),
  }),
);

export const Draft = shaped<DraftView>()(z.strictObject({ ...DraftHead.shape, yaml: z.string() }));

const part = { id: z.string() };

export const REVISION_ANSWERS = {
  RevisionHead,
  Revisions: z.strictObject({ items: list(RevisionHead), next: Next }),
  RevisionDiff: shaped<RevisionDiffView>()(
    z.strictObject({
      added: list(z.strictObject({ ...part, after: z.string() })),
      removed: list(z.strictObject({ ...part, before: z.string() })),
      changed: list(z.strictObject({ ...part, before: z.string(), after: z.string() })),
    }),
  ),
  Draft,
  DryRun: shaped<DryRunView>()(
    z.strictObject({
      id: z.string(),
      status: z.enum(['running', 'done', 'failed']),
      waitsFor: z.literal('overload').nullable(),
      drafts: list(z.string()),
      total: Count,
      done: Count,
      unscored: Count,
      changes: list(z.strictObject({ from: Outcome, to: Outcome, count: Count })),
      byRule: list(z.strictObject({ rule: z.string(), matched: Count, share: Share })),
      requestedBy: z.string(),
      createdAt: Time,
      finishedAt: Time.nullable(),
      error: z.string().nullable(),
    }),
  ),
  DryRunChanges: z.strictObject({
    items: list(
      shaped<DryRunChangeView>()(
        z.strictObject({
          commentId: z.string(),
          revision: z.int().min(1),
          from: Outcome,
          to: Outcome,
          rules: list(z.string()),
          reasons: list(
            z.strictObject({ label: z.enum(LABELS).nullable(), score: Share.nullable(), text: z.string() }),
          ),
          text: z.string(),
        }),
      ),
    ),
    next: Next,
  }),
} as const;
