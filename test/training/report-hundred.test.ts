import { expect, it } from 'vitest';
import type { Evaluation } from '../../src/training/evaluation.js';
import { shareOf } from '../../src/training/metrics.js';
import { ofAHundred } from '../../src/training/report-hundred.js';

const review = {
  threshold: 0.3,
  recall: shareOf(76, 100),
  falseAlarms: shareOf(50, 1_000),
  precision: shareOf(9, 10),
  onStream: { prior: 0.02, precision: 0.237, low: 0.22, high: 0.252 },
};

it('A card says in whole comments what goes to a person, what is found and how many flags are right', () => {
  const page = ofAHundred({
    debates: shareOf(20, 400),
    harmless: shareOf(1, 380),
    topic: { onTopic: { true: shareOf(21, 1_000) }, straying: { far: shareOf(9, 10), near: shareOf(6, 10) } },
    labels: { incitement: { review }, spam: { review: null } },
  } as unknown as Evaluation);
  expect(page).toContain('debates, 5 (3–8) go to a person for a label (measured on 400)');
  // One of 380 is less than one of two hundred, and not none.
  expect(page).toContain('our readers found nothing, <1 (<1–1)');
  expect(page).toContain('2 (1–3) of 100 of its true comments');
  expect(page).toContain('where 2 in 100 comments carry it');
  // Of the rows as they are, nine of ten flags were right; on a stream one of four.
  expect(page).toContain('| incitement | 76 (67–83) | 5 (4–7) | 24 (22–25) |');
  expect(page).not.toContain('spam');
});
