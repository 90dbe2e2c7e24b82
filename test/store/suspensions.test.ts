import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineInForce, readPipeline } from '../../src/store/pipelines.js';
import { installShipped, newestRevision, publishRevision, type Shipped } from '../../src/store/revisions.js';
import { anUnmet } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';
import { pause } from '../support/wait.js';

const UNMET = anUnmet('hate', 0.95);
const [FIRST, SECOND] = ['a'.repeat(64), 'b'.repeat(64)];

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
});
afterAll(() => store?.close());

const start = (artefact: string, unmetIn: Shipped['unmetIn']) =>
  installShipped(store.db, SITE, {
    artefact,
    artefactName: 'none',
    normaliser: '1',
    rules: { content: [], source: { base: '', documents: {} } },
    policy: { content: {} },
    unmetIn,
  });

const publish = (expectedRevision: number, checkedAgainst: string, source: string, content = { about: 'Ours.' }) =>
  publishRevision(store.db, SITE, 'policy', {
    content,
    source,
    why: 'A test.',
    by: 'a test',
    rolledBackTo: null,
    drafts: [],
    expectedRevision,
    checkedAgainst,
  });

/** What does not come within some seconds waits for a lock. */
const soon = async <Done>(work: Promise<Done>): Promise<Done | 'waits'> =>
  await Promise.race([work, pause(3_000).then(() => 'waits' as const)]);

const never = async () => {
  throw new Error('It was asked again.');
};

describe('What a policy may not reject for by an artefact', () => {
  it('is nothing by the one that it was checked against when it was published', async () => {
    await publish(1, FIRST, 'once');
    expect(await start(FIRST, never)).toMatchObject({ suspended: [], policy: { revision: 2 } });
  });

  it('is found once by another one, whoever starts how often, and is part of the pipeline', async () => {
    const before = await pipelineInForce(store.db, SITE);
    const { suspended, pipeline } = await start(SECOND, async () => [UNMET]);
    expect(suspended).toEqual([UNMET]);
    expect(await start(SECOND, never)).toMatchObject({ suspended: [UNMET], pipeline });
    const inForce = await pipelineInForce(store.db, SITE);
    expect(inForce).toMatchObject({ pipeline, suspended: [UNMET] });
    expect(inForce.fingerprint).toMatch(/-p[0-9a-f]{8}-s[0-9a-f]{8}$/);
    expect(await readPipeline(store.db, SITE, before.fingerprint)).toMatchObject({ suspended: [] });
  });

  it('is nothing any more in a revision that says the same and was checked since', async () => {
    await expect(publish(2, FIRST, 'again')).rejects.toThrow('checked against another model');
    expect(await publish(2, SECOND, 'again')).toMatchObject({ revision: 3 });
    const inForce = await pipelineInForce(store.db, SITE);
    expect(inForce.suspended).toEqual([]);
    expect(inForce.fingerprint).toMatch(/-p[0-9a-f]{8}$/);
  });

  it('is nothing any more once the very same is published anew, which is refused where nothing is suspended', async () => {
    await start(FIRST, async () => [UNMET]);
    expect(await publish(3, FIRST, 'again')).toMatchObject({ revision: 4 });
    expect((await pipelineInForce(store.db, SITE)).suspended).toEqual([]);
    await expect(publish(4, FIRST, 'again')).rejects.toThrow('nothing would change');
  });

  it('is found without keeping others from publishing, and anew for what they publish meanwhile', async () => {
    await start(FIRST, async () => [UNMET]);
    const { revision } = await newestRevision(store.db, SITE, 'policy');
    const asked: unknown[] = [];
    const started = await start('c'.repeat(64), async (policy) => {
      asked.push(policy);
      if (asked.length === 1) {
        const theirs = { about: 'Theirs.' };
        await expect(soon(publish(revision, FIRST, 'theirs', theirs))).resolves.toMatchObject({ content: theirs });
      }
      return [UNMET];
    });
    expect(asked).toEqual([{ about: 'Ours.' }, { about: 'Theirs.' }]);
    expect(started).toMatchObject({ suspended: [UNMET], policy: { revision: revision + 1 } });
    expect(await pipelineInForce(store.db, SITE)).toMatchObject({ suspended: [UNMET], policyRevision: revision + 1 });
  });

  it('stays as it is when rules are published', async () => {
    await start(SECOND, async () => [UNMET]);
    await publishRevision(store.db, SITE, 'rules', {
      content: [{ name: 'mine', rules: [] }],
      source: { base: '', documents: { mine: '' } },
      why: 'A test.',
      by: 'a test',
      rolledBackTo: null,
      drafts: [],
      expectedRevision: 1,
      checkedAgainst: null,
    });
    expect((await pipelineInForce(store.db, SITE)).suspended).toEqual([UNMET]);
  });
});
