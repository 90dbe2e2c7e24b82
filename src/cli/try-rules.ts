import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Config } from '../config.js';
import { suspendedInWords, unmetInWords } from '../core/consequences.js';
import { parseIncoming } from '../core/incoming.js';
import { faultLines, unreadRules } from '../core/rule-faults.js';
import type { RuleTrialView } from '../core/rule-views.js';
import { createRuleWork } from '../core/rule-work.js';
import { SITE } from '../http/access.js';
import { TryBody } from '../http/rules.js';
import { openInference } from '../model/inference/client.js';
import { openLanguageDetector } from '../model/language.js';
import { joinStore } from '../store/open.js';
import { sayPlaced } from './history.js';
import { createJudging, modelOf } from './judging.js';
import { createRuleDeps } from './rule-deps.js';
import { say } from './say.js';

/** `section`: as a comment on an article of that section. */
export type TryOptions = { readonly drafts?: boolean; readonly section?: string };

/**
 * Reads and judges one text as a comment on nothing in particular would be now, and keeps nothing: what `POST /v1/rules:try` answers
 * as JSON on stdout, in words on stderr.
 *
 * @param given the text; null: all that the input says, without the end of its last line.
 * @returns the exit status: 1 where a draft did not fit, so that the text was tried without it
 */
export async function tryText(
  config: Config,
  given: string | null,
  { drafts = false, section }: TryOptions,
  input: Readable,
): Promise<number> {
  const text = given ?? (await readAll(input)).replace(/\r?\n$/, '');
  const asked = parseIncoming(TryBody, { text, drafts, section });
  const trial = await judged(config, asked);
  const hits = trial.hits.map((hit) => ({ ...hit, matched: hit.stretches.map((at) => text.slice(at.begin, at.end)) }));
  process.stdout.write(`${JSON.stringify({ ...trial, hits })}\n`);
  for (const line of [...readLines(text, trial), ...hits.map(hitLine), ...decisionLines(trial, drafts)]) say(line);
  for (const { draft, faults } of trial.leftOut) {
    say(`It was tried without the draft ${draft}, which does not fit:`);
    for (const fault of faults) sayPlaced(fault.list, fault);
  }
  return trial.leftOut.length === 0 ? 0 : 1;
}

async function judged(
  config: Config,
  { text, section, drafts }: { text: string; section?: string | null | undefined; drafts: boolean },
): Promise<RuleTrialView> {
  const store = await joinStore(config.store);
  try {
    const { directory: models, backend, cache } = config.model;
    const inference = await openInference({ models, backend, cache });
    try {
      const site = { site: SITE, language: config.site.language };
      const judging = createJudging(store, site, modelOf(inference), await openLanguageDetector(), null, {
        faults: (_, faults) => say([unreadRules(faults), ...faultLines(faults)].join('\n')),
        suspended: (_, unmet) => say([suspendedInWords(unmet), ...unmet.map(unmetInWords)].join('\n')),
      });
      const { tryRules } = createRuleDeps(store.db, judging, createRuleWork(), () => null);
      return await tryRules(SITE, { text, section: section ?? null, author: null, drafts });
    } finally {
      await inference.close();
    }
  } finally {
    await store.close();
  }
}

/** How the text is read, where that is not as it stands; places are those of the text as it was given. */
function readLines(text: string, { normalised, transformations }: RuleTrialView): readonly string[] {
  if (normalised === text) return [];
  return [
    `Read as: ${normalised}`,
    ...transformations.map(({ begin, end, kind, original, meant }) => {
      return `${place({ begin, end })} “${original}” as “${meant}” (${kind})`;
    }),
  ];
}

function hitLine(hit: RuleTrialView['hits'][number] & { readonly matched: readonly string[] }): string {
  const { rule, label, effect, forced, shadow, reason, stretches, matched } = hit;
  const acts = [label, effect, ...(forced ? ['forced'] : []), ...(shadow ? ['in shadow'] : [])].join(', ');
  const where = stretches.map((stretch, at) => `${place(stretch)} “${matched[at]}”`).join(', ');
  return `Rule ${rule} (${acts}): ${where === '' ? 'the comment as a whole' : where}. ${reason}`;
}

/** Lower scores say little; those are in the JSON. */
const LEAST_SCORE = 0.1;

function decisionLines({ hits, broken, scores, decision, inForce }: RuleTrialView, drafts: boolean): readonly string[] {
  const scored = Object.entries(scores ?? {})
    .flatMap(([label, score]) => (typeof score === 'number' && score >= LEAST_SCORE ? [{ label, score }] : []))
    .sort((one, other) => other.score - one.score)
    .map(({ label, score }) => `${label} ${score.toFixed(2)}`);
  return [
    ...(hits.length === 0 ? ['No rule finds anything.'] : []),
    ...broken.map((rule) => `Rule ${rule} could not be evaluated; what it could concern goes to a person.`),
    ...(drafts && inForce === null ? ['No draft was tried; what follows is by the published rules.'] : []),
    ...(scored.length === 0 ? [] : [`Model: ${scored.join(', ')}.`]),
    decision === null ? 'No decision: the model does not answer.' : `Decision: ${decision}.`,
    ...(inForce === null
      ? []
      : [`The published rules: ${inForce.decision ?? 'no decision'}; ${findings(inForce.rules)}.`]),
  ];
}

function findings(rules: readonly string[]): string {
  return rules.length === 0 ? 'none finds anything' : `found by ${rules.join(', ')}`;
}

function place({ begin, end }: { readonly begin: number; readonly end: number }): string {
  return `${begin}–${end}`;
}
