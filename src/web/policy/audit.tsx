import type { ReactNode } from 'react';
import type { LabelAudit, OutcomeAudit } from '../../core/audit-sample.js';
import type { Label } from '../../core/labels.js';
import type { AuditView } from '../../core/policy-views.js';
import { day } from '../format.js';
import { IconGlyph, LabelGlyph } from '../glyphs.js';
import { isDeskLabel } from '../labels.js';
import { Bones } from '../rules/bones.js';
import { Unread } from '../rules/failure.js';
import { LABELS, words } from '../strings.js';
import { useNow } from '../use-desk.js';
import { useReading } from '../use-reading.js';
import type { PolicyApi } from './api.js';
import type { Estimate } from './shapes.js';
import { shareWords } from './share.js';
import { policy } from './words.js';

/** From fewer verdicts a figure would be one person's word, whatever its interval. */
const FEWEST_VERDICTS = 10;
const enumeration = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** What people's verdicts on decisions that were drawn at random say of all of them; of the whole site, or of a section. */
export function AuditFigures({
  api,
  section,
}: {
  readonly api: PolicyApi;
  readonly section: string | null;
}): ReactNode {
  const [reading, again] = useReading(`audit ${section ?? ''}`, () => api.audit(section));
  return (
    <section className="audit" aria-labelledby="audit">
      <header>
        <h2 id="audit">{policy.audit.title}</h2>
        <span className="quiet">{policy.audit.of(section)}</span>
      </header>
      {reading.kind === 'loading' && (
        <div role="status" aria-label={words.side.asking}>
          <Bones />
        </div>
      )}
      {reading.kind === 'failed' && <Unread what={policy.audit.unread} reading={reading} again={again} />}
      {reading.kind === 'read' && <Found found={reading.value} section={section} />}
    </section>
  );
}

function Found({ found, section }: { readonly found: AuditView; readonly section: string | null }): ReactNode {
  const now = useNow(3_600_000);
  const { since, drawn, judged, shares, outcomes } = found;
  return (
    <>
      <p className="soft">{policy.audit.drawing(shares.least, shares.most)}</p>
      <p className="soft">
        {since === null ? policy.audit.empty : policy.audit.counts(day(since, now), drawn, judged)}
      </p>
      {since !== null && (
        <dl className="audit-outcomes">
          <WronglyDecided outcome="approve" audit={outcomes.approve} />
          <WronglyDecided outcome="reject" audit={outcomes.reject} />
        </dl>
      )}
      <p className="soft">{priorsInWords(found, section).join(' ')}</p>
      {since !== null && <ByLabel found={found} />}
    </>
  );
}

/** How many of what the machine decides by itself people would have decided otherwise. */
function WronglyDecided({
  outcome,
  audit: { judged, rejected },
}: {
  readonly outcome: 'approve' | 'reject';
  readonly audit: OutcomeAudit;
}): ReactNode {
  const missing = FEWEST_VERDICTS - judged;
  const wrong = rejected === null ? null : outcome === 'approve' ? rejected : opposite(rejected);
  return (
    <div>
      <dt>
        {outcome === 'approve' ? (
          <IconGlyph icon="tick" size={14} className="is-approve" />
        ) : (
          <IconGlyph icon="cross" size={14} className="is-reject" />
        )}
        {policy.audit.outcome[outcome]}
      </dt>
      {wrong === null || missing > 0 ? (
        <dd className="quiet">
          {policy.audit.nothingYet} {policy.audit.more(missing)}
        </dd>
      ) : (
        <>
          <dd>
            <b className="figure">{perThousand(wrong.value)}</b> {policy.audit.otherwise[outcome]}
          </dd>
          <dd className="quiet">{policy.audit.range(perThousand(wrong.lower), perThousand(wrong.upper), judged)}</dd>
        </>
      )}
    </div>
  );
}

function opposite({ value, lower, upper }: Estimate): Estimate {
  return { value: 1 - value, lower: 1 - upper, upper: 1 - lower };
}

/** `0.4`, `12`; what is there but little is not written as nothing. */
function perThousand(share: number): string {
  const many = 1_000 * share;
  if (many > 0 && many < 0.1) return '< 0.1';
  return many.toFixed(many > 0 && many < 10 ? 1 : 0);
}

type Judged = readonly [label: Label, audit: LabelAudit];

