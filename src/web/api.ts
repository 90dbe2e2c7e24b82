import type { VerdictAction } from '../core/comment.js';
import type { Label } from '../core/labels.js';
import type {
  CommentView,
  PipelineView,
  Problem,
  QueueCounts,
  QueueItemView,
  QueuePage,
  ReviewAnswer,
} from '../core/views.js';
import type { Place } from './place.js';

/** `GET /v1/session`, as far as a page needs it: what judges today says nothing of a comment that was judged before. */
export type SessionView = {
  readonly site: { readonly id: number; readonly name: string };
  readonly actor: { readonly id: string; readonly name: string };
  readonly access: 'open' | 'key';
  readonly demonstration: boolean;
  readonly backend: string;
};

export type Claimed = { readonly items: readonly QueueItemView[]; readonly counts: QueueCounts };

export type Review = {
  readonly commentId: string;
  readonly revision: number;
  readonly action: VerdictAction;
  readonly label?: Label;
  readonly note?: string;
  readonly override?: boolean;
};

export type Undone = {
  readonly commentId: string;
  readonly revision: number;
  readonly stateVersion: number;
  readonly itemId: string | null;
};

/** The service answered, and the answer is no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }

  /** The last part of the problem's type: `already-reviewed`, `revised`, `claimed`, `gone` … */
  get code(): string {
    return this.problem.type.split('/').at(-1) ?? '';
  }
}

/** No answer came: no connection, or longer than `seconds` of silence. */
export class Unreached extends Error {
  constructor(readonly seconds: number | null) {
    super('no answer');
  }
}

export type Api = ReturnType<typeof createApi>;

const ANSWER_MS = 10_000;
/** A decision is kept on the device rather than waited for any longer. */
const REVIEW_ANSWER_MS = 5_000;

/**
 * Speaks to the service that served this page.
 *
 * @param options.key the access key, where one was given.
 * @param options.desk names this page to the service, which leases comments to it.
 * @param options.onClock told how far the service's clock is ahead of this device's, in ms, with every answer.
 */
export function createApi(options: { key(): string | null; readonly desk: string; onClock(ahead: number): void }) {
  const headers = (more: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const key = options.key();
    return key === null ? { ...more } : { authorization: `Bearer ${key}`, ...more };
  };

  async function call<Answer>(method: Method, path: string, sent: Sent = {}): Promise<Answer> {
    const timeout = sent.timeout ?? ANSWER_MS;
    try {
      const response = await fetch(path, {
        method,
        headers: headers({
          accept: 'application/json',
          ...(sent.body !== undefined && { 'content-type': 'application/json' }),
          ...(sent.idempotencyKey !== undefined && { 'idempotency-key': sent.idempotencyKey }),
        }),
        ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
        signal: AbortSignal.timeout(timeout),
        cache: 'no-store',
      });
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) options.onClock(date - Date.now());
      if (!response.ok) throw new Refused(await problemOf(response));
      return (response.status === 204 ? undefined : await response.json()) as Answer;
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Unreached(error instanceof DOMException && error.name === 'TimeoutError' ? timeout / 1_000 : null);
    }
  }

  const desk = options.desk;
  return {
    call,

    session: () => call<SessionView>('GET', '/v1/session'),

    counts: async (): Promise<QueueCounts> => (await call<QueuePage>('GET', '/v1/queue?limit=1')).counts,

    comment: (id: string) => call<CommentView>('GET', `/v1/comments/${encodeURIComponent(id)}?view=desk`),

    pipeline: (id: string) => call<PipelineView>('GET', `/v1/models/${encodeURIComponent(id)}`),

    /** The most urgent comments of a list; those that this desk holds come first, and their lease begins anew. */
    claim: (count: number, { list, article }: Place, skip: readonly string[]) =>
      call<Claimed>('POST', '/v1/queue/claims', {
        body: { desk, count, list, ...(article !== null && { article }), ...(skip.length > 0 && { skip }) },
      }),

    /** Just these; refused with 409 where another desk holds one or it no longer waits. */
    claimThese: (items: readonly string[]) => call<Claimed>('POST', '/v1/queue/claims', { body: { desk, items } }),

    release: (items: readonly string[]) => call<void>('POST', '/v1/queue/claims:release', { body: { desk, items } }),

    /** As `release`, in a way that outlives the page; nobody hears whether it arrived, and the lease runs out anyway. */
    releaseOnLeaving(items: readonly string[]): void {
      void fetch('/v1/queue/claims:release', {
        method: 'POST',
        headers: headers({ 'content-type': 'application/json' }),
        body: JSON.stringify({ desk, items }),
        keepalive: true,
      }).catch(() => undefined);
    },

    /** `heldBy`: the page that holds the comment, where it is not this one. */
    review: (review: Review, idempotencyKey: string, heldBy: string = desk) =>
      call<ReviewAnswer>('POST', '/v1/reviews', {
        body: { ...review, desk: heldBy },
        idempotencyKey,
        timeout: REVIEW_ANSWER_MS,
      }),

    undo: (reviewId: string) =>
      call<Undone>('POST', `/v1/reviews/${encodeURIComponent(reviewId)}/undo`, { body: { desk } }),

    /** Opens `/v1/events` behind an event's number, or at now. */
    async events(after: number | null, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
      const response = await fetch('/v1/events', {
        headers: headers({
          accept: 'text/event-stream',
          ...(after !== null && { 'last-event-id': String(after) }),
        }),
        signal,
        cache: 'no-store',
      }).catch(() => {
        throw new Unreached(null);
      });
      if (!response.ok) throw new Refused(await problemOf(response));
      if (response.body === null) throw new Unreached(null);
      return piecesOf(response.body);
    },
  };
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Sent = { readonly body?: unknown; readonly idempotencyKey?: string; readonly timeout?: number };

async function problemOf(response: Response): Promise<Problem> {
  const blank: Problem = {
    type: 'about:blank',
    title: `HTTP ${response.status}`,
    status: response.status,
    instance: '',
  };
  try {
    return { ...blank, ...((await response.json()) as Partial<Problem>) };
  } catch {
    // A proxy in between answers with a page of its own.
    return blank;
  }
}

/** Not every browser iterates a stream by itself. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
