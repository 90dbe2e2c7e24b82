import { type ReactNode, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Label } from '../../core/labels.js';
import { threshold } from '../format.js';
import type { Address } from '../place.js';
import { PanesInBones } from '../rules/bones.js';
import { Unread } from '../rules/failure.js';
import { optional } from '../rules/optional.js';
import { useDraft } from '../rules/use-draft.js';
import { readYaml, withoutValue, withValue } from '../rules/yaml-edit.js';
import { LABELS, words } from '../strings.js';
import { useOpenedInView } from '../use-opened-in-view.js';
import { useReading } from '../use-reading.js';
import type { PolicyApi } from './api.js';
import { AsWritten } from './as-written.js';
import { AuditFigures } from './audit.js';
import { Consequences } from './consequences.js';
import { EffectOnScores } from './effect.js';
import { LabelList } from './label-list.js';
import { EVERYWHERE, isGroup, keyOf, pathOf, resolvedThreshold, type Scope, sectionOf } from './scope.js';
import { ScopeChooser } from './scope-chooser.js';
import { settings } from './setting-words.js';
import { resolvedSetting, SHIPPED, withSetting, withSettingBack } from './settings.js';
import { SettingsPane } from './settings-pane.js';
import type { PolicyDocument, Suspended } from './shapes.js';
import { REVIEW_FIELD, ThresholdFields } from './thresholds.js';
import { policy } from './words.js';

/** Where a threshold begins that no policy has said before. */
const FIRST_REVIEW = 0.5;
/** What is open where the address names nothing. */
export const FIRST: Label = 'incitement';
export const IN_BONES = { label: policy.loading, kind: 'is-policy', panes: ['list', 'editor', 'editor as-written'] };

/** The three panes: every label and the settings, what is open of them, and the policy as it is written. */
export function Bench({
  api,
  suspended,
  open,
  goTo,
  onSaved,
  onTaken,
  discard,
}: {
  readonly api: PolicyApi;
  readonly suspended: readonly Suspended[];
  readonly open: Label | 'settings';
  readonly goTo: (address: Address) => void;
  readonly onSaved: () => void;
  readonly onTaken: (taken: boolean) => void;
  readonly discard: () => void;
}): ReactNode {
  const [chosen, setChosen] = useState<Scope>(EVERYWHERE);
  /** The draft into which something could not be written. */
  const [refusedIn, setRefusedIn] = useState<string | null>(null);
  useOpenedInView(open, 'document');
  const drafting = useDraft(
    {
      name: 'policy',
      read: async () => {
        const [overview, draft] = await Promise.all([api.overview(), optional(api.draft())]);
        return { published: overview.yaml, revision: overview.revision, draft };
      },
      save: api.keepDraft,
      check: api.check,
    },
    onSaved,
    onTaken,
  );
  const { yaml, published } = drafting;
  const [newest, setNewest] = useState<PolicyDocument>({});
  const written = useMemo(() => readYaml(yaml), [yaml]);
  const inForce = useMemo(() => documentIn(readYaml(published ?? '')), [published]);
  // While a fault is typed the picture stays as it was.
  if (isGroup(written) && written !== newest) setNewest(written);
  const faulty = written === null && yaml.trim() !== '';
  const [article] = useReading(chosen.kind === 'article' ? keyOf(chosen) : null, () =>
    optional(api.article(chosen.kind === 'article' ? chosen.name : '')),
  );
  if (drafting.reading.kind === 'failed') {
    return (
      <div id="document" tabIndex={-1}>
        <Unread what={policy.panel} reading={drafting.reading} again={drafting.again} />
      </div>
    );
  }
  // An empty policy, which asks nobody about anything, is never shown in place of one that is still being read.
  if (drafting.reading.kind === 'loading') return <PanesInBones {...IN_BONES} />;
  const known = article.kind === 'read' ? article.value : null;
  const scope: Scope = chosen.kind === 'article' ? { ...chosen, section: known?.section || null } : chosen;
  const write = (changed: string | null) => {
    setRefusedIn(changed === null ? yaml : null);
    if (changed !== null) drafting.write(changed);
  };
  return (
    <div className="panes is-policy">
      <LabelList suspended={suspended} document={newest} scope={scope} open={open} goTo={goTo} />
      <section className="pane editor" aria-labelledby="document">
        <header>
          <h2 id="document" tabIndex={-1}>
            {open === 'settings' ? settings.title : words.capital(LABELS[open])}
          </h2>
          <ScopeChooser document={newest} scope={scope} choose={setChosen} />
        </header>
        {scope.kind === 'article' && article.kind === 'read' && (
          <p className="quiet article-place">
            {known === null
              ? settings.place.unknown
              : scope.section === null
                ? settings.place.inNone
                : settings.place.in(scope.section)}
          </p>
        )}
        {(faulty || refusedIn === yaml) && (
          <p className="notice" role="status">
            {faulty ? policy.unreadable : settings.unwritable}
          </p>
        )}
        {open === 'settings' ? (
          <SettingsPane
            document={newest}
            published={inForce}
            scope={scope}
            faults={drafting.check?.faults ?? []}
            set={(setting, to) => write(withSetting(yaml, newest, scope, setting, to))}
            setBack={(setting) => write(withSettingBack(yaml, scope, setting))}
          />
        ) : (
          <LabelPane
            api={api}
            document={newest}
            published={inForce}
            label={open}
            scope={scope}
            faulty={faulty}
            yaml={yaml}
            write={write}
          />
        )}
        <AuditFigures api={api} section={sectionOf(scope)} />
      </section>
      <AsWritten api={api} drafting={drafting} discard={discard} />
    </div>
  );
}

