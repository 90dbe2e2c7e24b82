import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSitePolicies, type SitePolicies } from '../../src/cli/policy-deps.js';
import { createSiteRules, type SiteRules } from '../../src/cli/rule-deps.js';
import { createRuleWork } from '../../src/core/rule-work.js';
import { readManifest } from '../../src/model/artefact.js';
import { artefactId, type Manifest } from '../../src/model/manifest.js';
import { up as keepWhatDraftsWereBegunOn } from '../../src/store/migrations/022-what-drafts-were-begun-on.js';
import { newestRevision } from '../../src/store/revisions.js';
import { offerBase } from '../../src/store/rule-bases.js';
import { shippedArtefact } from '../support/artefact.js';
import { createStore, SITE } from '../support/database.js';

/** A draft is begun on a revision; what was published since is not taken back unseen. */

const NOOR = { site: SITE, actor: 'Noor' };
const MARA = { site: SITE, actor: 'Mara' };
const list = (id: string, phrase: string) => `about: What this newsroom looks for.
rules:
  - id: ${id}
    label: spam
    effect: review
    when: { phrases: [${phrase}] }
    reason: It speaks of something.
    match: [We saw the ${phrase} today.]
    ignore: [Nothing of that kind.]
`;
const policy = (review: number) => `defaults: { thresholds: { hate: { review: ${review} } } }\n`;

let store: Awaited<ReturnType<typeof createStore>>;
let rules: SiteRules;
let policies: SitePolicies;
let manifest: Manifest;

beforeAll(async () => {
  store = await createStore();
  await offerBase(store.db, SITE, { sha256: '', documents: {} }, '');
  rules = createSiteRules(store.db, async () => [], createRuleWork());
  manifest = await readManifest(await shippedArtefact());
  policies = createSitePolicies(store.db, manifest);
  for (const [actor, name, phrase] of [
    [MARA, 'ferry', 'red buoy'],
    [MARA, 'tram', 'green light'],
  ] as const) {
    await rules.keepRuleDraft(actor, name, list(name, phrase));
    await publishRules(actor, name);
  }
});
afterAll(() => store?.close());

const newest = async () => (await newestRevision(store.db, SITE, 'rules')).revision;
const publishRules = async (actor: typeof NOOR, name: string, begunOn?: number) =>
  await rules.publishRules(actor, {
    drafts: [name],
    why: 'A test asks for it.',
    expectedRevision: await newest(),
    ...(begunOn !== undefined && { begunOn: { [name]: begunOn } }),
  });
/** Somebody else publishes, who has never seen the draft of that name. */
async function publishElsewhere(name: string, yaml: string): Promise<number> {
  const { rows } = await sql`delete from draft where name = ${name} returning *`.execute(store.db);
  await rules.keepRuleDraft(MARA, name, yaml);
  const { revision } = await publishRules(MARA, name);
  for (const row of rows as { document: string; begun_on: number }[]) {
    await rules.keepRuleDraft(NOOR, name, row.document, row.begun_on);
  }
  return revision;
}
const listed = async (name: string) => (await rules.readRules(SITE)).drafts.find((draft) => draft.name === name);

