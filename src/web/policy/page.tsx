import { type ReactNode, useMemo, useState } from 'react';
import type { Label } from '../../core/labels.js';
import { Frame } from '../frame.js';
import type { Address } from '../place.js';
import { PanesInBones } from '../rules/bones.js';
import { ChangedSince, type TextsSince } from '../rules/changed-since.js';
import { ConfirmDialog } from '../rules/confirm.js';
import { DryRuns } from '../rules/dry-run.js';
import { marksOf, YamlEditor } from '../rules/editor.js';
import { Unread } from '../rules/failure.js';
import { Findings } from '../rules/findings.js';
import { HeadActions } from '../rules/head-actions.js';
import { optional } from '../rules/optional.js';
import { PublishDialog } from '../rules/publish.js';
import { Published } from '../rules/published.js';
import { RevisionDifference } from '../rules/revision-difference.js';
import { RevisionsDialog } from '../rules/revisions.js';
import { SavingLine } from '../rules/saving.js';
import { type Drafting, useDraft } from '../rules/use-draft.js';
import { rules, shared } from '../rules/words.js';
import { readYaml, withValue } from '../rules/yaml-edit.js';
import { LABELS, words } from '../strings.js';
import { useDesk } from '../use-desk.js';
import { useLastRead, useReading } from '../use-reading.js';
import '../styles/rules.css';
import '../styles/policy.css';
import { createPolicyApi, type PolicyApi } from './api.js';
import { AuditFigures } from './audit.js';
import { Consequences } from './consequences.js';
import { EffectOnScores } from './effect.js';
import { LabelList } from './label-list.js';
import { pathOf, resolvedThreshold } from './resolved.js';
import type { PolicyDocument, Suspended } from './shapes.js';
import { ThresholdFields } from './thresholds.js';
import { Unmet } from './unmet.js';
import { policy } from './words.js';

const EDITOR = 'policy-yaml';
const FIRST: Label = 'incitement';
/** There is only one. */
const THE_DRAFT = {};
const IN_BONES = { label: policy.loading, kind: 'is-policy', panes: ['list', 'editor', 'editor as-written'] };
/** Where a policy does not say what precision a label needs to reject by itself. */
const USUAL_PRECISION = 0.95;

type PageProps = {
  readonly address: Extract<Address, { page: 'policy' }>;
  readonly goTo: (address: Address) => void;
};

