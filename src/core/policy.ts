import { z } from 'zod';
import { LABELS, type Label } from './labels.js';

const probability = z.number().min(0).max(1);

/** Where a label asks a person, and where it rejects by itself. */
const Threshold = z.strictObject({
  /** From here on a person is asked. */
  review: probability,
  /** From here on the label rejects by itself; null: it never does. */
  reject: probability.nullable().default(null),
});

/**
 * When readers see a comment. `before`: once it is approved; `after`: at once, and it is judged afterwards; `risk`: a doubted one
 * whose risk is low is shown while it waits for a person; `review-all`: a person sees each one first; `closed`: new comments are
 * refused.
 */
export const MODERATIONS = ['before', 'after', 'risk', 'review-all', 'closed'] as const;
export type Moderation = (typeof MODERATIONS)[number];

/** Whose comments all go to a person; a part that is 0 is not asked for. */
const NewAuthors = z.strictObject({
  /** Accounts younger than so many days. */
  days: z.int().min(0).max(3_650),
  /** Authors with fewer approved comments on this site. */
  approved: z.int().min(0).max(1_000),
});

/** Who is trusted beside those whom the sender calls so, and what that is worth. */
const TrustedAuthors = z.strictObject({
  /** From so many approved comments on this site on … */
  approved: z.int().min(1).max(100_000),
  /** … if no larger share of the author's settled comments was rejected. */
  rejectedShare: probability,
  /** How far the review threshold moves towards the reject threshold (or 1); it never reaches it. */
  widen: z.number().min(0).max(0.9),
});

const Reports = z.strictObject({
  /** So many readers' reports bring a published comment back before a person. */
  toReview: z.int().min(1).max(1_000),
  /** A report counts by how often its reporter was right (core/reporters.ts); otherwise each counts one. */
  weighed: z.boolean(),
});

/** What happens where there are no scores. Only overload may publish, and only where comments are judged after publication. */
const Without = z.strictObject({
  model: z.literal('review'),
  deadline: z.literal('review'),
  /**
   * A comment that has waited so long for its scores gets a decision without them; it is judged anew later. Where one comes near
   * it, the service is overloaded (core/overload.ts).
   */
  deadlineSeconds: z.int().min(10).max(604_800),
  overload: z.enum(['review', 'publish']),
});

const Audit = z.strictObject({
  /** The share of automatic decisions that a person judges too, without being told (core/audit-sample.ts). */
  share: probability,
});

/** Until a site says otherwise; what is shipped meets it. */
export const SHIPPED_PRECISION = 0.95;

const BASE = {
  agree: 0.2,
  moderation: 'before',
  publishBelow: 0.5,
  precision: SHIPPED_PRECISION,
  newAuthors: null,
  trustedAuthors: null,
  reports: { toReview: 3, weighed: true },
  without: { model: 'review', deadline: 'review', deadlineSeconds: 900, overload: 'review' },
  audit: { share: 0.01 },
} as const;

/** Groups as they hold: what is not said of them is as shipped. A section says parts of them, so that these inherit instead. */
const WholeReports = Reports.extend({
  toReview: Reports.shape.toReview.default(BASE.reports.toReview),
  weighed: Reports.shape.weighed.default(BASE.reports.weighed),
});
const WholeWithout = Without.extend({
  model: Without.shape.model.default(BASE.without.model),
  deadline: Without.shape.deadline.default(BASE.without.deadline),
  deadlineSeconds: Without.shape.deadlineSeconds.default(BASE.without.deadlineSeconds),
  overload: Without.shape.overload.default(BASE.without.overload),
});
const WholeAudit = Audit.extend({ share: Audit.shape.share.default(BASE.audit.share) });

/**
 * The least `agree` that may be published. From 0 on no score contradicts a rule, and every rule that rejects decides alone, unseen;
 * only `force` may let one, with a reason and a last day. Of validation rows that do not carry a label, the shipped artefact scores
 * 79 to 99 in a hundred below .05 (71 for toxicity), below .01 only every second for hate. Revisions of before with
 * less are still read.
 */
export const LEAST_AGREE = 0.05;

