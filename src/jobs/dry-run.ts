import { carryOnDryRun, type DryRunDeps } from '../flow/dry-run.js';
import { type StretchDeps, stretchProcessor } from './stretch.js';

export const DRY_RUN = 'dry-run';

/** How long one job carries a dry run on before another one takes over. */
const MOST_MS = 30_000;

/** Processes a stretch of one dry run. */
export function dryRunProcessor<Scope>(deps: DryRunDeps<Scope> & Pick<StretchDeps, 'fail'>) {
  return stretchProcessor({ carryOn: (site, id) => carryOnDryRun(deps, site, id, MOST_MS), fail: deps.fail });
}
