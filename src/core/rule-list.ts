import { z } from 'zod';
import { LABELS } from './labels.js';
import { Domain } from './rule-domains.js';
import { closest, type RulePath } from './rule-faults.js';
import type { KnownKeys } from './rule-keys.js';
import type { LinkCondition } from './rule-links.js';

export const RULE_LIMITS = {
  /** Words, phrases, stems and patterns of one list, its sets included. */
  entriesPerList: 50_000,
  /** Each is read in several guises whenever the list is loaded. */
  examplesPerList: 5_000,
  entryCharacters: 600,
  patternCharacters: 1_000,
  exampleCharacters: 4_000,
  conditionDepth: 6,
  /** Longest distance of `near`, in words. */
  nearWords: 12,
  windowMinutes: 10_080,
  /** A hundred years; what lies far before them is no date. */
  accountDays: 36_500,
  /** Of comments, words or letters: nobody has more, and databases count no further. */
  count: 1_000_000_000,
} as const;

const RuleId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,63}$/, 'must be 2 to 64 small letters, digits and hyphens, a letter first');
const Entry = z.string().trim().min(1).max(RULE_LIMITS.entryCharacters);
const Entries = z.array(Entry).min(1);

const Near = z.strictObject({
  first: Entries,
  second: Entries,
  within: z.int().min(1).max(RULE_LIMITS.nearWords),
  /** `second` must come after `first`. */
  ordered: z.boolean().default(false),
});

const Count = z.int().min(0).max(RULE_LIMITS.count);
const Span = z
  .strictObject({ atLeast: Count.optional(), atMost: Count.optional() })
  .refine((span) => span.atLeast !== undefined || span.atMost !== undefined, 'needs atLeast or atMost')
  .refine((span) => (span.atLeast ?? 0) <= (span.atMost ?? Number.POSITIVE_INFINITY), 'atLeast lies above atMost');

const AuthorCondition = z
  .strictObject({
    trusted: z.boolean().optional(),
    role: z.array(z.string().min(1)).min(1).optional(),
    /** The account is younger than so many days when the comment is written. */
    newerThanDays: z.int().min(1).max(RULE_LIMITS.accountDays).optional(),
    approved: Span.optional(),
    rejected: Span.optional(),
  })
  .refine((author) => Object.keys(author).length > 0, 'says nothing about the author');

const LINK_WORDS = ['any', 'watched', 'blocked'] as const;
/** What a value is under the schema that its form calls for; a union would say of a slip only that it is none of its members. */
function parsedAs<T>(schema: z.ZodType<T>, value: unknown, context: z.RefinementCtx): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.addIssue({ ...issue, message: issue.message } as never);
  return z.NEVER;
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const Links = z
  .unknown()
  .transform(
    (value, context): LinkCondition =>
      parsedAs<LinkCondition>(Array.isArray(value) ? z.array(Domain).min(1) : z.enum(LINK_WORDS), value, context),
  );

/** A list, or the only one of it. */
const Nears = z
  .unknown()
  .transform((value, context): NearCondition[] =>
    isMapping(value) ? [parsedAs(Near, value, context)] : parsedAs(z.array(Near).min(1), value, context),
  );

/** What can be asked of the text: any of these. */
const TEXT_KEYS = {
  words: Entries.optional(),
  phrases: Entries.optional(),
  stems: Entries.optional(),
  near: Nears.optional(),
  pattern: z.array(z.string().min(1).max(RULE_LIMITS.patternCharacters)).min(1).optional(),
  links: Links.optional(),
};
/** A window that counts are kept for is at most a week wide. */
const Minutes = z.int().min(1).max(RULE_LIMITS.windowMinutes);

/** Of what was written: `letters` are letters and digits, so that a text of emoji alone has none. */
const Length = z.strictObject({ words: Span.optional(), characters: Span.optional(), letters: Span.optional() });
/** Share of the letters that are capitals, in texts of at least 20 letters. */
const Capitals = z.strictObject({
  atLeast: z.number().refine((share) => share > 0 && share <= 1, 'must be a share, such as 0.7'),
});
/** The same text, from anybody, so many times in so many minutes, this one included. */
const Repetition = z.strictObject({ times: z.int().min(2).max(RULE_LIMITS.count), minutes: Minutes });
/** So many comments of its author in so many minutes, this one included. */
const Rate = z.strictObject({ comments: z.int().min(2).max(RULE_LIMITS.count), minutes: Minutes });

/** What can be asked of the comment's circumstances: all of these. */
const FACT_KEYS = {
  section: z.array(z.string().min(1)).min(1).optional(),
  author: AuthorCondition.optional(),
  length: Length.optional(),
  capitals: Capitals.optional(),
  repetition: Repetition.optional(),
  rate: Rate.optional(),
};

