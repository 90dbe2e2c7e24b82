import type { ErrorRequestHandler, Response } from 'express';
import {
  AheadOfStore,
  AlreadyReviewed,
  Claimed,
  DraftChanged,
  DraftOutdated,
  type ErrorCode,
  FaultyPolicy,
  FaultyRules,
  InvalidJson,
  InvalidRequest,
  MethodNotAllowed,
  ModerationError,
  NoSuchPath,
  Overloaded,
  Overtaken,
  PrecisionNotMet,
  Revised,
  TooLarge,
  UnsupportedEncoding,
  UnsupportedType,
} from '../core/errors.js';
import type { Problem } from '../core/views.js';

/** One row per code, so that a new error does not compile until someone gives it a status. */
const PROBLEMS: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> = {
  'invalid-json': { status: 400, title: 'Not JSON' },
  'invalid-request': { status: 422, title: 'Invalid request' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-encoding': { status: 415, title: 'Content-Encoding not supported' },
  'unsupported-type': { status: 415, title: 'Content-Type not supported' },
  unauthorised: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  gone: { status: 410, title: 'Gone' },
  'faulty-policy': { status: 422, title: 'Faulty policy' },
  'precision-not-met': { status: 422, title: 'Precision not met' },
  closed: { status: 403, title: 'Comments are closed' },
  'already-reviewed': { status: 409, title: 'Already reviewed' },
  revised: { status: 409, title: 'Revised' },
  claimed: { status: 409, title: 'Claimed by another desk' },
  'idempotency-conflict': { status: 409, title: 'Idempotency key in use' },
  conflict: { status: 409, title: 'Conflict' },
  overtaken: { status: 409, title: 'Overtaken' },
  'draft-changed': { status: 409, title: 'Draft changed' },
  'draft-outdated': { status: 409, title: 'Draft outdated' },
  'faulty-rules': { status: 422, title: 'Faulty rules' },
  ahead: { status: 409, title: 'Ahead of the store' },
  overloaded: { status: 429, title: 'Overloaded' },
};

/** The problem details (RFC 9457) of a foreseen failure. */
export function toProblem(error: ModerationError, instance: string): Problem {
  const { status, title } = PROBLEMS[error.code];
  return {
    type: `/problems/${error.code}`,
    title,
    status,
    detail: error.message,
    instance,
    ...((error instanceof InvalidRequest || error instanceof TooLarge) && { errors: error.issues }),
    ...(error instanceof AlreadyReviewed && { by: error.by, action: error.action, at: error.at }),
    ...(error instanceof Revised && { currentRevision: error.currentRevision }),
    ...(error instanceof FaultyPolicy && { faults: error.faults }),
    ...(error instanceof PrecisionNotMet && { unmet: error.unmet }),
    ...(error instanceof Overtaken && { currentRevision: error.currentRevision, by: error.by, at: error.at }),
    ...(error instanceof DraftChanged && { by: error.by, at: error.at }),
    ...(error instanceof DraftOutdated && { changedIn: error.changedIn, by: error.by, at: error.at }),
    ...(error instanceof FaultyRules && { faults: error.faults }),
    ...(error instanceof AheadOfStore && { newest: error.newest }),
    ...(error instanceof Overloaded && { retryAfterSeconds: error.retryAfterSeconds }),
    ...(error instanceof Claimed && { by: error.by, until: error.until }),
  };
}

function sendProblem(response: Response, error: ModerationError, instance = newInstance()): void {
  const problem = toProblem(error, instance);
  if (error instanceof MethodNotAllowed) response.set('Allow', error.allowed.join(', '));
  if (error instanceof Overloaded) response.set('Retry-After', String(error.retryAfterSeconds));
  if (error instanceof UnsupportedEncoding) response.set('Accept-Encoding', error.accepted.join(', '));
  if (error instanceof UnsupportedType) response.set('Accept', error.accepted);
  if (error.code === 'unauthorised') response.set('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function newInstance(): string {
  return `urn:uuid:${crypto.randomUUID()}`;
}

/** Answers every failure with `application/problem+json` (RFC 9457). */
export function problemHandler(logError: (error: unknown, instance: string) => void): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // Whoever asked has left; there is nobody to answer.
    if (request.destroyed && !request.complete) return response.destroy();
    if (response.headersSent) {
      // Too late for an answer: the break itself says that it is not whole.
      logError(error, newInstance());
      return response.destroy();
    }
    const known = foreseen(error, request.path);
    if (known !== null) return sendProblem(response, known);
    const instance = newInstance();
    logError(error, instance);
    const problem: Problem = { type: 'about:blank', title: 'Internal error', status: 500, instance };
    response.status(500).type('application/problem+json').send(JSON.stringify(problem));
  };
}

/** Our own errors, and those that Express raises for a request that it cannot read. */
function foreseen(error: unknown, path: string): ModerationError | null {
  if (error instanceof ModerationError) return error;
  if (!(error instanceof Error)) return null;
  const { type, limit, length, received, status } = error as Error & Record<string, unknown>;
  if (type === 'entity.too.large')
    return new TooLarge('A request body', '', Number(limit), Number(length ?? received ?? 0));
  if (type === 'request.aborted' || type === 'request.size.invalid') return new InvalidJson('The request was cut.');
  if (type === 'encoding.unsupported') return new UnsupportedEncoding(['gzip', 'deflate', 'br']);
  if (status === 404) return new NoSuchPath(path);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    // Their own words can hold a path of this machine.
    const detail = error instanceof URIError ? 'The path is not well-formed.' : 'The request cannot be read.';
    return new InvalidRequest([{ pointer: '', detail }]);
  }
  return null;
}
