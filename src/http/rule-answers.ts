import { z } from 'zod';
import { OUTCOMES } from '../core/decision.js';
import { LABELS } from '../core/labels.js';
import {
  type FoundRulesView,
  RULE_PLACES,
  RULE_WARNINGS,
  type RuleCheckView,
  type RulesView,
} from '../core/rule-views.js';
import { Draft, DraftHead, list, RevisionHead, shaped } from './revision-answers.js';

/** The answers of `/v1/rules` as the description shows them; see answers.ts. */

const Label = z.enum(LABELS);
const Outcome = z.enum(OUTCOMES);
const Count = z.int().min(0);
const Share = z.number().min(0).max(1);
const Time = z.iso.datetime();
const Effect = z.enum(['approve', 'review', 'reject', 'flag']);
const Origin = z.enum(['shipped', 'site']);
const Stretch = { begin: Count, end: Count };

const Fault = z.strictObject({
  list: z.string(),
  line: z.int(),
  column: z.int(),
  rule: z.exactOptional(z.string()),
  detail: z.string(),
});

const RuleCheck = shaped<RuleCheckView>()(
  z.strictObject({
    faults: list(Fault),
    warnings: list(
      z.strictObject({
        line: z.int(),
        column: z.int(),
        rule: z.exactOptional(z.string()),
        kind: z.enum(RULE_WARNINGS),
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

export const RULE_ANSWERS = {
  Rules: shaped<RulesView>()(
    z.strictObject({
      ...RevisionHead.shape,
      pipeline: z.string(),
      lists: list(z.strictObject({ name: z.string(), origin: Origin, about: z.string(), rules: list(Rule) })),
      unread: list(z.strictObject({ list: z.string(), rule: z.exactOptional(z.string()), detail: z.string() })),
      unmet: list(z.strictObject({ list: z.string(), rule: z.string(), detail: z.string() })).nullable(),
      drafts: list(DraftHead),
    }),
  ),
  FoundRules: shaped<FoundRulesView>()(
    z.strictObject({
      found: list(
        z.strictObject({
          list: z.string(),
          rule: z.string(),
          place: z.enum(RULE_PLACES),
          set: z.string().nullable(),
          text: z.string(),
          ...Stretch,
          others: Count,
        }),
      ),
      drafts: list(z.string()),
    }),
  ),
  RuleList: z.strictObject({ name: z.string(), origin: Origin, yaml: z.string(), revision: z.int().min(1) }),
  RuleRevision: z.strictObject({
    ...RevisionHead.shape,
    content: z.array(z.json()),
    documents: z.record(z.string(), z.string()),
  }),
  KeptRuleDraft: z.strictObject({ draft: Draft, check: RuleCheck }),
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
    leftOut: list(z.strictObject({ draft: z.string(), faults: list(Fault) })),
    scores: z.partialRecord(Label, Share.nullable()).nullable(),
    decision: Outcome.nullable(),
    inForce: z.strictObject({ decision: Outcome.nullable(), rules: list(z.string()) }).nullable(),
  }),
} as const;