export type TextCondition = {
  readonly words?: readonly string[] | undefined;
  readonly phrases?: readonly string[] | undefined;
  readonly stems?: readonly string[] | undefined;
  readonly near?: readonly NearCondition[] | undefined;
  readonly pattern?: readonly string[] | undefined;
  readonly links?: LinkCondition | undefined;
};
export type NearCondition = Readonly<z.output<typeof Near>>;
export type FactCondition = {
  readonly section?: readonly string[] | undefined;
  readonly author?: z.output<typeof AuthorCondition> | undefined;
  readonly length?: Readonly<Partial<Record<'words' | 'characters' | 'letters', Range | undefined>>> | undefined;
  readonly capitals?: { readonly atLeast: number } | undefined;
  readonly repetition?: { readonly times: number; readonly minutes: number } | undefined;
  readonly rate?: { readonly comments: number; readonly minutes: number } | undefined;
};
export type Range = { readonly atLeast?: number | undefined; readonly atMost?: number | undefined };
export type Combination =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };
export type Condition = TextCondition | FactCondition | Combination;

const TextPart = nonEmpty(z.strictObject(TEXT_KEYS));
const FactPart = nonEmpty(z.strictObject(FACT_KEYS));
const COMBINING = ['all', 'any', 'not'];

// The keys decide which member is meant.
const ConditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.unknown().transform((value, context): Condition => {
    const member = memberFor(value);
    if (typeof member === 'string') {
      context.addIssue({ code: 'custom', message: member });
      return z.NEVER;
    }
    return parsedAs(member, value, context);
  }),
);

function memberFor(value: unknown): z.ZodType<Condition> | string {
  if (!isMapping(value)) {
    return 'must be a condition, for example `phrases: [...]`';
  }
  const keys = Object.keys(value);
  const combining = keys.filter((key) => COMBINING.includes(key));
  if (combining.length > 0) {
    if (keys.length > 1) return `${combining[0]} must stand alone; put the rest under it`;
    if (combining[0] === 'not') return z.strictObject({ not: ConditionSchema });
    return combining[0] === 'all'
      ? z.strictObject({ all: z.array(ConditionSchema).min(1) })
      : z.strictObject({ any: z.array(ConditionSchema).min(1) });
  }
  const facts = keys.filter((key) => Object.hasOwn(FACT_KEYS, key));
  if (facts.length === 0) return TextPart;
  if (keys.some((key) => Object.hasOwn(TEXT_KEYS, key))) {
    return `${facts[0]} cannot stand beside words; put both under all`;
  }
  return FactPart;
}

/** A condition with its place in its rule. */
type PlacedCondition = { readonly condition: Condition; readonly path: RulePath };

/** Every condition of the rules of a list, and those that they are combined of; with their places in the list. */
export function conditionsIn({
  rules,
}: {
  readonly rules: readonly Rule[];
}): readonly (PlacedCondition & { readonly rule: Rule })[] {
  return rules.flatMap((rule, index) =>
    conditionsOf(rule).map(({ condition, path }) => ({ rule, condition, path: ['rules', index, ...path] })),
  );
}

/** Every condition of a rule, and those that they are combined of. */
export function conditionsOf({ when, unless }: Rule): readonly PlacedCondition[] {
  return [
    ...conditionsBelow(when, ['when']),
    ...(unless?.sentence === undefined ? [] : conditionsBelow(unless.sentence, ['unless', 'sentence'])),
    ...(unless?.comment === undefined ? [] : conditionsBelow(unless.comment, ['unless', 'comment'])),
  ];
}

/** A condition and those that it is combined of. */
function conditionsBelow(condition: Condition, path: RulePath): readonly PlacedCondition[] {
  if ('not' in condition) return conditionsBelow(condition.not, [...path, 'not']);
  const key = 'all' in condition ? 'all' : 'any';
  const inner = partsOf(condition).flatMap((part, index) => conditionsBelow(part, [...path, key, index]));
  return [...inner, { condition, path }];
}

/** The conditions that one is combined of; none where it stands for itself. */
export function partsOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

export function isFactCondition(condition: Condition): condition is FactCondition {
  return Object.keys(condition).some((key) => Object.hasOwn(FACT_KEYS, key));
}

function nonEmpty<T extends z.ZodType<object>>(schema: T) {
  return schema.refine((part) => Object.keys(part).length > 0, 'is empty');
}

