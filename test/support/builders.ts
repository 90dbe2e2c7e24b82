import type { Unmet } from '../../src/core/consequences.js';
import type { Decision } from '../../src/core/decision.js';
import type { Evaluation } from '../../src/core/evaluation.js';
import type { Label } from '../../src/core/labels.js';
import type { Judgeable } from '../../src/flow/classify.js';
import type { AcceptableComment } from '../../src/flow/ingest.js';
import type { Judgement } from '../../src/store/judging.js';

/** When comments of tests are written and decided on. */
const AT = '2026-03-01T12:00:00.000Z';

let counter = 0;

/** A harmless comment on the article `harbour`; a test changes only what it is about. */
export function aComment(change: Partial<AcceptableComment> = {}): AcceptableComment {
  counter += 1;
  return {
    id: `comment-${counter}`,
    articleId: 'harbour',
    author: { id: 'mara' },
    text: 'At last the ferries run again.',
    createdAt: AT,
    ...change,
  };
}

/** A comment as a job gets it, a second after it was written. */
export function aJudgeable(change: Partial<Judgeable> = {}): Judgeable {
  return {
    commentId: 1,
    revision: 1,
    pipeline: 1,
    text: 'At last the ferries run again.',
    language: 'en',
    createdAt: AT,
    acceptedAt: new Date(Date.parse(AT) + 1_000),
    decidedAt: null,
    author: { id: 'mara' },
    article: {
      id: 1,
      externalId: 'harbour',
      revision: 1,
      contentHash: 'hash',
      title: 'The harbour reopens',
      summary: null,
      section: null,
      language: 'en',
    },
    parent: null,
    ...change,
  };
}

export function anEvaluation(change: Partial<Extract<Evaluation, { kind: 'scored' }>> = {}): Evaluation {
  return {
    kind: 'scored',
    scores: { incitement: 0.01, hate: 0.02 },
    offTopic: { kind: 'scored', probability: 0.1, provisional: false },
    spans: [],
    language: { code: 'en', source: 'site' },
    ...change,
  };
}

export function aDecision(change: Partial<Decision> = {}): Decision {
  return { outcome: 'approve', reasons: [], flags: [], spans: [], degraded: false, ...change };
}

/** A decision that puts a comment before a person, for incitement. */
export function aDoubt(change: Partial<Decision> = {}): Decision {
  return aDecision({
    outcome: 'review',
    reasons: [{ kind: 'model', label: 'incitement', score: 0.9, text: 'Reads as a call.' }],
    flags: ['incitement'],
    ...change,
  });
}

/** The judgement of one revision; weighed, unless `evaluation` says otherwise. */
export function aJudgement(
  subject: { readonly commentId: number; readonly revision: number; readonly pipeline: number },
  decision: Decision,
  evaluation: Evaluation | null = anEvaluation(),
): Judgement {
  const { commentId, revision } = subject;
  const key = { commentId, revision, articleRevision: 1, parentRevision: 0, artefact: 'a'.repeat(64), normaliser: '1' };
  return {
    ...subject,
    evaluation: evaluation === null ? null : { key, content: evaluation },
    decision,
    handling: { stateInReview: 'pending', stateBlind: 'pending', auditShare: 0, coverFor: 0 },
    facts: { author: { id: 'mara' }, section: null, createdAt: AT, decidedAt: AT },
    hits: [],
  };
}

/** A rejection of the site's policy whose precision nobody has measured. */
export function anUnmet(label: Label, target: number): Unmet {
  return {
    pointer: `/defaults/thresholds/${label}/reject`,
    label,
    threshold: 0.9,
    target,
    precision: null,
    wouldDo: null,
    audited: null,
  };
}
