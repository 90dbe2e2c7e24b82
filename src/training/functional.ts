import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { MODEL_LABELS, type ModelLabel } from '../core/labels.js';
import { normalise } from '../core/normalise.js';
import { EmbeddingCache } from '../model/inference/embedding-cache.js';
import { Scheduler } from '../model/inference/scheduler.js';
import { Weigher } from '../model/inference/weigher.js';
import type { Model } from '../model/model.js';
import { type Interval, shareInterval } from './metrics.js';
import { NEVER, shippedThresholds } from './shipped-thresholds.js';

const Expectation = z
  .partialRecord(z.enum(MODEL_LABELS), z.boolean())
  .refine((labels) => Object.keys(labels).length > 0, 'expects nothing');
const Cases = z.array(z.string().min(1)).min(1);

/** Something that a model can or cannot do, and the texts that show it. */
const Capability = z.strictObject({
  capability: z.string().regex(/^[a-z][a-z0-9-]+$/),
  about: z.string().min(8),
  /** What every text of `cases` carries or does not carry. */
  expect: Expectation,
  cases: Cases,
  /** The same words, the claim turned or taken away. */
  contrast: z.strictObject({ expect: Expectation, cases: Cases }).optional(),
});
export type Capability = z.output<typeof Capability>;

export type CapabilityResult = {
  readonly capability: string;
  readonly about: string;
  readonly cases: number;
  readonly passed: number;
  /** With Wilson's 95 % interval. */
  readonly share: number;
  readonly interval: Interval;
  /** For each label that some of the texts carry: how many of those it is found in. */
  readonly named: Readonly<Partial<Record<ModelLabel, { readonly hits: number; readonly of: number }>>>;
  /** Texts that were judged wrongly, with the scores that the expectation is about; they are our own, not readers'. */
  readonly failures: readonly {
    readonly text: string;
    readonly scores: Readonly<Partial<Record<ModelLabel, number>>>;
    /** The labels on the wrong side of their threshold. */
    readonly wrong: readonly ModelLabel[];
  }[];
};

/**
 * Reads the capabilities of a folder, one YAML file each.
 *
 * @throws Error that names file and fault.
 */
export async function readCapabilities(folder: string): Promise<readonly Capability[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return await Promise.all(
    names.map(async (name) => {
      const read = Capability.safeParse(parse(await readFile(join(folder, name), 'utf8')));
      if (!read.success) throw new Error(`${join(folder, name)}: ${z.prettifyError(read.error)}`);
      if (`${read.data.capability}.yaml` !== name) throw new Error(`${join(folder, name)} is about another capability`);
      return read.data;
    }),
  );
}

/**
 * Judges every text as the service would: normalised, both readings, at the thresholds of the shipped policy. A label that the
 * artefact does not cover is never found.
 */
export async function judgeCapabilities(
  capabilities: readonly Capability[],
  model: Model,
): Promise<readonly CapabilityResult[]> {
  const weigher = new Weigher(new Scheduler(), new EmbeddingCache(1));
  const thresholds = shippedThresholds(model.manifest);
  const reaches = (label: ModelLabel, score = 0) => score >= (thresholds[label]?.review ?? NEVER);
  const results: CapabilityResult[] = [];
  for (const { capability, about, expect, cases, contrast } of capabilities) {
    const asked = [
      ...cases.map((text) => ({ text, expect })),
      ...(contrast?.cases.map((text) => ({ text, expect: contrast.expect })) ?? []),
    ];
    const texts = asked.map(({ text }) => normalise(text).text);
    const weighed = await weigher.weigh(model, texts, { lane: 'bulk', signal: new AbortController().signal });
    const named: Partial<Record<ModelLabel, { readonly hits: number; readonly of: number }>> = {};
    asked.forEach(({ expect: wanted }, i) => {
      for (const label of (Object.keys(wanted) as ModelLabel[]).filter((one) => wanted[one])) {
        const { hits, of } = named[label] ?? { hits: 0, of: 0 };
        named[label] = { hits: hits + (reaches(label, weighed[i]?.scores[label]) ? 1 : 0), of: of + 1 };
      }
    });
    const failures = asked.flatMap(({ text, expect: wanted }, i) => {
      const scores = weighed[i]?.scores ?? {};
      const labels = Object.keys(wanted) as ModelLabel[];
      const wrong = labels.filter((label) => reaches(label, scores[label]) !== wanted[label]);
      const shown = Object.fromEntries(labels.map((label) => [label, Math.round((scores[label] ?? 0) * 1000) / 1000]));
      return wrong.length === 0 ? [] : [{ text, scores: shown, wrong }];
    });
    const passed = asked.length - failures.length;
    const interval = shareInterval(passed, asked.length);
    const share = passed / asked.length;
    results.push({ capability, about, cases: asked.length, passed, share, interval, named, failures });
  }
  return results;
}

/** One line a capability, worst first. */
export function capabilityTable(results: readonly CapabilityResult[]): string {
  const lines = [...results]
    .sort((a, b) => a.share - b.share)
    .map(({ capability, cases, passed, share, interval }) => {
      const between = `${percent(interval.low)}–${percent(interval.high)}`;
      return `| ${capability} | ${passed} of ${cases} | ${percent(share)} | ${between} |`;
    });
  const mean = results.reduce((sum, { share }) => sum + share, 0) / Math.max(1, results.length);
  return [
    '| capability | right | share | 95 % |',
    '|---|---|---|---|',
    ...lines,
    `| mean of ${results.length} | | ${percent(mean)} | |`,
  ].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
