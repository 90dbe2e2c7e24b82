import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { MODEL_LABELS } from '../core/labels.js';

const share = z.number().min(0).max(1);

const Row = z
  .strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The share of the set's raters, and of our readers, who gave the label. */
    set: share,
    readers: share,
    /** Whose word labels.md bears out; nobody's where it does not decide. */
    right: z.enum(['set', 'readers', 'nobody']),
    /** What the text says, in other words: public texts are not quoted. */
    says: z.string().optional(),
  })
  .refine(({ set, readers }) => set >= 0.5 !== readers >= 0.5, 'set and readers say the same of it');

const Drawn = z.strictObject({ set: z.string(), label: z.enum(MODEL_LABELS), rows: z.array(Row).min(1) });

/** Rows of a set of which its raters and our readers say different things, drawn at random and judged once more. */
export type Drawn = z.infer<typeof Drawn>;

/** @throws Error that names the file where it holds something else. */
export async function readDisagreements(path: string): Promise<readonly Drawn[]> {
  const read = z.array(Drawn).safeParse(parse(await readFile(path, 'utf8')));
  if (!read.success) throw new Error(`${path} holds something else than disagreements\n${z.prettifyError(read.error)}`);
  return read.data;
}

/** How many of the rows each was found right in. */
export function tallyOf({ rows }: Drawn) {
  const count = (who: Drawn['rows'][number]['right']) => rows.filter(({ right }) => right === who).length;
  return { rows: rows.length, set: count('set'), readers: count('readers'), nobody: count('nobody') };
}
