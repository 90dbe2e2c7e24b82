import type { z } from 'zod';
import { DryRunChangesQuery } from './dry-runs.js';
import { ONCE, type Operation } from './operation.js';

/** What the description says of dry runs under `/v1/rules` or `/v1/policies`. */
export function dryRunOperations(
  under: '/v1/rules' | '/v1/policies',
  form: z.ZodType,
  does: string,
): readonly Operation[] {
  return [
    {
      method: 'post',
      path: `${under}/dry-runs`,
      does,
      body: { form },
      headers: [ONCE],
      answers: { 202: { says: 'Started.', form: 'DryRun' } },
    },
    {
      method: 'get',
      path: `${under}/dry-runs/{id}`,
      does: 'A dry run with its progress and counts; `waitsFor` is `overload` while it waits because live comments come first.',
      answers: { 200: { says: 'The dry run.', form: 'DryRun' } },
    },
    {
      method: 'get',
      path: `${under}/dry-runs/{id}/changes`,
      does: 'The decisions that would change, in the order in which the comments came, and why.',
      query: DryRunChangesQuery,
      answers: { 200: { says: 'A page of the list.', form: 'DryRunChanges' } },
    },
  ];
}