describe('A draft of a list', () => {
  it('is begun on the revision in force, and stays so while it is worked on', async () => {
    const begunOn = await newest();
    const { draft } = await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'blue buoy'));
    expect(draft).toMatchObject({ begunOn, changedSince: null });
    await publishElsewhere('tram', list('tram', 'amber light'));
    const kept = await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'white buoy'));
    // Another list was published: nothing of it would be taken back.
    expect(kept.draft).toMatchObject({ begunOn, changedSince: null });
    expect(await listed('ferry')).toMatchObject({ begunOn, changedSince: null });
  });

  it('says who has changed that list since, and is not published unseen', async () => {
    const begunOn = (await rules.readRuleDraft(SITE, 'ferry')).begunOn;
    const revision = await publishElsewhere('ferry', list('ferry', 'yellow buoy'));
    await publishElsewhere('tram', list('tram', 'red light'));
    const changedSince = { revision, by: 'Mara', at: expect.any(String) };
    expect(await rules.readRuleDraft(SITE, 'ferry')).toMatchObject({ begunOn, changedSince });
    expect(await listed('ferry')).toMatchObject({ begunOn, changedSince });
    await expect(publishRules(NOOR, 'ferry')).rejects.toMatchObject({
      code: 'draft-outdated',
      changedIn: revision,
      by: 'Mara',
      message: expect.stringContaining(`published revision ${revision}`),
    });
    expect((await rules.readRuleList(SITE, 'ferry')).yaml).toContain('yellow buoy');
    // Who has seen it says so.
    await expect(publishRules(NOOR, 'ferry', revision - 1)).rejects.toMatchObject({ code: 'draft-outdated' });
    await expect(publishRules(NOOR, 'ferry', 999)).rejects.toMatchObject({ code: 'not-found' });
    await publishRules(NOOR, 'ferry', revision);
    expect(await rules.readRuleList(SITE, 'ferry')).toMatchObject({
      yaml: expect.stringContaining('white buoy'),
      revision: await newest(),
    });
  });

  it('may be begun on what was read a while ago', async () => {
    const read = await newest();
    const revision = await publishElsewhere('ferry', list('ferry', 'black buoy'));
    const { draft } = await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'grey buoy'), read);
    expect(draft).toMatchObject({ begunOn: read, changedSince: { revision, by: 'Mara' } });
    await expect(rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'grey buoy'), 999)).rejects.toMatchObject({
      code: 'not-found',
    });
    // What is taken back to what it was leaves nothing to be taken back.
    await rules.rollBackRules(MARA, { revision: read, why: 'It was better.' });
    expect(await rules.readRuleDraft(SITE, 'ferry')).toMatchObject({ begunOn: read, changedSince: null });
    await rules.deleteRuleDraft(SITE, 'ferry');
  });

  it('of a new name is outdated where a list of that name was published meanwhile', async () => {
    await rules.keepRuleDraft(NOOR, 'pier', list('pier', 'old pier'));
    const revision = await publishElsewhere('pier', list('pier', 'new pier'));
    expect(await listed('pier')).toMatchObject({ changedSince: { revision } });
    await expect(publishRules(NOOR, 'pier')).rejects.toMatchObject({ code: 'draft-outdated' });
    await rules.deleteRuleDraft(SITE, 'pier');
  });

  it('takes nothing back where it says what is in force', async () => {
    const read = await newest();
    await publishElsewhere('ferry', list('ferry', 'long buoy'));
    const { draft } = await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'long buoy'), read);
    expect(draft).toMatchObject({ begunOn: read, changedSince: null });
    await expect(publishRules(NOOR, 'ferry')).rejects.toMatchObject({ code: 'conflict' });
    await rules.deleteRuleDraft(SITE, 'ferry');
  });

  it('that an earlier premod has begun was begun on what was in force then', async () => {
    await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'short buoy'));
    const begunOn = await newest();
    const revision = await publishElsewhere('ferry', list('ferry', 'round buoy'));
    await sql`update draft set begun_on = null, updated_at = (
      select published_at from rule_revision where revision = ${begunOn}) where name = 'ferry'`.execute(store.db);
    expect(await listed('ferry')).toMatchObject({ begunOn, changedSince: { revision } });
    await expect(publishRules(NOOR, 'ferry')).rejects.toMatchObject({ code: 'draft-outdated' });
    const { draft } = await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'flat buoy'));
    expect(draft).toMatchObject({ begunOn, changedSince: { revision } });
    await rules.deleteRuleDraft(SITE, 'ferry');
  });

  it('is not written over unseen where somebody else has changed it', async () => {
    const { draft: read } = await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'red rope'));
    const { draft: theirs } = await rules.keepRuleDraft(MARA, 'ferry', list('ferry', 'blue rope'));
    const keep = (phrase: string, expected: string | null) =>
      rules.keepRuleDraft(NOOR, 'ferry', list('ferry', phrase), undefined, expected);
    for (const expected of [read.updatedAt, null]) {
      await expect(keep('long rope', expected)).rejects.toMatchObject({
        code: 'draft-changed',
        by: 'Mara',
        at: theirs.updatedAt,
      });
    }
    expect(await rules.readRuleDraft(SITE, 'ferry')).toMatchObject({
      author: 'Mara',
      yaml: list('ferry', 'blue rope'),
    });
    // What stands there already takes nothing from anybody: it was sent, and its answer lost.
    const same = await keep('blue rope', read.updatedAt);
    const { draft: seen } = await keep('long rope', same.draft.updatedAt);
    await rules.deleteRuleDraft(SITE, 'ferry');
    // Where none is there any more, nothing is written over.
    expect((await keep('short rope', seen.updatedAt)).draft).toMatchObject({ author: 'Noor' });
    await rules.deleteRuleDraft(SITE, 'ferry');
    await keep('first rope', null);
    await rules.deleteRuleDraft(SITE, 'ferry');
  });

  it('that came with a newer premod takes nobody’s words back', async () => {
    await offerBase(store.db, SITE, { sha256: 'newer', documents: {} }, '');
    expect(await listed('shipped')).toMatchObject({ begunOn: null, changedSince: null });
    await publishRules(NOOR, 'shipped');
  });
});

