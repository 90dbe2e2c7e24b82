import type { ReactNode } from 'react';
import type { Label } from '../../core/labels.js';
import { threshold } from '../format.js';
import { LabelGlyph } from '../glyphs.js';
import { isDeskLabel } from '../labels.js';
import { type Address, addressOf } from '../place.js';
import { follow } from '../rail.js';
import { LABELS, words } from '../strings.js';
import { resolvedThreshold, type Scope } from './scope.js';
import { settings } from './setting-words.js';
import type { PolicyDocument, Suspended } from './shapes.js';
import { policy } from './words.js';

const SETTINGS_ADDRESS: Address = { page: 'policy', open: 'settings' };

/** The settings, and every label with from where it asks a person or rejects; above them what of the policy in force may not reject. */
export function LabelList({
  suspended,
  document,
  scope,
  open,
  goTo,
}: {
  readonly suspended: readonly Suspended[];
  readonly document: PolicyDocument;
  readonly scope: Scope;
  readonly open: Label | 'settings';
  readonly goTo: (address: Address) => void;
}): ReactNode {
  return (
    <nav className="pane list" aria-label={policy.labels}>
      {suspended.length > 0 && (
        <section className="unread" aria-labelledby="suspended">
          <h2 id="suspended">{policy.suspendedTitle}</h2>
          <p>{policy.suspendedBody}</p>
          <ul>
            {suspended.map(({ pointer, detail }) => (
              <li key={pointer}>{detail}</li>
            ))}
          </ul>
        </section>
      )}
      <a
        className="rule settings-link"
        href={addressOf(SETTINGS_ADDRESS)}
        aria-current={open === 'settings' ? 'true' : undefined}
        onClick={(event) => follow(event, () => goTo(SETTINGS_ADDRESS))}
      >
        <span className="rule-name">{settings.title}</span>
        <span className="rule-meta">{settings.about}</span>
      </a>
      <ul>
        {(Object.keys(LABELS) as Label[]).map((one) => {
          const address: Address = { page: 'policy', open: one };
          const held = resolvedThreshold(document, one, scope);
          return (
            <li key={one}>
              <a
                className="rule"
                href={addressOf(address)}
                aria-current={one === open ? 'true' : undefined}
                onClick={(event) => follow(event, () => goTo(address))}
              >
                <span className={`rule-name label ${one}`}>
                  {isDeskLabel(one) && <LabelGlyph label={one} size={11} />}
                  <span>{words.capital(LABELS[one])}</span>
                </span>
                <span className="rule-meta">
                  {held === null
                    ? policy.noThreshold
                    : policy.from(threshold(held.review), held.reject === null ? null : threshold(held.reject))}
                </span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
