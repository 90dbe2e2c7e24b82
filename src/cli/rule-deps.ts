import { NotFound } from '../core/errors.js';
import type { DraftHeadView, DraftView } from '../core/revision-views.js';
import { diffRules } from '../core/rule-diff.js';
import type { RuleFault } from '../core/rule-faults.js';
import { keptLists } from '../core/rule-list-reading.js';
import { UPGRADE } from '../core/rule-overlays.js';
import { overviewOf } from '../core/rule-overview.js';
import { findInRules, standsIn } from '../core/rule-search.js';
import { readRuleSource } from '../core/rule-source.js';
import type { RuleCheckView } from '../core/rule-views.js';
import type { RuleWork } from '../core/rule-work.js';
import type { RuleList } from '../core/rules.js';
import { type PublishDeps, publish, rollBack } from '../flow/publish.js';
import {
  type ComposedRules,
  checkDocument,
  composeDrafts,
  draftsToTry,
  examineRules,
  type RuleCheckDeps,
  type RuleDraft,
  type RuleSource,
  requireDocumentName,
} from '../flow/rule-drafts.js';
import { type TriedComment, tryRules } from '../flow/try-rules.js';
import type { RuleHttpDeps } from '../http/rules.js';
import { carriedSections } from '../store/carried-sections.js';
import { countFor } from '../store/comment-counts.js';
import { scoresOf } from '../store/comment-views.js';
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
  readRevision,
  requireRevision,
} from '../store/revisions.js';
import { readBase } from '../store/rule-bases.js';
import { readRuleFigures } from '../store/rule-figures.js';
import { sampleTexts } from '../store/sample-texts.js';
import { type Judging, remember } from './judging.js';

type Db = Store['db'];

/** A site's rules over its store: what HTTP and the command line share. */
export type SiteRules = Omit<RuleHttpDeps, 'takeKey' | 'keepAnswer' | 'releaseKey' | 'tryRules'> & {
  /** The rules that all drafts together would make, as far as they can be read; `key` is another one for others. */
  draftsToTry(site: number): Promise<Awaited<ReturnType<typeof draftsToTry>> & { readonly key: string }>;
};

type Drafted = { readonly site: number; readonly standing: Revision; readonly drafts: readonly RuleDraft[] };

/** How many shipped sets of lists, and sets of drafts to try, are kept at hand. */
const AT_HAND = 3;

