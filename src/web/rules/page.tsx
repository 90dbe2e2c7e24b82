import { type ReactNode, useMemo, useState } from 'react';
import { Frame } from '../frame.js';
import type { Address } from '../place.js';
import { useDesk } from '../use-desk.js';
import { useOpenedInView } from '../use-opened-in-view.js';
import { useLastRead, useReading } from '../use-reading.js';
import '../styles/rules.css';
import { createRulesApi, type RulesApi } from './api.js';
import { PanesInBones } from './bones.js';
import { textsSince } from './changed-since.js';
import { ListDocument } from './document.js';
import { DryRuns } from './dry-run.js';
import { Unread } from './failure.js';
import { HeadActions } from './head-actions.js';
import { NewListDialog } from './new-list.js';
import { optional } from './optional.js';
import { ownListWith } from './own-list.js';
import { type Changed, PublishDialog } from './publish.js';
import { Published } from './published.js';
import { RevisionDifference } from './revision-difference.js';
import { RevisionsDialog } from './revisions.js';
import { RuleNavigation } from './rule-list.js';
import type { RulesOverview } from './shapes.js';
import { TryIt } from './try-it.js';
import { rules, shared } from './words.js';
import { FIRST_OWN_RULE, withDisabled, withRule } from './yaml-edit.js';

type PageProps = {
  readonly address: Extract<Address, { page: 'rules' }>;
  readonly goTo: (address: Address) => void;
};

/** The rules of the site: read, drafted, tried, published and rolled back. */
export default function RulesPage({ address, goTo }: PageProps): ReactNode {
  const { desk, state } = useDesk();
  const api = useMemo(() => createRulesApi(desk.ask), [desk]);
  const [open, setOpen] = useState<'nothing' | 'publish' | 'history' | 'new-list'>('nothing');
  const [said, setSaid] = useState('');
  /** Grows with everything that this page changed. */
  const [turn, setTurn] = useState(0);
  /** Grows where what is open has to be read anew: it was published, taken back or discarded. */
  const [epoch, setEpoch] = useState(0);
  const [taken, setTaken] = useState(true);
  const opened = state.access.kind === 'open';
  const [reading, again] = useReading(opened ? `rules ${epoch}` : null, api.overview);
  const last = useLastRead(reading);
  const overview = opened ? last : null;
  const changed = () => {
    setTurn((before) => before + 1);
    again();
  };
  const readAnew = () => {
    setEpoch((before) => before + 1);
    changed();
  };
  const done = (words: string) => {
    setOpen('nothing');
    setSaid(words);
    readAnew();
  };
  const drafts = overview?.drafts ?? [];
  const list = address.list ?? drafts[0]?.name ?? overview?.lists[0]?.name ?? null;

  return (
    <Frame
      page="rules"
      goTo={goTo}
      about={reading.kind === 'read' && <Published overview={reading.value} />}
      actions={
        overview !== null && (
          <HeadActions
            reading={reading.kind}
            drafts={drafts.length}
            taken={taken}
            history={() => setOpen('history')}
            publish={() => setOpen('publish')}
          />
        )
      }
      announcement={said}
      safe={shared.offlineSafe}
      skipTo={overview === null ? null : { id: 'document', words: shared.skip }}
    >
      {overview === null && reading.kind === 'loading' && (
        <PanesInBones label={rules.loading} panes={['list', 'editor', 'try']} />
      )}
      {overview === null && reading.kind === 'failed' && <Unread what={rules.panel} reading={reading} again={again} />}
      {overview !== null && (
        <Bench
          api={api}
          overview={overview}
          address={address}
          list={list}
          goTo={goTo}
          turn={turn}
          changed={changed}
          epoch={epoch}
          setTaken={setTaken}
          dropped={() => done('')}
          beginList={() => setOpen('new-list')}
        />
      )}
      {overview !== null && (
        <>
          <PublishDialog
            title={rules.publishTitle}
            does={rules.publishDoes}
            revision={overview.revision}
            load={() => Promise.all(drafts.map(({ name }) => changeOf(api, name)))}
            publish={api.publish}
            open={open === 'publish'}
            close={() => setOpen('nothing')}
            done={({ revision }) => {
              // Without drafts another list would be the first one.
              if (address.list === null) goTo({ ...address, list });
              done(shared.published(revision));
            }}
            readAnew={changed}
          />
          <RevisionsDialog
            history={{
              revisions: api.revisions,
              rollBack: api.rollBack,
              difference: (revision, against) => (
                <RevisionDifference
                  what={rules.panel}
                  difference={api.difference}
                  revision={revision}
                  against={against}
                />
              ),
            }}
            current={overview.revision}
            open={open === 'history'}
            close={() => setOpen('nothing')}
            done={({ revision }) => done(shared.rolledBack(revision))}
            readAnew={readAnew}
          />
          <NewListDialog
            taken={[...overview.lists, ...drafts].map(({ name }) => name)}
            open={open === 'new-list'}
            close={() => setOpen('nothing')}
            begin={async (name) => {
              await api.keepDraft(name, FIRST_OWN_RULE, null);
              setOpen('nothing');
              changed();
              goTo({ page: 'rules', list: name, rule: null });
            }}
          />
        </>
      )}
    </Frame>
  );
}

