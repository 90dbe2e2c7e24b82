import { type ReactNode, useState } from 'react';
import type { Label } from '../../core/labels.js';
import { threshold as written } from '../format.js';
import { Unread } from '../rules/failure.js';
import { words } from '../strings.js';
import { useReading } from '../use-reading.js';
import type { PolicyApi } from './api.js';
import type { Consequence, Estimate } from './shapes.js';
import { shareWords } from './share.js';
import { policy } from './words.js';

/** The reject threshold that a wanted precision allows, with what it costs; each figure with its interval. */
export function Consequences({
  api,
  label,
  section,
  target,
  use,
}: {
  readonly api: PolicyApi;
  readonly label: Label;
  readonly section: string | null;
  /** What the policy asks for, in [0, 1]. */
  readonly target: number;
  /** Null where the threshold cannot be taken over. */
  readonly use: ((threshold: number) => void) | null;
}): ReactNode {
  const [wanted, setWanted] = useState(String(target));
  const precision = Number(wanted);
  const valid = wanted.trim() !== '' && precision >= 0.5 && precision < 1;
  const [reading, again] = useReading(valid ? `${label} ${section ?? ''} ${precision}` : null, () =>
    api.thresholds(label, precision, section),
  );
  return (
    <section className="consequences" aria-labelledby="consequences">
      <h3 id="consequences">{policy.consequences}</h3>
      <div className="field">
        <label htmlFor="target">{policy.target}</label>
        <input
          id="target"
          className="input short"
          type="number"
          min={0.5}
          max={0.999}
          step={0.01}
          value={wanted}
          aria-describedby="target-hint"
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <p className="hint" id="target-hint">
          {policy.targetHint}
        </p>
      </div>
      {valid && reading.kind === 'loading' && <p className="quiet">{words.side.asking}</p>}
      {valid && reading.kind === 'failed' && <Unread what={policy.consequences} reading={reading} again={again} />}
      {valid && reading.kind === 'read' && <Found found={reading.value} use={use} />}
    </section>
  );
}

function Found({
  found,
  use,
}: {
  readonly found: Consequence;
  readonly use: ((threshold: number) => void) | null;
}): ReactNode {
  const { threshold, prior, evidence, audited, precision, target } = found;
  const contradicted = threshold === null && (precision?.lower ?? 0) >= target;
  const rows: readonly (readonly [string, Estimate | null | undefined, (value: number) => string])[] = [
    [policy.precision, found.precision, shareWords],
    [policy.recall, found.recall, shareWords],
    [policy.rejectedShare, found.rejectedShare, shareWords],
    [policy.wrongly, found.wronglyRejectedPerThousand, (value) => value.toFixed(1)],
    [policy.audited, found.audited?.rejected, shareWords],
  ];
  return (
    <div role="status">
      {threshold === null ? (
        <p>
          {contradicted ? policy.contradicted : policy.noThresholdReaches}{' '}
          {found.at !== null && policy.figuresAt(written(found.at))}
        </p>
      ) : (
        <p className="found">
          {policy.threshold} <b className="firm">{written(threshold)}</b>
          {use !== null && (
            <button type="button" className="button small" onClick={() => use(threshold)}>
              {policy.use}
            </button>
          )}
        </p>
      )}
      <table className="table">
        <tbody>
          {rows.map(
            ([name, estimate, inWords]) =>
              estimate !== null &&
              estimate !== undefined && (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="num">{inWords(estimate.value)}</td>
                  <td className="num quiet">{policy.between(inWords(estimate.lower), inWords(estimate.upper))}</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
      <p className="quiet">
        {policy.priorLine(shareWords(prior.share), policy.prior[prior.source])}
        {evidence !== undefined && `. ${policy.evidence(evidence.positives, evidence.negatives, evidence.source)}`}
        {audited !== undefined && audited !== null && audited.judged > 0 && `. ${policy.auditedOf(audited.judged)}`}
      </p>
    </div>
  );
}
