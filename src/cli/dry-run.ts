import type { DryRunView } from '../core/revision-views.js';
import { SITE } from '../http/access.js';
import { DryRunScope, type ReadDryRunChanges } from '../http/dry-runs.js';
import type { Store } from '../store/open.js';
import { somebodyWorks } from '../store/processes.js';
import { sayWaits, startProgress } from './progress.js';
import { say } from './say.js';
import { toTime } from './time.js';

export type DryRunOptions = { readonly from?: string; readonly until?: string; readonly limit?: number };

/** Which stored comments are asked, as it was typed. @throws an error of one line */
export function scopeOf({ from, until, limit }: DryRunOptions): DryRunScope {
  return DryRunScope.parse({ from: toTime(from), until: toTime(until), ...(limit !== undefined && { limit }) });
}

const LOOK_MS = 300;
const PAGE = 500;

/**
 * Follows a dry run to its end and prints the decisions that would change: NDJSON on stdout, counts on stderr. Leaving the
 * command does not stop it.
 *
 * @returns the exit status
 */
export async function followDryRun(
  db: Store['db'],
  deps: { read(site: number, id: string): Promise<DryRunView>; changes: ReadDryRunChanges },
  started: DryRunView,
): Promise<number> {
  if (!(await somebodyWorks(db, 30_000))) {
    say('No worker has been seen for 30 seconds; the dry run goes on when one starts.');
  }
  let run = started;
  const waits = sayWaits(`Dry run ${run.id}`);
  waits(run.waitsFor);
  const progress = startProgress(`Dry run ${run.id}`, run.total);
  try {
    while (run.status === 'running') {
      await new Promise((done) => setTimeout(done, LOOK_MS));
      run = await deps.read(SITE, run.id);
      waits(run.waitsFor);
      progress.set(run.done, run.total);
    }
  } finally {
    progress.stop();
  }
  for (let after: number | null = null; ; ) {
    const page = await deps.changes(SITE, run.id, PAGE, after);
    for (const { number: _, ...change } of page) process.stdout.write(`${JSON.stringify(change)}\n`);
    after = page.at(-1)?.number ?? null;
    if (page.length < PAGE) break;
  }
  for (const { rule, matched, share } of run.byRule) say(`${rule}: ${matched} (${(share * 100).toFixed(1)} %)`);
  const changes = run.changes.map(({ from, to, count }) => `${from} → ${to}: ${count}`).join(', ');
  const unscored = run.unscored === 0 ? '' : ` ${run.unscored} had no stored scores.`;
  say(
    `Dry run ${run.id}: ${run.status}. ${run.done} comments.${unscored} ${changes === '' ? 'No decision would change.' : `Would change: ${changes}.`}`,
  );
  if (run.error !== null) say(`It failed: ${run.error}`);
  return run.status === 'failed' ? 1 : 0;
}
