import { isMap, isNode, isScalar, stringify } from 'yaml';
import { pathIn, pointerTo } from './json-pointer.js';
import { LABELS } from './labels.js';
import { plainFault } from './plain-faults.js';
import { type Change, LEAST_AGREE, Policy, Settings } from './policy.js';
import { type Fault, inWordsOnce, type Path } from './policy-faults.js';
import { levelsOf, merged } from './policy-resolve.js';
import { invisibleIn, saysUnseen } from './rule-signs.js';
import { SectionNames, unknownSection } from './section-names.js';
import {
  inOrder,
  isStorable,
  NOT_STORABLE,
  positionOf as placeOf,
  readYaml,
  unfold,
  type YamlDocument,
} from './yaml-document.js';

type Written = Pick<YamlDocument, 'document' | 'lines'>;

/** Larger than any policy that people still read. */
const LARGEST_BYTES = 1_048_576;

export type PolicyFault = {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** JSON pointer into the policy; empty for the whole of it. */
  readonly pointer: string;
  readonly detail: string;
};

export const POLICY_WARNINGS = [
  'unjudged',
  'no-audit',
  'low-precision',
  'trusted-authors',
  'unknown-section',
  'similar-sections',
] as const;

/** What may be meant so, but is worth a second look. */
export type PolicyWarning = PolicyFault & { readonly kind: (typeof POLICY_WARNINGS)[number] };

type Warning = Fault & Pick<PolicyWarning, 'kind'>;

export type CheckedPolicy = {
  /** Null where there are faults. */
  readonly policy: Policy | null;
  readonly faults: readonly PolicyFault[];
  readonly warnings: readonly PolicyWarning[];
};

/** What a policy is warned by; what is left out is not known. */
type Known = {
  /** The labels that are scored: one without a threshold is warned of. */
  readonly covered?: readonly string[];
  /** The sections that articles carry: one that is nearly one of them is warned of. */
  readonly carried?: readonly string[];
};

/** Reads a policy as it is written, in YAML or JSON, and says everything that is wrong with it and where. */
export function checkPolicy(source: string, known: Known = {}): CheckedPolicy {
  if (source.length > LARGEST_BYTES) {
    return refused([{ path: [], detail: `may have at most ${LARGEST_BYTES} characters and has ${source.length}` }]);
  }
  const { document, lines, faults: unread } = readYaml(source);
  if (unread.length > 0) {
    return { policy: null, faults: unread.map((fault) => ({ ...fault, pointer: '' })), warnings: [] };
  }
  const unfolded = unfold({ document, lines });
  if ('fault' in unfolded) return { policy: null, faults: [{ ...unfolded.fault, pointer: '' }], warnings: [] };
  if (!isStorable(unfolded.content)) return refused([{ path: [], detail: NOT_STORABLE }]);
  const many = tooManyPlaces(unfolded.content);
  if (many !== null) return refused([many], { document, lines });
  const { policy, faults } = parsePolicy(unfolded.content);
  if (policy === null) return refused(faults, { document, lines });
  return { policy, faults: [], warnings: placed(warningsOf(policy, known), { document, lines }) };
}

/** Every article is held against every section, in the process that serves comments: more than so many take seconds. */
const MOST = { places: 5_000, pairs: 250_000 } as const;

function tooManyPlaces(content: unknown): Fault | null {
  const { sections = {}, articles = {} } = Object(content) as { sections?: unknown; articles?: unknown };
  const [inSections, inArticles] = [sections, articles].map((places) => Object.keys(Object(places)).length);
  const says = (what: string, count: number, most: number) =>
    `holds ${count} ${what}; at most ${most} can be checked while comments are served`;
  for (const [path, count] of [
    ['sections', inSections],
    ['articles', inArticles],
  ] as const) {
    if (count !== undefined && count > MOST.places) return { path: [path], detail: says(path, count, MOST.places) };
  }
  const pairs = (inSections ?? 0) * (inArticles ?? 0);
  return pairs > MOST.pairs
    ? { path: ['articles'], detail: says('pairs of section and article', pairs, MOST.pairs) }
    : null;
}

const IN_PLAIN_WORDS = { reportInput: true, error: plainFault } as const;

function parsePolicy(content: unknown): { readonly policy: Policy | null; readonly faults: readonly Fault[] } {
  const parsed = Policy.safeParse(content, IN_PLAIN_WORDS);
  if (!parsed.success) return { policy: null, faults: inWordsOnce(Policy, parsed.error.issues) };
  const faults = faultsOf(parsed.data);
  return faults.length > 0 ? { policy: null, faults } : { policy: parsed.data, faults: [] };
}

/**
 * What is wrong with a policy that could be published once: what a policy may say was more then.
 *
 * @param source as it was written, or would be.
 */
