import { messageOf } from '../core/error-message.js';

/** One line for whoever started us, on stderr: stdout belongs to what a command gives out. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Ends a command that cannot go on: one line, no stack, and a status that scripts see. */
export function giveUp(error: unknown): never {
  say(`premod: ${messageOf(error)}`);
  process.exit(1);
}
