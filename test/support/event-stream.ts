import { KEY } from './service.js';

export type Frame = {
  readonly id: number | null;
  readonly event: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at events by matching their shape
  readonly data: any;
  /** What a line that begins with a colon says. */
  readonly comment: string | null;
};

export type EventStream = {
  readonly status: number;
  readonly headers: Headers;
  /** Everything that came so far. */
  readonly frames: readonly Frame[];
  close(): void;
};

/** Reads server-sent events as a browser does, frame by frame, until it is closed. */
export async function readEventStream(
  url: string,
  { lastEventId, query = '' }: { readonly lastEventId?: number; readonly query?: string } = {},
): Promise<EventStream> {
  const controller = new AbortController();
  const response = await fetch(`${url}/v1/events${query}`, {
    headers: {
      Authorization: `Bearer ${KEY}`,
      ...(lastEventId !== undefined && { 'Last-Event-ID': String(lastEventId) }),
    },
    signal: controller.signal,
  });
  const frames: Frame[] = [];
  void collect(response, frames).catch(() => undefined);
  return { status: response.status, headers: response.headers, frames, close: () => controller.abort() };
}

async function collect(response: Response, frames: Frame[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const parts = `${rest}${decoder.decode(bytes, { stream: true })}`.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) frames.push(toFrame(part));
  }
}

function toFrame(part: string): Frame {
  const field = (name: string) =>
    part
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const id = field('id');
  return {
    id: id === undefined ? null : Number(id),
    event: field('event') ?? null,
    data: JSON.parse(field('data') ?? 'null'),
    comment: part.startsWith(':') ? part.slice(1).trim() : null,
  };
}
