import { type ReactNode, useEffect, useState } from 'react';
import { Refused } from '../api.js';
import { score } from '../format.js';
import { IconGlyph, LabelGlyph } from '../glyphs.js';
import { isDeskLabel } from '../labels.js';
import { LABELS, words } from '../strings.js';
import type { RulesApi } from './api.js';
import { Faults, whyNot } from './failure.js';
import { HowRead } from './how-read.js';
import { markedPieces } from './marked.js';
import type { Trial, TriedHit } from './shapes.js';
import { rules } from './words.js';

const PAUSE_MS = 350;
const RETRY_MS = 5_000;
const LONGEST = 20_480;
const ICONS = { approve: 'tick', review: 'clock', reject: 'cross' } as const;

type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'tried'; readonly text: string; readonly trial: Trial }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * A comment typed here is laid before the drafts and the model; nothing of it is kept, here or there.
 *
 * @param drafts how many there are.
 * @param turn grows when the drafts changed, so that the same text is tried anew.
 */
export function TryIt({
  api,
  drafts,
  turn,
}: {
  readonly api: RulesApi;
  readonly drafts: number;
  readonly turn: number;
}): ReactNode {
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'nothing' });
  const [retried, setRetried] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn and the retry are what ask for trying anew.
  useEffect(() => {
    if (text.trim() === '') return setOutcome({ kind: 'nothing' });
    let wanted = true;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const timer = setTimeout(() => {
      setOutcome((before) => (before.kind === 'tried' ? before : { kind: 'waiting' }));
      api.try(text).then(
        (trial) => wanted && setOutcome({ kind: 'tried', text, trial }),
        (error: unknown) => {
          if (!wanted) return;
          setOutcome({ kind: 'failed', error });
          // What was refused is refused again; what was not answered may be.
          if (!(error instanceof Refused)) retry = setTimeout(() => setRetried((before) => before + 1), RETRY_MS);
        },
      );
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
      clearTimeout(retry);
    };
  }, [api, text, turn, retried]);
  // What is shown may still be said of the text as it was before the last key.
  const pending = outcome.kind === 'waiting' || (outcome.kind === 'tried' && outcome.text !== text);
  return (
    <>
      <section>
        <h2>
          <label htmlFor="sample">{rules.tryIt}</label>
          <span className="quiet" role="status">
            {pending ? rules.trying : rules.nothingKept}
          </span>
        </h2>
        <textarea
          id="sample"
          className="input"
          rows={3}
          maxLength={LONGEST}
          dir="auto"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {(outcome.kind === 'nothing' || outcome.kind === 'waiting') && <p className="same">{rules.tryEmpty}</p>}
        {outcome.kind === 'failed' && (
          <div className="same" role="alert">
            {whyNot(outcome.error)}
          </div>
        )}
      </section>
      {outcome.kind === 'tried' && (
        <>
          <LeftOut drafts={outcome.trial.leftOut} />
          <Happens text={outcome.text} trial={outcome.trial} drafts={drafts} />
          <HowRead text={outcome.text} trial={outcome.trial} />
        </>
      )}
    </>
  );
}

/** Which drafts the text was not laid before, because they cannot be read. */
function LeftOut({ drafts }: { readonly drafts: Trial['leftOut'] }): ReactNode {
  return drafts.map(({ draft, faults }) => (
    <div key={draft} className="same" role="status">
      {rules.leftOut(draft)}
      <Faults faults={faults} />
    </div>
  ));
}

function Happens({
  text,
  trial,
  drafts,
}: {
  readonly text: string;
  readonly trial: Trial;
  readonly drafts: number;
}): ReactNode {
  const { decision, hits, broken, scores, leftOut, inForce } = trial;
  const lost = inForce?.rules.filter((rule) => !hits.some((hit) => hit.rule === rule)) ?? [];
  const scored = Object.entries(scores ?? {})
    .flatMap(([label, value]) => (typeof value === 'number' && value >= 0.1 ? [{ label, value }] : []))
    .sort((a, b) => b.value - a.value);
  return (
    <section aria-labelledby="happens">
      <h2 id="happens">
        {rules.happens} <span className="quiet">{drafts > leftOut.length ? rules.withDrafts : rules.asInForce}</span>
      </h2>
      <p className="verdict-line" role="status">
        {decision !== null && <IconGlyph icon={ICONS[decision]} className={`is-${decision}`} />}
        <span>{decision === null ? rules.noDecision : rules.outcome[decision]}</span>
        {inForce?.decision != null && (
          <span className="quiet">{rules.decidedAsPublished(inForce.decision, inForce.decision === decision)}</span>
        )}
      </p>
      <p className="verdict-text" dir="auto">
        <Hits text={text} hits={hits} />
      </p>
      <ul className="hits">
        {hits.map((hit) => (
          <li key={hit.rule}>
            <span className={`label ${hit.label}`}>
              {isDeskLabel(hit.label) && <LabelGlyph label={hit.label} size={10} />}
              {LABELS[hit.label]}, {hit.effect}
            </span>
            <span className="firm hit-rule">{hit.rule}</span>
            {inForce !== null && !inForce.rules.includes(hit.rule) && <span className="draft">{rules.byDraft}</span>}
            {hit.shadow && <span className="draft">{rules.shadow}</span>}
            {hit.forced && <span className="draft">{rules.forced}</span>}
            <p className="soft">{hit.reason}</p>
            {hit.undone.length > 0 && <p className="quiet">{rules.needed(hit.undone)}</p>}
          </li>
        ))}
        {broken.map((rule) => (
          <li key={rule}>{rules.broken(rule)}</li>
        ))}
      </ul>
      {hits.length === 0 && <p className="same">{rules.noHits}</p>}
      {lost.length > 0 && <p className="same">{rules.lost(lost)}</p>}
      {scored.length > 0 && (
        <p className="same">
          {words.side.model}:{' '}
          {scored.map(({ label, value }) => `${LABELS[label as TriedHit['label']]} ${score(value)}`).join(', ')}
        </p>
      )}
    </section>
  );
}

/** The text with what the rules found in it, on its own characters. */
function Hits({ text, hits }: { readonly text: string; readonly hits: readonly TriedHit[] }): ReactNode {
  const found = hits.flatMap((hit) => hit.stretches.map((stretch) => ({ hit, stretch })));
  const pieces = markedPieces(
    text,
    found.map(({ stretch }) => stretch),
  );
  return pieces.map(({ begin, text: words, under }) => {
    const [first] = under;
    const hit = first === undefined ? undefined : found[first]?.hit;
    if (hit === undefined) return words;
    const names = [...new Set(under.map((place) => found[place]?.hit.rule))].join(', ');
    return (
      <mark key={begin} className={`span by-rule ${hit.label}`} title={names}>
        {words}
      </mark>
    );
  });
}
