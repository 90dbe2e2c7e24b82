import { ModerationError } from '../core/errors.js';
import { ForeignJob, UnknownJob } from './payload.js';

const MOST_CHARACTERS = 300;

/** What the PostgreSQL driver says of a connection, without a code and without a value: it tells an operator where to look. */
const OF_THE_CONNECTION = new Set([
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
]);

/**
 * What may be said of an error where no comment text may be: in the queue, and in what operators read of a piece of work.
 *
 * Our own errors are written for that, and what the driver says of a lost connection holds none. Of any other only name and
 * code are given, because PostgreSQL and parsers quote values in their messages. PostgreSQL takes neither NUL nor half a surrogate
 * pair.
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unforeseen failure';
  const { code } = error as Error & { readonly code?: unknown };
  const ofAnother = error instanceof ForeignJob || error instanceof UnknownJob;
  const written = error instanceof ModerationError || ofAnother || 'retryable' in error;
  const ours = written || OF_THE_CONNECTION.has(error.message);
  const plain = code === undefined ? error.name : `${error.name} (${String(code)})`;
  return (ours ? error.message : plain).replaceAll('\u0000', '').slice(0, MOST_CHARACTERS).toWellFormed();
}
