import type { RulePath } from './rule-faults.js';
import { conditionsIn, type RuleList, type TextCondition } from './rule-list.js';

/**
 * Endings under which anybody can have a domain, by country: those for companies, people and networks. Such as `gov.uk` are not
 * among them, since a site may well think something of them all.
 *
 * @see {@link https://publicsuffix.org/list/public_suffix_list.dat}, its part of ICANN's; the best known of it.
 */
const ENDINGS: Readonly<Record<string, string>> = {
  ar: 'com net org',
  at: 'co or',
  au: 'com id net org',
  br: 'com net org',
  cn: 'com net org',
  co: 'com net nom org',
  eg: 'com net org',
  es: 'com nom org',
  gr: 'com net org',
  hk: 'com idv net org',
  id: 'co net or web',
  il: 'co net org',
  in: 'co firm gen ind net org',
  jp: 'co ne or',
  ke: 'co ne or',
  kr: 'co ne or re',
  mx: 'com net org',
  my: 'com name net org',
  ng: 'com net org',
  nz: 'co net org',
  pe: 'com net nom org',
  ph: 'com net org',
  pk: 'com net org',
  pl: 'biz com info net org',
  pt: 'com net org',
  sg: 'com net org',
  th: 'co in net or',
  tr: 'biz com gen info net org web',
  tw: 'com idv net org',
  ua: 'com net org',
  uk: 'co ltd me net org plc',
  vn: 'com net org',
  za: 'co net org web',
};
/** Where anybody can put up pages under the name of a company; the best known of the same list's other part. */
const HOSTS =
  'azurewebsites.net blogspot.com firebaseapp.com github.io gitlab.io herokuapp.com netlify.app onrender.com pages.dev vercel.app web.app weebly.com wixsite.com wordpress.com workers.dev';
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.entries(ENDINGS).flatMap(([country, endings]) =>
    endings.split(' ').map((ending) => `${ending}.${country}`),
  ),
  ...HOSTS.split(' '),
]);

/** Where a list names as a domain what is only an ending of domains, and what to say of it. */
export function suffixesIn({
  rules,
  domains = {},
}: RuleList): readonly { readonly path: RulePath; readonly rule?: string; readonly detail: string }[] {
  const inDomains = Object.entries(domains).flatMap(([kind, named]) => endingsAmong(named, ['domains', kind]));
  const inRules = conditionsIn({ rules }).flatMap(({ rule, condition, path }) => {
    const { links } = condition as TextCondition;
    const named = typeof links === 'string' ? [] : links;
    return endingsAmong(named, [...path, 'links']).map((found) => ({ ...found, rule: rule.id }));
  });
  return [...inDomains, ...inRules];
}

function endingsAmong(
  named: readonly string[] = [],
  path: RulePath,
): readonly { readonly path: RulePath; readonly detail: string }[] {
  return named.flatMap((domain, index) => {
    if (!KNOWN.has(domain)) return [];
    const detail = `${domain} is an ending of many people's domains, and stands for them all; name those that are meant`;
    return [{ path: [...path, index], detail }];
  });
}
