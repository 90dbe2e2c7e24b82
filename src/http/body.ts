import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { InvalidJson, UnsupportedType } from '../core/errors.js';
import { parseIncoming } from '../core/incoming.js';
import { LIMITS } from '../core/limits.js';

/** Reads a body of at most 2 MiB, whatever it says it is. */
export const bodyReader = readerUpTo(LIMITS.jsonBodyBytes);

/** The same for a rule list. */
export const ruleListReader = readerUpTo(LIMITS.ruleListBodyBytes);

function readerUpTo(limit: number): RequestHandler {
  return express.raw({ type: () => true, limit });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The request's JSON body in the expected form.
 *
 * @throws UnsupportedType, InvalidJson, InvalidRequest with every fault.
 */
export function readBody<Form extends z.ZodType>(request: Request, form: Form): z.infer<Form> {
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new UnsupportedType('application/json');
  }
  return parseIncoming(form, parseJson(request.body as Uint8Array | undefined));
}

/**
 * @param what what the bytes are, as the sender knows it.
 * @throws InvalidJson where the bytes are not UTF-8 or not JSON.
 */
export function parseJson(bytes: Uint8Array | undefined, what = 'The body'): unknown {
  if (bytes === undefined || bytes.length === 0) throw new InvalidJson(`${what} is empty; JSON is expected.`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new InvalidJson(`${what} is not UTF-8.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own words can quote the text.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw new InvalidJson(
      position === undefined
        ? `${what} is not JSON; it ends too early or is malformed.`
        : `${what} is not JSON at position ${position}.`,
    );
  }
}

/**
 * The query in the expected form.
 *
 * @throws InvalidRequest; unknown parameters are refused, so that a misspelt filter is not silently no filter.
 */
export function readQuery<Form extends z.ZodType>(request: Request, form: Form): z.infer<Form> {
  return parseIncoming(form, request.query);
}
