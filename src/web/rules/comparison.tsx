import type { ReactNode } from 'react';
import { diffLines, hunksOf } from './diff.js';
import { shared } from './words.js';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

/** What changes from one text to another, line by line. */
export function Comparison({
  name,
  before,
  after,
}: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}): ReactNode {
  const hunks = hunksOf(diffLines(before, after));
  if (hunks.length === 0) return <p className="quiet">{shared.same}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that a keyboard must reach it.
    <section className="comparison" aria-label={name} tabIndex={0}>
      {hunks.map(({ skipped, lines }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a comparison is drawn once.
        <div key={place}>
          {skipped > 0 && <p className="quiet skipped">{shared.skippedLines(skipped)}</p>}
          {lines.map(({ kind, text }, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a comparison is drawn once.
            <p key={line} className={`diff-line is-${kind}`}>
              <span aria-hidden="true">{SIGNS[kind]}</span>
              {kind !== 'same' && <span className="sr">{kind === 'added' ? shared.added : shared.removed}: </span>}
              <code>{text}</code>
            </p>
          ))}
        </div>
      ))}
    </section>
  );
}
