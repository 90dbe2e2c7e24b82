import { carryOnRescore, type RescoreDeps } from '../flow/rescore.js';
import { type StretchDeps, stretchProcessor } from './stretch.js';

export const RESCORE = 'rescore';

/** How long one job carries a rescoring on before another one takes over. */
const MOST_MS = 60_000;

/** Processes a stretch of one rescoring. */
export function rescoreProcessor<Scope>(deps: RescoreDeps<Scope> & Pick<StretchDeps, 'fail'>) {
  return stretchProcessor({ carryOn: (site, id) => carryOnRescore(deps, site, id, MOST_MS), fail: deps.fail });
}
