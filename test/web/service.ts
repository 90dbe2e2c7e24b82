import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { VerdictAction } from '../../src/core/comment.js';
import type { Label } from '../../src/core/labels.js';
import type { EventView, HelloView, LoadView, Problem, QueueCounts, QueueItemView } from '../../src/core/views.js';
import { PIPELINES } from './comments.js';

/**
 * The HTTP contract of the queue in a few lines, so that the page can be tried by itself in a browser: it serves the built
 * page under the policy that the real service sets, leases comments, takes decisions and tells what happens. It keeps
 * everything in memory. The journey against the real service is tested elsewhere.
 */
export type Service = {
  readonly url: string;
  /** Every call to `/v1`, oldest first. */
  readonly calls: readonly Call[];
  /** Decisions that were taken, oldest first. */
  readonly reviews: readonly TakenReview[];
  /** Somebody at another desk decides. */
  decideElsewhere(commentId: string, by: string, action: VerdictAction, label?: Label): void;
  revise(commentId: string, text: string): void;
  erase(commentId: string): void;
  enter(item: QueueItemView): void;
  /** Answers the next calls to a path with this; `silence` never answers. */
  answer(path: string, how: Problem | 'silence' | 'slowly', times?: number): void;
  /** Overload begins or ends. */
  overload(overloaded: boolean): void;
  /** From now on this key is needed; null: none. */
  lock(key: string | null): void;
  /** The store is replaced by an older one, which counts anew; tell by cutting and mending the line. */
  restore(items: readonly QueueItemView[]): void;
  /** The cable is pulled: connections break, new ones are refused. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
};

export type Call = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
};
export type TakenReview = {
  readonly commentId: string;
  readonly action: VerdictAction;
  readonly label?: Label;
  readonly note?: string;
  readonly override?: boolean;
};

type Review = TakenReview & { readonly id: string; readonly item: QueueItemView; undone: boolean };

const POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const LEASE_MS = 5 * 60_000;

export async function startService(options: {
  readonly pages: string;
  readonly items: readonly QueueItemView[];
  readonly port?: number;
  /** Leases of this length, in ms. */
  readonly lease?: number;
}): Promise<Service> {
  let items = [...options.items];
  let key: string | null = null;
  let number = 100;
  let overloaded = false;
  const calls: Call[] = [];
  const reviews: Review[] = [];
  const answered = new Map<string, { status: number; body: unknown }>();
  let events: EventView[] = [];
  const listeners = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const settled = new Map<string, Settled>();
  const rigged: { path: string; how: Problem | 'silence' | 'slowly'; times: number }[] = [];

  const tell = (event: Record<string, unknown>) => {
    number += 1;
    const view = { number, at: new Date().toISOString(), ...event } as unknown as EventView;
    events.push(view);
    for (const listener of listeners) listener.write(frame(view));
  };
  const frame = (event: EventView) => `id: ${event.number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

  const inList = (list: string, item: QueueItemView): boolean => {
    const has = (...labels: Label[]) => labels.some((label) => item.comment.flags.includes(label));
    switch (list) {
      case 'incitement':
        return has('incitement', 'threat');
      case 'hate':
        return has('hate', 'dehumanisation');
      case 'reported':
        return item.comment.reports.length > 0;
      case 'disagreement':
        return item.comment.reasons.some((reason) => reason.kind === 'rule' && reason.disagrees !== undefined);
      case 'escalated':
        return item.cause === 'escalated';
      case 'stale':
        return Date.now() - Date.parse(item.enteredAt) > 2 * 3_600_000;
      default:
        return true;
    }
  };
  const counts = (): QueueCounts => {
    const lists = ['all', 'incitement', 'hate', 'reported', 'disagreement', 'escalated', 'stale'];
    const articles = new Map(items.map(({ article }) => [article.id, article.title]));
    return {
      waiting: items.length,
      lists: Object.fromEntries(
        lists.map((list) => [list, items.filter((item) => inList(list, item)).length]),
      ) as QueueCounts['lists'],
      articles: [...articles].map(([id, title]) => ({
        id,
        title,
        waiting: items.filter(({ article }) => article.id === id).length,
      })),
    };
  };
  const free = (item: QueueItemView, desk: string) =>
    item.claim === null || item.claim.desk === desk || Date.parse(item.claim.until) < Date.now();
  const lease = (item: QueueItemView, desk: string): QueueItemView => {
    const until = new Date(Date.now() + (options.lease ?? LEASE_MS)).toISOString();
    const claimed = { ...item, claim: { by: 'Noor Adeyemi', desk, until } };
    items = items.map((other) => (other.id === item.id ? claimed : other));
    return claimed;
  };
  const problem = (status: number, code: string, more: Partial<Problem> = {}) => ({
    status,
    body: {
      type: `/problems/${code}`,
      title: code.replaceAll('-', ' '),
      status,
      instance: 'urn:uuid:6f1e2a34-0000-4000-8000-0000004f1c09',
      ...more,
    } satisfies Problem,
  });

  function claim(body: Body): { status: number; body: unknown } {
    const { desk = '', count = 1, list = 'all', article, skip = [], items: these } = body;
    if (these !== undefined) {
      const found = these.map((id) => items.find((item) => item.id === id));
      for (const item of found) {
        if (item === undefined) return problem(404, 'not-found');
        if (!free(item, desk)) return problem(409, 'claimed', { by: item.claim?.by ?? '' });
      }
      return {
        status: 200,
        body: { items: found.map((item) => lease(item as QueueItemView, desk)), counts: counts() },
      };
    }
    const mine = items.filter((item) => item.claim?.desk === desk);
    const others = items
      .filter((item) => !mine.includes(item) && free(item, desk) && inList(list, item) && !skip.includes(item.id))
      .filter((item) => article === undefined || item.article.id === article)
      .sort((one, other) => other.urgency - one.urgency);
    const given = [...mine, ...others].slice(0, count).map((item) => lease(item, desk));
    return { status: 200, body: { items: given, counts: counts() } };
  }

  function review(body: Body, idempotencyKey: string): { status: number; body: unknown } {
    const before = answered.get(idempotencyKey);
    if (before !== undefined) return before;
    const { commentId = '', revision, action = 'approve', label, note, override = false, desk = '' } = body;
    const done = settled.get(commentId);
    if (done !== undefined && !override) {
      const { by, at } = done;
      return problem(409, 'already-reviewed', { by, at, action: done.action });
    }
    const item = done?.item ?? items.find((waiting) => waiting.commentId === commentId);
    if (item === undefined) return problem(410, 'gone');
    if (item.revision !== revision) return problem(409, 'revised', { currentRevision: item.revision });
    if (!free(item, desk)) return problem(409, 'claimed', { by: item.claim?.by ?? '' });
    const id = `review-${reviews.length + 1}`;
    reviews.push({
      id,
      commentId,
      action,
      item,
      undone: false,
      ...(label !== undefined && { label }),
      ...(note !== undefined && { note }),
      ...(override && { override }),
    });
    items = items.filter((waiting) => waiting !== item);
    tell({ type: 'queue.left', itemId: item.id, commentId, revision, by: 'Noor Adeyemi', desk, action, label });
    const answer = {
      status: 201,
      body: {
        id,
        commentId,
        revision,
        action,
        state: action === 'approve' ? 'published' : 'withheld',
        stateVersion: 3,
        undoUntil: new Date(Date.now() + 10_000).toISOString(),
      },
    };
    answered.set(idempotencyKey, answer);
    return answer;
  }

  function undo(id: string, desk: string): { status: number; body: unknown } {
    const found = reviews.find((taken) => taken.id === id && !taken.undone);
    if (found === undefined) return problem(409, 'already-undone');
    found.undone = true;
    const item = lease({ ...found.item, claim: null }, desk);
    items = [...items, { ...item, claim: null }];
    lease(item, desk);
    tell({ type: 'queue.entered', itemId: item.id, commentId: item.commentId, revision: item.revision, desk });
    return {
      status: 200,
      body: { commentId: item.commentId, revision: item.revision, state: 'pending', stateVersion: 4, itemId: item.id },
    };
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const after = Number(request.headers['last-event-id'] ?? Number.NaN);
    const hello: HelloView = { number, missed: after > number, overloaded };
    response.write(`event: hello\nid: ${number}\ndata: ${JSON.stringify(hello)}\n\n`);
    if (!Number.isNaN(after)) for (const event of events) if (event.number > after) response.write(frame(event));
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith('/v1/')) return page(url.pathname, response);
    const text = await read(request);
    const body = (text === '' ? {} : JSON.parse(text)) as Body;
    calls.push({ method: request.method ?? '', path: url.pathname, headers: request.headers, body });
    const rig = rigged.find(({ path, times }) => times > 0 && url.pathname.startsWith(path));
    if (rig !== undefined) {
      rig.times -= 1;
      if (rig.how === 'silence') return;
      if (rig.how === 'slowly') await new Promise((resolve) => setTimeout(resolve, 1_500));
      else return json(response, { status: rig.how.status, body: rig.how });
    }
    if (key !== null && request.headers.authorization !== `Bearer ${key}`)
      return json(response, problem(401, 'key-needed'));
    const path = url.pathname;
    if (path === '/v1/events') return stream(request, response);
    if (path === '/v1/session') return json(response, { status: 200, body: session(key !== null) });
    if (path === '/v1/queue')
      return json(response, { status: 200, body: { items: items.slice(0, 1), next: null, counts: counts() } });
    if (path === '/v1/queue/claims') return json(response, claim(body));
    if (path === '/v1/queue/claims:release') {
      items = items.map((item) =>
        body.items?.includes(item.id) && item.claim?.desk === body.desk ? { ...item, claim: null } : item,
      );
      return json(response, { status: 204, body: undefined });
    }
    if (path === '/v1/reviews') return json(response, review(body, String(request.headers['idempotency-key'] ?? '')));
    const undone = /^\/v1\/reviews\/([^/]+)\/undo$/.exec(path)?.[1];
    if (undone !== undefined) return json(response, undo(undone, body.desk ?? ''));
    const model = PIPELINES.find(({ id }) => path === `/v1/models/${encodeURIComponent(id)}`);
    if (model !== undefined) return json(response, { status: 200, body: model });
    const held = [...items, ...[...settled.values()].map(({ item }) => item)];
    const comment = held.find(({ commentId }) => path === `/v1/comments/${commentId}`)?.comment;
    if (comment !== undefined) return json(response, { status: 200, body: comment });
    json(response, problem(404, 'not-found'));
  }

  function page(path: string, response: ServerResponse): void {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const file = readFileSync(join(options.pages, name));
      response.writeHead(200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
      });
      response.end(file);
    } catch {
      response.writeHead(404).end();
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });

  return {
    url: `http://127.0.0.1:${port}/`,
    calls,
    reviews,
    decideElsewhere(commentId, by, action, label) {
      const item = items.find((waiting) => waiting.commentId === commentId);
      if (item === undefined) throw new Error(`${commentId} does not wait`);
      items = items.filter((waiting) => waiting !== item);
      const at = new Date().toISOString();
      const { revision, comment } = item;
      const verdict = { id: 'v-elsewhere', revision, action, label: label ?? null, note: 'Seen before.', by, at };
      const entry = { kind: 'verdict' as const, revision, at, verdict, undone: false };
      const judged = { ...comment, verdict, history: [...comment.history, entry] };
      settled.set(commentId, { by, action, at, item: { ...item, comment: judged } });
      tell({
        type: 'queue.left',
        itemId: item.id,
        commentId,
        revision: item.revision,
        by,
        desk: 'another desk',
        action,
        label,
      });
    },
    revise(commentId, text) {
      const item = items.find((waiting) => waiting.commentId === commentId);
      if (item === undefined) throw new Error(`${commentId} does not wait`);
      const revision = item.revision + 1;
      const { history } = item.comment;
      const at = new Date().toISOString();
      const comment = {
        ...item.comment,
        text,
        revision,
        spans: [],
        createdAt: at,
        history: [...history, { kind: 'revision' as const, revision, at, text }],
      };
      const fresh = { ...item, id: `${item.id}-r${revision}`, comment, revision, claim: null };
      items = items.map((waiting) => (waiting === item ? fresh : waiting));
      tell({
        type: 'comment.state',
        id: commentId,
        articleId: comment.articleId,
        revision,
        state: 'pending',
        cause: 'edit',
        stateVersion: 9,
      });
      tell({ type: 'queue.left', itemId: item.id, commentId, revision: item.revision });
      tell({ type: 'queue.entered', itemId: fresh.id, commentId, revision });
    },
    erase(commentId) {
      const item = items.find((waiting) => waiting.commentId === commentId);
      items = items.filter((waiting) => waiting !== item);
      tell({
        type: 'comment.state',
        id: commentId,
        articleId: '',
        revision: 1,
        state: 'removed',
        cause: 'erasure',
        stateVersion: 9,
      });
    },
    enter(item) {
      items = [...items, item];
      tell({ type: 'queue.entered', itemId: item.id, commentId: item.commentId, revision: item.revision });
    },
    restore(older) {
      items = [...older];
      events = [];
      number = 3;
    },
    overload(begins) {
      overloaded = begins;
      const load: LoadView = { number, overloaded };
      for (const listener of listeners) listener.write(`id: ${number}\nevent: load\ndata: ${JSON.stringify(load)}\n\n`);
    },
    answer: (path, how, times = 1) => rigged.push({ path, how, times }),
    lock: (needed) => {
      key = needed;
      if (needed !== null) for (const listener of listeners) listener.destroy();
    },
    cut,
    mend: () => listen(port),
    close: cut,
  };
}

type Settled = {
  readonly by: string;
  readonly action: VerdictAction;
  readonly at: string;
  readonly item: QueueItemView;
};

type Body = {
  readonly desk?: string;
  readonly count?: number;
  readonly list?: string;
  readonly article?: string;
  readonly skip?: readonly string[];
  readonly items?: readonly string[];
  readonly commentId?: string;
  readonly revision?: number;
  readonly action?: VerdictAction;
  readonly label?: Label;
  readonly note?: string;
  readonly override?: boolean;
};

function session(locked: boolean) {
  return {
    site: { id: 1, name: 'Brennmoor Courier' },
    actor: { id: 'noor', name: 'Noor Adeyemi' },
    access: locked ? 'key' : 'open',
    demonstration: false,
    backend: 'native',
    model: 'of no comment on the screen',
    policy: { review: { insult: 0.99 } },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function json(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
