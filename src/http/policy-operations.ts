import { dryRunOperations } from './dry-run-operations.js';
import { DryRunScope } from './dry-runs.js';
import { ONCE, type Operation } from './operation.js';
import {
  AuditQuery,
  PolicyBody,
  PolicyDraftBody,
  PublishPolicyBody,
  ScoresQuery,
  ThresholdsQuery,
} from './policies.js';
import { RollBackBody } from './published.js';
import { revisionOperations } from './revision-operations.js';

/** What the description says of `/v1/policies`. */
export const POLICY_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/policies',
    does: 'The policy in force: as a document, as it was written, and what of it may not reject by itself by what the active artefact has measured (`suspended`); a person decides there.',
    answers: { 200: { says: 'The revision in force.', form: 'PolicyInForce' } },
  },
  {
    method: 'get',
    path: '/v1/policies/draft',
    does: 'What somebody works on.',
    answers: { 200: { says: 'The draft.', form: 'Draft' } },
  },
  {
    method: 'put',
    path: '/v1/policies/draft',
    does: 'Keeps the draft, faulty or not, and says what is wrong with it. `begunOn`: the revision on whose text it was begun; left out, what the draft has, or the one in force. `expectedDraft`: the `updatedAt` of the draft that it takes the place of, null for none; where another one stands there that says something else, 409 `draft-changed`, and nothing is changed.',
    body: { form: PolicyDraftBody },
    answers: { 200: { says: 'Kept.', form: 'KeptPolicyDraft' } },
  },
  {
    method: 'delete',
    path: '/v1/policies/draft',
    does: 'Throws the draft away.',
    answers: { 204: { says: 'Gone.' } },
  },
  {
    method: 'post',
    path: '/v1/policies:check',
    does: 'Says everything that is wrong with a policy in YAML or JSON, with line and column, and changes nothing.',
    body: { form: PolicyBody },
    answers: { 200: { says: 'Faults, warnings, and labels that may not reject by themselves.', form: 'PolicyCheck' } },
  },
  ...dryRunOperations(
    '/v1/policies',
    DryRunScope,
    'Decides stored comments again under the draft, on their stored scores, and keeps what would change. The model is not asked. A draft that may not be published for want of precision can be tried.',
  ),
  {
    method: 'post',
    path: '/v1/policies:publish',
    does: 'Makes the draft the policy in force. 422 `faulty-policy` with its faults; 422 `precision-not-met` where a label would reject by itself without the precision for it, with the figures; 409 `overtaken` where another revision came between; 409 `draft-changed` where `expectedDraft` is given and not the draft’s `updatedAt`; 409 `draft-outdated` where the policy was changed after the draft was begun: with `begunOn`, it counts as begun on that revision.',
    body: { form: PublishPolicyBody },
    headers: [ONCE],
    answers: { 200: { says: 'The new revision.', form: 'RevisionHead' } },
  },
  {
    method: 'post',
    path: '/v1/policies:rollback',
    does: 'Publishes a new revision that equals an earlier one. 409 `overtaken` where `expectedRevision` is given and another revision came after it.',
    body: { form: RollBackBody },
    headers: [ONCE],
    answers: { 200: { says: 'The new revision.', form: 'RevisionHead' } },
  },
  ...revisionOperations('/v1/policies', {
    says: 'A revision: as a document, and as it was written.',
    form: 'PolicyRevision',
    parts: 'Settings by JSON pointer, thresholds label by label, as YAML.',
  }),
  {
    method: 'get',
    path: '/v1/policies/thresholds',
    does: 'The lowest threshold from which a label may reject by itself with 95 % certainty of the precision asked for, and what it would do to a stream in which `prior` of the comments carry the label: left out, the section’s own base rate from 200 judged draws there on, else the site’s from as many on, 2 % before.',
    query: ThresholdsQuery,
    answers: { 200: { says: 'Threshold, precision, recall, shares.', form: 'Thresholds' } },
  },
  {
    method: 'get',
    path: '/v1/policies/scores',
    does: 'How the newest 10,000 scored comments score for a label, in 50 equal parts of [0, 1].',
    query: ScoresQuery,
    answers: { 200: { says: 'Counts.', form: 'ScoreHistogram' } },
  },
  {
    method: 'get',
    path: '/v1/policies/audit',
    does: 'What verdicts on decisions that were drawn at random say about all comments of the last 90 days: base rate, precision and recall of each label, how many of the automatic decisions people would have made otherwise; at which share the policy draws, and which share of comments the thresholds of a label are reckoned with now.',
    query: AuditQuery,
    answers: { 200: { says: 'Figures with 95 % intervals.', form: 'PolicyAudit' } },
  },
];
