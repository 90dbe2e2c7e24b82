import type { Config } from '../config.js';
import { suspendedInWords, unmetInWords } from '../core/consequences.js';
import { FaultyPolicy, PrecisionNotMet } from '../core/errors.js';
import type { Label } from '../core/labels.js';
import { settingsIn } from '../core/policy-diff.js';
import type { PolicyCheckView } from '../core/policy-views.js';
import { checkWritten, type PolicyCheckDeps } from '../flow/policies.js';
import { SITE } from '../http/access.js';
import { currentArtefact, readManifest } from '../model/artefact.js';
import { joinStore, type Store } from '../store/open.js';
import { pipelineInForce } from '../store/pipelines.js';
import { type DryRunOptions, followDryRun, scopeOf } from './dry-run.js';
import { readGiven, writeGiven } from './given-files.js';
import {
  BY,
  type Placed,
  printDiff,
  type RollBackOptions,
  rollBackTo,
  sayDiscarded,
  sayHistory,
  sayPlaced,
  sayPublished,
} from './history.js';
import { createSitePolicies, measuredBy, type SitePolicies } from './policy-deps.js';
import { say } from './say.js';
import { findArtefact } from './shipped.js';

/** Where no store is asked nothing was audited, so that the assumed share of each label holds, and no section is known. */
const NO_STORE: Omit<PolicyCheckDeps, 'covered' | 'evidenceOf'> = {
  carriedSections: async () => [],
  readAuditAbove: async (_site, _section, thresholds) => thresholds.map(() => ({ judged: 0, rejected: null })),
  countAudited: async () => 0,
  readAudit: async () => ({
    since: null,
    drawn: 0,
    judged: 0,
    population: { decisions: { approve: 0, review: 0, reject: 0 }, flagged: [] },
    verdicts: [],
  }),
};

/** Checks a file against what the shipped artefact measured; needs no store. @returns the exit status: 1 where there are faults */
export async function checkFile(config: Config, file: string): Promise<number> {
  const manifest = await readManifest(await currentArtefact(config.model.directory));
  const yaml = await readGiven(file);
  const check = await checkWritten({ ...measuredBy(manifest), ...NO_STORE }, SITE, yaml);
  tell(file, check);
  if (check.faults.length === 0) say('The policy is sound.');
  return check.faults.length === 0 ? 0 : 1;
}

/**
 * Keeps a file as the draft of the running service.
 *
 * @param options `begunOn`: the revision on whose text it was written; left out, what the draft has, or the one in force.
 * @returns the exit status: 1 where it has faults; it is kept all the same
 */
export async function draftFile(
  config: Config,
  file: string,
  { begunOn }: { readonly begunOn?: number },
): Promise<number> {
  return await withPolicies(config, async (policies) => {
    const { yaml } = await policies.keepPolicyDraft(BY, await readGiven(file), begunOn);
    const check = await policies.checkPolicy(SITE, yaml);
    tell(file, check);
    say(`The draft is kept${check.faults.length === 0 ? '' : ', with its faults'}.`);
    return check.faults.length === 0 ? 0 : 1;
  });
}

/** Throws the draft away. @throws NotFound */
export async function discardDraft(config: Config): Promise<number> {
  return await withPolicies(config, async (policies) => {
    sayDiscarded('draft', await policies.dropPolicyDraft(SITE));
    return 0;
  });
}

/** Publishes the draft. */
export async function publishDraft(
  config: Config,
  options: {
    readonly why: string;
    readonly expected?: number;
    readonly expectedDraft?: string;
    /** The revision on which the draft is to count as begun. */
    readonly begunOn?: number;
  },
): Promise<number> {
  return await withPolicies(config, async (policies) => {
    const { why, expected, expectedDraft, begunOn } = options;
    const expectedRevision = expected ?? (await policies.policyInForce(SITE)).revision;
    try {
      const seen = { ...(expectedDraft !== undefined && { expectedDraft }), ...(begunOn !== undefined && { begunOn }) };
      const { revision } = await policies.publishPolicy(BY, { why, expectedRevision, ...seen });
      sayPublished('policies', revision);
      return 0;
    } catch (error) {
      for (const fault of faultsIn(error)) sayPlaced('policy', fault);
      return 1;
    }
  });
}

