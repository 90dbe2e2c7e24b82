import { z } from 'zod';
import type { RuleFault } from './rule-faults.js';
import { invisibleIn, saysUnseen } from './rule-signs.js';

/** What a site thinks of a domain and all that lies under it. */
export const DOMAIN_KINDS = ['allow', 'watch', 'block'] as const;
export type DomainKind = (typeof DOMAIN_KINDS)[number];

/** The number of a machine (IPv4), as addresses write it out. */
const MACHINE = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** A domain as it is looked up: ASCII (punycode), small letters, without `www.`; null where it is none. */
export function canonicalDomain(written: string): string | null {
  if (/[\s/?#@:\\%]/.test(written)) return null;
  try {
    const { hostname } = new URL(`http://${written}`);
    const host = hostname.replace(/^www\./, '').replace(/\.$/, '');
    return MACHINE.test(host) || /^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(host) ? host : null;
  } catch {
    return null;
  }
}

/** `example.com` and everything under it; letters of any script (`münchen.de`) are the same as their punycode. */
export const Domain = z
  .string()
  .trim()
  .transform((written, context) => {
    const domain = canonicalDomain(written);
    const message = domain === null ? noDomain(written) : deceiving(written, domain);
    if (domain !== null && message === null) return domain;
    context.addIssue({ code: 'custom', message: message ?? '' });
    return z.NEVER;
  });

/** What is said of what is no domain; an address or a wildcard holds the one that was meant. */
function noDomain(written: string): string {
  const bare = written
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/^\*\./, '')
    .replace(/(?::\d+)?(?:[/?#].*)?$/, '');
  const meant = bare === written ? null : canonicalDomain(bare);
  const why = meant === null ? '' : `; did you mean ${meant}, which stands for everything under it?`;
  return `must be a domain such as example.com${why}`;
}

/** Why whoever reads a list sees another domain than it names; null where they do not. */
function deceiving(written: string, domain: string): string | null {
  const unseen = invisibleIn(written);
  if (unseen !== null) return saysUnseen(unseen);
  // Browsers take `127.1` and `0x7f.1` for a machine's number, too.
  if (MACHINE.test(domain) && domain !== written) {
    return `${JSON.stringify(written)} is read as the number of a machine; write ${domain} where that is meant`;
  }
  const mixed = written
    .split('.')
    .find((label) => /[a-z]/i.test(label) && /[\p{sc=Cyrillic}\p{sc=Greek}]/u.test(label));
  if (mixed === undefined) return null;
  return `${JSON.stringify(mixed)} mixes letters that look alike but are of two scripts; write ${domain} where that is meant`;
}

/** Domains of one list by what is thought of them. */
export type DomainLists = { readonly [Kind in DomainKind]?: readonly string[] | undefined };

/** A domain that lists name, and what they say of it. */
export type Listing = { readonly domain: string; readonly kind: DomainKind };

/** What all lists say of domains. Of two lists that name one domain the later one counts: a site's own come last. */
export class DomainTable {
  readonly #lists: string[] = [];
  readonly #said = new Map<string, { readonly kind: DomainKind; readonly list: number }[]>();

  /** Takes in one list's domains. @returns a fault for each that the list itself names twice. */
  add(list: string, domains: DomainLists): readonly RuleFault[] {
    const faults: RuleFault[] = [];
    const own = new Map<string, DomainKind>();
    const number = this.#lists.push(list) - 1;
    for (const kind of DOMAIN_KINDS) {
      for (const [index, domain] of (domains[kind] ?? []).entries()) {
        const before = own.get(domain);
        if (before !== undefined) {
          const detail = `${domain} stands under ${before} already`;
          faults.push({ list, path: ['domains', kind, index], detail });
        }
        own.set(domain, kind);
        const said = this.#said.get(domain);
        if (said === undefined) this.#said.set(domain, [{ kind, list: number }]);
        else said.push({ kind, list: number });
      }
    }
    return faults;
  }

  /**
   * The listing that is nearest to a host: its own, else that of the domain it lies directly under, and so on.
   *
   * @param upTo a list: what later ones say counts for nothing.
   */
  nearest(host: string, upTo?: string): Listing | null {
    const last = upTo === undefined ? this.#lists.length : this.#lists.indexOf(upTo);
    for (const domain of domainsAbove(host)) {
      const said = this.#said.get(domain)?.filter(({ list }) => list <= last);
      const kind = said?.at(-1)?.kind;
      if (kind !== undefined) return { domain, kind };
    }
    return null;
  }
}

/** A host and the domains that it lies under, nearest first. */
export function* domainsAbove(host: string): Iterable<string> {
  for (let rest = host; ; rest = rest.slice(rest.indexOf('.') + 1)) {
    yield rest;
    if (!rest.includes('.')) return;
  }
}
