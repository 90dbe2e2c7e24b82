import { z } from 'zod';
import { InvalidRequest, type Issue } from './errors.js';
import { pointerTo } from './json-pointer.js';
import { byteLength, LIMITS } from './limits.js';
import { plainFault } from './plain-faults.js';

/**
 * The forms of what a sender may hand in, the same for every way in: HTTP, batch, `premod score`.
 * Text is kept as it was sent; what PostgreSQL or JSON could not give back unchanged is refused.
 */
function text(limit: number, what: string, { empty = false } = {}) {
  return z.string().check((context) => {
    const value = context.value;
    if (!empty && value.length === 0) {
      context.issues.push({ ...issue(value, `${what} must not be empty.`), params: { limit: 1, size: 0 } });
    }
    if (value.includes('\u0000')) context.issues.push(issue(value, `${what} must not hold the character NUL.`));
    if (!value.isWellFormed()) context.issues.push(issue(value, `${what} must not hold an unpaired surrogate.`));
    const size = byteLength(value);
    if (size > limit) {
      context.issues.push({
        ...issue(value, `${what} may have at most ${limit} bytes and has ${size}.`),
        params: { limit, size },
      });
    }
  });
}

function issue(input: string, message: string) {
  return { code: 'custom' as const, input, message };
}

/** A sender's own id of a comment, an article, an author: opaque, any characters that a text can hold. */
export const Id = text(LIMITS.idBytes, 'An id');
/** What a moderator or a script calls itself by, or searches for. */
export const Name = text(100, 'A name');
/** What a moderator writes beside a verdict. */
export const Note = text(LIMITS.noteBytes, 'A note', { empty: true });
const Language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'A language is a BCP 47 tag, such as "en" or "de-AT".')
  .transform((tag) => tag.toLowerCase().split('-')[0] ?? tag);
/**
 * A time that a sender wrote, as the instant it names: `toISOString()`, whatever its offset and however long its fraction.
 * PostgreSQL reads neither every offset nor every fraction that RFC 3339 allows, and no year 0.
 */
export const Time = z.iso
  .datetime({ offset: true, error: 'A time is RFC 3339 with a zone, such as "2026-03-01T12:00:00Z".' })
  .transform((written, context) => {
    const instant = new Date(written);
    const year = instant.getUTCFullYear();
    if (year >= 1 && year <= 9_999) return instant.toISOString();
    context.issues.push(issue(written, 'A time lies in the years 1 to 9999.'));
    return z.NEVER;
  });

const Author = z.strictObject({
  id: Id,
  name: text(LIMITS.shortTextBytes, 'A name', { empty: true }).optional(),
  createdAt: Time.optional(),
  role: text(LIMITS.idBytes, 'A role').optional(),
  trusted: z.boolean().optional(),
});

const articleFields = {
  title: text(LIMITS.articleTitleBytes, 'A title'),
  summary: text(LIMITS.articleSummaryBytes, 'A summary', { empty: true }).nullish(),
  body: text(LIMITS.articleBodyBytes, 'An article’s body', { empty: true }).nullish(),
  url: text(LIMITS.noteBytes, 'A URL', { empty: true }).nullish(),
  section: text(LIMITS.idBytes, 'A section', { empty: true }).nullish(),
  publishedAt: Time.nullish(),
  language: Language.nullish(),
};

/** Body of `PUT /v1/articles/{id}`, and `article` of a comment. */
export const IncomingArticle = z.strictObject(articleFields);
export type IncomingArticle = z.infer<typeof IncomingArticle>;

export const CommentText = text(LIMITS.commentBytes, 'A comment');

/** Body of `POST /v1/comments`, and one line of a batch. */
export const IncomingComment = z.strictObject({
  id: Id,
  articleId: Id,
  article: IncomingArticle.optional(),
  parentId: Id.nullish(),
  author: Author,
  text: CommentText,
  createdAt: Time.optional(),
  /** The sender's own count of changes; the larger is the newer. */
  version: z.int().nonnegative().optional(),
  editedAt: Time.optional(),
  language: Language.optional(),
});
export type IncomingComment = z.infer<typeof IncomingComment>;

