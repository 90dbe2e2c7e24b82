import { Fragment, type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { IconGlyph, LabelGlyph } from '../glyphs.js';
import { isDeskLabel } from '../labels.js';
import { type Address, addressOf } from '../place.js';
import { follow } from '../rail.js';
import { LABELS } from '../strings.js';
import type { RulesApi } from './api.js';
import { groupsOf } from './rule-groups.js';
import type { FoundRule, RuleSummary, RulesOverview, UnmetExample } from './shapes.js';
import { useFound } from './use-found.js';
import { EFFECTS, rules } from './words.js';

type Go = (address: Address) => void;

/** Every list and its rules, those of the site first; a list that is only drafted stands there too. */
export function RuleNavigation({
  find,
  overview,
  list,
  rule,
  goTo,
  begin,
}: {
  readonly find: RulesApi['find'];
  readonly overview: RulesOverview;
  readonly list: string | null;
  readonly rule: string | null;
  readonly goTo: Go;
  readonly begin: () => void;
}): ReactNode {
  const [sought, setSought] = useState('');
  const pane = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is open is what is brought into view.
  useEffect(() => bringCurrentIntoView(pane.current), [list, rule]);
  const { unread = [], unmet } = overview;
  const wanted = sought.trim();
  const found = useFound(find, wanted, overview);
  const groups = groupsOf(overview, wanted.toLowerCase(), found.kind === 'found' ? found.found : null);
  return (
    <nav className="pane list" aria-label={rules.panel} ref={pane}>
      <div className="find">
        <IconGlyph icon="search" size={14} />
        <input
          className="input"
          type="search"
          aria-label={rules.find}
          placeholder={rules.find}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      </div>
      {unread.length > 0 && (
        <section className="unread" aria-labelledby="unread">
          <h2 id="unread">{rules.unreadTitle}</h2>
          <p>{rules.unreadBody}</p>
          <ul>
            {unread.map(({ list: of, rule: id, detail }) => (
              <li key={`${of} ${id} ${detail}`}>
                <b>{id ?? of}</b>: {detail}
              </li>
            ))}
          </ul>
        </section>
      )}
      <UnmetExamples unmet={unmet ?? []} goTo={goTo} />
      <div role="status">
        {groups.length === 0 && found.kind === 'found' && <p className="quiet none">{rules.nothingFound}</p>}
        {groups.length > 0 && found.kind === 'found' && (
          <span className="sr">{rules.found(groups.reduce((sum, group) => sum + group.found.length, 0))}</span>
        )}
        {found.kind === 'failed' && <p className="quiet none">{rules.wordsNotSought(found.why)}</p>}
      </div>
      <div className="groups">
        {groups.map(({ name, origin, draft, inDraft, found }) => (
          <div key={name} className="group">
            <Row
              className="list-name"
              address={{ page: 'rules', list: name, rule: null }}
              current={list === name && rule === null}
              goTo={goTo}
            >
              <span className="rule-name">
                {name}
                {draft !== null && <span className="draft">{rules.draft}</span>}
              </span>
              <span className="quiet">
                {inDraft ? rules.inDraft : origin === 'shipped' ? rules.shipped : rules.site}
              </span>
            </Row>
            <ul>
              {found.map(({ rule: one, place }) => (
                <li key={one.id}>
                  <Row
                    className="rule"
                    address={{ page: 'rules', list: name, rule: one.id }}
                    current={list === name && rule === one.id}
                    goTo={goTo}
                  >
                    <RuleRow rule={one} unread={unread.some(({ rule: id }) => id === one.id)} />
                    {place !== null && <FoundPlace place={place} />}
                  </Row>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <button type="button" className="button bare add" onClick={begin}>
        <IconGlyph icon="plus" size={14} />
        {rules.newList}
      </button>
    </nav>
  );
}

/** So many are named, so that the rules below stay in sight. */
const MOST_NAMED = 3;

function UnmetExamples({ unmet, goTo }: { readonly unmet: readonly UnmetExample[]; readonly goTo: Go }): ReactNode {
  if (unmet.length === 0) return null;
  return (
    <section className="unread unmet" aria-labelledby="unmet">
      <p id="unmet">{rules.unmet}</p>
      <ul>
        {unmet.slice(0, MOST_NAMED).map(({ list, rule, detail }) => (
          <li key={`${list} ${rule} ${detail}`}>
            <Row address={{ page: 'rules', list, rule }} current={false} goTo={goTo}>
              {rules.ruleOf(rule, list)}
            </Row>{' '}
            {detail}
          </li>
        ))}
      </ul>
      {unmet.length > MOST_NAMED && <p>{rules.moreUnmet(unmet.length - MOST_NAMED)}</p>}
      <p>{rules.unmetBody}</p>
    </section>
  );
}

function Row({
  className,
  address,
  current,
  goTo,
  children,
}: {
  readonly className?: string;
  readonly address: Address;
  readonly current: boolean;
  readonly goTo: Go;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <a
      className={className}
      href={addressOf(address)}
      aria-current={current ? 'true' : undefined}
      onClick={(event: MouseEvent) => follow(event, () => goTo(address))}
    >
      {children}
    </a>
  );
}

/** After its last day, counted in UTC as the rules count it, a forced rule acts like any other. */
function isForced({ force }: RuleSummary): boolean {
  return force !== null && new Date().toISOString().slice(0, 10) <= force.until;
}

function RuleRow({ rule, unread }: { readonly rule: RuleSummary; readonly unread: boolean }): ReactNode {
  const { figures, label } = rule;
  const state = unread
    ? rules.unread
    : rule.disabled
      ? rules.off
      : rule.shadow
        ? rules.shadow
        : isForced(rule)
          ? rules.forced
          : null;
  return (
    <>
      <span className="rule-name">
        {rule.id}
        {figures.alarm !== null && (
          <span className="draft">
            <IconGlyph icon="flag" size={12} className="is-review" /> {rules.inAlarm}
          </span>
        )}
        {state !== null && <span className="draft">{state}</span>}
      </span>
      <span className="rule-meta">
        <span className={`label ${label}`}>
          {isDeskLabel(label) && <LabelGlyph label={label} size={10} />}
          {LABELS[label]}, {EFFECTS[rule.effect]}
        </span>
        {figures.judged > 0 && <span className="num">{rules.right(figures.agreed, figures.judged)}</span>}
      </span>
    </>
  );
}

/** Why a rule is listed whose name does not say it. */
function FoundPlace({ place: { place, set, text, begin, end, others } }: { readonly place: FoundRule }): ReactNode {
  return (
    <span className="rule-place">
      {rules.place(place, set)}{' '}
      <q dir="auto">
        {breakable(text.slice(0, begin))}
        <b>{text.slice(begin, end)}</b>
        {breakable(text.slice(end))}
      </q>
      {others > 0 && rules.otherPlaces(others)}
    </span>
  );
}

/** A row of ways to say something breaks between them, not in a word. */
function breakable(entry: string): ReactNode {
  const [first, ...others] = entry.split('|');
  return (
    <>
      {first}
      {others.map((way, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the ways are in no other order.
        <Fragment key={index}>
          |<wbr />
          {way}
        </Fragment>
      ))}
    </>
  );
}

/** Scrolls the list, and nothing around it. */
function bringCurrentIntoView(pane: HTMLElement | null): void {
  const current = pane?.querySelector('[aria-current]') ?? null;
  const scrolls = [pane?.querySelector('.groups'), pane].find(
    (element) => element !== null && element !== undefined && element.scrollHeight > element.clientHeight,
  );
  if (current === null || scrolls === null || scrolls === undefined) return;
  const row = current.getBoundingClientRect();
  const frame = scrolls.getBoundingClientRect();
  if (row.top < frame.top || row.bottom > frame.bottom) scrolls.scrollTop += row.top - frame.top - frame.height / 3;
}
