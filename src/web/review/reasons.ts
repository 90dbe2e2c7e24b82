import type { Label } from '../../core/labels.js';
import type { CommentView, PipelineView, QueueItemView } from '../../core/views.js';
import { clockTime } from '../format.js';
import { DESK_LABELS, isDeskLabel } from '../labels.js';
import { words } from '../strings.js';

/** One entry of the margin. */
export type MarginReason = {
  readonly id: string;
  /** Null where the reason is not about what the text says. */
  readonly label: Label | null;
  readonly head: string | null;
  /** `below`: the model saw something, but under the line; it is listed, lighter. */
  readonly weight: 'asked' | 'below';
  /** In [0, 1]; null where nothing was weighed. */
  readonly score: number | null;
  readonly sentences: readonly string[];
  readonly source: string;
};

/** From which score on a label puts a comment before a person. */
export type Thresholds = Readonly<Partial<Record<Label, number>>>;

/** The lines under which a pipeline judged a comment on this article; none where it is not known yet. */
export function linesOf(
  pipeline: PipelineView | undefined,
  { id, section }: { readonly id: string; readonly section: string | null },
): Thresholds {
  if (pipeline === undefined) return {};
  const { defaults, sections, articles } = pipeline.policy;
  const lines: Partial<Record<Label, number>> = {};
  for (const level of [defaults, sections[section ?? ''], articles[id]]) {
    for (const [label, threshold] of Object.entries(level?.thresholds ?? {})) {
      if (threshold === null) delete lines[label as Label];
      else if (threshold.review !== undefined) lines[label as Label] = threshold.review;
    }
  }
  return lines;
}

/** Lower scores than this are not worth a look. */
const LISTED_FROM = 0.2;

/**
 * Why a person is asked, first what is not about the words (reports, an escalation, a missing model), then labels from the
 * worst on, then what lies under the policy's line.
 */
export function marginReasons(item: QueueItemView, review: Thresholds, now: number = Date.now()): MarginReason[] {
  return [...aboutTheCase(item, now), ...aboutThePipeline(item), ...aboutTheWords(item), ...underTheLine(item, review)];
}

/** What speaks for and against a comment: what a rescoring found, where it is why the comment waits, else its own decision. */
export function findingsOf({ comment, rescored }: QueueItemView): Pick<CommentView, 'reasons' | 'spans'> {
  return rescored ?? comment;
}

function aboutTheCase(item: QueueItemView, now: number): MarginReason[] {
  const entry = (head: string, sentences: readonly string[], source: string): MarginReason => ({
    id: `cause-${head}`,
    label: null,
    head,
    weight: 'asked',
    score: null,
    sentences,
    source,
  });
  const { comment, cause } = item;
  switch (cause) {
    case 'report':
      return [
        entry(words.margin.head.report, [words.margin.reported(comment.reports.length)], words.margin.source.readers),
      ];
    case 'escalated': {
      const verdict = comment.history.findLast(
        (past) => past.kind === 'verdict' && past.verdict.action === 'escalate' && !past.undone,
      );
      if (verdict?.kind !== 'verdict') {
        return [entry(words.margin.head.escalated, [words.margin.escalatedUnknown], words.margin.source.pipeline)];
      }
      const { by, at, note } = verdict.verdict;
      const said = words.margin.escalated(by, clockTime(at, now));
      return [entry(words.margin.head.escalated, note === null ? [said] : [said, words.margin.quoted(note)], by)];
    }
    case 'rescore':
      return [entry(words.margin.head.rescore, [words.margin.rescored], words.margin.source.pipeline)];
    case 'undo':
      return [entry(words.margin.head.undo, [words.margin.takenBack], words.margin.source.pipeline)];
    case 'decision':
      return [];
  }
}

function aboutThePipeline(item: QueueItemView): MarginReason[] {
  return findingsOf(item).reasons.flatMap((reason, index) => {
    if (reason.kind === 'model' || reason.kind === 'rule') return [];
    return [
      {
        id: `${reason.kind}-${index}`,
        label: null,
        head: words.margin.head[reason.kind],
        weight: 'asked' as const,
        score: null,
        sentences: [reason.text],
        source: reason.kind === 'rule-broken' ? words.margin.rule(reason.rule) : words.margin.source.pipeline,
      },
    ];
  });
}

/** One entry a label, however many rules and whether the model too. */
function aboutTheWords(item: QueueItemView): MarginReason[] {
  const { comment } = item;
  const found = findingsOf(item).reasons;
  const order: readonly Label[] = DESK_LABELS;
  const labels = [...new Set(found.flatMap((reason) => ('label' in reason ? [reason.label] : [])))];
  const place = (label: Label) => (order.includes(label) ? order.indexOf(label) : order.length);
  // What has no glyph (toxicity and its kin) sums the others up: it counts where nothing else does.
  const plain = !labels.some(isDeskLabel);
  return labels
    .sort((one, other) => place(one) - place(other))
    .map((label) => {
      const reasons = found.filter((reason) => 'label' in reason && reason.label === label);
      const model = reasons.find((reason) => reason.kind === 'model');
      const rules = reasons.filter((reason) => reason.kind === 'rule');
      const disagreement = rules.find((rule) => rule.disagrees !== undefined)?.disagrees;
      const source = words.margin.source;
      return {
        id: `label-${label}`,
        label,
        head: null,
        weight: plain || isDeskLabel(label) ? 'asked' : 'below',
        score: model?.score ?? comment.scores[label] ?? null,
        sentences: [...new Set([...rules, ...(model === undefined ? [] : [model])].map(({ text }) => text))],
        source:
          disagreement !== undefined
            ? source.disagree(disagreement.score)
            : rules.length === 0
              ? source.model
              : model === undefined
                ? source.rule
                : source.both,
      };
    });
}

function underTheLine(item: QueueItemView, review: Thresholds): MarginReason[] {
  const { comment } = item;
  const said = new Set(findingsOf(item).reasons.flatMap((reason) => ('label' in reason ? [reason.label] : [])));
  return DESK_LABELS.flatMap((label) => {
    const probability = comment.scores[label];
    const line = review[label];
    if (said.has(label) || probability === undefined || probability === null || line === undefined) return [];
    if (!(probability >= LISTED_FROM && probability < line)) return [];
    return [
      {
        id: `label-${label}`,
        label,
        head: null,
        weight: 'below' as const,
        score: probability,
        sentences: [words.margin.underLine(line)],
        source: words.margin.source.model,
      },
    ];
  });
}

/** The labels that something speaks for, worst first: what the reject menu offers at once. */
export function foundLabels(reasons: readonly MarginReason[]): readonly (typeof DESK_LABELS)[number][] {
  return DESK_LABELS.filter((label) => reasons.some((reason) => isDeskLabel(reason.label) && reason.label === label));
}
