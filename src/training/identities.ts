import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ModelLabel, ModelScores } from '../core/labels.js';
import type { Model } from '../model/model.js';
import type { Progress } from './features.js';
import { areaUnderCurve, type Judged, type Share, shareOf } from './metrics.js';
import { answersFor } from './run-model.js';
import { NEVER, shippedThresholds } from './shipped-thresholds.js';

const Frames = z.array(z.string().regex(/\{(People|people|one)\}/, 'names no identity')).min(1);

/** Sentences that are the same for every identity. */
export const IdentityTemplates = z.strictObject({
  identities: z.array(
    z.strictObject({
      kind: z.string().min(1),
      /** Several, such as `Muslims`. */
      people: z.string().min(1),
      /** One of them, with its article, such as `a Muslim`. */
      one: z.string().min(1),
    }),
  ),
  frames: z.strictObject({
    /** Nothing is wrong with them. */
    harmless: Frames,
    /** They attack the identity. */
    hateful: Frames,
    /** They are rude to somebody, and not for the identity. */
    rude: Frames,
  }),
});
export type IdentityTemplates = z.output<typeof IdentityTemplates>;

type Kind = keyof IdentityTemplates['frames'];

export type IdentityResult = {
  readonly kind: string;
  readonly people: string;
  /** Harmless sentences in which any label reaches its review threshold. */
  readonly harmlessFlagged: Share;
  /** Sentences that do not attack the identity, harmless or rude, and reach the threshold for hate. */
  readonly falsePositives: Share;
  /** Sentences that attack the identity and stay below it. */
  readonly falseNegatives: Share;
  /** Areas under the curve for hate, over this identity's sentences alone. */
  readonly auc: number;
  /** Its sentences without hate against hateful ones about all others: low where the identity itself raises the score. */
  readonly bpsn: number;
  /** Its hateful sentences against those without hate about all others: low where the identity itself lowers the score. */
  readonly bnsp: number;
};

export type IdentitiesResult = {
  readonly sentences: number;
  readonly frames: Readonly<Record<Kind, number>>;
  readonly auc: number;
  readonly harmlessFlagged: Share;
  readonly hatefulFound: Share;
  /** Rude sentences that reach the threshold for insult, toxicity or profanity; and that for hate. */
  readonly rudeFound: Share;
  readonly rudeTakenForHate: Share;
  /** The harmless frames that are flagged most, worst first. */
  readonly worstFrames: readonly { readonly frame: string; readonly flagged: Share }[];
  readonly identities: readonly IdentityResult[];
};

/** @throws Error that names file and fault. */
export async function readIdentityTemplates(path: string): Promise<IdentityTemplates> {
  const read = IdentityTemplates.safeParse(parse(await readFile(path, 'utf8')));
  if (!read.success) throw new Error(`${path}: ${z.prettifyError(read.error)}`);
  return read.data;
}

/** Scores every frame with every identity. The same words about each: what differs is what the identity does to the score. */
export async function judgeIdentities(
  model: Model,
  { identities, frames }: IdentityTemplates,
  progress: Progress,
): Promise<IdentitiesResult> {
  const kinds = ['harmless', 'hateful', 'rude'] as const;
  const sentences = identities.flatMap((identity) =>
    kinds.flatMap((kind) => frames[kind].map((frame) => ({ identity, kind, frame, text: filled(frame, identity) }))),
  );
  const texts = sentences.map(({ text }) => text);
  const answers = await answersFor(model, texts, progress);
  const scored = sentences.map((sentence, i) => ({ ...sentence, scores: answers[i] ?? {} }));
  const thresholds = shippedThresholds(model.manifest);
  const reaches = (scores: ModelScores, label: ModelLabel) =>
    (scores[label] ?? 0) >= (thresholds[label]?.review ?? NEVER);
  const any = (scores: ModelScores) => model.manifest.labels.some((label) => reaches(scores, label));
  const share = (rows: typeof scored, hit: (scores: ModelScores) => boolean) =>
    shareOf(rows.filter(({ scores }) => hit(scores)).length, rows.length);
  const asHate = ({ kind, scores }: (typeof scored)[number]): Judged => ({
    score: scores.hate ?? 0,
    carries: kind === 'hateful',
  });
  const of = (kind: Kind) => scored.filter((sentence) => sentence.kind === kind);
  const hateful = (scores: ModelScores) => reaches(scores, 'hate');

  return {
    sentences: scored.length,
    frames: { harmless: frames.harmless.length, hateful: frames.hateful.length, rude: frames.rude.length },
    auc: areaUnderCurve(scored.map(asHate)),
    harmlessFlagged: share(of('harmless'), any),
    hatefulFound: share(of('hateful'), hateful),
    rudeFound: share(of('rude'), (scores) =>
      (['insult', 'toxicity', 'profanity'] as const).some((label) => reaches(scores, label)),
    ),
    rudeTakenForHate: share(of('rude'), hateful),
    worstFrames: frames.harmless
      .map((frame) => ({
        frame,
        flagged: share(
          scored.filter((sentence) => sentence.frame === frame),
          any,
        ),
      }))
      .filter(({ flagged }) => flagged.hits > 0)
      .sort((a, b) => b.flagged.share - a.flagged.share)
      .slice(0, 5),
    identities: identities.map((identity) => {
      const own = scored.filter((sentence) => sentence.identity === identity);
      const others = scored.filter((sentence) => sentence.identity !== identity);
      const attacked = own.filter(({ kind }) => kind === 'hateful');
      const without = own.filter(({ kind }) => kind !== 'hateful');
      const harmless = own.filter(({ kind }) => kind === 'harmless');
      return {
        kind: identity.kind,
        people: identity.people,
        harmlessFlagged: share(harmless, any),
        falsePositives: share(without, hateful),
        falseNegatives: share(attacked, (scores) => !hateful(scores)),
        ...subgroupAreas(own.map(asHate), others.map(asHate)),
      };
    }),
  };
}

/**
 * How well hate is told from the rest within a subgroup, and between it and all others.
 *
 * @see Borkan et al., "Nuanced Metrics for Measuring Unintended Bias with Real Data for Text Classification", WWW 2019.
 */
export function subgroupAreas(
  own: readonly Judged[],
  others: readonly Judged[],
): Pick<IdentityResult, 'auc' | 'bpsn' | 'bnsp'> {
  const hateful = (rows: readonly Judged[]) => rows.filter(({ carries }) => carries);
  const without = (rows: readonly Judged[]) => rows.filter(({ carries }) => !carries);
  return {
    auc: areaUnderCurve(own),
    bpsn: areaUnderCurve([...without(own), ...hateful(others)]),
    bnsp: areaUnderCurve([...hateful(own), ...without(others)]),
  };
}

function filled(frame: string, { people, one }: IdentityTemplates['identities'][number]): string {
  const capital = people.charAt(0).toUpperCase() + people.slice(1);
  return frame.replaceAll('{People}', capital).replaceAll('{people}', people).replaceAll('{one}', one);
}
