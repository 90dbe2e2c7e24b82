import type { AuthorFacts } from '../core/comment.js';
import type { Policy } from '../core/policy.js';
import type { CompiledRules, Counted } from '../core/rules.js';

/** What is kept with a decision, so that it can be made again. */
export type KeptFacts = {
  readonly author: AuthorFacts;
  readonly section: string | null;
  readonly createdAt: string;
  /** The clock by which forced rules held; RFC 3339. */
  readonly decidedAt: string;
  readonly counted?: Counted;
};

type Asked = Pick<CompiledRules, 'windows' | 'asksRecord'>;

type Subject = { readonly commentId: number; readonly revision: number; readonly counted?: Counted };

export type CountingDeps = {
  /** Counts by comment id; a comment that was erased is left out. */
  countFor(
    site: number,
    subjects: readonly Pick<Subject, 'commentId' | 'revision'>[],
    asked: Asked,
  ): Promise<ReadonlyMap<number, Counted>>;
};

/**
 * Looks up what rules and policy ask of the site's own comments; nothing where none asks. What was counted for an earlier decision on the
 * text stays as it was, so that the same is said again.
 */
export async function withCounts<One extends Subject>(
  deps: CountingDeps,
  site: number,
  subjects: readonly One[],
  parts: { readonly rules: Asked; readonly policy: Policy },
): Promise<readonly One[]> {
  const { windows } = parts.rules;
  const asksRecord = parts.rules.asksRecord || policyAsksRecord(parts.policy);
  if (windows.sameText.length === 0 && windows.byAuthor.length === 0 && !asksRecord) return subjects;
  const lacking = subjects.filter(
    ({ counted }) =>
      windows.sameText.some((minutes) => counted?.sameText?.[minutes] === undefined) ||
      windows.byAuthor.some((minutes) => counted?.byAuthor?.[minutes] === undefined) ||
      (asksRecord && counted?.record === undefined),
  );
  const found = lacking.length === 0 ? new Map() : await deps.countFor(site, lacking, { windows, asksRecord });
  return subjects.map((subject) => {
    const fresh: Counted | undefined = found.get(subject.commentId);
    if (fresh === undefined) return subject;
    const { counted } = subject;
    const sameText = { ...fresh.sameText, ...counted?.sameText };
    const byAuthor = { ...fresh.byAuthor, ...counted?.byAuthor };
    return { ...subject, counted: { ...fresh, ...counted, sameText, byAuthor } };
  });
}

function policyAsksRecord({ defaults, sections, articles }: Policy): boolean {
  return [defaults, ...Object.values(sections), ...Object.values(articles)].some(
    ({ newAuthors = null, trustedAuthors = null }) => newAuthors !== null || trustedAuthors !== null,
  );
}
