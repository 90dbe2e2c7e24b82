import { unmetInWords } from '../core/consequences.js';
import { LABELS } from '../core/labels.js';
import { readPolicy } from '../core/policy.js';
import { writePolicy } from '../core/policy-check.js';
import { diffPolicies } from '../core/policy-diff.js';
import type { PolicyRevisionView } from '../core/policy-views.js';
import type { DraftView } from '../core/revision-views.js';
import {
  auditFor,
  checkWritten,
  composePolicy,
  examinePolicy,
  type MeasuredDeps,
  type PolicyDeps,
  policyToTry,
  thresholdFor,
} from '../flow/policies.js';
import { type PublishDeps, publish, rollBack } from '../flow/publish.js';
import type { PolicyHttpDeps } from '../http/policies.js';
import { evidenceOf } from '../model/evidence.js';
import { artefactId, type Manifest } from '../model/manifest.js';
import { countAudited, readAudit, readAuditAbove } from '../store/audit-figures.js';
import { carriedSections } from '../store/carried-sections.js';
import { changedSince } from '../store/draft-changes.js';
import { type Draft, deleteDraft, keepDraft, listDrafts, readDraft } from '../store/drafts.js';
import { createDryRun, readDryRun, readDryRunChanges } from '../store/dry-runs.js';
import type { Store } from '../store/open.js';
import { pipelineInForce } from '../store/pipelines.js';
import {
  listRevisions,
  newestRevision,
  publishRevision,
  type Revision,
  type RevisionHead,
  readRevision,
  requireRevision,
} from '../store/revisions.js';
import { readScores } from '../store/scores.js';

/** A site has one policy, and one draft of it. */
const NAME = 'policy';

/** What an artefact lets a policy say. */
export function measuredBy(manifest: Manifest): Pick<PolicyDeps, 'evidenceOf' | 'covered'> {
  return {
    evidenceOf: (label) => evidenceOf(manifest, label),
    covered: LABELS.filter((label) => label === 'off_topic' || manifest.labels.includes(label)),
  };
}

/** What a policy of a site is checked against. */
export function measuring(db: Store['db'], manifest: Manifest): MeasuredDeps {
  return {
    ...measuredBy(manifest),
    countAudited: (site, section) => countAudited(db, site, section),
    readAudit: (site, section) => readAudit(db, site, section),
    readAuditAbove: (site, section, thresholds) =>
      readAuditAbove(db, site, { artefact: artefactId(manifest), section, thresholds }),
  };
}

/** A site's policy over its store: what HTTP and the command line share. */
export type SitePolicies = Omit<PolicyHttpDeps, 'takeKey' | 'keepAnswer' | 'releaseKey'>;