export async function rollBackPolicy(config: Config, revision: number, options: RollBackOptions): Promise<number> {
  return await withPolicies(config, (policies) => rollBackTo(policies.rollBackPolicy, revision, options));
}

/** Prints what a revision (left out: the newest) has otherwise than another (left out: the one before it). */
export async function diffPolicies(config: Config, revision?: number, against?: number): Promise<number> {
  return await withPolicies(config, async ({ diffPolicies: diff, policyInForce }) => {
    return await printDiff({ diff, newest: async () => (await policyInForce(SITE)).revision }, revision, against);
  });
}

/** Lists the settings in force as NDJSON, the draft, and the newest revisions. */
export async function listPolicy(config: Config): Promise<number> {
  return await withPolicies(config, async (policies) => {
    const { content, drafts, suspended } = await policies.policyInForce(SITE);
    for (const [setting, value] of settingsIn(content)) process.stdout.write(`${JSON.stringify({ setting, value })}\n`);
    if (suspended.length > 0) say([suspendedInWords(suspended), ...suspended.map(({ detail }) => detail)].join('\n'));
    sayHistory(drafts, await policies.policyRevisions(SITE, 10, null));
    return 0;
  });
}

/** Writes the policy in force into a file, as it was written. */
export async function exportPolicy(config: Config, file: string): Promise<number> {
  return await withPolicies(config, async (policies) => {
    const { yaml, revision } = await policies.policyInForce(SITE);
    await writeGiven(file, yaml);
    say(`Revision ${revision} is written to ${file}.`);
    return 0;
  });
}

/** Tries the draft on stored comments and prints which decisions would change. */
export async function dryRunPolicy(config: Config, options: DryRunOptions): Promise<number> {
  return await withPolicies(config, async (policies, db) => {
    const started = await policies.startPolicyDryRun(BY, scopeOf(options));
    const deps = { read: policies.readPolicyDryRun, changes: policies.readPolicyDryRunChanges };
    return await followDryRun(db, deps, started);
  });
}

/** Prints from where on a label may reject by itself, and what that would do, as JSON. */
export async function printThreshold(
  config: Config,
  options: {
    readonly label: Label;
    readonly precision?: number;
    readonly prior?: number;
    readonly section?: string;
  },
): Promise<number> {
  return await withPolicies(config, async (policies) => {
    const { section = null, ...asked } = options;
    process.stdout.write(`${JSON.stringify(await policies.thresholdFor(SITE, { ...asked, section }))}\n`);
    return 0;
  });
}

/** Prints the site's true figures, as the audit's verdicts say them, as JSON. @param section null for the whole site */
export async function printAudit(config: Config, section: string | null): Promise<number> {
  return await withPolicies(config, async (policies) => {
    process.stdout.write(`${JSON.stringify(await policies.readAudit(SITE, section))}\n`);
    return 0;
  });
}

/** @throws the error itself where it is not about what stands in the policy */
function faultsIn(error: unknown): readonly Placed[] {
  if (error instanceof FaultyPolicy) return error.faults;
  if (error instanceof PrecisionNotMet) return error.unmet.map((one) => ({ ...one, detail: unmetInWords(one) }));
  throw error;
}

function tell(file: string, { faults, warnings }: PolicyCheckView): void {
  for (const placed of [...faults, ...warnings]) sayPlaced(file, placed);
}

async function withPolicies(
  config: Config,
  work: (policies: SitePolicies, db: Store['db']) => Promise<number>,
): Promise<number> {
  const { db, close } = await joinStore(config.store);
  try {
    const pipeline = await pipelineInForce(db, SITE);
    const { manifest } = await findArtefact(config.model.directory, pipeline.artefact);
    return await work(createSitePolicies(db, manifest), db);
  } finally {
    await close();
  }
}
