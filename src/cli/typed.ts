import { type Command, InvalidArgumentError } from 'commander';
import { LIMITS } from '../core/limits.js';

/** What several commands take, as somebody types it; what is not of its form is refused with a line. */

/** Which stored comments a dry run asks. */
export function scoped(command: Command): Command {
  return command
    .option('--from <time>', 'only comments written at or after this time')
    .option('--until <time>', 'only comments written before this time')
    .option('--limit <comments>', 'so many of the newest; left out, 10,000', (typed: string) => {
      const limit = Number(typed);
      if (Number.isInteger(limit) && limit >= 1 && limit <= 200_000) return limit;
      throw new InvalidArgumentError('A whole number from 1 to 200,000 is meant.');
    });
}

/** Which two revisions are compared. */
export function comparing(command: Command): Command {
  return command
    .argument('[revision]', 'left out: the newest', revisionNumber)
    .argument('[against]', 'left out: the one before it', revisionNumber);
}

/** What goes with a revision that is put in force. */
export function publishing(command: Command): Command {
  return command
    .requiredOption('--why <words>', 'why, for those who look for it later', wordsWhy)
    .option('--expected <revision>', 'refuse where another revision is in force', revisionNumber);
}

/** A share, as somebody types it. */
export function shareBetween(typed: string): number {
  const share = Number(typed);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError('A number between 0 and 1 is meant, such as 0.95.');
}

/** The number of a revision, as somebody types it. */
export function revisionNumber(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new InvalidArgumentError('A revision is a whole number from 1.');
  return Number(typed);
}

/** Why something is published or taken back; the same is asked over HTTP. */
function wordsWhy(typed: string): string {
  const why = typed.trim();
  if (why.length > 0 && why.length <= 2_000) return why;
  throw new InvalidArgumentError('Say why, for those who look for it later, in 1 to 2,000 characters.');
}

/** What is looked for in rules: a word or a phrase. */
export function soughtText(typed: string): string {
  const text = typed.trim();
  if (text.length > 0 && text.length <= LIMITS.soughtCharacters) return text;
  throw new InvalidArgumentError(`A word or phrase of 1 to ${LIMITS.soughtCharacters} characters is meant.`);
}

/** When a draft was kept, as `list` says it. */
export function timeKept(typed: string): string {
  if (!Number.isNaN(Date.parse(typed))) return typed;
  throw new InvalidArgumentError('A time is meant, as list says it, such as 2027-03-01T12:00:00.000Z.');
}

/** `harbour=2027-03-01T12:00:00.000Z`, beside those that were typed before it. */
export function draftAsRead(
  typed: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [name = '', ...time] = typed.split('=');
  return { ...before, [name]: timeKept(time.join('=')) };
}

/** `harbour=7`, beside those that were typed before it. */
export function draftBegunOn(
  typed: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [name = '', ...revision] = typed.split('=');
  return { ...before, [name]: revisionNumber(revision.join('=')) };
}
