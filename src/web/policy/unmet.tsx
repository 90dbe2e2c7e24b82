import type { ReactNode } from 'react';
import type { Label } from '../../core/labels.js';
import { Refused } from '../api.js';
import { threshold as written } from '../format.js';
import { LABELS } from '../strings.js';
import type { Audited, Estimate } from './shapes.js';
import { shareWords } from './share.js';
import { policy } from './words.js';

type UnmetLabel = {
  readonly label: Label;
  readonly threshold: number;
  readonly target: number;
  readonly precision: Estimate | null;
  /** Where people's verdicts contradict the precision. */
  readonly audited: Audited | null;
  readonly wouldDo: number | null;
};

/** The labels that may not reject by themselves from where the policy lets them, with the figures that say so. */
export function Unmet({ refusal }: { readonly refusal: unknown }): ReactNode {
  const unmet = refusal instanceof Refused ? (refusal.problem as { unmet?: readonly UnmetLabel[] }).unmet : undefined;
  if (unmet === undefined || unmet.length === 0) return null;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{policy.unmet.label}</th>
          <th scope="col" className="num">
            {policy.unmet.from}
          </th>
          <th scope="col" className="num">
            {policy.unmet.precision}
          </th>
          <th scope="col" className="num">
            {policy.unmet.target}
          </th>
          <th scope="col" className="num">
            {policy.unmet.wouldDo}
          </th>
        </tr>
      </thead>
      <tbody>
        {unmet.map(({ label, threshold, target, precision: measured, audited, wouldDo }) => {
          const precision = audited?.rejected ?? measured;
          return (
            <tr key={`${label} ${threshold}`}>
              <th scope="row">{LABELS[label]}</th>
              <td className="num">{written(threshold)}</td>
              <td className="num">
                {precision === null
                  ? policy.unmet.unmeasured
                  : policy.between(shareWords(precision.lower), shareWords(precision.upper))}
              </td>
              <td className="num">{shareWords(target)}</td>
              <td className="num">{wouldDo === null ? policy.unmet.nothing : written(wouldDo)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
