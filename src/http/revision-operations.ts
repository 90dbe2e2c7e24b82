import type { AnswerName } from './answers.js';
import type { Operation } from './operation.js';
import { DiffQuery, RevisionsQuery } from './revisions.js';

/** What the description says of the history under `/v1/rules` or `/v1/policies`. */
export function revisionOperations(
  under: '/v1/rules' | '/v1/policies',
  revision: { readonly says: string; readonly form: AnswerName; readonly parts: string },
): readonly Operation[] {
  return [
    {
      method: 'get',
      path: `${under}/revisions`,
      does: 'What was published, newest first, by whom and why; `before` is the number of the one before the first.',
      query: RevisionsQuery,
      answers: { 200: { says: 'A page of the list.', form: 'Revisions' } },
    },
    {
      method: 'get',
      path: `${under}/revisions/{revision}`,
      does: revision.says,
      answers: { 200: { says: 'The revision.', form: revision.form } },
    },
    {
      method: 'get',
      path: `${under}/revisions/{revision}/diff`,
      does: 'What a revision says otherwise than another one; than the one before it, where `against` is left out.',
      query: DiffQuery,
      answers: { 200: { says: revision.parts, form: 'RevisionDiff' } },
    },
  ];
}