/** Everything that is decided by policy about one comment. Numbers are probabilities in [0, 1] unless their name says otherwise. */
export const Settings = z.strictObject({
  thresholds: z.partialRecord(z.enum(LABELS), Threshold),
  /** A rejecting rule whose label the model scores below this asks a person instead. */
  agree: probability.default(BASE.agree),
  moderation: z.enum(MODERATIONS).default(BASE.moderation),
  /** Under `risk`: a doubted comment is shown while it waits if all its scores lie below this. */
  publishBelow: probability.default(BASE.publishBelow),
  /** The precision that a label needs to reject by itself, with 95 % certainty (core/consequences.ts). */
  precision: z.number().min(0.5).max(0.9999).default(BASE.precision),
  newAuthors: NewAuthors.nullable().default(BASE.newAuthors),
  trustedAuthors: TrustedAuthors.nullable().default(BASE.trustedAuthors),
  reports: WholeReports.prefault({}),
  without: WholeWithout.prefault({}),
  audit: WholeAudit.prefault({}),
});
export type Settings = z.infer<typeof Settings>;

/** What a section or an article has otherwise than what it inherits from; null takes something away. */
const Change = z.strictObject({
  thresholds: z
    .partialRecord(
      z.enum(LABELS),
      z.strictObject({ review: probability.optional(), reject: probability.nullable().optional() }).nullable(),
    )
    .optional(),
  agree: probability.optional(),
  moderation: z.enum(MODERATIONS).optional(),
  publishBelow: probability.optional(),
  precision: z.number().min(0.5).max(0.9999).optional(),
  newAuthors: NewAuthors.partial().nullable().optional(),
  trustedAuthors: TrustedAuthors.partial().nullable().optional(),
  reports: Reports.partial().optional(),
  without: Without.partial().optional(),
  audit: Audit.partial().optional(),
});
export type Change = z.infer<typeof Change>;

const Name = z.string().min(1).max(255);

/** A site's policy: what holds everywhere, what sections have otherwise, and what single articles have. */
export const Policy = z.strictObject({
  about: z.string().max(2_000).default(''),
  defaults: Settings,
  /** By the section's name, as articles carry it. */
  sections: z.record(Name, Change).default({}),
  /** By the article's id, as the sender gives it. */
  articles: z.record(Name, Change).default({}),
});
export type Policy = z.infer<typeof Policy>;

/** What was kept before a policy had sections: the same, for every comment. */
const FlatPolicy = z.strictObject({
  thresholds: z.partialRecord(z.enum(LABELS), Threshold),
  agree: probability,
  reportsToReview: z.int().positive(),
});

/**
 * A stored policy, also one of the old, flat form; that one counted every report as one, and still does.
 *
 * @throws ZodError where it is neither.
 */
export function readPolicy(content: unknown): Policy {
  const flat = FlatPolicy.safeParse(content);
  if (!flat.success) return Policy.parse(content);
  const { thresholds, agree, reportsToReview } = flat.data;
  return Policy.parse({
    about: '',
    defaults: { thresholds, agree, reports: { toReview: reportsToReview, weighed: false } },
  });
}

/** Nobody is asked about something that is likelier absent than so, however rare its false alarms were on validation text. */
const LEAST_REVIEW = 0.3;
/**
 * Calls for violence and contempt for a people cost more where nobody reads them than a few harmless comments that somebody
 * does. Of insults and toxicity readers of news disagree so often that their scores seldom lie above a third where there is
 * one: at .3 toxicity was asked about in a quarter of the public comments that most readers call toxic, at .2 in two fifths, and
 * in none more of the comments under debates. An attack
 * on an identity that is hateful is asked about as hate; below .4 it is mostly a people that is named. Swearing alone is no
 * reason to hold a comment back before it is more likely than not, nor is what may be an advert.
 */
const LEAST_REVIEW_OF: Partial<Record<Label, number>> = {
  incitement: 0.2,
  dehumanisation: 0.2,
  hate: 0.2,
  threat: 0.2,
  severe_toxicity: 0.2,
  insult: 0.2,
  toxicity: 0.2,
  identity_attack: 0.4,
  profanity: 0.5,
  spam: 0.5,
};

/**
 * The policy that is shipped: the artefact's measured thresholds, not below what is worth a person's time. No score rejects: a
 * precision is that of validation rows, and where these lack what readers write, it is wrong unseen. Spam, the one label that
 * reached the target, scored a newspaper's bare address .98. What a site's own stream allows, its own policy may say.
 */
export function shippedPolicy(suggested: Readonly<Partial<Record<Label, { readonly review: number }>>>): Policy {
  const thresholds: Settings['thresholds'] = {};
  for (const label of LABELS) {
    const measured = suggested[label];
    if (measured === undefined) continue;
    const review = Math.max(measured.review, LEAST_REVIEW_OF[label] ?? LEAST_REVIEW);
    thresholds[label] = { review, reject: null };
  }
  return Policy.parse({
    about: 'What is shipped: thresholds as the artefact measured them, for asking a person; no score rejects.',
    defaults: { thresholds },
  });
}
