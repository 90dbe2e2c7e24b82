import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Config } from '../config.js';
import { canonicalJson } from '../core/canonical-json.js';
import { suspendedInWords } from '../core/consequences.js';
import { fileFault } from '../core/error-message.js';
import { LABELS } from '../core/labels.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import { pipelineFingerprint } from '../core/pipeline.js';
import { type Policy, readPolicy } from '../core/policy.js';
import type { InForce } from '../core/policy-apply.js';
import { faultLines, unreadRules } from '../core/rule-faults.js';
import { type CompiledRules, compileStanding } from '../core/rules.js';
import { suspendedSha256 } from '../store/suspensions.js';
import { say } from './say.js';
import { findArtefact, readShipped } from './shipped.js';

export const FORMAT = 'premod-bundle-1';
/** Rules and policy at their limits stay below. */
const LARGEST_BYTES = 256 * 1_048_576;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Share = z.number();
const Estimate = z.strictObject({ value: Share, lower: Share, upper: Share });
const Suspended = z.strictObject({
  pointer: z.string(),
  label: z.enum(LABELS),
  threshold: Share,
  target: Share,
  precision: Estimate.nullable(),
  audited: z.strictObject({ judged: z.int(), rejected: Estimate.nullable() }).nullable(),
  wouldDo: Share.nullable(),
});
const Part = z.strictObject({ revision: z.int().min(1), sha256: Sha256, content: z.unknown() });

/** What a site judges by, as a file: everything but the model itself, which is known by its sha256. */
const Bundle = z.strictObject({
  format: z.literal(FORMAT),
  exportedAt: z.iso.datetime(),
  pipeline: z.string(),
  /** The language that comments are in where nothing else says so. */
  language: z.string(),
  artefact: z.strictObject({ id: Sha256, name: z.string() }),
  normaliser: z.string(),
  rules: Part,
  policy: Part,
  /** What the policy may not reject for; a bundle of before it was asked suspends nothing, as its site did. */
  suspended: z.array(Suspended).readonly().default([]),
});
export type Bundle = z.output<typeof Bundle>;

/** What comments are judged with where there is no store. */
export type ScoringParts = InForce & {
  readonly artefact: string;
  readonly rules: CompiledRules;
  readonly fingerprint: string;
  readonly language: string;
};

/** A bundle that cannot be used; the message says why, for whoever runs the command. */
class BundleError extends Error {
  override get name(): string {
    return 'BundleError';
  }
}

/**
 * What comments are judged with: what a site exported, or, without a file, what is shipped.
 *
 * @param asked which of both are to take part.
 * @throws BundleError where the file is no bundle, was changed, or names an artefact that is not among the models; ArtefactDamaged.
 */
export async function readScoringParts(
  { model: { directory }, site }: Config,
  file: string | null,
  asked: { readonly rules: boolean; readonly model: boolean },
): Promise<ScoringParts> {
  if (file === null) {
    const { compiledRules, policy, ...shipped } = await readShipped(directory, { rules: asked.rules });
    return { ...shipped, rules: compiledRules, policy: policy.content, language: site.language };
  }
  const bundle = await readBundle(file);
  const { id, name } = bundle.artefact;
  if (asked.model) {
    await findArtefact(directory, id).catch(() => {
      throw new BundleError(`${file}: judges with the artefact ${name} (${id}), which is not in ${directory}.`);
    });
  }
  const content = asked.rules ? bundle.rules.content : [];
  const rules = compileStanding(content);
  if (rules.faults.length > 0) say([unreadRules(rules.faults), ...faultLines(rules.faults)].join('\n'));
  if (bundle.suspended.length > 0) say(suspendedInWords(bundle.suspended));
  const fingerprint = pipelineFingerprint({
    artefact: id,
    normaliser: NORMALISER_VERSION,
    rules: asked.rules ? bundle.rules.sha256 : sha256Of(content),
    policy: bundle.policy.sha256,
    suspended: suspendedSha256(bundle.suspended),
  });
  if (bundle.normaliser !== NORMALISER_VERSION) {
    const [theirs, ours] = [bundle.normaliser, NORMALISER_VERSION];
    say(
      `${file}: the site reads texts by normaliser ${theirs}, this premod by ${ours}; its pipeline is ${fingerprint}.`,
    );
  }
  const { language, suspended } = bundle;
  return { artefact: id, rules, policy: policyOf(file, bundle), suspended, fingerprint, language };
}

async function readBundle(file: string): Promise<Bundle> {
  const text = await readFile(file).catch((error: unknown) => {
    throw new BundleError(`${file}: cannot be read: ${fileFault(error)}.`);
  });
  if (text.length > LARGEST_BYTES) throw new BundleError(`${file}: is larger than any bundle.`);
  let parsed: Bundle;
  try {
    parsed = Bundle.parse(JSON.parse(text.toString('utf8')));
  } catch {
    throw new BundleError(`${file}: is no bundle. Export one: premod export --bundle ${file}`);
  }
  for (const part of ['rules', 'policy'] as const) {
    if (sha256Of(parsed[part].content) === parsed[part].sha256) continue;
    throw new BundleError(
      `${file}: its ${part} are not as they were exported. Change them in the site, and export anew.`,
    );
  }
  return parsed;
}

function policyOf(file: string, { policy }: Bundle): Policy {
  try {
    return readPolicy(policy.content);
  } catch {
    throw new BundleError(`${file}: its policy is none that this premod knows.`);
  }
}

function sha256Of(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
