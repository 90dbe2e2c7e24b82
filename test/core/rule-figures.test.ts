import { describe, expect, it, test } from 'vitest';
import { alarmInWords, alarmOf, wilsonInterval } from '../../src/core/rule-figures.js';

describe('A rule’s rate', () => {
  const quiet = { hits: 14, judged: 1_400 };

  const inWords = (rates: Parameters<typeof alarmOf>[0]) => {
    const alarm = alarmOf(rates);
    return alarm === null ? null : alarmInWords(alarm);
  };

  test.for([
    { name: 'as before', hour: { hits: 1, judged: 100 }, day: { hits: 3, judged: 300 } },
    { name: 'higher, but of few', hour: { hits: 9, judged: 20 }, day: { hits: 9, judged: 400 } },
    { name: 'twice as high', hour: { hits: 4, judged: 200 }, day: { hits: 40, judged: 2_000 } },
  ])('that is $name is no alarm', ({ hour, day }) => {
    expect(alarmOf({ hour, day, week: quiet })).toBeNull();
  });

  it('that jumps within the hour is one, in words', () => {
    const rates = { hour: { hits: 40, judged: 200 }, day: { hits: 40, judged: 1_000 }, week: quiet };
    expect(inWords(rates)).toBe(
      'Found in 40 of 200 comments (20 %) in the last hour; in the seven days before in 1.0 %.',
    );
  });

  it('that creeps up over a day is one too', () => {
    const rates = { hour: { hits: 3, judged: 50 }, day: { hits: 60, judged: 1_000 }, week: quiet };
    expect(inWords(rates)).toContain('in the last day');
  });

  it('is not looked at before there is a past to compare it with, and jumps from nothing too', () => {
    const now = { hour: { hits: 50, judged: 100 }, day: { hits: 50, judged: 100 } };
    expect(alarmOf({ ...now, week: { hits: 0, judged: 199 } })).toBeNull();
    expect(inWords({ ...now, week: { hits: 0, judged: 2_000 } })).toContain('in the seven days before in 0 %');
  });
});

describe('Agreement', () => {
  it('has Wilson’s interval, and none where nobody judged', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    const [low, high] = wilsonInterval(41, 60) ?? [0, 0];
    expect(low).toBeCloseTo(0.5577, 3);
    expect(high).toBeCloseTo(0.7868, 3);
    expect(wilsonInterval(60, 60)?.[1]).toBe(1);
  });
});
