import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';
import { NoSuchPath } from '../core/errors.js';
import { route } from './route.js';

/** The moderators' pages and guides, built into one folder. They are public; what the pages show needs access. */
export function servePages(app: Express, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) return;
  app.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, redirect: false }),
  );
  // What is there was sent already.
  route(app, '/assets/{*file}', {
    get: (request) => {
      throw new NoSuchPath(request.path);
    },
  });
  app.use('/guide', express.static(join(folder, 'guide'), { extensions: ['html'], index: false, redirect: false }));
  route(app, '/guide/{*name}', {
    get: (request) => {
      throw new NoSuchPath(request.path);
    },
  });
  for (const path of ['/', '/queue', '/queue/{*rest}']) {
    route(app, path, {
      get: (_request, response) => {
        response.set('Cache-Control', 'no-cache').sendFile(join(folder, 'index.html'));
      },
    });
  }
}
