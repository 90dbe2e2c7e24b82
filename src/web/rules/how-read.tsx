import type { ReactNode } from 'react';
import { markedPieces, seen } from './marked.js';
import type { Transformation, Trial } from './shapes.js';
import { rules } from './words.js';

/** Pairs of what stood there and what was read; more would fill the pane. */
const MOST_PAIRS = 6;

/** What was undone to read a text, kind by kind, each marked on the characters that were sent. */
export function HowRead({ text, trial }: { readonly text: string; readonly trial: Trial }): ReactNode {
  const { transformations, normalised } = trial;
  const kinds = [...new Set(transformations.map(({ kind }) => kind))];
  return (
    <section aria-labelledby="how-read">
      <h2 id="how-read">{rules.howRead}</h2>
      <ol className="steps">
        {kinds.map((kind) => {
          const these = transformations.filter((one) => one.kind === kind);
          return (
            <li key={kind}>
              <span className="what">{rules.undone(kind)}</span>
              <span className="how">{rules.places(these.length)}</span>
              <code dir="auto">
                <Undone text={text} these={these} />
              </code>
              <span className="pairs">{pairsOf(these).join(', ')}</span>
            </li>
          );
        })}
        <li>
          <span className="what">{rules.asRead}</span>
          <code dir="auto">{normalised}</code>
        </li>
      </ol>
      {kinds.length === 0 && <p className="same">{rules.nothingUndone}</p>}
    </section>
  );
}

function Undone({ text, these }: { readonly text: string; readonly these: readonly Transformation[] }): ReactNode {
  return markedPieces(text, these).map(({ begin, text: words, under }) => {
    const one = these[under[0] ?? -1];
    const runs = seen(words).map((run, place) =>
      run.invisible ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: the runs of one text never move.
        <b key={place} className="ch inv">
          {run.text}
        </b>
      ) : (
        run.text
      ),
    );
    return one === undefined ? (
      runs
    ) : (
      <b key={begin} className="ch" title={rules.readAs(named(one.original), visible(one.meant))}>
        {runs}
      </b>
    );
  });
}

function pairsOf(these: readonly Transformation[]): readonly string[] {
  const pairs = [...new Set(these.map(({ original, meant }) => rules.readAs(named(original), visible(meant))))];
  return pairs.length > MOST_PAIRS ? [...pairs.slice(0, MOST_PAIRS), '…'] : pairs;
}

/** Alphabets whose letters look like Latin ones: the eye cannot tell them apart, so their name is said. */
const ALPHABETS = ['Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu', 'Hebrew', 'Arabic'].map((name) => ({
  name,
  letter: new RegExp(`\\p{Script=${name}}`, 'u'),
}));

/** What stood there, with the alphabets that its letters are from. */
function named(text: string): string {
  const alphabets = ALPHABETS.filter(({ letter }) => letter.test(text)).map(({ name }) => name);
  return alphabets.length === 0 ? visible(text) : rules.withLettersOf(visible(text), alphabets);
}

function visible(text: string): string {
  return seen(text)
    .map((run) => run.text)
    .join('');
}