describe('A draft of the policy', () => {
  // It is published for the artefact that judges.
  beforeAll(async () => void (await sql`update pipeline set artefact = ${artefactId(manifest)}`.execute(store.db)));
  const publish = async (actor: typeof NOOR, begunOn?: number) =>
    await policies.publishPolicy(actor, {
      why: 'A test asks for it.',
      expectedRevision: (await newestRevision(store.db, SITE, 'policy')).revision,
      ...(begunOn !== undefined && { begunOn }),
    });

  it('is not written over unseen where somebody else has changed it', async () => {
    const read = await policies.keepPolicyDraft(NOOR, policy(0.31));
    await policies.keepPolicyDraft(MARA, policy(0.32));
    await expect(policies.keepPolicyDraft(NOOR, policy(0.33), undefined, read.updatedAt)).rejects.toMatchObject({
      code: 'draft-changed',
      by: 'Mara',
    });
    expect((await policies.policyDraft(SITE)).yaml).toBe(policy(0.32));
    await policies.dropPolicyDraft(SITE);
  });

  it('says who has published since it was begun, and is not published unseen', async () => {
    await policies.keepPolicyDraft(MARA, policy(0.4));
    const { revision: read } = await publish(MARA);
    await policies.keepPolicyDraft(MARA, policy(0.5));
    const { revision } = await publish(MARA);
    const draft = await policies.keepPolicyDraft(NOOR, policy(0.6), read);
    const changedSince = { revision, by: 'Mara', at: expect.any(String) };
    expect(draft).toMatchObject({ begunOn: read, changedSince });
    expect((await policies.policyInForce(SITE)).drafts).toMatchObject([{ begunOn: read, changedSince }]);
    await expect(publish(NOOR)).rejects.toMatchObject({ code: 'draft-outdated', changedIn: revision, by: 'Mara' });
    expect((await publish(NOOR, revision)).revision).toBe(revision + 1);
  });
});

it('Drafts of before were begun, as far as is known, on what was in force when they were changed last', async () => {
  await rules.keepRuleDraft(NOOR, 'ferry', list('ferry', 'blue buoy'));
  const begunOn = await newest();
  await publishElsewhere('tram', list('tram', 'no light'));
  await sql`alter table draft drop column begun_on`.execute(store.db);
  await keepWhatDraftsWereBegunOn(store.db as unknown as Kysely<unknown>);
  expect(await listed('ferry')).toMatchObject({ begunOn });
});