export function createSiteRules(
  db: Db,
  /** What of a site's rules in force, as they were kept, cannot be read. */
  unreadOf: (site: number, content: unknown) => Promise<readonly RuleFault[]>,
  work: RuleWork,
  /** Examples that rules do not meet, by what the rules say; null where that is not known. */
  unmetOf: (sha256: string) => readonly RuleFault[] | null = () => null,
): SiteRules {
  const bases = remember(AT_HAND, async (key: string): Promise<readonly RuleList[]> => {
    const [site = '', sha256 = ''] = key.split(' ');
    const { documents } = await readBase(db, Number(site), sha256);
    return Object.entries(documents).map(([name, yaml]) => readRuleSource(name, yaml).list);
  });
  const deps: RuleCheckDeps = {
    listDrafts: (site) => listDrafts(db, site, 'rules'),
    readBase: (site, sha256) => bases(`${site} ${sha256}`),
    carriedSections: (site) => carriedSections(db, site),
    sampleTexts: (site, most) => sampleTexts(db, site, most),
    countFor: (site, subjects, asked) => countFor(db, site, subjects, asked),
    work,
    now: () => new Date(),
  };
  const toTry = remember(AT_HAND, async (key: string, { site, standing, drafts }: Drafted) => {
    return { ...(await draftsToTry(deps, site, sourceOf(standing), drafts)), key };
  });
  const compose = async (site: number, standing: Revision, names: readonly string[]) =>
    await composeDrafts(deps, site, sourceOf(standing), names);
  const publishing: PublishDeps<Revision> = {
    newest: (site) => newestRevision(db, site, 'rules'),
    read: (site, revision) => readRevision(db, site, 'rules', revision),
    compose,
    changedSince: (site, draft) => changedSince(db, site, 'rules', draft),
    examine: (_site, revision) => examineRules(deps, revision.content, sourceOf(revision)),
    publish: (site, revision) => publishRevision(db, site, 'rules', { ...revision, checkedAgainst: null }),
  };

  return {
    readRules: async (site) => {
      const { newest, inForce, shipped } = await standing(site);
      const pipeline = await pipelineInForce(db, site);
      const figures = await readRuleFigures(db, site, new Date());
      const drafts = await listDrafts(db, site, 'rules');
      return {
        ...toHead(newest),
        pipeline: pipeline.fingerprint,
        lists: overviewOf(shipped, inForce, figures),
        unread: (await unreadOf(site, newest.content)).map(({ list, rule, detail }) => {
          return { list, ...(rule !== undefined && { rule }), detail };
        }),
        unmet: unmetOf(newest.sha256)?.map(({ list, rule = '', detail }) => ({ list, rule, detail })) ?? null,
        drafts: await Promise.all(drafts.map((draft) => toDraftHead(db, site, draft))),
      };
    },
    findRules: async (site, text) => {
      const { inForce, shipped } = await standing(site);
      const drafts = await listDrafts(db, site, 'rules');
      return {
        found: findInRules(shipped, inForce, text),
        drafts: drafts.filter(({ document }) => standsIn(document, text)).map(({ name }) => name),
      };
    },
    readRuleList: async (site, name) => {
      const newest = await newestRevision(db, site, 'rules');
      const { revision } = newest;
      const { base, documents } = sourceOf(newest);
      const own = documents[name];
      if (own !== undefined) return { name, origin: 'site', yaml: own, revision };
      const yaml = (await readBase(db, site, base)).documents[name];
      if (yaml === undefined) throw new NotFound('rule list', name);
      return { name, origin: 'shipped', yaml, revision };
    },
    listRuleRevisions: (site, limit, before) => listRevisions(db, site, 'rules', limit, before),
    readRuleRevision: async (site, revision) => {
      const { source, ...rest } = await readRevision(db, site, 'rules', revision);
      return { ...rest, documents: sourceOf({ source }).documents };
    },
    diffRules: async (site, revision, against) => {
      const [after, before] = [
        await readRevision(db, site, 'rules', revision),
        await readRevision(db, site, 'rules', against),
      ];
      return diffRules(keptLists(before.content), keptLists(after.content));
    },
    readRuleDraft: async (site, name) => toView(await readDraft(db, site, 'rules', name), deps, db, site),
    keepRuleDraft: async ({ site, actor }, name, yaml, begunOn, expected) => {
      requireDocumentName(name);
      if (begunOn !== undefined) await requireRevision(db, site, 'rules', begunOn);
      const draft = await keepDraft(db, site, 'rules', {
        name,
        document: yaml,
        origin: 'site',
        base: null,
        begunOn,
        expected,
        author: actor,
      });
      return { draft: await toView(draft, deps, db, site), check: await check(site, { name, yaml }) };
    },
    deleteRuleDraft: (site, name) => deleteDraft(db, site, 'rules', name),
    checkRules: check,
    startDryRun: async ({ site, actor }, { drafts, from, until, limit }) => {
      const standing = await newestRevision(db, site, 'rules');
      const composed = await compose(site, standing, drafts);
      const id = await createDryRun(db, site, {
        drafts,
        scope: { from, until },
        limit,
        candidate: { kind: 'rules', content: composed.content },
        watched: watchedOf(standing, composed),
        by: actor,
      });
      return await readDryRun(db, site, 'rules', id);
    },
    readDryRun: (site, id) => readDryRun(db, site, 'rules', id),
    readDryRunChanges: (site, id, limit, after) => readDryRunChanges(db, site, id, limit, after),
    publishRules: async (actor, request) => toHead(await publish(publishing, actor, request)),
    rollBackRules: async (actor, request) => toHead(await rollBack(publishing, actor, request)),
    draftsToTry: async (site) => {
      const standing = await newestRevision(db, site, 'rules');
      const drafts = await deps.listDrafts(site);
      const stamps = drafts.map(({ name, updatedAt }) => `${name} ${updatedAt}`);
      // What may be published hangs on the day.
      const day = deps.now().toISOString().slice(0, 10);
      return await toTry([site, standing.revision, day, ...stamps].join(' '), { site, standing, drafts });
    },
  };

  /** The newest revision, its lists, and the shipped ones that it stands on. */
  async function standing(site: number) {
    const newest = await newestRevision(db, site, 'rules');
    const inForce = keptLists(newest.content);
    const { base, documents } = sourceOf(newest);
    // Revisions of before the shipped files were kept stand for themselves.
    const shipped = await deps.readBase(site, base).catch(() => inForce.filter(({ name }) => !(name in documents)));
    return { newest, inForce, shipped };
  }

  async function check(site: number, document: { name: string; yaml: string }): Promise<RuleCheckView> {
    return await checkDocument(deps, site, sourceOf(await newestRevision(db, site, 'rules')), document);
  }
}

