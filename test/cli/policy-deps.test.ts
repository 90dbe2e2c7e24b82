import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSitePolicies, type SitePolicies } from '../../src/cli/policy-deps.js';
import { readPolicy } from '../../src/core/policy.js';
import { readManifest } from '../../src/model/artefact.js';
import { artefactId } from '../../src/model/manifest.js';
import { putArticle } from '../../src/store/articles.js';
import { newestRevision, publishRevision } from '../../src/store/revisions.js';
import { shippedArtefact } from '../support/artefact.js';
import { createStore, SITE } from '../support/database.js';

const BY = { site: SITE, actor: 'a test' };

let store: Awaited<ReturnType<typeof createStore>>;
let policies: SitePolicies;
let artefact: string;

beforeAll(async () => {
  store = await createStore();
  const manifest = await readManifest(await shippedArtefact());
  artefact = artefactId(manifest);
  // A policy is published for the artefact that judges.
  await sql`update pipeline set artefact = ${artefact}`.execute(store.db);
  policies = createSitePolicies(store.db, manifest);
});
afterAll(() => store?.close());

const newest = async () => (await newestRevision(store.db, SITE, 'policy')).revision;

/** Publishes what is written, by way of the draft. */
async function publish(yaml: string): Promise<number> {
  await policies.keepPolicyDraft(BY, yaml);
  return (await policies.publishPolicy(BY, { why: 'A test.', expectedRevision: await newest() })).revision;
}

/** Keeps a policy as an earlier premod did, which asked less of it. */
async function publishUnchecked(content: object, yaml: string | null): Promise<number> {
  const source = yaml === null ? null : { yaml };
  const kept = { source, why: '', by: 'a test', rolledBackTo: null, drafts: [], checkedAgainst: artefact };
  const revision = { ...kept, content: readPolicy(content), expectedRevision: await newest() };
  return (await publishRevision(store.db, SITE, 'policy', revision)).revision;
}

describe('Going back to a policy under which every rejecting rule decided alone', () => {
  it.each([
    ['it was written', 'defaults: { thresholds: {}, agree: 0 }', 1, 29],
    ['it would be, where nobody wrote it', null, 4, 3],
  ])('is refused where %s; it can still be read', async (about, yaml, line, column) => {
    const slack = await publishUnchecked({ about, defaults: { thresholds: {}, agree: 0 } }, yaml);
    const after = await publish(`defaults: { thresholds: {}, agree: ${line / 10} }`);
    await expect(policies.rollBackPolicy(BY, { revision: slack, why: 'A test.' })).rejects.toMatchObject({
      code: 'faulty-policy',
      faults: [{ line, column, pointer: '/defaults/agree', detail: expect.stringContaining('below 0.05') }],
    });
    expect((await policies.policyInForce(SITE)).revision).toBe(after);
    expect((await policies.policyRevision(SITE, slack)).content.defaults.agree).toBe(0);
  });
});

describe('A section of a policy', () => {
  it('is held against those that articles carry now, but for the demonstration’s', async () => {
    const put = (id: string, title: string, section: string, demonstration = false) =>
      putArticle(store.db, SITE, id, { title, section }, { demonstration });
    await put('match', 'The harbour wins', 'Sports');
    await put('moved', 'The bridge closes', 'traffic');
    await put('moved', 'The bridge is closed', 'Travel');
    await put('shown', 'The town hall burns', 'Sport', true);
    await put('nowhere', 'The wind turns', '');
    const { warnings } = await policies.checkPolicy(
      SITE,
      'defaults: { thresholds: {} }\nsections:\n  Sport: {}\n  Traffic: {}\n  travel: {}\n',
    );
    const found = warnings.filter(({ kind }) => kind !== 'unjudged');
    expect(found).toEqual([
      {
        kind: 'unknown-section',
        line: 3,
        column: 3,
        pointer: '/sections/Sport',
        detail: expect.stringMatching(/"Sports"\?$/),
      },
      {
        kind: 'unknown-section',
        line: 5,
        column: 3,
        pointer: '/sections/travel',
        detail: expect.stringMatching(/"Travel"\?$/),
      },
    ]);
  });
});

describe('A group that a draft gives in part', () => {
  it('is in force whole', async () => {
    await publish('defaults: { thresholds: {}, reports: { toReview: 7 } }');
    const { content } = await policies.policyInForce(SITE);
    expect(content.defaults).toMatchObject({ reports: { toReview: 7, weighed: true }, audit: { share: 0.01 } });
    expect((await newestRevision(store.db, SITE, 'policy')).content).toEqual(content);
  });
});
