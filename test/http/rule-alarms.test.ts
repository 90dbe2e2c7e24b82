import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Look, lookInto } from '../support/look.js';
import { NDJSON, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

const LIST = `about: What this newsroom looks for.
rules:
  - id: lantern
    label: spam
    effect: flag
    when: { phrases: [green lantern] }
    reason: It speaks of something green.
    match: [We saw the green lantern today.]
    ignore: [Nothing of that kind.]
`;

let service: Service;
let look: Look;

beforeAll(async () => {
  service = await startService('postgres');
  look = await lookInto(service);
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
  await service.call('PUT', '/v1/rules/drafts/mine', { yaml: LIST });
  const publish = { drafts: ['mine'], why: 'A test asks for it.', expectedRevision: 1 };
  expect((await service.call('POST', '/v1/rules:publish', publish)).status).toBe(200);
}, 60_000);
afterAll(async () => {
  await look?.close();
  await service?.stop();
});

/** What `/metrics` says of rules in alarm. */
const told = async () =>
  (await service.call('GET', '/metrics')).text.split('\n').filter((line) => line.startsWith('premod_rule_alarm'));
/** Whoever looks next finds that nobody has for a minute. */
const lookAgain = () => look.rows('delete from rule_look');

it('A rule that begins to find far more than it used to stands in /metrics without anybody’s page, until it no longer does', async () => {
  const lines = Array.from({ length: 20 }, (_, n) =>
    JSON.stringify({
      id: `c${n}`,
      articleId: 'harbour',
      author: { id: 'mara' },
      text: n < 15 ? `Ferry ${n} had a green lantern.` : `Ferry ${n} was late.`,
    }),
  );
  await service.call('POST', '/v1/comments:batch', lines.join('\n'), NDJSON);
  await until('all are judged', async () => (await look.count('select count(*) from decision')) === 20);
  await lookAgain();
  await until('somebody has looked', async () => (await look.count('select count(*) from rule_look')) === 1);
  expect(await told()).toEqual(['premod_rule_alarms 0']);

  // The same rules have judged 300 comments in the days before, too, and found nothing.
  await look.rows(
    `insert into decision (site, comment_id, revision, pipeline, outcome, detail, facts, degraded, effective, decided_at)
     select site, comment_id, revision, pipeline, outcome, detail, facts, degraded, false, decided_at - interval '3 days'
     from decision, generate_series(1, 15)`,
  );
  await lookAgain();
  await until('it is told', async () => (await told()).length === 2);
  expect(await told()).toEqual(['premod_rule_alarms 1', 'premod_rule_alarm{rule="lantern"} 1']);

  await look.rows(`update rule_hit set at = at - interval '3 days'`);
  await look.rows(`update rule_alarm set seen_at = seen_at - interval '1 hour'`);
  await lookAgain();
  await until('it is over', async () => (await told()).length === 1);
  expect(await told()).toEqual(['premod_rule_alarms 0']);
}, 60_000);
