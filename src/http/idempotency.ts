import type { Request, RequestHandler } from 'express';
import { IdempotencyConflict, InvalidRequest } from '../core/errors.js';
import { actorOf } from './access.js';

export type IdempotencyDeps = {
  takeKey(
    site: number,
    key: string,
    request: string,
  ): Promise<'first' | 'running' | 'other' | { readonly status: number; readonly body: unknown }>;
  keepAnswer(site: number, key: string, answer: { readonly status: number; readonly body: unknown }): Promise<void>;
  releaseKey(site: number, key: string): Promise<void>;
};

/**
 * Honours `Idempotency-Key`: the same key and request again get the first answer and change nothing. Answers kept this way
 * hold no comment text; where an answer does, {@link onlyOnce} keeps what it was made from.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/}
 */
export function idempotent(deps: IdempotencyDeps): RequestHandler {
  return async (request, response, next) => {
    const taken = await takeKeyOf(deps, request);
    if (taken === null) return next();
    if (taken.answer !== null) {
      response.status(taken.answer.status).json(taken.answer.body);
      return;
    }
    keepWhatIsSent(deps, taken.site, taken.key, response);
    next();
  };
}

/**
 * Does the work of a request, or gives what it gave before where the same request came with the same `Idempotency-Key`.
 *
 * @param work what it gives is kept as JSON; it holds no comment text. Where it throws, the key is free again.
 * @throws IdempotencyConflict where the key was used for another request, or the first one is still under way.
 */
export async function onlyOnce<Done>(
  deps: IdempotencyDeps,
  request: Request,
  work: () => Promise<Done>,
): Promise<{ readonly done: Done; readonly before: boolean }> {
  const taken = await takeKeyOf(deps, request);
  if (taken === null) return { done: await work(), before: false };
  const { site, key, answer } = taken;
  if (answer !== null) return { done: answer.body as Done, before: true };
  let done: Done;
  try {
    done = await work();
  } catch (error) {
    await deps.releaseKey(site, key).catch(() => undefined);
    throw error;
  }
  // The work is done whether or not that can be remembered; a key that stays taken is free again after a minute.
  await deps.keepAnswer(site, key, { status: 200, body: done }).catch(() => undefined);
  return { done, before: false };
}

/** The key of a request, taken for it, with the answer that it got before; null where it has none. */
async function takeKeyOf(deps: IdempotencyDeps, request: Request) {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (key.length === 0 || key.length > 255) {
    throw new InvalidRequest([
      { pointer: '', detail: 'An Idempotency-Key has 1 to 255 characters.', limit: 255, size: key.length },
    ]);
  }
  const { site } = actorOf(request);
  const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString('base64') : '';
  const taken = await deps.takeKey(site, key, `${request.method} ${request.originalUrl} ${body}`);
  if (taken === 'running') throw new IdempotencyConflict('The first request with this key is still under way.');
  if (taken === 'other') throw new IdempotencyConflict('The key was used for another request.');
  return { site, key, answer: taken === 'first' ? null : taken };
}

function keepWhatIsSent(
  deps: IdempotencyDeps,
  site: number,
  key: string,
  response: Parameters<RequestHandler>[1],
): void {
  let answer: unknown;
  const json = response.json.bind(response);
  response.json = (body: unknown) => {
    answer = body;
    const kept = deps.keepAnswer(site, key, { status: response.statusCode, body });
    // Sent only when it is kept, so that whoever has seen an answer gets the same one again.
    void kept.then(
      () => json(body),
      () => json(body),
    );
    return response;
  };
  response.once('close', () => {
    if (answer === undefined) void deps.releaseKey(site, key).catch(() => undefined);
  });
}
