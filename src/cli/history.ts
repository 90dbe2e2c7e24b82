import type { DiscardedDraft, DraftHeadView, RevisionDiffView, RevisionHeadView } from '../core/revision-views.js';
import { SITE } from '../http/access.js';
import { say } from './say.js';

/** What commands for rules and for the policy do alike with drafts and revisions. */

/** Whose word the history has for what was done by command. */
export const BY = { site: SITE, actor: 'command line' };

type Group = 'rules' | 'policies';

/** Something that is wrong, or odd, at a place of a file. */
export type Placed = {
  readonly line?: number;
  readonly column?: number;
  /** The rule that it is about. */
  readonly rule?: string;
  /** The kind of a warning. */
  readonly kind?: string;
  readonly detail: string;
};

export function sayPlaced(file: string, { line = 1, column = 1, rule, kind, detail }: Placed): void {
  const about = rule === undefined ? '' : ` rule ${rule}`;
  say(`${file}:${line}:${column}${about}: ${detail}${kind === undefined ? '' : ` (${kind})`}`);
}

/** What was discarded is printed, because it stands nowhere else any more. */
export function sayDiscarded(what: string, { author, updatedAt, yaml }: DiscardedDraft): void {
  process.stdout.write(yaml);
  say(`The ${what}, by ${author}, ${updatedAt}, is discarded.`);
}

export function sayPublished(group: Group, revision: number): void {
  say(`Revision ${revision} is in force. To take it back: premod ${group} rollback ${revision - 1} --why "…"`);
}

/** `expected`: the revision that is to be in force yet; left out, whichever is. */
export type RollBackOptions = { readonly why: string; readonly expected?: number };

/** Publishes an earlier revision again. @returns the exit status */
export async function rollBackTo(
  rollBack: (
    actor: typeof BY,
    request: { revision: number; why: string; expectedRevision?: number },
  ) => Promise<RevisionHeadView>,
  revision: number,
  { why, expected }: RollBackOptions,
): Promise<number> {
  const done = await rollBack(BY, { revision, why, ...(expected !== undefined && { expectedRevision: expected }) });
  say(`Revision ${done.revision} is in force; it says what revision ${revision} said.`);
  say(
    'What waits for a person by what was in force until now waits on. To have it judged anew: premod queue judge-anew',
  );
  return 0;
}

/**
 * Prints what a revision says otherwise than another one.
 *
 * @param newest reads the number of the revision in force, which is meant where none is named; `against`: left out, the one
 *   before it.
 * @returns the exit status
 */
export async function printDiff(
  history: {
    newest(): Promise<number>;
    diff(site: number, revision: number, against: number): Promise<RevisionDiffView>;
  },
  revision?: number,
  against?: number,
): Promise<number> {
  const newer = revision ?? (await history.newest());
  const older = against ?? Math.max(1, newer - 1);
  const { added, removed, changed } = await history.diff(SITE, newer, older);
  const block = (sign: string, text: string) => text.trimEnd().replace(/^/gm, `${sign} `);
  const print = (id: string, ...blocks: readonly string[]) => process.stdout.write(`@ ${id}\n${blocks.join('\n')}\n`);
  for (const { id, before } of removed) print(id, block('-', before));
  for (const { id, before, after } of changed) print(id, block('-', before), block('+', after));
  for (const { id, after } of added) print(id, block('+', after));
  say(`Revision ${older} → ${newer}: ${added.length} new, ${changed.length} changed, ${removed.length} gone.`);
  return 0;
}

/** Says which drafts there are, and what was published last. */
export function sayHistory(drafts: readonly DraftHeadView[], revisions: readonly RevisionHeadView[]): void {
  for (const { name, author, updatedAt, origin, begunOn, changedSince: since } of drafts) {
    const from = origin === 'upgrade' ? 'from a newer premod' : `by ${author}`;
    const changed =
      since === null
        ? ''
        : `, begun on revision ${begunOn}; ${since.by} has changed what it takes the place of since, in revision ${since.revision}`;
    say(`Draft ${name}, ${from}, ${updatedAt}${changed}`);
  }
  for (const { revision, publishedBy, publishedAt, why } of revisions) {
    say(`Revision ${revision}, ${publishedAt}, by ${publishedBy}${why === '' ? '' : `: ${why}`}`);
  }
}