const ExampleText = z.string().max(RULE_LIMITS.exampleCharacters);
const ExampleWithFacts = z.strictObject({
  text: ExampleText,
  section: z.string().optional(),
  trusted: z.boolean().optional(),
  role: z.string().optional(),
  approved: Count.optional(),
  rejected: Count.optional(),
  /** Age of the account in days. */
  days: z.number().min(0).max(RULE_LIMITS.accountDays).optional(),
  /** How often the same text came within the window that the rule asks for, and how many comments of the author. */
  sameText: Count.min(1).optional(),
  byAuthor: Count.min(1).optional(),
});
const EXAMPLE_KEYS = Object.keys(ExampleWithFacts.shape);
export type RuleExample = string | z.output<typeof ExampleWithFacts>;

const Example = z.unknown().transform((value, context): RuleExample => {
  // To YAML a comment with a colon (`Note: …`) is a mapping, too.
  const hasFacts = isMapping(value) && Object.keys(value).some((key) => closest(key, EXAMPLE_KEYS) !== undefined);
  return parsedAs<RuleExample>(hasFacts ? ExampleWithFacts : ExampleText, value, context);
});

const Unless = nonEmpty(
  z.strictObject({
    /** The place lies inside quotation marks, a quoted line or a `<blockquote>`. */
    quoted: z.literal(true).optional(),
    /** The place is negated: not, never, nobody … shortly before it, or inside it. */
    negated: z.literal(true).optional(),
    /** The sentence of the place says this too. */
    sentence: nonEmpty(z.strictObject(TEXT_KEYS)).optional(),
    /** The comment as a whole is so. */
    comment: ConditionSchema.optional(),
  }),
);

const Force = z.strictObject({
  /** The editor who answers for it. */
  by: z.string().trim().min(2).max(100),
  /** Why the rule may decide alone: a court order, a victim's name. */
  reason: z.string().trim().min(8).max(500),
  /** The last day, in UTC, on which it does. */
  until: z.iso.date('must be a day such as 2027-03-31'),
});
export type Force = Readonly<z.output<typeof Force>>;

export const Rule = z
  .strictObject({
    id: RuleId,
    label: z.enum(LABELS),
    effect: z.enum(['approve', 'review', 'reject', 'flag']),
    when: ConditionSchema,
    unless: Unless.optional(),
    /** It is looked for and counted, and decides nothing. */
    shadow: z.boolean().optional(),
    /** It decides alone, whatever the model says. */
    force: Force.optional(),
    reason: z.string().trim().min(8).max(200),
    match: z.array(Example).min(1),
    ignore: z.array(Example).min(1),
  })
  .refine((rule) => rule.label !== 'off_topic' || rule.effect === 'flag' || rule.effect === 'review', {
    path: ['effect'],
    message: 'a rule about off_topic may only flag or ask for review',
  })
  .refine((rule) => rule.force === undefined || rule.effect !== 'flag', {
    path: ['force'],
    message: 'a rule that only flags has nothing to decide',
  })
  .refine((rule) => rule.force === undefined || rule.shadow !== true, {
    path: ['force'],
    message: 'a rule in shadow decides nothing, least of all alone; leave one of them out',
  });

const Domains = z.strictObject({
  allow: z.array(Domain).optional(),
  watch: z.array(Domain).optional(),
  block: z.array(Domain).optional(),
});

export const RuleListSchema = z.strictObject({
  /** What the list is about, in a sentence. */
  about: z.string().trim().min(8).max(300),
  /** Named groups of words, for `{name}` in phrases of this and every other list. */
  sets: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), Entries).default({}),
  /** Domains for `links`, here and in every other list. */
  domains: Domains.optional(),
  /** Ids of shipped rules that a site's own list switches off. */
  disable: z.array(RuleId).optional(),
  rules: z.array(Rule).default([]),
});

export const KNOWN_KEYS: KnownKeys = {
  list: Object.keys(RuleListSchema.shape),
  domains: Object.keys(Domains.shape),
  rule: Object.keys(Rule.shape),
  example: EXAMPLE_KEYS,
  force: Object.keys(Force.shape),
  unless: Object.keys(Unless.shape),
  sentence: Object.keys(TEXT_KEYS),
  condition: [...Object.keys({ ...TEXT_KEYS, ...FACT_KEYS }), ...COMBINING],
  near: Object.keys(Near.shape),
  author: Object.keys(AuthorCondition.shape),
  length: Object.keys(Length.shape),
  range: Object.keys(Span.shape),
  capitals: Object.keys(Capitals.shape),
  repetition: Object.keys(Repetition.shape),
  rate: Object.keys(Rate.shape),
};

export type Rule = z.output<typeof Rule>;
export type RuleList = z.output<typeof RuleListSchema> & {
  /** The name of its file, without the ending. */
  readonly name: string;
};