function ByLabel({ found }: { readonly found: AuditView }): ReactNode {
  const all = Object.entries(found.labels) as unknown as readonly Judged[];
  // The machine flags with others too, but the desk has no such reason to reject: their precision would be nought.
  const isNamed = ([label, { judged }]: Judged) => isDeskLabel(label) || judged.rejected > 0;
  const isJudged = ([, { judged }]: Judged) => judged.flagged + judged.rejected > 0;
  const named = all.filter(isNamed);
  const rows = named.filter(isJudged);
  const unjudged = named.filter((one) => !isJudged(one));
  const unnamed = all.filter((one) => !isNamed(one));
  const verdicts = found.outcomes.approve.judged + found.outcomes.review.judged + found.outcomes.reject.judged;
  const isUnknown = ({ baseRate, precision, recall, judged }: LabelAudit) =>
    (baseRate === null && verdicts >= FEWEST_VERDICTS) ||
    (precision === null && judged.flagged >= FEWEST_VERDICTS) ||
    (recall === null && judged.rejected >= FEWEST_VERDICTS);
  const namesOf = (of: readonly Judged[]) => listed(of.map(([label]) => label));
  const notes = [
    ...([found.any, ...rows.map(([, audit]) => audit)].some(isUnknown) ? [policy.audit.unknownHint] : []),
    ...(unjudged.length > 0 ? [policy.audit.unjudged(namesOf(unjudged))] : []),
    ...(unnamed.length > 0 ? [policy.audit.unnamed(namesOf(unnamed))] : []),
  ];
  return (
    <>
      <h3 id="audit-labels">{policy.audit.byLabel}</h3>
      <table className="table" aria-labelledby="audit-labels" aria-describedby="audit-terms">
        <thead>
          <tr>
            <th scope="col">{policy.audit.label}</th>
            <th scope="col" className="num">
              {policy.audit.baseRate}
            </th>
            <th scope="col" className="num">
              {policy.audit.precision}
            </th>
            <th scope="col" className="num">
              {policy.audit.recall}
            </th>
          </tr>
        </thead>
        <tbody>
          <Row audit={found.any} verdicts={verdicts} name={policy.audit.any} />
          {rows.map(([label, audit]) => (
            <Row
              key={label}
              audit={audit}
              verdicts={verdicts}
              name={
                <span className={`label ${label}`}>
                  {isDeskLabel(label) && <LabelGlyph label={label} size={11} />}
                  <span>{words.capital(LABELS[label])}</span>
                </span>
              }
            />
          ))}
        </tbody>
      </table>
      <p className="quiet" id="audit-terms">
        {policy.audit.terms(FEWEST_VERDICTS)}
      </p>
      {notes.length > 0 && <p className="quiet">{notes.join(' ')}</p>}
    </>
  );
}

function Row({
  name,
  audit: { baseRate, precision, recall, judged },
  verdicts,
}: {
  readonly name: ReactNode;
  readonly audit: LabelAudit;
  /** How many there are, whatever they are on: a base rate is of all comments. */
  readonly verdicts: number;
}): ReactNode {
  return (
    <tr>
      <th scope="row">{name}</th>
      <Figure estimate={baseRate} verdicts={verdicts} />
      <Figure estimate={precision} verdicts={judged.flagged} />
      <Figure estimate={recall} verdicts={judged.rejected} />
    </tr>
  );
}

/** @param verdicts how many it is by */
function Figure({ estimate, verdicts }: { readonly estimate: Estimate | null; readonly verdicts: number }): ReactNode {
  const missing = FEWEST_VERDICTS - verdicts;
  if (missing > 0) return <td className="num quiet">{policy.audit.after(missing)}</td>;
  if (estimate === null) return <td className="num quiet">{policy.audit.unknown}</td>;
  const { value, lower, upper } = estimate;
  return (
    <td className="num">
      {shareWords(value)} <span className="quiet">{policy.between(bare(lower), bare(upper))}</span>
    </td>
  );
}

/** A share beside another that has its sign. */
function bare(share: number): string {
  return shareWords(share).replace(' %', '');
}

/** By which shares thresholds are reckoned now, the rule first, and what is missing before they are the audit's own. */
function priorsInWords({ priors, judged, needed }: AuditView, section: string | null): readonly string[] {
  const labels = Object.keys(priors) as Label[];
  const inWords = (label: Label) => {
    const { source, share } = priors[label];
    return source === 'section-audit' || source === 'audit'
      ? policy.audit.prior[source]
      : policy.audit.prior.assumed(share);
  };
  const [rule = '', ...exceptions] = [...new Set(labels.map(inWords))]
    .map((by) => ({ by, labels: labels.filter((label) => inWords(label) === by) }))
    .sort((one, other) => other.labels.length - one.labels.length)
    .map(({ by, labels }, place) =>
      place === 0 ? policy.audit.reckoned(by) : policy.audit.except(listed(labels), by),
    );
  return [rule, ...exceptions, ...(judged < needed ? [policy.audit.missing(needed - judged, section !== null)] : [])];
}

/** `hate, insult and spam` */
function listed(labels: readonly Label[]): string {
  return enumeration.format(labels.map((label) => LABELS[label]));
}
