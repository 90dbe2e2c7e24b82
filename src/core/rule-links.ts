import type { Normalised } from './normalise.js';
import { canonicalDomain, type DomainTable, domainsAbove } from './rule-domains.js';
import type { Stretch } from './spans.js';

/** `any` web address but allowed ones, those that lists `watch` or `block`, or those under domains of the rule's own. */
export type LinkCondition = 'any' | 'watched' | 'blocked' | readonly string[];

/** A host has at most so many letters; a domain in letters of other scripts may have begun so far before its ASCII end. */
const LONGEST_HOST = 253;

/**
 * Puts a condition on links into a form that can be asked: the stretches of the normalised text that hold such links, by what
 * lists up to one say of domains, or all.
 */
export function linkFinder(
  links: LinkCondition,
  domains: DomainTable,
): (normalised: Normalised, upTo?: string) => readonly Stretch[] {
  const own = typeof links === 'string' ? null : new Set(links);
  const holdsUpTo = (upTo: string | undefined, host: string): boolean => {
    const listing = domains.nearest(host, upTo);
    if (links === 'watched') return listing?.kind === 'watch';
    if (links === 'blocked') return listing?.kind === 'block';
    if (own === null) return listing?.kind !== 'allow';
    for (const domain of domainsAbove(host)) {
      // An allowed domain excuses; but a rule that names something under it knew what it did.
      if (own.has(domain)) return listing?.kind !== 'allow' || listing.domain.length < domain.length;
    }
    return false;
  };
  return ({ text, links: found }, upTo) =>
    found.flatMap(({ kind, host, begin, end }) => {
      const holds = (seen: string) => holdsUpTo(upTo, seen);
      if (kind !== 'web') return [];
      const before = lettersBefore(text, begin);
      const seen = canonicalDomain(host) ?? host;
      const whole = before === '' ? null : canonicalDomain(before + host);
      if (whole === null) return holds(seen) ? [{ begin, end }] : [];
      const held = links === 'any' ? holds(whole) : holds(whole) || holds(seen);
      return held ? [{ begin: begin - before.length, end }] : [];
    });
}

/** Without `https://` an address is only seen from its first plain letter on: `nchen.de` in `münchen.de`. */
function lettersBefore(text: string, begin: number): string {
  if (begin === 0 || text.charCodeAt(begin - 1) < 0x80) return '';
  const nearby = text.slice(Math.max(0, begin - LONGEST_HOST), begin);
  return /[\p{L}\p{M}\p{N}._-]+$/u.exec(nearby)?.[0] ?? '';
}
