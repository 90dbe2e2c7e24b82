import { messageOf } from '../core/error-message.js';
import { faultLines, type RuleFault, UNMET_EXAMPLES } from '../core/rule-faults.js';
import { activePipeline, readPipeline } from '../store/pipelines.js';
import type { Opened } from './open-service.js';

export type HeldExamples = {
  /** Examples that rules do not meet, by what the rules say; null while they have not been held. */
  unmetOf(sha256: string): readonly RuleFault[] | null;
  close(): void;
};

const LOOK_MS = 5_000;

/**
 * Holds the rules in force to their examples, and those that come into force later: they were met when the rules were published,
 * but perhaps by another premod, whose normaliser read texts otherwise. It is done in the thread for rules, once for the same rules,
 * and takes no rule out of force; what is not met is logged.
 */
export function holdExamples({ wired: { store, log }, ruleWork, shipped }: Opened, site: number): HeldExamples {
  // What is shipped was held when it was read.
  const held = new Map<string, readonly RuleFault[] | null>([[shipped.rules.sha256, []]]);
  let looked: number | null = null;
  let closed = false;
  let timer = setTimeout(run, LOOK_MS);

  async function look(): Promise<void> {
    const active = await activePipeline(store.db, site);
    if (active === null || active === looked) return;
    const pipeline = await readPipeline(store.db, site, active);
    if (pipeline === null) return;
    looked = active;
    const { sha256, content } = pipeline.rules;
    if (held.has(sha256)) return;
    held.set(sha256, null);
    try {
      const unmet = await ruleWork.hold({ content });
      held.set(sha256, unmet);
      if (unmet.length > 0) log.warn(UNMET_EXAMPLES, { examples: faultLines(unmet) });
    } catch (error) {
      if (!closed) log.warn('rules in force could not be held to their examples', { because: messageOf(error) });
    }
  }

  async function run(): Promise<void> {
    // Where the store does not answer, others say so; the next look tells.
    await look().catch(() => undefined);
    if (!closed) timer = setTimeout(run, LOOK_MS);
  }

  return {
    unmetOf: (sha256) => held.get(sha256) ?? null,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
