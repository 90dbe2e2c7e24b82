import { expect } from 'vitest';
import { lookInto } from './look.js';
import type { Answer, Service } from './service.js';

/** Keeps a list of the name `mine` as a draft, which is without a fault, and publishes it. */
export async function publishMine(
  call: (method: string, path: string, body: unknown) => Promise<Answer>,
  yaml: string,
  expectedRevision: number,
): Promise<Answer> {
  expect((await call('PUT', '/v1/rules/drafts/mine', { yaml })).json.check.faults).toEqual([]);
  const why = 'A test asks for it.';
  return await call('POST', '/v1/rules:publish', { drafts: ['mine'], why, expectedRevision });
}

/** As if another premod had published revision 2, to which something in it says what this one would not have published. */
export async function publishedByAnother(
  service: Pick<Service, 'databaseUrl'>,
  written: string,
  instead: string,
): Promise<void> {
  const look = await lookInto(service);
  const changed = await look.rows(
    `update rule_revision set content = replace(content::text, $1, $2)::jsonb
     where revision = 2 and content::text like '%' || $1 || '%' returning revision`,
    [written, instead],
  );
  await look.close();
  expect(changed).toHaveLength(1);
}
