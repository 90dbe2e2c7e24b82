import type { Express, RequestHandler } from 'express';
import { MethodNotAllowed } from '../core/errors.js';

type Method = 'get' | 'put' | 'post' | 'delete';
export type Handlers = Readonly<Partial<Record<Method, RequestHandler | readonly RequestHandler[]>>>;

/**
 * Serves a path: what it knows by these handlers, everything else with 405. Express reads ':' as a parameter, so a colon
 * that means itself is written '\\:'.
 */
export function route(app: Express, path: string, handlers: Handlers): void {
  const resource = app.route(path);
  for (const [method, handler] of Object.entries(handlers) as [Method, RequestHandler | readonly RequestHandler[]][]) {
    resource[method](...(Array.isArray(handler) ? (handler as RequestHandler[]) : [handler as RequestHandler]));
  }
  const allowed = Object.keys(handlers).map((method) => method.toUpperCase());
  resource.all((request) => {
    throw new MethodNotAllowed(request.method, allowed);
  });
}