/** The policy of the site: read, drawn over the newest scores, drafted, published and rolled back. */
export default function PolicyPage({ address, goTo }: PageProps): ReactNode {
  const { desk, state } = useDesk();
  const api = useMemo(() => createPolicyApi(desk.ask), [desk]);
  const [open, setOpen] = useState<'nothing' | 'publish' | 'history' | 'discard'>('nothing');
  const [said, setSaid] = useState('');
  /** Grows where everything has to be read anew: something was published, rolled back or discarded. */
  const [turn, setTurn] = useState(0);
  const [taken, setTaken] = useState(true);
  const opened = state.access.kind === 'open';
  const [reading, again] = useReading(opened ? `policy ${turn}` : null, async () => {
    const [overview, draft] = await Promise.all([api.overview(), optional(api.draft())]);
    return { overview, drafted: draft !== null };
  });
  const last = useLastRead(reading);
  const read = opened ? last : null;
  const readAnew = () => {
    setTurn((before) => before + 1);
    again();
  };
  const done = (said: string) => {
    setOpen('nothing');
    setSaid(said);
    readAnew();
  };
  return (
    <Frame
      page="policy"
      goTo={goTo}
      about={reading.kind === 'read' && <Published overview={reading.value.overview} />}
      actions={
        read !== null && (
          <HeadActions
            reading={reading.kind}
            drafts={read.drafted ? 1 : 0}
            taken={taken}
            history={() => setOpen('history')}
            publish={() => setOpen('publish')}
          />
        )
      }
      announcement={said}
      safe={shared.offlineSafe}
      skipTo={read === null ? null : { id: 'document', words: shared.skip }}
    >
      {read === null && reading.kind === 'loading' && <PanesInBones {...IN_BONES} />}
      {read === null && reading.kind === 'failed' && <Unread what={policy.panel} reading={reading} again={again} />}
      {read !== null && (
        <>
          <Bench
            key={turn}
            api={api}
            suspended={reading.kind === 'read' ? reading.value.overview.suspended : []}
            label={address.label ?? FIRST}
            goTo={goTo}
            onSaved={again}
            onTaken={setTaken}
            discard={() => setOpen('discard')}
          />
          <PublishDialog
            title={policy.publishTitle}
            does={policy.publishDoes}
            revision={read.overview.revision}
            load={async () => [await changeOf(api)]}
            publish={api.publish}
            open={open === 'publish'}
            close={() => setOpen('nothing')}
            done={({ revision }) => done(shared.published(revision))}
            readAnew={again}
            unmet={(refusal) => <Unmet refusal={refusal} />}
          />
          <RevisionsDialog
            history={{
              revisions: api.revisions,
              rollBack: api.rollBack,
              difference: (revision, against) => (
                <RevisionDifference
                  what={policy.panel}
                  difference={api.difference}
                  revision={revision}
                  against={against}
                />
              ),
            }}
            current={read.overview.revision}
            open={open === 'history'}
            close={() => setOpen('nothing')}
            done={({ revision }) => done(shared.rolledBack(revision))}
            readAnew={readAnew}
          />
          <ConfirmDialog
            title={shared.discardTitle}
            body={shared.discardBody}
            does={shared.discard}
            doing={shared.discarding}
            back="document"
            open={open === 'discard'}
            close={() => setOpen('nothing')}
            confirm={async () => {
              await api.dropDraft();
              done('');
            }}
          />
        </>
      )}
    </Frame>
  );
}

/** The three panes: every label, what its thresholds do, and the policy as it is written. */
function Bench({
  api,
  suspended,
  label,
  goTo,
  onSaved,
  onTaken,
  discard,
}: {
  readonly api: PolicyApi;
  readonly suspended: readonly Suspended[];
  readonly label: Label;
  readonly goTo: (address: Address) => void;
  readonly onSaved: () => void;
  readonly onTaken: (taken: boolean) => void;
  readonly discard: () => void;
}): ReactNode {
  const [section, setSection] = useState<string | null>(null);
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
  const { yaml, check } = drafting;
  const [newest, setNewest] = useState<PolicyDocument>({});
  const written = useMemo(() => readYaml(yaml) as PolicyDocument | null, [yaml]);
  // While a fault is typed the picture stays as it was.
  if (written !== null && typeof written === 'object' && written !== newest) setNewest(written);
  const faulty = written === null;
  const set = (handle: 'review' | 'reject', to: number | null) => {
    const changed = withValue(yaml, pathOf(label, section, handle), to);
    if (changed !== null) drafting.write(changed);
  };
  if (drafting.reading.kind === 'failed') {
    return (
      <div id="document" tabIndex={-1}>
        <Unread what={policy.panel} reading={drafting.reading} again={drafting.again} />
      </div>
    );
  }
  // An empty policy, which asks nobody about anything, is never shown in place of one that is still being read.
  if (drafting.reading.kind === 'loading') return <PanesInBones {...IN_BONES} />;
  const held = resolvedThreshold(newest, label, section);
  const target =
    (section === null ? undefined : newest.sections?.[section]?.precision) ??
    newest.defaults?.precision ??
    USUAL_PRECISION;
  return (
    <div className="panes is-policy">
      <LabelList suspended={suspended} document={newest} section={section} label={label} goTo={goTo} />
      <section className="pane editor" aria-labelledby="document">
        <header>
          <h2 id="document" tabIndex={-1}>
            {words.capital(LABELS[label])}
          </h2>
          <Scope document={newest} section={section} choose={setSection} />
        </header>
        {faulty && (
          <p className="notice" role="status">
            {policy.unreadable}
          </p>
        )}
        {held === null ? (
          <p className="soft">{policy.noThreshold}</p>
        ) : (
          <>
            <EffectOnScores
              api={api}
              label={label}
              section={section}
              held={held}
              move={faulty ? null : (handle, to) => set(handle, to)}
            />
            <ThresholdFields key={`${label} ${section}`} label={label} held={held} set={set} />
            {label !== 'off_topic' && (
              <Consequences
                key={`${label} ${section} ${target}`}
                api={api}
                label={label}
                section={section}
                target={target}
                use={faulty ? null : (threshold) => set('reject', threshold)}
              />
            )}
          </>
        )}
        <AuditFigures api={api} section={section} />
      </section>
      <AsWritten api={api} drafting={drafting} check={check} discard={discard} />
    </div>
  );
}

