import type { ReactNode } from 'react';
import { ChangedSince, type TextsSince } from '../rules/changed-since.js';
import { DryRuns } from '../rules/dry-run.js';
import { marksOf, YamlEditor } from '../rules/editor.js';
import { Findings } from '../rules/findings.js';
import { SavingLine } from '../rules/saving.js';
import { TypedOver } from '../rules/typed-over.js';
import type { Drafting } from '../rules/use-draft.js';
import { rules, shared } from '../rules/words.js';
import type { PolicyApi } from './api.js';
import { policy } from './words.js';

const EDITOR = 'policy-yaml';
/** There is only one. */
const THE_DRAFT = {};

/** The policy as it is written: its YAML, what is wrong with it, and what last week would have been by it. */
export function AsWritten({
  api,
  drafting,
  discard,
}: {
  readonly api: PolicyApi;
  readonly drafting: Drafting;
  readonly discard: () => void;
}): ReactNode {
  const { check } = drafting;
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
      <TypedOver drafting={drafting} />
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

/** @param begunOn the revision on which the draft was begun */
export async function textsSince(api: PolicyApi, begunOn: number | null): Promise<TextsSince> {
  const [begun, now] = await Promise.all([begunOn === null ? null : api.revision(begunOn), api.overview()]);
  return { begun: begun?.yaml ?? '', now: now.yaml };
}