/** What `/v1/rules` asks for. */
export function createRuleDeps(
  db: Db,
  judging: Judging,
  work: RuleWork,
  unmetOf: (sha256: string) => readonly RuleFault[] | null,
): Omit<RuleHttpDeps, 'takeKey' | 'keepAnswer' | 'releaseKey'> {
  const rules = createSiteRules(db, async (site) => (await judging.partsInForce(site)).rules.faults, work, unmetOf);
  return {
    ...rules,
    tryRules: async (site, { drafts, ...tried }) => {
      const parts = await judging.partsInForce(site);
      const deps = { weighing: judging.weighing, scoresOf, now: () => new Date() };
      if (!drafts) return { ...(await tryRules(deps, parts, tried, null)), leftOut: [] };
      const { lists, leftOut, key } = await rules.draftsToTry(site);
      const find = lists === null ? null : (comment: TriedComment) => work.find({ key, lists, comment });
      return { ...(await tryRules(deps, parts, tried, find)), leftOut };
    },
  };
}

function sourceOf({ source }: { readonly source: unknown }): RuleSource {
  const { base = '', documents = {} } = (source ?? {}) as Partial<RuleSource>;
  return { base, documents };
}

/** The rules that the drafts change or bring. */
function watchedOf(standing: Revision, { content }: ComposedRules): readonly string[] {
  const { added, changed } = diffRules(keptLists(standing.content), content);
  const ids = new Set(content.flatMap(({ rules }) => rules.map(({ id }) => id)));
  return [...added, ...changed].map(({ id }) => id).filter((id) => ids.has(id));
}

/** A draft that came with a newer premod says what it would change. */
async function toView(draft: Draft, deps: RuleCheckDeps, db: Db, site: number): Promise<DraftView> {
  const head = await toDraftHead(db, site, draft);
  if (draft.base === null) return { ...head, yaml: draft.document };
  const standing = sourceOf(await newestRevision(db, site, 'rules'));
  const was = await deps.readBase(site, standing.base).catch(() => []);
  const { added, removed, changed } = diffRules(was, await deps.readBase(site, draft.base));
  const block = (sign: string, text: string) => text.replace(/^/gm, `# ${sign} `);
  const lines = [
    `# The shipped lists of a newer premod: ${added.length} rules and sets new, ${changed.length} changed, ${removed.length} gone.`,
    `# Publish the draft "${UPGRADE}" to stand on them; your own lists stay on top.`,
    ...added.map(({ after }) => block('+', after)),
    ...removed.map(({ before }) => block('-', before)),
    ...changed.map(({ before, after }) => `${block('-', before)}\n${block('+', after)}`),
  ];
  return { ...head, yaml: `${lines.join('\n')}\n` };
}

async function toDraftHead(db: Db, site: number, draft: Draft): Promise<DraftHeadView> {
  const { name, author, updatedAt, origin, begunOn } = draft;
  return { name, author, updatedAt, origin, begunOn, changedSince: await changedSince(db, site, 'rules', draft) };
}

function toHead({ content: _, source: __, ...head }: Revision) {
  return head;
}
