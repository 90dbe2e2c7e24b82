import type { YAMLParseError } from 'yaml';

/** What keeps a text from being read as YAML: in words, and at which of its characters. */
export function yamlFaults(
  errors: readonly Pick<YAMLParseError, 'message' | 'pos'>[],
): readonly { readonly detail: string; readonly offset: number }[] {
  // The parser calls itself for every level, has no other way to fail than to run out of stack, and then goes on to find
  // fault with everything that it left open.
  const tooDeep = errors.find(({ message }) => message.startsWith('Maximum call stack'));
  if (tooDeep !== undefined) return [{ detail: 'is nested too deep', offset: tooDeep.pos[0] }];
  return errors.map(({ message, pos }) => ({ detail: message, offset: pos[0] }));
}

/** Whether all of it can be kept as JSON in PostgreSQL, which takes neither NUL nor half a character; YAML can escape both. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, part]) => isStorable(key) && isStorable(part));
}

export const NOT_STORABLE = 'holds NUL or half a character, which cannot be kept';
