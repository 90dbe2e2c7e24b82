import type { ReactNode } from 'react';
import { IconGlyph } from '../glyphs.js';
import { goToLine } from './editor.js';
import { type Check, type Fault, isNote } from './shapes.js';
import { rules, shared } from './words.js';

/** What is wrong with a document and what is doubtful, each with a way to its line. */
export function Findings({
  id,
  editor,
  list,
  check,
}: {
  readonly id: string;
  /** The id of the field whose lines are meant. */
  readonly editor: string;
  /** The list that stands in it; what lies in another one cannot be gone to. */
  readonly list?: string;
  readonly check: Check | null;
}): ReactNode {
  const faults = inOrder(check?.faults ?? [], list);
  const elsewhere = (fault: Fault) => fault.list !== undefined && list !== undefined && fault.list !== list;
  const warnings = inOrder(check?.warnings ?? [], list);
  return (
    <section className="findings" id={id} aria-label={rules.faultsOf}>
      <p className={faults.length > 1 ? 'findings-count firm' : 'sr'} role="status">
        {check !== null && shared.faults(faults.length)}
      </p>
      {faults.length + warnings.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={`${fault.list} ${fault.line} ${fault.rule} ${fault.detail}`}>
              <IconGlyph icon="cross" size={14} className="is-reject" />
              <Where editor={editor} line={elsewhere(fault) ? undefined : fault.line} />
              <span>
                {elsewhere(fault) && shared.inList(fault.list ?? '')}
                {fault.rule !== undefined && <b className="firm">{fault.rule}: </b>}
                {fault.detail}
              </span>
            </li>
          ))}
          {warnings.map(({ line, rule, kind, detail }) => (
            <li key={`${line} ${rule} ${kind} ${detail}`}>
              {isNote({ kind }) ? (
                <IconGlyph icon="edit" size={14} className="quiet" />
              ) : (
                <IconGlyph icon="flag" size={14} className="is-review" />
              )}
              <Where editor={editor} line={line} />
              <span>
                {shared.warning(kind)}
                {detail}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Line by line; what lies in another list comes last. */
function inOrder<Placed extends Partial<Pick<Fault, 'list' | 'line' | 'column'>>>(
  placed: readonly Placed[],
  here: string | undefined,
): readonly Placed[] {
  const elsewhere = ({ list = here }: Placed) => Number(list !== here);
  return [...placed].sort(
    (one, other) =>
      elsewhere(one) - elsewhere(other) ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0),
  );
}

function Where({ editor, line }: { readonly editor: string; readonly line: number | undefined }): ReactNode {
  if (line === undefined) return null;
  return (
    <button type="button" className="link num" onClick={() => goToLine(editor, line)}>
      {shared.line(line)}
    </button>
  );
}
