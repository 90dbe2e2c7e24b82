import { FaultyRules, InvalidRequest, NotFound } from '../core/errors.js';
import { normalise } from '../core/normalise.js';
import { checkRules, type RuleCheck } from '../core/rule-check.js';
import { overlayRules, UPGRADE } from '../core/rule-overlays.js';
import type { RuleCheckView, RuleFaultView, RuleWarningView } from '../core/rule-views.js';
import { compileRules, findRuleHits, type RuleList, RuleListError } from '../core/rules.js';

/** What a site's rules were made of: shipped lists, by the sha256 of what they say, and the site's own documents, by name. */
export type RuleSource = { readonly base: string; readonly documents: Readonly<Record<string, string>> };

/** A draft; one with a `base` is the step to those shipped lists, one without a word removes the document of its name. */
export type RuleDraft = {
  readonly name: string;
  readonly document: string;
  readonly base: string | null;
  readonly author: string;
  readonly updatedAt: string;
};

export type RuleDraftDeps = {
  listDrafts(site: number): Promise<readonly RuleDraft[]>;
  /** Shipped lists. @throws NotFound */
  readBase(site: number, sha256: string): Promise<readonly RuleList[]>;
  now(): Date;
};

export type ComposedRules = {
  /** What is judged by: shipped and own lists as one. */
  readonly content: readonly RuleList[];
  readonly source: RuleSource;
};

/** A document's name is its list's, so what a file could be called. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** @throws InvalidRequest where no document can have this name. */
export function requireDocumentName(name: string): void {
  if (NAME.test(name) && name !== UPGRADE) return;
  const detail =
    name === UPGRADE
      ? `"${UPGRADE}" is the draft that comes with a newer premod; name yours otherwise.`
      : 'A name has small letters, digits and hyphens, at most 64, and begins with a letter or digit.';
  throw new InvalidRequest([{ pointer: '/name', detail }]);
}

/** What is written, with drafts on top of it. */
function withDrafts(source: RuleSource, drafts: readonly Omit<RuleDraft, 'author' | 'updatedAt'>[]): RuleSource {
  let { base } = source;
  const documents: Record<string, string> = { ...source.documents };
  for (const draft of drafts) {
    if (draft.base !== null) base = draft.base;
    else if (draft.document.trim() === '') delete documents[draft.name];
    else documents[draft.name] = draft.document;
  }
  return { base, documents };
}

/**
 * The rules that some drafts would make of what is written.
 *
 * @throws NotFound where there is no such draft; FaultyRules with every fault.
 */
export async function composeDrafts(
  deps: RuleDraftDeps,
  site: number,
  written: RuleSource,
  names: readonly string[],
): Promise<ComposedRules & { readonly drafts: readonly RuleDraft[] }> {
  const all = await deps.listDrafts(site);
  const drafts = names.map((name) => {
    const draft = all.find((one) => one.name === name);
    if (draft === undefined) throw new NotFound('draft', name);
    return draft;
  });
  const source = withDrafts(written, drafts);
  const { lists, faults } = await check(deps, site, source);
  if (lists === null) throw new FaultyRules(faults.map(toView));
  return { content: lists, source, drafts };
}

async function check(deps: RuleDraftDeps, site: number, { base, documents }: RuleSource): Promise<RuleCheck> {
  let shipped: readonly RuleList[];
  try {
    shipped = await deps.readBase(site, base);
  } catch (error) {
    // Lists of another premod, which this one cannot read; the draft of its own lists is the way on.
    if (!(error instanceof RuleListError)) throw error;
    return { faults: error.faults, warnings: [], lists: null, locate: () => null };
  }
  const written = Object.entries(documents).map(([name, yaml]) => ({ name, yaml }));
  const inForce = (own: readonly RuleList[]) => {
    const { lists, faults } = overlayRules(shipped, own);
    if (faults.length > 0) throw new RuleListError(faults);
    return lists;
  };
  return checkRules(written, inForce, deps.now().toISOString().slice(0, 10));
}

function toView({ list, line = 1, column = 1, rule, detail }: RuleCheck['faults'][number]): RuleFaultView {
  return { list, line, column, ...(rule !== undefined && { rule }), detail };
}

export type RuleCheckDeps = RuleDraftDeps & {
  /** Newest texts of the last week, with the section of their article. */
  sampleTexts(site: number, most: number): Promise<readonly SampledText[]>;
  /** Lets others run; called every so often. */
  breathe(): Promise<void>;
};

type SampledText = { readonly text: string; readonly section: string | null };

/** So many of last week's comments are asked; the share is then right to a few in a hundred. */
const SAMPLE = 500;
const SAMPLE_PAUSE = 10;
/** A rule that meets more is broad: most are meant for exceptions. */
const BROAD = 0.05;

/**
 * Says what is wrong with a document, as if it were published now, and what is odd about it: rules in each other's way, and
 * rules that meet many of last week's comments.
 */
export async function checkDocument(
  deps: RuleCheckDeps,
  site: number,
  written: RuleSource,
  { name, yaml }: { readonly name: string; readonly yaml: string },
): Promise<RuleCheckView> {
  requireDocumentName(name);
  const source = withDrafts(written, [{ name, document: yaml, base: null }]);
  const checked = await check(deps, site, source);
  if (checked.lists === null) return { faults: checked.faults.map(toView), warnings: [] };
  const odd = checked.warnings.filter(({ list }) => list === name).map(({ list: _, ...warning }) => warning);
  const broad = await broadRules(deps, site, checked.lists, name);
  return { faults: [], warnings: [...odd, ...broad.map((found) => toWarning(found, checked))] };
}

type BroadRule = { readonly rule: string; readonly met: number; readonly of: number };

function toWarning({ rule, met, of }: BroadRule, { locate }: RuleCheck): RuleWarningView {
  const percent = Math.round((met / of) * 100);
  const detail = `${rule} matches ${percent} % of last week's comments (${met} of the ${of} newest)`;
  const { line = 1, column = 1 } = locate(rule) ?? {};
  return { line, column, rule, kind: 'broad', detail };
}

async function broadRules(
  deps: RuleCheckDeps,
  site: number,
  lists: readonly RuleList[],
  name: string,
): Promise<readonly BroadRule[]> {
  const compiled = compileRules(lists);
  const rules = { ...compiled, rules: compiled.rules.filter(({ list }) => list === name) };
  if (rules.rules.length === 0) return [];
  const texts = await deps.sampleTexts(site, SAMPLE);
  const met = new Map<string, number>();
  for (const [index, { text, section }] of texts.entries()) {
    if (index % SAMPLE_PAUSE === 0) await deps.breathe();
    for (const { rule } of findRuleHits(rules, { text, normalised: normalise(text), section }).hits) {
      met.set(rule, (met.get(rule) ?? 0) + 1);
    }
  }
  const of = texts.length;
  return [...met].filter(([, count]) => count / of >= BROAD).map(([rule, count]) => ({ rule, met: count, of }));
}
