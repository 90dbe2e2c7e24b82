import type { z } from 'zod';
import type { AnswerName } from './answers.js';

type Media =
  | 'application/json'
  | 'application/problem+json'
  | 'application/x-ndjson'
  | 'text/event-stream'
  | 'text/plain';

/** What a status says, and in which form; without a form there is no body. */
export type Answer = { readonly says: string; readonly form?: AnswerName; readonly media?: Media };

export type Operation = {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  readonly path: string;
  readonly does: string;
  /** `lines`: one to a line, as NDJSON; `optional`: it may be left out. */
  readonly body?: { readonly form: z.ZodType; readonly lines?: true; readonly optional?: true };
  readonly query?: z.ZodObject;
  readonly headers?: readonly Header[];
  /** Statuses other than the problems that any call can meet. */
  readonly answers: Readonly<Record<number, Answer>>;
  readonly open?: boolean;
};

export type Header = {
  readonly name: string;
  readonly does: string;
  readonly schema: Readonly<Record<string, unknown>>;
};

export const ONCE: Header = {
  name: 'Idempotency-Key',
  does: 'The same key and request again within 24 hours get the first answer and change nothing.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};
