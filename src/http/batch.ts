import type { Express } from 'express';
import { z } from 'zod';
import { InvalidRequest, ModerationError, Overloaded, TooLarge, UnsupportedEncoding } from '../core/errors.js';
import { IncomingComment, parseIncoming } from '../core/incoming.js';
import { LIMITS } from '../core/limits.js';
import { retryAfterSeconds } from '../core/overload.js';
import type { Problem } from '../core/views.js';
import type { Receipt } from '../flow/ingest.js';
import type { Actor } from '../flow/site.js';
import { actorOf } from './access.js';
import { parseJson, readQuery } from './body.js';
import { toReceipt } from './comments.js';
import { readLines } from './lines.js';
import { newInstance, toProblem } from './problem.js';
import { RecentIds } from './recent-ids.js';
import { route } from './route.js';
import { drained, moving } from './streaming.js';

export type BatchDeps = {
  /** Takes comments with ids that differ from one another in; each has its own answer. */
  ingestMany(actor: Actor, comments: readonly IncomingComment[]): Promise<readonly (Receipt | Error)[]>;
  /** For how many seconds more live comments have waited than can be judged in time; null where it is not so. */
  overloadedSeconds(): number | null;
  logError(error: unknown, instance: string): void;
};

/** So many lines share a transaction. */
const CHUNK = 400;

/** An id that comes again within so many lines is refused; one that comes later is met as if it came in a batch of its own. */
const ID_ONCE_IN = 50_000;

type Line =
  | { readonly number: number; readonly comment: IncomingComment }
  | { readonly number: number; readonly error: ModerationError; readonly id?: string };

/**
 * `POST /v1/comments:batch`: NDJSON in, NDJSON out, streamed; one bad line does not fail the rest. In overload it is refused; where
 * that begins in the middle, the lines from then on are.
 */
export function serveBatch(app: Express, deps: BatchDeps): void {
  route(app, '/v1/comments\\:batch', {
    post: async (request, response) => {
      readQuery(request, z.strictObject({}));
      if (!/^(identity)?$/i.test(request.get('content-encoding') ?? '')) throw new UnsupportedEncoding(['identity']);
      const actor = actorOf(request);
      const overload = refusalInOverload(deps);
      if (overload !== null) throw overload;
      response.status(200).type('application/x-ndjson');
      const seen = new RecentIds(ID_ONCE_IN);
      let chunk: Line[] = [];

      const flush = async () => {
        const lines = chunk;
        chunk = [];
        const comments = lines.flatMap((line) => ('comment' in line ? [line.comment] : []));
        const answers = [...(await ingestChunk(deps, actor, comments))];
        const out = lines.map((line) => {
          const answer = 'comment' in line ? answers.shift() : line.error;
          const id = 'comment' in line ? line.comment.id : line.id;
          return `${JSON.stringify(toAnswerLine(deps, line.number, id, answer))}\n`;
        });
        if (!response.write(out.join(''))) await drained(response);
      };

      for await (const line of readLines(moving(request), LIMITS.batchLineBytes)) {
        chunk.push(parseLine(line, seen));
        if (chunk.length >= CHUNK) await flush();
      }
      if (chunk.length > 0) await flush();
      response.end();
    },
  });
}

/** A failure of the store is every line's failure, and so is overload; lines answered before stay accepted. */
async function ingestChunk(
  deps: BatchDeps,
  actor: Actor,
  comments: readonly IncomingComment[],
): Promise<readonly (Receipt | Error)[]> {
  const overload = refusalInOverload(deps);
  if (overload !== null) return comments.map(() => overload);
  return comments.length === 0 ? [] : await deps.ingestMany(actor, comments);
}

function refusalInOverload({ overloadedSeconds }: BatchDeps): Overloaded | null {
  const lasted = overloadedSeconds();
  return lasted === null ? null : new Overloaded(retryAfterSeconds(lasted));
}

function parseLine(line: { number: number; bytes: Buffer; size: number }, seen: RecentIds): Line {
  const { number } = line;
  try {
    if (line.size > LIMITS.batchLineBytes) throw new TooLarge('A line', '', LIMITS.batchLineBytes, line.size);
    const comment = parseIncoming(IncomingComment, parseJson(line.bytes, 'The line'));
    if (!seen.add(comment.id)) {
      const detail = 'The id stands on an earlier line of this batch; send its revisions in batches of their own.';
      return { number, id: comment.id, error: new InvalidRequest([{ pointer: '/id', detail }]) };
    }
    return { number, comment };
  } catch (error) {
    if (error instanceof ModerationError) return { number, error };
    throw error;
  }
}

function toAnswerLine(
  { logError }: Pick<BatchDeps, 'logError'>,
  line: number,
  id: string | undefined,
  answer: Receipt | Error | undefined,
) {
  const whose = { line, ...(id !== undefined && { id }) };
  if (answer instanceof ModerationError) {
    const { instance: _, ...error } = toProblem(answer, newInstance());
    return { ...whose, status: error.status, error };
  }
  if (answer instanceof Error) {
    const error: Problem = { type: 'about:blank', title: 'Internal error', status: 500, instance: newInstance() };
    logError(answer, error.instance);
    return { ...whose, status: error.status, error };
  }
  if (answer === undefined) throw new Error('A line was left without an answer.');
  return { line, status: 202, ...toReceipt(answer) };
}