export function faultsIn(policy: Policy, source: string): readonly PolicyFault[] {
  const faults = faultsOf(policy);
  return faults.length === 0 ? [] : placed(faults, readYaml(source));
}

/** What the form alone cannot say: bands that cross over once everything is inherited, and what a policy may not promise. */
function faultsOf(policy: Policy): readonly Fault[] {
  const { defaults } = policy;
  const unseen = invisibleIn(policy.about);
  const distinct = new Map(Object.values(policy.sections).map((section) => [JSON.stringify(section), section]));
  const sections = [...distinct.values()].map((section) => merged(defaults, section));
  const faults = below(['defaults'], settingsFaults(defaults, defaults));
  if (unseen !== null) faults.push({ path: ['about'], detail: `about ${saysUnseen(unseen)}` });
  // A newsroom closes articles by the hundred: what many places have alike is looked at once.
  const known = new Map<string, readonly Fault[]>();
  for (const { path, change, place } of levelsOf(policy)) {
    const key = JSON.stringify([place.article === undefined, change]);
    // An article can lie in any section.
    const inherited = place.article === undefined ? [defaults] : [defaults, ...sections];
    const found = known.get(key) ?? uniqueFaults(inherited.flatMap((settings) => changeFaults(settings, change)));
    known.set(key, found);
    faults.push(...below(path, found));
  }
  return faults;
}

/** What is wrong with a change where it lies over these settings; paths begin at the change. */
function changeFaults(inherited: unknown, change: Change): readonly Fault[] {
  const parsed = Settings.safeParse(merged(inherited, change), IN_PLAIN_WORDS);
  return parsed.success ? settingsFaults(parsed.data, change) : inWordsOnce(Settings, parsed.error.issues);
}

function below(path: Path, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
}

/** @param written what this level says itself: what it inherits is said where it is written, or idle here. */
function settingsFaults(settings: Settings, written: Change): Fault[] {
  const faults: Fault[] = [];
  if (written.agree !== undefined && written.agree < LEAST_AGREE) {
    faults.push({
      path: ['agree'],
      detail: `agree may not lie below ${LEAST_AGREE}: under it rules that reject decide alone, whatever the model says; a single one may, with \`force\``,
    });
  }
  for (const label of LABELS) {
    const threshold = settings.thresholds[label];
    if (threshold === undefined || threshold.reject === null) continue;
    const { review, reject } = threshold;
    const said = written.thresholds?.[label];
    if (said === undefined || said === null) continue;
    const at = ['thresholds', label, said.reject === undefined ? 'review' : 'reject'];
    if (label === 'off_topic') {
      faults.push({ path: at, detail: 'off_topic never rejects; take "reject" away or make it null' });
    } else if (reject < review) {
      faults.push({
        path: at,
        detail: `the thresholds cross over: ${label} would reject from ${reject} and ask a person only from ${review}`,
      });
    }
  }
  // Where it is inherited it does nothing: an article that is closed or read wholly publishes nothing in overload.
  if (written.without?.overload === 'publish' && settings.moderation !== 'after') {
    faults.push({
      path: ['without', 'overload'],
      detail: '"publish" is for sites that moderate after publication only (moderation: after)',
    });
  }
  return faults;
}

function warningsOf(policy: Policy, { covered = [], carried = [] }: Known): readonly Warning[] {
  const { thresholds, audit } = policy.defaults;
  const unjudged = covered
    .filter((label) => thresholds[label as (typeof LABELS)[number]] === undefined)
    .map((label): Warning => {
      const detail = `${label} has no threshold: nobody is asked about it, whatever its score`;
      return { kind: 'unjudged', path: ['defaults', 'thresholds'], detail };
    });
  const unaudited = Object.entries(policy.sections).filter(([, section]) => section.audit?.share === 0);
  const noAudit = [...(audit.share === 0 ? [['defaults']] : []), ...unaudited.map(([name]) => ['sections', name])].map(
    (place): Warning => ({
      kind: 'no-audit',
      path: [...place, 'audit', 'share'],
      detail: 'without an audit sample nobody learns how often the machine is wrong where nobody looks',
    }),
  );
  return [
    ...unjudged,
    ...noAudit,
    ...lowPrecision(policy),
    ...doubtfulTrust(policy),
    ...sectionWarnings(policy, carried),
  ];
}

/** Below it more than one rejection in ten may be wrong, which no newsroom asks for by intent. */
const FAIR_PRECISION = 0.9;

