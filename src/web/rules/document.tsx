import { type ReactNode, useMemo, useState } from 'react';
import { LabelGlyph } from '../glyphs.js';
import { isDeskLabel } from '../labels.js';
import { LABELS } from '../strings.js';
import type { RulesApi } from './api.js';
import { Bones } from './bones.js';
import { ChangedSince, textsSince } from './changed-since.js';
import { ConfirmDialog } from './confirm.js';
import { marksOf, YamlEditor } from './editor.js';
import { Unread, whyNot } from './failure.js';
import { Figures } from './figures.js';
import { Findings } from './findings.js';
import { optional } from './optional.js';
import { SavingLine } from './saving.js';
import type { ListSummary, RuleSummary } from './shapes.js';
import { TypedOver } from './typed-over.js';
import { useDraft } from './use-draft.js';
import { EFFECTS, rules, shared } from './words.js';
import { lineOfRule } from './yaml-edit.js';

const EDITOR = 'list-yaml';

/** One list: its YAML, what is wrong with it, and what the chosen rule has done so far. */
export function ListDocument({
  api,
  name,
  summary,
  rule,
  sought,
  revision,
  onSaved,
  onTaken,
  onDropped,
  change,
  switchOff,
}: {
  readonly api: RulesApi;
  readonly name: string;
  /** Null while the list is only drafted. */
  readonly summary: ListSummary | null;
  readonly rule: RuleSummary | null;
  /** The rule that the address names; it may be drafted only. */
  readonly sought: string | null;
  /** The one in force. */
  readonly revision: number;
  readonly onSaved: () => void;
  /** Whether the service has everything that was typed. */
  readonly onTaken: (taken: boolean) => void;
  readonly onDropped: () => void;
  /** Copies a shipped rule into a list of the site's; answers why not. */
  readonly change: (rule: string, from: string) => Promise<string | null>;
  readonly switchOff: (rule: string, off: boolean) => Promise<string | null>;
}): ReactNode {
  const shipped = summary?.origin === 'shipped';
  const drafting = useDraft(
    {
      name: `rules/${name}`,
      read: async () => {
        const [published, draft] = await Promise.all([
          optional(api.list(name)),
          shipped ? null : optional(api.draft(name)),
        ]);
        return { published: published?.yaml ?? null, revision: published?.revision ?? revision, draft };
      },
      save: (yaml, begunOn, onto) => api.keepDraft(name, yaml, onto, begunOn),
      check: (yaml) => api.check(name, yaml),
    },
    onSaved,
    onTaken,
  );
  const [said, setSaid] = useState<string | null>(null);
  const [discarding, setDiscarding] = useState(false);
  const { reading, yaml, check, mark, restored } = drafting;
  const here = useMemo(() => (sought === null ? null : lineOfRule(yaml, sought)), [yaml, sought]);
  const gone = reading.kind === 'read' && drafting.published === null && mark === null && yaml === '';
  if (reading.kind === 'failed') {
    return (
      <div id="document" tabIndex={-1}>
        <Unread what={name} reading={reading} again={drafting.again} />
      </div>
    );
  }
  if (gone) {
    return (
      <div className="blank" id="document" tabIndex={-1}>
        <h2>{rules.goneTitle}</h2>
        <p>{rules.goneBody}</p>
      </div>
    );
  }
  const upgrade = mark?.origin === 'upgrade';
  const act = (doing: Promise<string | null>) => void doing.then(setSaid, (error: unknown) => setSaid(whyNot(error)));
  return (
    <>
      <div className="document-head">
        <header>
          <h2 id="document" tabIndex={-1}>
            {name}
          </h2>
          {shipped ? (
            <span className="quiet">{rules.shipped}</span>
          ) : (
            reading.kind === 'read' && <SavingLine drafting={drafting} />
          )}
        </header>
        {rule !== null && (
          <div className="chosen">
            <p className="chosen-line">
              <b className="firm">{rule.id}</b>
              <span className={`label ${rule.label}`}>
                {isDeskLabel(rule.label) && <LabelGlyph label={rule.label} size={11} />}
                {LABELS[rule.label]}, {EFFECTS[rule.effect]}
              </span>
            </p>
            <p className="read">{rule.reason}</p>
            <Figures figures={rule.figures} />
            {rule.force !== null && (
              <p className="soft">{rules.forcedBy(rule.force.by, rule.force.until, rule.force.reason)}</p>
            )}
            {shipped && (
              <p className="chosen-do">
                <button type="button" className="button small" onClick={() => act(change(rule.id, yaml))}>
                  {rules.change}
                </button>
                <button
                  type="button"
                  className="button small bare"
                  onClick={() => act(switchOff(rule.id, !rule.disabled))}
                >
                  {rule.disabled ? rules.switchOn : rules.switchOff}
                </button>
              </p>
            )}
          </div>
        )}
      </div>
      {upgrade && <p className="notice">{rules.upgrade}</p>}
      {mark !== null && yaml.trim() === '' && <p className="notice">{rules.removes}</p>}
      {mark?.changedSince != null && (
        <ChangedSince change={mark.changedSince} load={() => textsSince(api, name, mark.begunOn)} />
      )}
      <TypedOver drafting={drafting} />
      {restored && (
        <p className="notice" role="status">
          {shared.restored}
        </p>
      )}
      {said !== null && (
        <p className="notice" role="alert">
          {said}
        </p>
      )}
      {reading.kind === 'loading' ? (
        <div role="status" aria-label={rules.loadingList(name)}>
          <Bones />
        </div>
      ) : (
        <YamlEditor
          id={EDITOR}
          label={rules.document(name)}
          value={yaml}
          write={shipped || upgrade ? null : drafting.write}
          marks={marksOf(
            (check?.faults ?? []).filter(({ list = name }) => list === name),
            check?.warnings ?? [],
            here,
          )}
          reveal={here}
          describedBy="list-hint list-findings"
        />
      )}
      <p className="hint quiet" id="list-hint">
        {shipped ? rules.readOnly : rules.editorHint}
      </p>
      <Findings id="list-findings" editor={EDITOR} list={name} check={check} />
      {(mark !== null || (drafting.published !== null && !shipped)) && (
        <p className="document-end">
          {drafting.published !== null && !shipped && !upgrade && yaml.trim() !== '' && (
            <button type="button" className="button small bare" onClick={() => drafting.write('')}>
              {rules.remove}
            </button>
          )}
          {mark !== null && (
            <button type="button" className="button small bare" onClick={() => setDiscarding(true)}>
              {shared.discard}
            </button>
          )}
        </p>
      )}
      <ConfirmDialog
        title={shared.discardTitle}
        body={shared.discardBody}
        does={shared.discard}
        doing={shared.discarding}
        back="document"
        open={discarding}
        close={() => setDiscarding(false)}
        confirm={async () => {
          await api.dropDraft(name);
          onDropped();
        }}
      />
    </>
  );
}
