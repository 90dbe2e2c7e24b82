import express, { type Express } from 'express';
import helmet from 'helmet';
import { NoSuchPath } from '../core/errors.js';
import { type Access, guard, outerGuard } from './access.js';
import { type BatchDeps, serveBatch } from './batch.js';
import { type CommentDeps, serveComments } from './comments.js';
import { type EventDeps, serveEvents } from './events.js';
import { type HealthDeps, serveHealth, serveSession } from './health.js';
import { type ModelDeps, serveModels } from './models.js';
import { serveDescription } from './openapi.js';
import { servePages } from './pages.js';
import { type PolicyHttpDeps, servePolicies } from './policies.js';
import { problemHandler } from './problem.js';
import { type QueueDeps, serveQueue } from './queue.js';
import { type RescoreHttpDeps, serveRescores } from './rescores.js';
import { type ReviewDeps, serveReviews } from './reviews.js';
import { type RuleHttpDeps, serveRules } from './rules.js';
import { wholeInTime } from './streaming.js';

export type HttpDeps = CommentDeps &
  BatchDeps &
  QueueDeps &
  ReviewDeps &
  EventDeps &
  RescoreHttpDeps &
  ModelDeps &
  PolicyHttpDeps &
  RuleHttpDeps &
  HealthDeps & {
    logError(error: unknown, instance: string): void;
    /** Calls back with method, route, status and milliseconds of each answer; never with what was in it. */
    onAnswered(method: string, route: string, status: number, milliseconds: number): void;
  };

export type HttpOptions = { readonly access: Access; readonly pages: string; readonly version: string };

/** The whole web side: what whoever reaches the service may see first, then what needs a key where there is one. */
export function createApp(deps: HttpDeps, options: HttpOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
          objectSrc: ["'none'"],
        },
      },
      // The service often stands behind plain HTTP in a closed network; whoever ends TLS sets this.
      strictTransportSecurity: false,
    }),
  );
  app.use((request, response, next) => {
    const began = performance.now();
    response.once('finish', () => {
      const served = (request.route as { path?: string } | undefined)?.path ?? 'none';
      deps.onAnswered(request.method, String(served), response.statusCode, performance.now() - began);
    });
    next();
  });

  app.use(wholeInTime());
  app.use(outerGuard(options.access));
  serveHealth(app, deps);
  serveDescription(app, options.version);
  servePages(app, options.pages);
  app.use(guard(options.access));
  serveSession(app, deps, options.access.kind);
  serveBatch(app, deps);
  serveComments(app, deps);
  serveEvents(app, deps);
  serveQueue(app, deps);
  serveReviews(app, deps);
  serveRescores(app, deps);
  serveModels(app, deps);
  servePolicies(app, deps);
  serveRules(app, deps);

  app.use((request) => {
    throw new NoSuchPath(request.path);
  });
  app.use(problemHandler(deps.logError));
  return app;
}