function lowPrecision({ defaults, sections, articles }: Policy): readonly Warning[] {
  const places: readonly (readonly [Path, number | undefined])[] = [
    [['defaults'], defaults.precision],
    ...Object.entries(sections).map(([name, { precision }]) => [['sections', name], precision] as const),
    ...Object.entries(articles).map(([id, { precision }]) => [['articles', id], precision] as const),
  ];
  return places.flatMap(([place, precision]): Warning[] => {
    if (precision === undefined || precision >= FAIR_PRECISION) return [];
    const wrong = Math.round(100 * (1 - precision));
    const detail = `of 100 comments that a label rejects by itself ${wrong} may be wrong with it`;
    return [{ kind: 'low-precision', path: [...place, 'precision'], detail }];
  });
}

/** Fewer approved comments anybody has who wants to be trusted; from so large a share of rejected ones on nobody is. */
const FAIR_TRUST = { approved: 5, rejectedShare: 0.2 } as const;

/** Trust that does nothing, or that is given to whoever asks for it. */
function doubtfulTrust({ defaults, sections, articles }: Policy): readonly Warning[] {
  const places: readonly (readonly [Path, Change])[] = [
    [['defaults'], defaults],
    ...Object.entries(sections).map(([name, change]) => [['sections', name], change] as const),
    ...Object.entries(articles).map(([id, change]) => [['articles', id], change] as const),
  ];
  return places.flatMap(([place, { trustedAuthors: written, newAuthors: here }]): Warning[] => {
    if (written === undefined || written === null) return [];
    const trust = { ...defaults.trustedAuthors, ...written };
    const asked = here === null ? 0 : (here?.approved ?? defaults.newAuthors?.approved ?? 0);
    const { approved, rejectedShare, widen } = trust;
    const said: [keyof typeof trust, string][] = [];
    if (widen === 0) said.push(['widen', 'trust does nothing with it: the review threshold stays where it is']);
    if (approved !== undefined && approved < asked) {
      said.push([
        'approved',
        `is less than newAuthors asks for (${asked}): who is trusted so early goes to a person all the same`,
      ]);
    } else if (approved !== undefined && approved < FAIR_TRUST.approved) {
      said.push([
        'approved',
        `whoever has ${approved} approved ${approved === 1 ? 'comment' : 'comments'} is trusted with it`,
      ]);
    }
    if (rejectedShare !== undefined && rejectedShare >= FAIR_TRUST.rejectedShare) {
      const rejected = Math.round(100 * rejectedShare);
      said.push(['rejectedShare', `whoever had ${rejected} of 100 comments rejected is still trusted with it`]);
    }
    return said.map(([key, detail]) => ({ kind: 'trusted-authors', path: [...place, 'trustedAuthors', key], detail }));
  });
}

/** What is said of a section whose name is written otherwise than articles carry it holds nowhere. */
function sectionWarnings({ sections }: Policy, carried: readonly string[]): readonly Warning[] {
  const known = new SectionNames(carried);
  const before = new SectionNames();
  return Object.keys(sections).flatMap((name): Warning[] => {
    const twin = before.near(name);
    before.add(name);
    // Articles may carry two that are nearly the same.
    if (known.has(name)) return [];
    const path = ['sections', name];
    const meant = known.near(name);
    if (meant !== undefined) return [{ kind: 'unknown-section', path, detail: unknownSection(name, meant) }];
    if (twin === undefined) return [];
    const detail = `the sections ${JSON.stringify(twin)} and ${JSON.stringify(name)} are nearly the same name; did you mean one section?`;
    return [{ kind: 'similar-sections', path, detail }];
  });
}

/** The faults of one place once. */
function uniqueFaults(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

function refused(faults: readonly Fault[], source?: Written): CheckedPolicy {
  return { policy: null, warnings: [], faults: placed(faults, source) };
}

/** @param source left out, where the whole of it is at fault. */
function placed<Found extends Fault>(
  found: readonly Found[],
  source?: Written,
): readonly (Omit<Found, 'path'> & PolicyFault)[] {
  return inOrder(
    found.map(({ path, ...said }) => ({
      ...said,
      ...(source === undefined ? { line: 1, column: 1 } : positionOf(source, path)),
      pointer: pointerTo(path),
    })),
  );
}

/** A policy as a newsroom can write on: YAML with every setting in its place. */
export function writePolicy(policy: Policy): string {
  return stringify(policy, { flowCollectionPadding: true });
}

/** Where a JSON pointer leads in a policy as it is written, or the nearest thing above it that is written. */
export function positionIn(source: string, pointer: string): { readonly line: number; readonly column: number } {
  return positionOf(readYaml(source), pathIn(pointer));
}

/** Where a path's key stands, or that of the nearest thing above it that is written. */
function positionOf({ document, lines }: Written, path: Path) {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      return placeOf(lines, node.range[0]);
    }
  }
  return { line: 1, column: 1 };
}
