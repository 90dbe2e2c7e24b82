import type { Config } from '../config.js';
import { SITE } from '../http/access.js';
import { joinStore } from '../store/open.js';
import { pipelineInForce, readSite } from '../store/pipelines.js';
import { type Bundle, FORMAT } from './bundle.js';
import { writeGiven } from './given-files.js';

/** Writes what the site judges by at this moment. @returns the fingerprint of its pipeline */
export async function exportBundle(config: Config, file: string): Promise<string> {
  const store = await joinStore(config.store);
  try {
    const pipeline = await pipelineInForce(store.db, SITE);
    const { artefact, artefactName, normaliser, fingerprint, ruleRevision, policyRevision, rules, policy, suspended } =
      pipeline;
    const bundle: Bundle = {
      format: FORMAT,
      exportedAt: new Date().toISOString(),
      pipeline: fingerprint,
      language: (await readSite(store.db, SITE)).language,
      artefact: { id: artefact, name: artefactName },
      normaliser,
      rules: { revision: ruleRevision, ...rules },
      policy: { revision: policyRevision, ...policy },
      suspended,
    };
    await writeGiven(file, `${JSON.stringify(bundle, null, 1)}\n`);
    return fingerprint;
  } finally {
    await store.close();
  }
}
