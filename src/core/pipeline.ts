/**
 * What a decision was made with. The same parts give the same fingerprint everywhere; a site counts its own pipelines from 1
 * (docs/decisions/0004).
 */
export type PipelineParts = {
  /** sha256 of the artefact's manifest, hex. */
  readonly artefact: string;
  readonly normaliser: string;
  /** sha256 of the rule lists, hex. */
  readonly rules: string;
  /** sha256 of the policy, hex. */
  readonly policy: string;
  /** sha256 of what the policy may not reject for, hex; null where that is nothing. */
  readonly suspended: string | null;
};

/**
 * Names a pipeline so that it can be told from every other: eight digits of each part, and the normaliser's version; the last
 * part only where something is suspended.
 */
export function pipelineFingerprint(parts: PipelineParts): string {
  const short = (digest: string) => digest.slice(0, 8);
  const suspended = parts.suspended === null ? '' : `-s${short(parts.suspended)}`;
  return `m${short(parts.artefact)}-n${parts.normaliser}-r${short(parts.rules)}-p${short(parts.policy)}${suspended}`;
}