/** The three panes: every rule, the list that is open, and what it does. */
function Bench({
  api,
  overview,
  address,
  list,
  goTo,
  turn,
  changed,
  epoch,
  setTaken,
  dropped,
  beginList,
}: PageProps & {
  readonly api: RulesApi;
  readonly overview: RulesOverview;
  /** The one that is open; null: there is none. */
  readonly list: string | null;
  readonly turn: number;
  readonly changed: () => void;
  readonly epoch: number;
  readonly setTaken: (taken: boolean) => void;
  readonly dropped: () => void;
  readonly beginList: () => void;
}): ReactNode {
  const summary = overview.lists.find(({ name }) => name === list) ?? null;
  const rule = summary?.rules.find(({ id }) => id === address.rule) ?? null;
  useOpenedInView(`${address.list} ${address.rule}`, 'document');
  const ownList = async (edit: (own: string) => string | null, id: string) => {
    const kept = await ownListWith(api, overview, edit);
    if (kept === null) return rules.cannotEdit;
    changed();
    goTo({ page: 'rules', list: kept, rule: id });
    return null;
  };
  return (
    <div className="panes">
      <RuleNavigation
        find={api.find}
        overview={overview}
        list={list}
        rule={address.rule}
        goTo={goTo}
        begin={beginList}
      />
      <section className="pane editor" aria-label={list ?? rules.noList}>
        {list === null ? (
          <div className="blank">
            <h2 id="document" tabIndex={-1}>
              {rules.noList}
            </h2>
            <p>{rules.noListBody}</p>
          </div>
        ) : (
          <ListDocument
            key={`${list} ${epoch}`}
            api={api}
            name={list}
            summary={summary}
            rule={rule}
            sought={address.rule}
            revision={overview.revision}
            onSaved={changed}
            onTaken={setTaken}
            onDropped={() => {
              dropped();
              goTo({ page: 'rules', list: null, rule: null });
            }}
            change={(id, from) => ownList((own) => withRule(own, from, id), id)}
            switchOff={(id, off) => ownList((own) => withDisabled(own, id, off), id)}
          />
        )}
      </section>
      <aside className="pane try" id="try" aria-label={rules.tryIt}>
        <TryIt api={api} drafts={overview.drafts.length} turn={turn} />
        <DryRuns
          api={api.dryRuns}
          tried={{ drafts: overview.drafts.map(({ name }) => name) }}
          drafts={overview.drafts.length}
          turn={turn}
        />
      </aside>
    </div>
  );
}

async function changeOf(api: RulesApi, name: string): Promise<Changed> {
  const [draft, published] = await Promise.all([api.draft(name), optional(api.list(name))]);
  const { faults, warnings } = await api.check(name, draft.yaml);
  const { yaml: after, updatedAt, changedSince: change, begunOn } = draft;
  const since = change === null ? null : { change, ...(await textsSince(api, name, begunOn)) };
  return { name, updatedAt, before: published?.yaml ?? '', after, faults: faults.length, warnings, since };
}