/** One label: its thresholds over the scores, and what they cost. */
function LabelPane({
  api,
  document,
  published,
  label,
  scope,
  faulty,
  yaml,
  write,
}: {
  readonly api: PolicyApi;
  readonly document: PolicyDocument;
  /** The policy in force. */
  readonly published: PolicyDocument;
  readonly label: Label;
  readonly scope: Scope;
  /** The draft cannot be read, so that nothing can be written into it but by hand. */
  readonly faulty: boolean;
  readonly yaml: string;
  /** Null: it could not be written. */
  readonly write: (changed: string | null) => void;
}): ReactNode {
  const held = resolvedThreshold(document, label, scope);
  const precision = resolvedSetting(document, { path: ['precision'] }, scope).value;
  const target = typeof precision === 'number' ? precision : SHIPPED.precision;
  const set = (handle: 'review' | 'reject', to: number | null) =>
    write(withValue(yaml, pathOf(label, scope, handle), to));
  if (held === null) {
    const before = resolvedThreshold(published, label, scope) ?? resolvedThreshold(published, label, EVERYWHERE);
    const first = before?.review ?? FIRST_REVIEW;
    return <NoThreshold first={first} add={faulty ? null : () => set('review', first)} />;
  }
  return (
    <>
      <EffectOnScores
        api={api}
        label={label}
        section={sectionOf(scope)}
        held={held}
        move={faulty ? null : (handle, to) => set(handle, to)}
      />
      <ThresholdFields
        key={`${label} ${keyOf(scope)}`}
        label={label}
        held={held}
        set={set}
        setBack={
          scope.kind === 'everywhere' ? null : (handle) => write(withoutValue(yaml, pathOf(label, scope, handle)))
        }
      />
      {label !== 'off_topic' && (
        <Consequences
          key={`${label} ${keyOf(scope)} ${target}`}
          api={api}
          label={label}
          section={sectionOf(scope)}
          target={target}
          use={faulty ? null : (threshold) => set('reject', threshold)}
        />
      )}
    </>
  );
}

/** What stands where the policy says nothing of a label: a way to begin with a threshold. */
function NoThreshold({
  first,
  add,
}: {
  readonly first: number;
  /** Null where nothing can be written into the draft. */
  readonly add: (() => void) | null;
}): ReactNode {
  return (
    <div className="no-threshold">
      <p className="soft">{policy.noThresholdBody}</p>
      {add !== null && (
        <p>
          <button
            type="button"
            className="button"
            onClick={() => {
              // The button goes once its threshold is there, which is where one goes on.
              flushSync(add);
              window.document.getElementById(REVIEW_FIELD)?.focus();
            }}
          >
            {policy.askFrom(threshold(first))}
          </button>{' '}
          <span className="quiet">{policy.askFromHint}</span>
        </p>
      )}
    </div>
  );
}

function documentIn(written: unknown): PolicyDocument {
  return isGroup(written) ? written : {};
}