function Scope({
  document,
  section,
  choose,
}: {
  readonly document: PolicyDocument;
  readonly section: string | null;
  readonly choose: (section: string | null) => void;
}): ReactNode {
  const sections = Object.keys(document.sections ?? {});
  if (sections.length === 0) return <span className="quiet">{policy.everywhere}</span>;
  return (
    <label className="scope">
      <span className="quiet">{policy.scope}</span>
      <select
        className="input"
        value={section ?? ''}
        onChange={(event) => choose(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      >
        <option value="">{policy.everywhere}</option>
        {sections.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function AsWritten({
  api,
  drafting,
  check,
  discard,
}: {
  readonly api: PolicyApi;
  readonly drafting: Drafting;
  readonly check: Drafting['check'];
  readonly discard: () => void;
}): ReactNode {
  return (
    <section className="pane editor as-written" aria-labelledby="as-written">
      <header>
        <h2 id="as-written">{policy.documentTitle}</h2>
        <SavingLine drafting={drafting} />
      </header>
      {drafting.mark?.changedSince != null && (
        <ChangedSince
          change={drafting.mark.changedSince}
          load={() => textsSince(api, drafting.mark?.begunOn ?? null)}
        />
      )}
      {drafting.restored && (
        <p className="notice" role="status">
          {shared.restored}
        </p>
      )}
      <YamlEditor
        id={EDITOR}
        label={policy.document}
        value={drafting.yaml}
        write={drafting.write}
        marks={marksOf(check?.faults ?? [], check?.warnings ?? [], null)}
        reveal={null}
        describedBy="policy-hint policy-findings"
      />
      <p className="hint quiet" id="policy-hint">
        {rules.editorHint}
      </p>
      <Findings id="policy-findings" editor={EDITOR} check={check} />
      {drafting.mark !== null && (
        <p className="document-end">
          <button type="button" className="button small bare" onClick={discard}>
            {shared.discard}
          </button>
        </p>
      )}
      <DryRuns
        api={api.dryRuns}
        tried={THE_DRAFT}
        drafts={drafting.mark === null ? 0 : 1}
        turn={drafting.mark?.updatedAt ?? null}
      />
    </section>
  );
}

async function changeOf(api: PolicyApi) {
  const [overview, draft] = await Promise.all([api.overview(), api.draft()]);
  const { faults } = await api.check(draft.yaml);
  const { yaml: after, updatedAt, changedSince: change, begunOn } = draft;
  const since = change === null ? null : { change, ...(await textsSince(api, begunOn)) };
  return { name: policy.panel, updatedAt, before: overview.yaml, after, faults: faults.length, since };
}

/** @param begunOn the revision on which the draft was begun */
async function textsSince(api: PolicyApi, begunOn: number | null): Promise<TextsSince> {
  const [begun, now] = await Promise.all([begunOn === null ? null : api.revision(begunOn), api.overview()]);
  return { begun: begun?.yaml ?? '', now: now.yaml };
}
