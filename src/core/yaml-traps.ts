import { isAlias, isPair, isScalar, type Node, Scalar, visit } from 'yaml';
import { type Position, positionOf, quotedWhole, type YamlDocument } from './yaml-document.js';

/** What stands before or behind a text is looked for so far. */
const LOOKED_AT = 200;
/** Keys of sentences, in which a dash begins no entry. */
const PROSE: ReadonlySet<string> = new Set(['about', 'reason']);

/**
 * What is YAML, but hardly what was meant: text that ends before a `#`, that loses its beginning to `&name` or `!name`, or that
 * swallows the next entry of its list.
 *
 * @param text that the document was read from.
 */
export function trapsIn(
  text: string,
  { document, lines }: Omit<YamlDocument, 'faults'>,
): readonly (Position & { readonly detail: string })[] {
  const traps: (Position & { readonly detail: string })[] = [];
  const trap = (offset: number, detail: string) => void traps.push({ ...positionOf(lines, offset), detail });
  const used = new Set<string>();
  visit(document, { Alias: (_key, { source }) => void used.add(source) });
  const look = (node: Node, isProse: boolean) => {
    const [begin = 0, end = 0] = node.range ?? [];
    const [before = ''] = /(?:[!&]\S*\s+)+$/.exec(text.slice(Math.max(0, begin - LOOKED_AT), begin)) ?? [];
    const lost = (detail: string) => trap(begin - before.length, detail);
    const unused = node.anchor !== undefined && !used.has(node.anchor);
    if (unused && !isScalar(node))
      lost(`nothing says *${node.anchor}, so that &${node.anchor} names this for nothing; take it out`);
    if (!isScalar(node)) return;
    if (unused) lost(quotedWhole('that begins with &'));
    if (node.tag !== undefined) lost(quotedWhole('that begins with !'));
    if (node.type !== Scalar.PLAIN || typeof node.value !== 'string') return;
    const swallowed = isProse ? null : /\n *(?=- )/.exec(text.slice(begin, end));
    if (swallowed !== null) {
      const detail = 'stands too far right: it is read as part of the text above it, and not as an entry of its own';
      trap(begin + swallowed.index + swallowed[0].length, detail);
    }
    const behind = text.slice(end, end + LOOKED_AT);
    const [, blanks = '', unread] = /^([ \t]+)(#[\p{L}\p{N}][^\s,\]}]*)/u.exec(behind) ?? [];
    if (unread === undefined) return;
    const detail = `behind a blank # begins a comment, and ${unread} is not read: ${quotedWhole('with # in it')}, and a comment a blank behind its #`;
    trap(end + blanks.length, detail);
  };
  visit(document, {
    Node: (_key, node, path) => {
      const around = path.at(-1);
      const key = isPair(around) && isScalar(around.key) ? around.key.source : undefined;
      if (!isAlias(node)) look(node, PROSE.has(key ?? ''));
    },
  });
  return traps;
}
