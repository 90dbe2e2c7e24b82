import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Forbidden, Unauthorised } from '../core/errors.js';
import type { Actor } from '../flow/site.js';

export type Access =
  /** Whoever has the key may do everything; it is how containers and scripts get in. */
  | { readonly kind: 'key'; readonly key: string }
  /** Bound to loopback on its own store: open to its own machine and to nobody else. */
  | { readonly kind: 'open' };

/** One publisher's site; accounts that tell sites apart come with the issue on accounts. */
export const SITE = 1;

const OPEN_ACTOR: Actor = { site: SITE, actor: 'This desk' };
const KEY_ACTOR: Actor = { site: SITE, actor: 'API key' };

/** Who asks. Only behind {@link guard}. */
export function actorOf(request: Request): Actor {
  return request.res?.locals.actor as Actor;
}

/** Where nobody needs a key, nobody but this machine gets any answer, not even whether the service is well. */
export function outerGuard(access: Access): RequestHandler {
  return (request, _response, next) => {
    if (access.kind === 'open') refuseStrangers(request);
    next();
  };
}

/** Lets in whoever may come in. Only behind {@link outerGuard}. */
export function guard(access: Access): RequestHandler {
  return (request, response, next) => {
    if (access.kind === 'key') requireKey(request, access.key);
    response.locals.actor = access.kind === 'open' ? OPEN_ACTOR : KEY_ACTOR;
    next();
  };
}

/**
 * Without a key, a request must come from this machine and say nothing else: a proxy in front would open the service to
 * others (forwarding headers), a foreign name pointing here would let any page in (DNS rebinding), and so would a foreign
 * Origin.
 */
function refuseStrangers(request: Request): void {
  for (const header of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']) {
    if (request.headers[header] !== undefined) {
      throw new Forbidden(
        `The service is open to its own machine only, and ${header} says that the request was forwarded. Set PREMOD_API_KEY.`,
      );
    }
  }
  const host = request.headers.host;
  if (host === undefined || !isLoopback(hostnameOf(`http://${host}`))) {
    throw new Forbidden('The service is open to its own machine only; the Host is another one. Set PREMOD_API_KEY.');
  }
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new Forbidden('The service is open to its own pages only; the Origin is another one. Set PREMOD_API_KEY.');
  }
  if (request.headers['sec-fetch-site'] === 'cross-site' && !isLinkToPage(request)) {
    throw new Forbidden('The service is open to its own pages only. Set PREMOD_API_KEY.');
  }
  const address = request.socket.remoteAddress ?? '';
  if (!isLoopback(address.replace(/^::ffff:/, '')))
    throw new Forbidden('The service is open to its own machine only. Set PREMOD_API_KEY.');
}

/** Whoever follows a link from elsewhere sees the page and nobody else does; it holds nothing by itself. */
function isLinkToPage({ method, path, headers }: Request): boolean {
  return (
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document' &&
    /^\/(docs|queue(\/.*)?)?$/.test(path)
  );
}

function requireKey(request: Request, key: string): void {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new Unauthorised('Send the key as "Authorization: Bearer …".');
  const a = Buffer.from(given);
  const b = Buffer.from(key);
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw new Unauthorised('The key is not valid.');
}

function hostnameOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
}

/** Whether an address or name means this machine and nothing else. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
