import type { ReactNode } from 'react';
import { IconGlyph } from '../glyphs.js';
import { goToLine } from './editor.js';
import type { Check, Fault } from './shapes.js';
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
  const faults = check?.faults ?? [];
  const elsewhere = (fault: Fault) => fault.list !== undefined && list !== undefined && fault.list !== list;
  const warnings = check?.warnings ?? [];
  return (
    <section className="findings" id={id} aria-label={rules.faultsOf}>
      <p className="sr" role="status">
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
              <IconGlyph icon="flag" size={14} className="is-review" />
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

function Where({ editor, line }: { readonly editor: string; readonly line: number | undefined }): ReactNode {
  if (line === undefined) return null;
  return (
    <button type="button" className="link num" onClick={() => goToLine(editor, line)}>
      {shared.line(line)}
    </button>
  );
}
