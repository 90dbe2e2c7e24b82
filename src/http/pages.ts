import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';

/** The moderators' pages, built into one folder. They are public; what they show needs access. */
export function servePages(app: Express, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) return;
  app.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false, index: false }),
  );
  app.get(['/', '/queue', '/queue/{*rest}'], (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile(join(folder, 'index.html'));
  });
}
