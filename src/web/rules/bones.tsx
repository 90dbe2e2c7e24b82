import type { ReactNode } from 'react';

/** Text in bones, for answers that take a moment: what is not read yet does not look as if it were empty. */
export function Bones(): ReactNode {
  return (
    <div className="is-bones">
      {['b6', 'b9', 'b7', 'b4', 'b8', 'b2'].map((width) => (
        <span key={width} className={`bone ${width}`} />
      ))}
    </div>
  );
}

/** Panes in bones, each with its class. */
export function PanesInBones({
  label,
  kind = '',
  panes,
}: {
  readonly label: string;
  readonly kind?: string;
  readonly panes: readonly string[];
}): ReactNode {
  return (
    <div className={`panes ${kind}`} role="status" aria-label={label}>
      {panes.map((pane) => (
        <div key={pane} className={`pane ${pane}`}>
          <Bones />
        </div>
      ))}
    </div>
  );
}
