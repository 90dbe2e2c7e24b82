import { cardinal, count } from '../format.js';

/** `1 %`, `0.25 %`: a share that somebody chose, as it was chosen. */
export function perCent(share: number): string {
  return `${Number((100 * share).toFixed(4))} %`;
}

/** What the page for policies says beside what it shares with the page for rules. */
export const policy = {
  panel: 'The policy',
  labels: 'Settings and labels',
  document: 'The policy as YAML',
  documentTitle: 'As written',
  everywhere: 'Everywhere',
  scope: 'Holds for',
  from: (review: string, reject: string | null) =>
    reject === null ? `asks from ${review}` : `asks from ${review}, rejects from ${reject}`,
  noThreshold: 'not in the policy',
  noThresholdBody: 'The policy names no threshold for it here, so nobody is asked about it, whatever its score.',
  askFrom: (review: string) => `Ask a person from ${review}`,
  askFromHint: 'It is written into the draft, and can be moved from there.',
  scores: (total: number) => `The last ${count(total)} scored comments`,
  scoresUnread: 'The scores',
  noScores: 'No comment has been scored yet, so there is nothing to draw the thresholds over.',
  rootNote: 'Height: square root of the number, so that rare scores can be seen.',
  handle: { review: 'Review threshold', reject: 'Reject threshold' },
  handleWord: { review: 'review', reject: 'reject' },
  reviewFrom: 'A person is asked from',
  rejectFrom: 'It rejects by itself from',
  rejectHint: 'Empty: it never does.',
  neverFixed: 'Comments are never rejected for being off topic.',
  inherited: 'inherited',
  noSuchThreshold: (held: string | null) =>
    `A threshold lies between 0 and 1. ${held === null ? 'None is kept until then.' : `Until then it stays at ${held}.`}`,
  published: 'Published',
  asked: 'Before a person',
  rejected: 'Rejected',
  effectNote: 'By this label alone; a comment may be held back for another.',
  crossing: 'The reject threshold must not lie below the review threshold.',
  unreadable: 'The policy as written has a fault, so that its thresholds cannot be drawn. Mend it in the field beside.',
  table: 'As a table',
  tableScores: 'Scores',
  tableComments: 'Comments',
  consequences: 'Chosen by consequence',
  target: 'Share of its rejections that must be right',
  targetHint: 'With 95 % certainty, at the rate at which such comments come.',
  noThresholdReaches: 'No threshold reaches this on what has been measured, so the label must not reject by itself.',
  threshold: 'Reject from',
  figuresAt: (threshold: string) => `What comes nearest, from ${threshold}:`,
  use: 'Use it',
  precision: 'Right among the rejected',
  recall: 'Found of all there are',
  rejectedShare: 'Rejected of all comments',
  wrongly: 'Wrongly rejected per 1,000',
  audited: 'Rejected by your moderators',
  auditedOf: (judged: number) => `${count(judged)} of such comments were judged here.`,
  contradicted: 'Your own moderators keep too many of such comments, so the label must not reject by itself.',
  between: (lower: string, upper: string) => `${lower} to ${upper}`,
  prior: {
    assumed: 'assumed',
    audit: 'from this site’s audit',
    'section-audit': 'from this section’s audit',
    given: 'as asked',
  },
  priorLine: (share: string, source: string) => `Share of comments that carry the label: ${share}, ${source}`,
  evidence: (positives: number, negatives: number, source: string) =>
    `Measured on ${count(positives)} with the label and ${count(negatives)} without (${source})`,
  unmet: {
    label: 'Label',
    from: 'Rejects from',
    precision: 'Right among them',
    target: 'Wanted',
    wouldDo: 'Would do',
    unmeasured: 'not measured',
    nothing: 'nothing',
  },
  audit: {
    title: 'What the audit says',
    of: (section: string | null) => (section === null ? 'the whole site' : `section ${section}`),
    unread: 'Its figures',
    drawing: (least: number, most: number) =>
      most === 0
        ? 'The policy draws none of what the machine decides alone, so nobody learns how often that is wrong.'
        : `Of what the machine decides alone, ${
            least === most ? perCent(most) : `${perCent(least)} to ${perCent(most)}, by section and article,`
          } is drawn at random and put before a person too, who is not told.`,
    counts: (since: string, drawn: number, judged: number) =>
      `Since ${since}, ${drawn === 1 ? '1 draw has' : `${count(drawn)} draws have`} come back from the queue, ${judged === drawn ? 'all' : count(judged)} with a verdict. Those that wait are in no figure, so that nobody can tell which they are.`,
    empty: 'No draw has come back from the queue yet, so nothing can be said.',
    prior: {
      assumed: (share: number) => `a base rate of ${perCent(share)}, which is assumed`,
      audit: 'each label’s base rate on the whole site',
      'section-audit': 'each label’s base rate in this section',
    },
    reckoned: (by: string) => `The consequences of thresholds are reckoned with ${by}.`,
    except: (labels: string, by: string) => `For ${labels} with ${by}.`,
    missing: (verdicts: number, ofSection: boolean) =>
      `${verdicts === 1 ? '1 more draw needs' : `${count(verdicts)} more draws need`} a verdict before ${
        ofSection ? 'the section’s' : 'the site’s'
      } own base rates are used.`,
    outcome: { approve: 'Of 1,000 approved alone', reject: 'Of 1,000 rejected alone' },
    otherwise: { approve: 'people would have rejected', reject: 'people would have let stand' },
    range: (lower: string, upper: string, verdicts: number) => `${lower} to ${upper}, by ${count(verdicts)} verdicts`,
    nothingYet: 'Nothing can be said yet.',
    more: (verdicts: number) =>
      `${verdicts === 1 ? '1 more verdict is' : `${count(verdicts)} more verdicts are`} needed.`,
    byLabel: 'By label',
    terms: (fewest: number) =>
      `Base rate: of all comments, those that people reject for it. Precision: of those that are flagged with it, those that people reject for it. Recall: of those that people reject for it, those that are flagged with it. For any reason, flagged is what is not approved. A verdict names one label at most. Below each figure stands its range of 95 % certainty; precision needs ${cardinal(fewest)} verdicts on what is flagged, recall ${cardinal(fewest)} rejections.`,
    label: 'Label',
    baseRate: 'Base rate',
    precision: 'Precision',
    recall: 'Recall',
    any: 'Any reason',
    after: (verdicts: number) => `after ${count(verdicts)} more`,
    unknown: 'not yet',
    unknownHint:
      'Not yet: more than one in twenty of the comments in question were decided in a way of which nobody has judged any.',
    unjudged: (labels: string) => `No verdict yet on ${labels}.`,
    unnamed: (labels: string) => `Left out, as the desk has no such reason to reject: ${labels}.`,
  },
  suspendedTitle: 'Rejections that are suspended',
  suspendedBody:
    'What the model in use has measured does not show that they are right as often as the policy asks. What they would reject goes to a person. Change them and publish.',
  publishTitle: 'Publish the policy',
  publishDoes:
    'What is not judged yet, and every comment from now on, is judged by it. What waits for a person stays. Scores stay as they are.',
  loading: 'Loading the policy',
} as const;
