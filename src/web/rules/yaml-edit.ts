import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';

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
 * @param value data; a mapping is written as one.
 * @returns null where the text cannot be read, or where more than this value would change, as with an alias (`*name`).
 */
export function withValue(yaml: string, path: readonly string[], value: unknown): string | null {
  return edited(yaml, (target, data) => {
    if (!openTo(target, path)) return false;
    const before = target.getIn(path, true);
    if (isScalar(before) && !isGroup(value)) before.value = value;
    else target.setIn(path, withCommentsOf(before, target.createNode(value)));
    const [key = '', ...parents] = [...path].reverse();
    groupAt(data, parents.reverse(), true)[key] = value;
    return true;
  });
}

/**
 * A document without one value, and without what is empty because of that, up to the second key; everything else as it was
 * written. What is empty but has a comment stays.
 *
 * @returns null where the text cannot be read, or where more than this would change, as with an alias (`*name`).
 */
export function withoutValue(yaml: string, path: readonly string[]): string | null {
  return edited(yaml, (target, data) => {
    for (let length = path.length; length > 1; length -= 1) {
      const at = path.slice(0, length);
      if (length < path.length && !isBare(target, at)) break;
      if (!target.hasIn(at)) return false;
      target.deleteIn(at);
      delete groupAt(data, at.slice(0, -1), false)[at.at(-1) ?? ''];
    }
    return true;
  });
}

type Group = Record<string, unknown>;

/** Changes the document, and its data in the same way, and holds one against the other. */
function edited(
  yaml: string,
  change: (target: ReturnType<typeof parseDocument>, data: Group) => boolean,
): string | null {
  const target = parseAsNamed(yaml);
  const read = dataOf(target);
  // Nothing is shared, as it is where an alias is: what changes there too is noticed below.
  const data: unknown = JSON.parse(JSON.stringify(read ?? {}));
  if ((read === null && target.errors.length > 0) || !isGroup(data) || !change(target, data)) return null;
  return JSON.stringify(dataOf(target)) === JSON.stringify(data) ? target.toString(AS_WRITTEN) : null;
}

/** Makes what lies on the way to a path mappings, where nothing stands yet; false where something else does. */
function openTo(target: ReturnType<typeof parseDocument>, path: readonly string[]): boolean {
  if (target.contents !== null && !isMap(target.contents) && !isNothing(target.contents)) return false;
  if (!isMap(target.contents)) target.contents = withCommentsOf(target.contents, target.createNode({}));
  for (let length = 1; length < path.length; length += 1) {
    const at = path.slice(0, length);
    const node = target.getIn(at, true);
    if (node === undefined || isNothing(node)) target.setIn(at, withCommentsOf(node, target.createNode({})));
    else if (!isMap(node)) return false;
    // `{}` was written because nothing was there; what comes now may be long.
    else if (node.items.length === 0) node.flow = false;
  }
  return true;
}

function isNothing(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

/** Whether a mapping is there that says nothing, to the machine or to people. */
function isBare(target: ReturnType<typeof parseDocument>, path: readonly string[]): boolean {
  const node = target.getIn(path, true);
  const parent = target.getIn(path.slice(0, -1), true);
  if (!isMap(node) || node.items.length > 0 || node.comment || node.commentBefore) return false;
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  return pair !== undefined && !(isScalar(pair.key) && (pair.key.comment || pair.key.commentBefore));
}

function withCommentsOf<Made extends { comment?: string | null; commentBefore?: string | null }>(
  before: unknown,
  made: Made,
): Made {
  if (!isNode(before)) return made;
  const { comment, commentBefore } = before;
  // Behind a mapping the comment of one word would stand where nobody looks for it.
  const above = [commentBefore, comment].filter((said) => said !== undefined && said !== null && said !== '');
  if (above.length > 0) made.commentBefore = above.join('\n');
  return made;
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The group at a path of keys in data. @param make whether it is made where nothing is yet; otherwise it is an empty one */
function groupAt(data: Group, path: readonly string[], make: boolean): Group {
  return path.reduce<Group>((group, key) => {
    const inner = Object.hasOwn(group, key) ? group[key] : undefined;
    if (isGroup(inner)) return inner;
    const made: Group = {};
    if (make) group[key] = made;
    return made;
  }, data);
}

/** What a document says, as data; null where it cannot be read. */
export function readYaml(yaml: string): unknown {
  return dataOf(parseAsNamed(yaml));
}

function dataOf(document: ReturnType<typeof parseDocument>): unknown {
  if (document.errors.length > 0) return null;
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias of nothing, or too many of them.
    if (error instanceof ReferenceError) return null;
    throw error;
  }
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
