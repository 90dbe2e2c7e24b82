import type { Unmet } from '../core/consequences.js';
import { NotFound } from '../core/errors.js';
import { readPolicy } from '../core/policy.js';
import type { RuleFault } from '../core/rule-faults.js';
import { compileStanding } from '../core/rules.js';
import type { TopicOfArticle } from '../core/topic.js';
import type { JudgingParts } from '../flow/classify.js';
import type { ArtefactProfile, ModelAsk, WeighDeps } from '../flow/weigh.js';
import { ArtefactDamaged } from '../model/errors.js';
import type { Inference } from '../model/inference/client.js';
import type { LanguageDetector } from '../model/language.js';
import { keepVectors, readVectors } from '../store/articles.js';
import type { Store } from '../store/open.js';
import { activePipeline, readPipeline } from '../store/pipelines.js';

/** What weighing asks of model and store, wired together. */
export type Judging = {
  readonly weighing: WeighDeps;
  partsOf(site: number, pipeline: number): Promise<JudgingParts>;
  /** The parts of the pipeline that is active at this moment. */
  partsInForce(site: number): Promise<JudgingParts>;
  keepVectors(site: number, contentHash: string, artefact: string, vectors: TopicOfArticle): Promise<void>;
};

export type Model = WeighDeps['model'] & { profileOf(artefact: string): Promise<ArtefactProfile> };

/** The model as the flows see it: what an artefact says of itself is asked once. */
export function modelOf(inference: Inference): Model {
  const profiles = remember(50, async (artefact: string): Promise<ArtefactProfile> => {
    const { manifest, topic } = await inference.describe(artefact);
    return { languages: manifest.languages, sentencesFrom: manifest.sentencesFrom, topic };
  });
  return {
    weigh: (items, ask) => {
      const texts = items.map(({ text }) => text);
      return inference.weigh(items, { ...ask, deadlineMs: deadlineOf(texts, ask) });
    },
    embed: (texts, ask) => inference.embed(texts, { ...ask, deadlineMs: deadlineOf(texts, ask) }),
    profileOf: profiles,
  };
}

/** A process that died says so at once; a deadline is only for one that hangs, and bulk work may have to wait for live work. */
const PATIENCE_MS = { live: 60_000, bulk: 600_000 } as const;
/** WebAssembly takes about one; what is asked for at the same time shares the processors. */
const MS_PER_CHARACTER = 10;

/** How long texts may take: the longest comments take a thousand times as long as the shortest ones. */
function deadlineOf(texts: readonly string[], { lane, mostMs }: ModelAsk): number {
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  return Math.min(PATIENCE_MS[lane] + MS_PER_CHARACTER * characters, mostMs ?? Number.POSITIVE_INFINITY);
}

/** So many articles' vectors are kept in memory; one takes up to 100 KB. */
const MOST_ARTICLES = 200;
const MOST_PIPELINES = 20;

export function createJudging(
  store: Store,
  site: { readonly site: number; readonly language: string },
  model: Model,
  detectLanguage: LanguageDetector,
  /** A pipeline whose parts are at hand already. */
  known: { readonly pipeline: number; readonly parts: JudgingParts } | null,
  /** Hears of what a pipeline leaves to a person: rules of it that cannot be read wholly, rejections that are suspended. */
  tell: {
    faults(pipeline: string, faults: readonly RuleFault[]): void;
    suspended(pipeline: string, suspended: readonly Unmet[]): void;
  },
): Judging {
  const vectors = remember(MOST_ARTICLES, async (key: string): Promise<TopicOfArticle | null> => {
    const [contentHash = '', artefact = ''] = key.split(' ');
    const length = await vectorLength(model, artefact);
    const kept = length === null ? null : await readVectors(store.db, site.site, contentHash, artefact, length);
    return kept === null ? null : toTopic(kept);
  });
  const parts = remember(MOST_PIPELINES, async (key: string): Promise<JudgingParts> => {
    const pipeline = await readPipeline(store.db, site.site, Number(key));
    if (pipeline === null) throw new Error(`There is no pipeline ${key}.`);
    const rules = compileStanding(pipeline.rules.content);
    if (rules.faults.length > 0) tell.faults(pipeline.fingerprint, rules.faults);
    if (pipeline.suspended.length > 0) tell.suspended(pipeline.fingerprint, pipeline.suspended);
    return {
      artefact: pipeline.artefact,
      rules,
      policy: readPolicy(pipeline.policy.content),
      suspended: pipeline.suspended,
    };
  });
  const partsOf: Judging['partsOf'] = async (_site, pipeline) =>
    pipeline === known?.pipeline ? known.parts : await parts(String(pipeline));
  return {
    weighing: {
      model,
      profileOf: model.profileOf,
      detectLanguage,
      vectorsOf: (contentHash, artefact) => vectors(`${contentHash} ${artefact}`),
      siteLanguage: site.language,
    },
    partsOf,
    partsInForce: async (siteNumber) => {
      const active = await activePipeline(store.db, siteNumber);
      if (active === null) throw new NotFound('pipeline', 'active');
      return await partsOf(siteNumber, active);
    },
    keepVectors: (siteNumber, contentHash, artefact, topic) =>
      keepVectors(store.db, siteNumber, contentHash, artefact, fromTopic(topic)),
  };
}

/** How many numbers a vector of an artefact has; null where that one is not there any more, and nobody can tell. */
async function vectorLength(model: Model, artefact: string): Promise<number | null> {
  try {
    const { topic } = await model.profileOf(artefact);
    const [prototype] = [...topic.prototypes.site, ...topic.prototypes.reaction];
    return prototype?.length ?? 384;
  } catch (error) {
    if (error instanceof ArtefactDamaged) return null;
    throw error;
  }
}

/** In the store: title, summary (noughts where there is none), then the passages. */
function fromTopic({ title, summary, passages }: TopicOfArticle): readonly Float32Array[] {
  return [title, summary ?? new Float32Array(title.length), ...passages];
}

function toTopic([title, summary, ...passages]: readonly Float32Array[]): TopicOfArticle {
  if (title === undefined || summary === undefined) throw new Error('An article’s vectors are cut.');
  return { title, summary: summary.some((value) => value !== 0) ? summary : null, passages };
}

/** Remembers the newest answers; a failure and a null are asked again. */
export function remember<Answer, Given extends readonly unknown[]>(
  most: number,
  ask: (key: string, ...given: Given) => Promise<Answer>,
): (key: string, ...given: Given) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return (key, ...given) => {
    const before = known.get(key);
    if (before !== undefined) {
      known.delete(key);
      known.set(key, before);
      return before;
    }
    const answer = ask(key, ...given);
    known.set(key, answer);
    const forget = () => {
      if (known.get(key) === answer) known.delete(key);
    };
    answer.then((value) => value === null && forget(), forget);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}
