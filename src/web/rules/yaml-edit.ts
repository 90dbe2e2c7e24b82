import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';

/** What a site's first list of its own begins with. */
export const FIRST_OWN_LIST = 'about: Rules of this site, on top of the shipped ones.\n\nrules: []\n';

/** One rule with everything that a list needs, to be written over. */
export const FIRST_OWN_RULE = `about: Say here in a sentence what this list is about.

rules:
  - id: name-of-the-rule
    label: insult
    effect: review
    when:
      phrases:
        - words that a reader might write
    reason: Say here what a moderator should know.
    match:
      - These are words that a reader might write.
    ignore:
      - These are other words altogether.
`;

const AS_WRITTEN = { lineWidth: 0 } as const;

/** The first line, from 1, of the rule with this id; null where there is none or the text cannot be read so far. */
export function lineOfRule(yaml: string, id: string): number | null {
  const lines = new LineCounter();
  const rule = ruleIn(parseDocument(yaml, { lineCounter: lines, logLevel: 'silent' }), id);
  const begin = rule?.range?.[0];
  return begin === undefined ? null : lines.linePos(begin).line;
}

/**
 * A list with the rule of another list put in, in place of the rule of that id if it has one. Comments stay.
 *
 * @returns null where either text cannot be read, or the other list has no such rule.
 */
export function withRule(list: string, from: string, id: string): string | null {
  const target = parseDocument(list, { logLevel: 'silent' });
  const rule = ruleIn(parseDocument(from, { logLevel: 'silent' }), id);
  if (target.errors.length > 0 || rule === null) return null;
  const rules = target.get('rules');
  if (!isSeq(rules)) target.set('rules', target.createNode([rule]));
  else {
    rules.flow = false;
    const place = rules.items.findIndex((item) => isMap(item) && item.get('id') === id);
    if (place < 0) rules.items.push(rule);
    else rules.items[place] = rule;
  }
  return target.toString(AS_WRITTEN);
}

/**
 * A list that switches a shipped rule off, or on again.
 *
 * @returns null where the text cannot be read.
 */
export function withDisabled(list: string, id: string, disabled: boolean): string | null {
  const target = parseDocument(list, { logLevel: 'silent' });
  if (target.errors.length > 0) return null;
  const listed: unknown = target.toJS()?.disable;
  const others = (Array.isArray(listed) ? listed : []).filter((other) => other !== id);
  const ids = disabled ? [...others, id] : others;
  if (ids.length === 0) target.delete('disable');
  else target.set('disable', target.createNode(ids));
  return target.toString(AS_WRITTEN);
}

/**
 * A document with one value set, everything else as it was written.
 *
 * @returns null where the text cannot be read.
 */
export function withValue(yaml: string, path: readonly string[], value: unknown): string | null {
  const target = parseAsNamed(yaml);
  if (target.errors.length > 0) return null;
  target.setIn(path, value);
  return target.toString(AS_WRITTEN);
}

/** What a document says, as data; null where it cannot be read. */
export function readYaml(yaml: string): unknown {
  const document = parseAsNamed(yaml);
  return document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
}

/** Every key by what is written, as the service reads it: section 007 is not section 7. */
function parseAsNamed(yaml: string): ReturnType<typeof parseDocument> {
  const document = parseDocument(yaml, {
    logLevel: 'silent',
    uniqueKeys: (one, other) => isScalar(one) && isScalar(other) && one.source === other.source,
  });
  visit(document, {
    Scalar(place, node) {
      if (place === 'key' && node.source !== undefined) node.value = node.source;
    },
  });
  return document;
}

function ruleIn(document: ReturnType<typeof parseDocument>, id: string): YAMLMap | null {
  const rules = document.get('rules');
  if (!isSeq(rules)) return null;
  const found = rules.items.find((item) => isMap(item) && item.get('id') === id);
  return isMap(found) ? found : null;
}