/** @param manifest of the artefact that judges. */
export function createSitePolicies(db: Store['db'], manifest: Manifest): SitePolicies {
  const deps: PolicyDeps = {
    ...measuring(db, manifest),
    carriedSections: (site) => carriedSections(db, site),
    policyOf: async (site) => readPolicy((await newestRevision(db, site, 'policy')).content),
  };
  const publishing: PublishDeps<Revision> = {
    newest: (site) => newestRevision(db, site, 'policy'),
    read: (site, revision) => readRevision(db, site, 'policy', revision),
    compose: async (site, _standing, [name = NAME]) => {
      const draft = await readDraft(db, site, 'policy', name);
      const content = await composePolicy(deps, site, draft.document);
      return { content, source: { yaml: draft.document }, drafts: [draft] };
    },
    changedSince: (site, draft) => changedSince(db, site, 'policy', draft),
    examine: (site, { content, source }) => examinePolicy(deps, site, { content, yaml: yamlOf(source) }),
    publish: (site, revision) =>
      publishRevision(db, site, 'policy', { ...revision, checkedAgainst: artefactId(manifest) }),
  };
  return {
    policyInForce: async (site) => {
      const pipeline = await pipelineInForce(db, site);
      const drafts = await listDrafts(db, site, 'policy');
      return {
        // One that was rolled back to judges by the pipeline of then, under its own number all the same.
        ...toView(await newestRevision(db, site, 'policy')),
        pipeline: pipeline.fingerprint,
        suspended: pipeline.suspended.map((unmet) => ({ ...unmet, detail: unmetInWords(unmet) })),
        drafts: await Promise.all(
          drafts.map(async (draft) => {
            const { yaml: _, ...head } = await toDraft(draft, site);
            return head;
          }),
        ),
      };
    },
    policyRevisions: (site, limit, before) => listRevisions(db, site, 'policy', limit, before),
    policyRevision: async (site, revision) => toView(await readRevision(db, site, 'policy', revision)),
    diffPolicies: async (site, revision, against) => {
      const [after, before] = [
        await readRevision(db, site, 'policy', revision),
        await readRevision(db, site, 'policy', against),
      ];
      return diffPolicies(readPolicy(before.content), readPolicy(after.content));
    },
    policyDraft: async (site) => toDraft(await readDraft(db, site, 'policy', NAME), site),
    keepPolicyDraft: async ({ site, actor }, yaml, begunOn, expected) => {
      if (begunOn !== undefined) await requireRevision(db, site, 'policy', begunOn);
      const draft = {
        name: NAME,
        document: yaml,
        origin: 'site',
        base: null,
        begunOn,
        expected,
        author: actor,
      } as const;
      return toDraft(await keepDraft(db, site, 'policy', draft), site);
    },
    dropPolicyDraft: (site) => deleteDraft(db, site, 'policy', NAME),
    checkPolicy: (site, yaml) => checkWritten(deps, site, yaml),
    startPolicyDryRun: async ({ site, actor }, { from, until, limit }) => {
      const { document } = await readDraft(db, site, 'policy', NAME);
      const id = await createDryRun(db, site, {
        drafts: [NAME],
        scope: { from, until },
        limit,
        candidate: { kind: 'policy', content: policyToTry(document) },
        watched: [],
        by: actor,
      });
      return await readDryRun(db, site, 'policy', id);
    },
    readPolicyDryRun: (site, id) => readDryRun(db, site, 'policy', id),
    readPolicyDryRunChanges: (site, id, limit, after) => readDryRunChanges(db, site, id, limit, after),
    publishPolicy: async (actor, { expectedDraft, begunOn, ...request }) => {
      const expectedDrafts = expectedDraft === undefined ? {} : { [NAME]: expectedDraft };
      const begun = begunOn === undefined ? {} : { [NAME]: begunOn };
      return headOf(await publish(publishing, actor, { ...request, drafts: [NAME], expectedDrafts, begunOn: begun }));
    },
    rollBackPolicy: async (actor, request) => headOf(await rollBack(publishing, actor, request)),
    thresholdFor: (site, asked) => thresholdFor(deps, site, asked),
    readScores: (site, label, section) => readScores(db, site, label, section),
    readAudit: (site, section) => auditFor(deps, site, section),
  };

  async function toDraft(draft: Draft, site: number): Promise<DraftView> {
    const { name, author, updatedAt, origin, begunOn, document: yaml } = draft;
    const since = await changedSince(db, site, 'policy', draft);
    return { name, author, updatedAt, origin, begunOn, changedSince: since, yaml };
  }
}

function headOf(revision: Revision): RevisionHead {
  const { content: _, source: __, ...head } = revision;
  return head;
}

function toView(revision: Revision): PolicyRevisionView {
  const content = readPolicy(revision.content);
  return { ...headOf(revision), content, yaml: yamlOf(revision.source) ?? writePolicy(content) };
}

/** As it was written; null where nobody wrote it. */
function yamlOf(source: unknown): string | null {
  const written = typeof source === 'object' && source !== null && 'yaml' in source ? source.yaml : null;
  return typeof written === 'string' ? written : null;
}
