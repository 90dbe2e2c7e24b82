import type { Label } from '../../core/labels.js';
import type { PolicyDocument } from './shapes.js';

/** Where settings are looked at and written: in the defaults, in a section, or at an article, whose section may not be known. */
export type Scope =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'article'; readonly name: string; readonly section: string | null };

export const EVERYWHERE: Scope = { kind: 'everywhere' };

/** Names a scope among all, for whatever has to begin anew with another one. */
export function keyOf(scope: Scope): string {
  return scope.kind === 'everywhere' ? '' : `${scope.kind} ${scope.name}`;
}

/** The section whose comments are counted for a scope; null: those of the whole site. */
export function sectionOf(scope: Scope): string | null {
  if (scope.kind === 'everywhere') return null;
  return scope.kind === 'section' ? scope.name : scope.section;
}

/** Where a scope's settings stand in the document. */
export function pathTo(scope: Scope): readonly string[] {
  if (scope.kind === 'everywhere') return ['defaults'];
  return [scope.kind === 'section' ? 'sections' : 'articles', scope.name];
}

/** The JSON pointer (RFC 6901) of a path of keys, as faults name it. */
export function pointerTo(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export type Group = Readonly<Record<string, unknown>>;

export function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is written at one place, a fault perhaps; undefined where nothing is. */
export function written(document: unknown, path: readonly string[]): unknown {
  return path.reduce((group, key) => (isGroup(group) && Object.hasOwn(group, key) ? group[key] : undefined), document);
}

/** Everything that is said about a scope: the defaults first, what lies over them behind. The last one is the scope's own. */
export function layersOf(document: PolicyDocument, scope: Scope): readonly Layer[] {
  const layer = (at: Scope): Layer => ({ from: at, settings: written(document, pathTo(at)) });
  if (scope.kind === 'everywhere') return [layer(EVERYWHERE)];
  const section: readonly Scope[] =
    scope.kind === 'article' && scope.section !== null ? [{ kind: 'section', name: scope.section }] : [];
  return [EVERYWHERE, ...section, scope].map(layer);
}

export type Layer = { readonly from: Scope; readonly settings: unknown };

export type Resolved = {
  readonly review: number;
  readonly reject: number | null;
  /** The scope says nothing of its own about it. */
  readonly inherited: { readonly review: boolean; readonly reject: boolean };
};

/**
 * What holds for a label: the scope's own thresholds over those that it inherits.
 *
 * @returns null where the policy does not name the label, or the scope takes its thresholds away.
 */
export function resolvedThreshold(document: PolicyDocument, label: Label, scope: Scope): Resolved | null {
  const path = ['thresholds', label];
  const layers = layersOf(document, scope).map(({ settings }) => written(settings, path));
  let held: Group = {};
  for (const layer of layers) {
    if (layer !== undefined) held = isGroup(layer) ? { ...held, ...layer } : {};
  }
  const { review, reject = null } = held;
  if (typeof review !== 'number' || !(reject === null || typeof reject === 'number')) return null;
  const own = layers.at(-1);
  const inherits = (handle: 'review' | 'reject') => scope.kind !== 'everywhere' && written(own, [handle]) === undefined;
  return { review, reject, inherited: { review: inherits('review'), reject: inherits('reject') } };
}

/** Where a threshold stands in the document. */
export function pathOf(label: Label, scope: Scope, handle: 'review' | 'reject'): readonly string[] {
  return [...pathTo(scope), 'thresholds', label, handle];
}
