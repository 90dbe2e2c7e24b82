import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../core/canonical-json.js';
import { ASSUMED_PRIOR, type Unmet, unmetPrecision } from '../core/consequences.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import { pipelineFingerprint } from '../core/pipeline.js';
import { type Policy, shippedPolicy } from '../core/policy.js';
import { type CompiledRules, compileRules } from '../core/rules.js';
import { currentArtefact, readArtefact, readManifest } from '../model/artefact.js';
import { ArtefactDamaged } from '../model/errors.js';
import { evidenceOf } from '../model/evidence.js';
import { artefactId, type Manifest } from '../model/manifest.js';
import { loadRuleLists } from '../model/rule-lists.js';
import { suggestedThresholds } from '../model/suggested-thresholds.js';
import { suspendedSha256 } from '../store/suspensions.js';

/** What is shipped with this premod: the active artefact, the rule lists and the policy that follows from both. */
export type Shipped = {
  readonly artefact: string;
  readonly artefactName: string;
  readonly manifest: Manifest;
  readonly rules: {
    readonly sha256: string;
    readonly content: unknown;
    /** The lists' files, by their names without the ending. */
    readonly documents: Readonly<Record<string, string>>;
  };
  readonly policy: { readonly sha256: string; readonly content: Policy };
  /** What the policy may not reject for where nothing is known of a site's own prior. */
  readonly suspended: readonly Unmet[];
  readonly compiledRules: CompiledRules;
  readonly ruleCount: number;
  readonly fingerprint: string;
};

/**
 * Reads and verifies what is shipped.
 *
 * @param rules `false`: judge without rules (a measurement).
 * @throws ArtefactDamaged, or an error naming the rule list at fault.
 */
export async function readShipped(models: string, options: { readonly rules?: boolean } = {}): Promise<Shipped> {
  const directory = await currentArtefact(models);
  const { id: artefact, manifest } = await readArtefact(directory);
  const { lists, revision, documents, compiled } =
    options.rules === false
      ? { lists: [], revision: sha256([]), documents: {}, compiled: compileRules([]) }
      : await loadRuleLists(join(models, 'rules'));
  const policy = shippedPolicy(suggestedThresholds(manifest));
  const policySha = sha256(policy);
  const suspended = unmetPrecision(
    policy,
    (label) => evidenceOf(manifest, label)?.evidence ?? null,
    () => ASSUMED_PRIOR,
  );
  return {
    artefact,
    artefactName: manifest.name,
    manifest,
    rules: { sha256: revision, content: lists, documents },
    policy: { sha256: policySha, content: policy },
    suspended,
    compiledRules: compiled,
    ruleCount: compiled.rules.length,
    fingerprint: pipelineFingerprint({
      artefact,
      normaliser: NORMALISER_VERSION,
      rules: revision,
      policy: policySha,
      suspended: suspendedSha256(suspended),
    }),
  };
}

/** An artefact among the folders of `models`, by the id or the name of its manifest. @throws ArtefactDamaged where there is none */
export async function findArtefact(
  models: string,
  idOrName: string,
): Promise<{ readonly id: string; readonly directory: string; readonly manifest: Manifest }> {
  for (const entry of await readdir(models, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'rules') continue;
    const directory = join(models, entry.name);
    const manifest = await readManifest(directory).catch(() => null);
    if (manifest === null) continue;
    const id = artefactId(manifest);
    if (id === idOrName || manifest.name === idOrName || entry.name === idOrName) return { id, directory, manifest };
  }
  throw new ArtefactDamaged(join(models, idOrName), 'is not there');
}

/** The sha256 of each file of weights of an artefact; null where it is not among the folders of `models`. */
export async function readWeights(models: string, id: string): Promise<Readonly<Record<string, string>> | null> {
  const found = await findArtefact(models, id).catch(() => null);
  if (found === null) return null;
  const weights = Object.entries(found.manifest.files).filter(([name]) => name.endsWith('.safetensors'));
  return Object.fromEntries(weights.map(([name, { sha256: digest }]) => [name, digest]));
}

function sha256(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
