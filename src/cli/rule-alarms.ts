import { alarmInWords, shareOf } from '../core/rule-figures.js';
import { SITE } from '../http/access.js';
import { startRounds } from '../jobs/rounds.js';
import type { Store } from '../store/open.js';
import { lookAtRuleAlarms } from '../store/rule-alarms.js';
import type { Log } from '../telemetry/log.js';

/** Looks which rules in force find far more than they used to, and logs when that begins and ends. */
export async function tellRuleAlarms(db: Store['db'], log: Pick<Log, 'info' | 'warn'>, now: Date): Promise<void> {
  const changes = await lookAtRuleAlarms(db, SITE, now);
  for (const { rule, alarm } of changes?.began ?? []) {
    const { within, now: rate, before } = alarm;
    log.warn('a rule finds far more than it used to', {
      rule,
      rate: shareOf(rate),
      rateBefore: shareOf(before),
      within,
      alarm: alarmInWords(alarm),
    });
  }
  for (const { rule, began } of changes?.ended ?? []) {
    log.info('the alarm of a rule is over', { rule, since: began.toISOString() });
  }
}

/** Does so every so often, until stopped; of several processes one looks. */
export function watchRules(
  { store: { db }, log }: { readonly store: Store; readonly log: Log },
  everyMs: number,
): { stop(): Promise<void> } {
  return startRounds({
    round: () => tellRuleAlarms(db, log, new Date()),
    logError: (message) => log.warn(`rules in alarm: ${message}`),
    everyMs,
  });
}