/** Body of `POST /v1/comments/{id}/reports`. */
export const IncomingReport = z.strictObject({
  reason: text(LIMITS.idBytes, 'A reason'),
  reporter: Id,
  note: Note.optional(),
});
export type IncomingReport = z.infer<typeof IncomingReport>;

/** One line of `premod score`. */
export const ScoreLine = z.strictObject({
  id: z.union([z.string(), z.number()]).optional(),
  text: text(LIMITS.commentBytes, 'A comment', { empty: true }),
  article: z
    .strictObject({ ...articleFields, title: text(LIMITS.articleTitleBytes, 'A title', { empty: true }) })
    .partial()
    .nullish(),
  parent: z.strictObject({ text: text(LIMITS.commentBytes, 'A comment', { empty: true }) }).nullish(),
  section: text(LIMITS.idBytes, 'A section', { empty: true }).nullish(),
  language: Language.nullish(),
  author: Author.partial().nullish(),
});
export type ScoreLine = z.infer<typeof ScoreLine>;

/**
 * Parses what came in from outside.
 *
 * @throws InvalidRequest with every fault (422): field, what is wrong, limit and size.
 */
export function parseIncoming<Form extends z.ZodType>(form: Form, value: unknown): z.infer<Form> {
  const parsed = form.safeParse(value, { reportInput: false, error: inPlainWords });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((raw) => toIssues(raw, value));
  throw new InvalidRequest(issues.slice(0, MOST_ISSUES));
}

const MOST_ISSUES = 20;

/** A sentence, as the forms' own words are. */
function inPlainWords(issue: z.core.$ZodRawIssue): string | undefined {
  const fault = plainFault(issue);
  return fault && `${(issue.path?.length ?? 0) === 0 ? 'What was sent' : 'It'} ${fault}.`;
}

function toIssues(raw: z.core.$ZodIssue, value: unknown): Issue[] {
  const pointer = pointerTo(raw.path);
  if (raw.code === 'unrecognized_keys') {
    return raw.keys.map((key) => ({
      pointer: `${pointer}/${cut(key)}`,
      detail: `There is no field of this name here.`,
    }));
  }
  return [{ pointer, detail: raw.message, ...passed(raw, value) }];
}

/** Which limit was passed, and by what: bytes of a text, entries of a list, or the number itself. */
function passed(raw: z.core.$ZodIssue, value: unknown): Pick<Issue, 'limit' | 'size'> {
  if (raw.code === 'custom') return (raw.params as Pick<Issue, 'limit' | 'size'> | undefined) ?? {};
  if (raw.code !== 'too_big' && raw.code !== 'too_small') return {};
  const limit = Number(raw.code === 'too_big' ? raw.maximum : raw.minimum);
  const at = raw.path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
  const counted = raw.origin === 'array' || raw.origin === 'string';
  const size = counted ? (at as { readonly length: number }).length : Number(at);
  return { limit, ...(Number.isFinite(size) && { size }) };
}

function cut(key: string): string {
  return key.length > 100 ? `${key.slice(0, 100)}…` : key;
}

/** Refuses a time that lies further ahead than clocks differ. */
export function refuseFuture(field: string, time: string | null | undefined, now: Date): void {
  if (time === undefined || time === null) return;
  const ahead = Date.parse(time) - now.getTime();
  if (ahead <= LIMITS.clockAheadMs) return;
  throw new InvalidRequest([
    {
      pointer: `/${field}`,
      detail: `The time lies ${Math.round(ahead / 1000)} seconds in the future; at most ${LIMITS.clockAheadMs / 1000} are allowed.`,
      limit: LIMITS.clockAheadMs / 1000,
      size: Math.round(ahead / 1000),
    },
  ]);
}
