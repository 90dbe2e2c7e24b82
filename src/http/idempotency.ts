import type { RequestHandler } from 'express';
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
 * hold no comment text. Comments need no key: they are idempotent by their own id.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/}
 */
export function idempotent(deps: IdempotencyDeps): RequestHandler {
  return async (request, response, next) => {
    const key = request.get('idempotency-key');
    if (key === undefined) return next();
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
    if (taken !== 'first') {
      response.status(taken.status).json(taken.body);
      return;
    }
    keepWhatIsSent(deps, site, key, response);
    next();
  };
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
