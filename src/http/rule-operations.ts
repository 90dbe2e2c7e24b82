import { dryRunOperations } from './dry-run-operations.js';
import { type Answer, ONCE, type Operation } from './operation.js';
import { RollBackBody } from './published.js';
import { revisionOperations } from './revision-operations.js';
import { CheckBody, DraftBody, FindBody, PublishBody, RuleDryRunBody, TryBody } from './rules.js';

const PUBLISHED: Readonly<Record<number, Answer>> = { 200: { says: 'The new revision.', form: 'RevisionHead' } };

/** What the description says of `/v1/rules`. */
export const RULE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/rules',
    does: 'The rules in force, list by list, with what each rule did in the last 90 days, and the drafts.',
    answers: { 200: { says: 'The revision in force.', form: 'Rules' } },
  },
  {
    method: 'get',
    path: '/v1/rules/lists/{name}',
    does: 'A list in force as it was written, in YAML.',
    answers: { 200: { says: 'The list.', form: 'RuleList' } },
  },
  ...revisionOperations('/v1/rules', {
    says: 'A revision with all it says, and the site’s documents of which it was made.',
    form: 'RuleRevision',
    parts: 'Rules by id, sets as `{name}`, as YAML.',
  }),
  {
    method: 'get',
    path: '/v1/rules/drafts/{name}',
    does: 'A draft.',
    answers: { 200: { says: 'The draft.', form: 'Draft' } },
  },
  {
    method: 'put',
    path: '/v1/rules/drafts/{name}',
    does: 'Keeps a draft of the site’s document of this name, faulty or not, and says what is wrong with it. Publishing a draft without a word removes the document. `begunOn`: the revision on whose text it was begun; left out, what the draft has, or the one in force. `expectedDraft`: the `updatedAt` of the draft that it takes the place of, null for none; where another one stands there that says something else, 409 `draft-changed`, and nothing is changed.',
    body: { form: DraftBody },
    answers: { 200: { says: 'Kept.', form: 'KeptRuleDraft' } },
  },
  {
    method: 'delete',
    path: '/v1/rules/drafts/{name}',
    does: 'Throws a draft away.',
    answers: { 204: { says: 'Gone.' } },
  },
  {
    method: 'post',
    path: '/v1/rules:check',
    does: 'Says everything that is wrong with a document, with line and column, and what is odd about it: rules in each other’s way, and rules that meet many of last week’s comments. Changes nothing.',
    body: { form: CheckBody },
    answers: { 200: { says: 'Faults and warnings.', form: 'RuleCheck' } },
  },
  {
    method: 'post',
    path: '/v1/rules:find',
    does: 'The rules in force in which a word or phrase stands as it is written: among what they find, in a set that they use, in what excuses, or in an example; and the drafts in which it stands. Keeps nothing.',
    body: { form: FindBody },
    answers: { 200: { says: 'Where it stands, list by list.', form: 'FoundRules' } },
  },
  {
    method: 'post',
    path: '/v1/rules:try',
    does: 'Reads and judges one text as a comment on nothing in particular would be now, or with all drafts in force: without those that do not fit, which the answer names, and whether or not rules find their own examples. Keeps nothing.',
    body: { form: TryBody },
    answers: { 200: { says: 'What was undone in the text, what rules found, and the decision.', form: 'RuleTrial' } },
  },
  ...dryRunOperations(
    '/v1/rules',
    RuleDryRunBody,
    'Decides stored comments again under drafts, on their stored scores, and keeps what would change. The model is not asked.',
  ),
  {
    method: 'post',
    path: '/v1/rules:publish',
    does: 'Puts drafts in force as a new revision; every process follows, what is undecided is judged by it, what was decided stays. 422 `faulty-rules` with the faults; 409 `overtaken` where another revision came between; 409 `draft-changed` where `expectedDrafts` names a draft by another `updatedAt` than it has; 409 `draft-outdated` where a draft’s list was changed after it was begun: with `begunOn`, the draft counts as begun on that revision.',
    body: { form: PublishBody },
    headers: [ONCE],
    answers: PUBLISHED,
  },
  {
    method: 'post',
    path: '/v1/rules:rollback',
    does: 'Publishes a new revision that equals an earlier one. 409 `overtaken` where `expectedRevision` is given and another revision came after it.',
    body: { form: RollBackBody },
    headers: [ONCE],
    answers: PUBLISHED,
  },
];
