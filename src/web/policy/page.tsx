import { type ReactNode, useMemo, useState } from 'react';
import { Frame } from '../frame.js';
import type { Address } from '../place.js';
import { PanesInBones } from '../rules/bones.js';
import { ConfirmDialog } from '../rules/confirm.js';
import { Unread } from '../rules/failure.js';
import { HeadActions } from '../rules/head-actions.js';
import { optional } from '../rules/optional.js';
import { PublishDialog } from '../rules/publish.js';
import { Published } from '../rules/published.js';
import { RevisionDifference } from '../rules/revision-difference.js';
import { RevisionsDialog } from '../rules/revisions.js';
import { shared } from '../rules/words.js';
import { useDesk } from '../use-desk.js';
import { useLastRead, useReading } from '../use-reading.js';
import '../styles/rules.css';
import '../styles/policy.css';
import { createPolicyApi, type PolicyApi } from './api.js';
import { textsSince } from './as-written.js';
import { Bench, FIRST, IN_BONES } from './bench.js';
import { Unmet } from './unmet.js';
import { policy } from './words.js';

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
            open={address.open ?? FIRST}
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

async function changeOf(api: PolicyApi) {
  const [overview, draft] = await Promise.all([api.overview(), api.draft()]);
  const { faults, warnings } = await api.check(draft.yaml);
  const { yaml: after, updatedAt, changedSince: change, begunOn } = draft;
  const since = change === null ? null : { change, ...(await textsSince(api, begunOn)) };
  return { name: policy.panel, updatedAt, before: overview.yaml, after, faults: faults.length, warnings, since };
}
