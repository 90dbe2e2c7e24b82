import { type Change, type Policy, Settings } from './policy.js';

/** Where a comment stands: its article, and the section of that. */
export type Place = { readonly article?: string | null; readonly section?: string | null };

/**
 * The settings that hold at a place: the site's defaults, with what the section has otherwise, with what the article has
 * otherwise. Groups are merged field by field.
 *
 * @throws ZodError where what is left is not whole, which {@link checkPolicy} keeps from being published.
 */
export function settingsAt(policy: Policy, { article, section }: Place): Settings {
  const inherited = [own(policy.sections, section), own(policy.articles, article)].filter((part) => part !== undefined);
  if (inherited.length === 0) return policy.defaults;
  return Settings.parse(inherited.reduce<unknown>((below, change) => merged(below, change), policy.defaults));
}

/** A part of a policy that settings can be written in, with the path to it. */
export type Level = { readonly path: readonly string[]; readonly place: Place; readonly change: Change };

/** Every section and article of a policy. What an article inherits from its section is not known here. */
export function levelsOf(policy: Pick<Policy, 'sections' | 'articles'>): readonly Level[] {
  return [
    ...Object.entries(policy.sections).map(([section, change]) => ({
      path: ['sections', section],
      place: { section },
      change,
    })),
    ...Object.entries(policy.articles).map(([article, change]) => ({
      path: ['articles', article],
      place: { article },
      change,
    })),
  ];
}

/** Settings with what a change has otherwise; a label whose thresholds it makes null has none. */
export function merged(inherited: unknown, change: Change): unknown {
  const settings = overlaid(inherited, change);
  if (!isGroup(settings) || !isGroup(settings.thresholds)) return settings;
  const held = Object.entries(settings.thresholds).filter(([, threshold]) => threshold !== null);
  return { ...settings, thresholds: Object.fromEntries(held) };
}

/** What lies below, overlaid: groups field by field, everything else, null too, as a whole. */
function overlaid(below: unknown, above: unknown): unknown {
  if (!isGroup(below) || !isGroup(above)) return above;
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value !== undefined) result[key] = overlaid(Object.hasOwn(below, key) ? below[key] : undefined, value);
  }
  return result;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string | null | undefined): Value | undefined {
  return key !== null && key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
