import { parentPort } from 'node:worker_threads';
import { messageOf } from '../core/error-message.js';
import { createRuleWork } from '../core/rule-work.js';
import type { RuleAnswer, RuleQuestion } from './rule-thread.js';

/** What runs in the thread that rule-thread.ts opens. */
const work = createRuleWork();
const say = (answer: RuleAnswer) => parentPort?.postMessage(answer);

parentPort?.on('message', ({ name, asked }: RuleQuestion) => {
  work[name](asked as never).then(
    (answer) => say({ answer }),
    (error: unknown) => say({ error: messageOf(error) }),
  );
});
say('ready');
