import { isAlias, isScalar, type Node, Scalar, visit } from 'yaml';
import { type Position, positionOf, quotedWhole, type YamlDocument } from './yaml-document.js';

/** What stands before or behind a text is looked for so far. */
const LOOKED_AT = 200;

/**
 * What is YAML, but hardly what was meant: text that ends before a `#`, or that loses its beginning to `&name` or `!name`.
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
  const look = (node: Node) => {
    const [begin = 0, end = 0] = node.range ?? [];
    const lost = (sign: string) => {
      const [before = ''] = /(?:[!&]\S*\s+)+$/.exec(text.slice(Math.max(0, begin - LOOKED_AT), begin)) ?? [];
      trap(begin - before.length, quotedWhole(`that begins with ${sign}`));
    };
    if (node.anchor !== undefined && !used.has(node.anchor)) lost('&');
    if (!isScalar(node)) return;
    if (node.tag !== undefined) lost('!');
    if (node.type !== Scalar.PLAIN || typeof node.value !== 'string') return;
    const behind = text.slice(end, end + LOOKED_AT);
    const [, blanks = '', unread] = /^([ \t]+)(#[\p{L}\p{N}][^\s,\]}]*)/u.exec(behind) ?? [];
    if (unread === undefined) return;
    const detail = `behind a blank # begins a comment, and ${unread} is not read: ${quotedWhole('with # in it')}, and a comment a blank behind its #`;
    trap(end + blanks.length, detail);
  };
  visit(document, {
    Node: (_key, node) => {
      if (!isAlias(node)) look(node);
    },
  });
  return traps;
}
