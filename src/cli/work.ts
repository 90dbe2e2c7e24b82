import type { Config } from '../config.js';
import { messageOf } from '../core/error-message.js';
import { openService } from './open-service.js';
import { say } from './say.js';
import { startCarrying, startWorkers } from './workers.js';

/** A worker alone: it takes jobs and serves nothing. @throws as {@link openService} does */
export async function work(config: Config, told?: AbortSignal): Promise<{ stop(): Promise<void> }> {
  const opened = await openService(config, 'work', told);
  const carrying = startCarrying(opened.wired, config.sweepMs, opened.modelAnswers);
  await startWorkers(opened.wired);
  for (const line of await opened.describe()) say(line);
  say('The worker is ready.');
  return {
    async stop() {
      await carrying.stop().catch((error: unknown) => say(messageOf(error)));
      await opened.close();
    },
  };
}
