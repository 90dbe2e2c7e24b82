import type { Config } from '../config.js';
import { SITE } from '../http/access.js';
import { judgeQueueAnew } from '../store/asked-anew.js';
import { joinStore } from '../store/open.js';
import { say } from './say.js';

/** Has the running service judge anew what waits for a person by an earlier decision alone. @returns the exit status */
export async function judgeAnewByCommand(config: Config): Promise<number> {
  const store = await joinStore(config.store);
  try {
    const asked = await judgeQueueAnew(store.db, SITE);
    say(`Comments that wait and are judged anew: ${asked}. What is approved now leaves the queue; all else waits on.`);
    return 0;
  } finally {
    await store.close();
  }
}
