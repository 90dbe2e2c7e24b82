import { FaultyRules, InvalidRequest, NotFound } from '../core/errors.js';
import { listByList, type RuleFault } from '../core/rule-faults.js';
import { UPGRADE } from '../core/rule-overlays.js';
import { readRuleSource } from '../core/rule-source.js';
import type { RuleCheckView, RuleFaultView, RuleTrialView } from '../core/rule-views.js';
import type { Examination, Examined, RuleWork } from '../core/rule-work.js';
import { type RuleList, RuleListError } from '../core/rules.js';
import { inOrder, type Position } from '../core/yaml-document.js';
import { askSample, type SampleDeps, warningsOf } from './rule-sample.js';

/** What a site's rules were made of: shipped lists, by the sha256 of what they say, and the site's own documents, by name. */
export type RuleSource = { readonly base: string; readonly documents: Readonly<Record<string, string>> };

/** A draft; one with a `base` is the step to those shipped lists, one without a word removes the document of its name. */
export type RuleDraft = {
  readonly name: string;
  readonly document: string;
  readonly base: string | null;
  /** The revision on whose text it was begun; null where it has a `base`. */
  readonly begunOn: number | null;
  readonly author: string;
  readonly updatedAt: string;
};

export type RuleDraftDeps = {
  listDrafts(site: number): Promise<readonly RuleDraft[]>;
  /** Shipped lists. @throws NotFound */
  readBase(site: number, sha256: string): Promise<readonly RuleList[]>;
  readonly work: RuleWork;
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
      : 'A name has small letters, digits and hyphens, at most 64; a letter or digit comes first.';
  throw new InvalidRequest([{ pointer: '/name', detail }]);
}

/** What is written, with drafts on top of it. */
function withDrafts(source: RuleSource, drafts: readonly Pick<RuleDraft, 'name' | 'document' | 'base'>[]): RuleSource {
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

/**
 * The rules that all drafts would make, to try texts on. Examples are not held: a rule that does not find its own is the one that
 * somebody wants to try. Drafts that do not fit what stands, or drafts before them, stand aside, so that one with a fault keeps
 * nobody from trying another.
 *
 * @returns `lists` null where no draft is left to try.
 */
export async function draftsToTry(
  deps: RuleDraftDeps,
  site: number,
  written: RuleSource,
  drafts: readonly RuleDraft[],
): Promise<{ readonly lists: readonly RuleList[] | null; readonly leftOut: RuleTrialView['leftOut'] }> {
  if (drafts.length === 0) return { lists: null, leftOut: [] };
  const look = (tried: readonly RuleDraft[]) => check(deps, site, withDrafts(written, tried), { examples: false });
  const whole = await look(drafts);
  if (whole.lists !== null) return { lists: whole.lists, leftOut: [] };
  let lists: readonly RuleList[] | null = null;
  let tried: readonly RuleDraft[] = [];
  // Newer shipped lists concern every list, so they come last. What one draft breaks a later one may mend: then the others fit, too.
  let waiting = [...drafts].sort((one, other) => Number(one.base !== null) - Number(other.base !== null));
  while (true) {
    const leftOut: { readonly draft: RuleDraft; readonly faults: readonly RuleFaultView[] }[] = [];
    for (const draft of waiting) {
      const looked = await look([...tried, draft]);
      if (looked.lists === null) leftOut.push({ draft, faults: looked.faults.map(toView) });
      else {
        lists = looked.lists;
        tried = [...tried, draft];
      }
    }
    if (leftOut.length === 0 || leftOut.length === waiting.length) {
      return { lists, leftOut: leftOut.map(({ draft, faults }) => ({ draft: draft.name, faults })) };
    }
    waiting = leftOut.map(({ draft }) => draft);
  }
}

/**
 * Looks over rules that were in force once, before they are again: another premod may have published them.
 *
 * @throws FaultyRules with everything that this premod cannot use.
 */
export async function examineRules(deps: RuleDraftDeps, content: unknown, source: RuleSource): Promise<void> {
  const found = await deps.work.reread({ content });
  if (found.length === 0) return;
  throw new FaultyRules(listByList(found.map((fault) => toView({ ...fault, ...placeIn(source, fault) }))));
}

/** Where a fault stands in what was written; nothing of a shipped list, or where that cannot be read any more. */
function placeIn({ documents }: RuleSource, { list, path }: RuleFault): Partial<Position> {
  const yaml = documents[list];
  if (yaml === undefined) return {};
  try {
    return readRuleSource(list, yaml).locate(path);
  } catch (error) {
    if (!(error instanceof RuleListError)) throw error;
    return {};
  }
}

async function check(
  deps: RuleDraftDeps,
  site: number,
  { base, documents }: RuleSource,
  { examples = true, carried = [] }: Partial<Pick<Examination, 'examples' | 'carried'>> = {},
): Promise<Examined> {
  let shipped: readonly RuleList[];
  try {
    shipped = await deps.readBase(site, base);
  } catch (error) {
    // Lists of another premod, which this one cannot read; the draft of its own lists is the way on.
    if (!(error instanceof RuleListError)) throw error;
    return { faults: error.faults, warnings: [], lists: null, places: new Map() };
  }
  return await deps.work.examine({
    shipped,
    documents,
    today: deps.now().toISOString().slice(0, 10),
    examples,
    carried,
  });
}

function toView({ list, line = 1, column = 1, rule, detail }: RuleFault): RuleFaultView {
  return { list, line, column, ...(rule !== undefined && { rule }), detail };
}

export type RuleCheckDeps = RuleDraftDeps &
  SampleDeps & {
    /** The sections that articles of late carry, those of most articles first. */
    carriedSections(site: number): Promise<readonly string[]>;
  };

/**
 * Says what is wrong with a document, as if it were published now, and what is odd about it: rules in each other's way, sections
 * that no article carries, and rules that meet many of last week's comments, or cannot be evaluated for many.
 */
export async function checkDocument(
  deps: RuleCheckDeps,
  site: number,
  written: RuleSource,
  { name, yaml }: { readonly name: string; readonly yaml: string },
): Promise<RuleCheckView> {
  requireDocumentName(name);
  const source = withDrafts(written, [{ name, document: yaml, base: null }]);
  const checked = await check(deps, site, source, { carried: await deps.carriedSections(site) });
  if (checked.lists === null) return { faults: checked.faults.map(toView), warnings: [] };
  const odd = checked.warnings.filter(({ list }) => list === name).map(({ list: _, ...warning }) => warning);
  const sampled = await askSample(deps, site, checked.lists, name);
  return {
    faults: [],
    warnings: inOrder([
      ...odd,
      ...sampled.flatMap((found) => warningsOf(found, checked.places.get(found.rule) ?? null)),
    ]),
  };
}
