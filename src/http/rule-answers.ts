import { z } from 'zod';
import { OUTCOMES } from '../core/decision.js';
import { LABELS } from '../core/labels.js';
import type {
  DraftView,
  DryRunChangeView,
  DryRunView,
  RevisionHeadView,
  RuleCheckView,
  RuleDiffView,
  RulesView,
} from '../core/rule-views.js';

/** The answers of `/v1/rules` as the description shows them; see answers.ts. */

/** Holds a form to its view, in both directions. */
function shaped<View>() {
  return <Form extends z.ZodType<View>>(form: Form & (View extends z.output<Form> ? unknown : never)): Form => form;
}

const list = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).readonly();
const Label = z.enum(LABELS);
const Outcome = z.enum(OUTCOMES);
const Count = z.int().min(0);
const Share = z.number().min(0).max(1);
const Time = z.iso.datetime();
const Effect = z.enum(['approve', 'review', 'reject', 'flag']);
const Origin = z.enum(['shipped', 'site']);
const Next = z.string().nullable();
const Stretch = { begin: Count, end: Count };

const Fault = z.strictObject({
  list: z.string(),
  line: z.int(),
  column: z.int(),
  rule: z.exactOptional(z.string()),
  detail: z.string(),
});

const RuleRevisionHead = shaped<RevisionHeadView>()(
  z.strictObject({
    revision: z.int().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    origin: Origin,
    publishedBy: z.string(),
    publishedAt: Time,
    why: z.string(),
    rolledBackTo: z.int().nullable(),
  }),
);

const Draft = {
  name: z.string(),
  author: z.string(),
  updatedAt: Time,
  origin: z.enum(['site', 'upgrade']),
};

const RuleDraft = shaped<DraftView>()(z.strictObject({ ...Draft, yaml: z.string() }));

const RuleCheck = shaped<RuleCheckView>()(
  z.strictObject({
    faults: list(Fault),
    warnings: list(
      z.strictObject({
        line: z.exactOptional(z.int()),
        column: z.exactOptional(z.int()),
        rule: z.exactOptional(z.string()),
        kind: z.enum(['shadowed', 'never-fires', 'conflict', 'force-expired', 'broad']),
        detail: z.string(),
      }),
    ),
  }),
);

const Figures = z.strictObject({
  hits: Count,
  lastFired: Time.nullable(),
  judged: Count,
  agreed: Count,
  interval: z.tuple([Share, Share]).readonly().nullable(),
  alarm: z.string().nullable(),
});

const Rule = z.strictObject({
  id: z.string(),
  label: Label,
  effect: Effect,
  shadow: z.boolean(),
  force: z.strictObject({ by: z.string(), reason: z.string(), until: z.string() }).nullable(),
  reason: z.string(),
  disabled: z.boolean(),
  figures: Figures,
});

const change = { id: z.string() };

export const RULE_ANSWERS = {
  Rules: shaped<RulesView>()(
    z.strictObject({
      ...RuleRevisionHead.shape,
      pipeline: z.string(),
      lists: list(z.strictObject({ name: z.string(), origin: Origin, about: z.string(), rules: list(Rule) })),
      drafts: list(z.strictObject(Draft)),
    }),
  ),
  RuleList: z.strictObject({ name: z.string(), origin: Origin, yaml: z.string() }),
  RuleRevisionHead,
  RuleRevisions: z.strictObject({ items: list(RuleRevisionHead), next: Next }),
  RuleRevision: z.strictObject({
    ...RuleRevisionHead.shape,
    content: z.array(z.json()),
    documents: z.record(z.string(), z.string()),
  }),
  RuleDiff: shaped<RuleDiffView>()(
    z.strictObject({
      added: list(z.strictObject({ ...change, after: z.string() })),
      removed: list(z.strictObject({ ...change, before: z.string() })),
      changed: list(z.strictObject({ ...change, before: z.string(), after: z.string() })),
    }),
  ),
  RuleDraft,
  KeptRuleDraft: z.strictObject({ draft: RuleDraft, check: RuleCheck }),
  RuleCheck,
  RuleTrial: z.strictObject({
    normalised: z.string(),
    transformations: list(z.strictObject({ ...Stretch, kind: z.string(), original: z.string(), meant: z.string() })),
    hits: list(
      z.strictObject({
        rule: z.string(),
        label: Label,
        effect: Effect,
        shadow: z.boolean(),
        forced: z.boolean(),
        reason: z.string(),
        stretches: list(z.strictObject(Stretch)),
        undone: list(z.string()),
      }),
    ),
    broken: list(z.string()),
    scores: z.partialRecord(Label, Share.nullable()).nullable(),
    decision: Outcome.nullable(),
  }),
  DryRun: shaped<DryRunView>()(
    z.strictObject({
      id: z.string(),
      status: z.enum(['running', 'done', 'failed']),
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
          text: z.string(),
        }),
      ),
    ),
    next: Next,
  }),
} as const;
