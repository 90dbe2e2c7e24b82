import type { Evaluation } from './evaluation.js';
import type { Interval, Share } from './metrics.js';
import { table } from './report-text.js';

/** What an editor asks first, in whole comments: how many are put before a person, how many are found, how many flags are right. */
export function ofAHundred({ debates, harmless, topic, labels }: Evaluation): string {
  const measured = Object.entries(labels).flatMap(([label, { review }]) =>
    review === null ? [] : [{ label, review }],
  );
  const prior = measured[0]?.review.onStream.prior ?? 0;
  const rows = measured.map(({ label, review: { recall, falseAlarms, onStream } }) => [
    label,
    inWhole(recall),
    inWhole(falseAlarms),
    whole({ share: onStream.precision, ...onStream }),
  ]);
  return `## Of a hundred comments
At the shipped thresholds, by the model alone: what rules find comes on top. In brackets the 95 % interval.

- Of 100 comments that stood under a newspaper's debates, ${inWhole(debates)} go to a person for a label (measured on ${debates.of}); of 100 of those in which our readers found nothing, ${inWhole(harmless)}.
- As straying from the debate, ${inWhole(topic.onTopic.true)} of 100 of its true comments go there, some of them the same ones; of 100 strays from any other debate ${inWhole(topic.straying.far)} are found, from the nearest debates ${inWhole(topic.straying.near)}.
- Of 100 comments that carry a label, of 100 that do not, and of 100 that are flagged for it:

${table(['label', 'of 100 with it are found', 'of 100 without it are flagged', `of 100 flags are right, where ${Math.round(100 * prior)} in 100 comments carry it`], rows)}

With and without a label: validation rows of public sets and of our own, which were chosen for being hard more often than a stream of comments is.`;
}

function inWhole(share: Share): string {
  return share.of === 0 ? '–' : whole(share);
}

/** A share as a number of a hundred; below one in two hundred it would be none. */
function whole({ share, low, high }: Interval & { readonly share: number }): string {
  const number = (value: number) => (value > 0 && value < 0.005 ? '<1' : String(Math.round(100 * value)));
  return `${number(share)} (${number(low)}–${number(high)})`;
}
