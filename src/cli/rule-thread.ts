import { Worker } from 'node:worker_threads';
import { createRuleWork, type RuleWork } from '../core/rule-work.js';

/** A thread that nobody asks for so long ends; it takes some 80 MB. */
const IDLE_MS = 60_000;
/** Four lists as long as they may be need a third of it. It is the thread that ends without memory then, not the service. */
const MOST_MEMORY_MB = 1024;

/** What goes to the thread and comes back; the first thing that comes is that it is ready. */
export type RuleQuestion = { readonly name: keyof RuleWork; readonly asked: unknown };
export type RuleAnswer = 'ready' | { readonly answer: unknown } | { readonly error: string };

/**
 * Looks over rule lists in a thread of its own, one question after the other, so that a long list does not hold up the comments
 * that come in. The thread is there from the first question on. Where none can be started (its program was taken away by an
 * upgrade, say), the work is done here, save what nobody waits for (`hold`); one that
 * dies over a question fails this question and no other.
 *
 * @param program what runs in it: rule-thread-work.ts
 */
export function openRuleThread(
  program = new URL('./rule-thread-work.js', import.meta.url),
): RuleWork & { close(): Promise<void> } {
  const here = createRuleWork();
  let thread: Thread | null = null;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;
  let before: Promise<unknown> = Promise.resolve();

  const answered = async (question: RuleQuestion): Promise<unknown> => {
    if (isClosed) throw new Error('The process is about to end.');
    clearTimeout(idle);
    thread ??= startThread(program);
    const asking = thread;
    try {
      if (!(await asking.isReady)) {
        if (question.name === 'hold') throw new Error('No thread for rules can be started.');
        return await here[question.name](question.asked as never);
      }
      return await asking.ask(question);
    } finally {
      if (asking.hasEnded()) thread = null;
      idle = setTimeout(() => {
        void thread?.end();
        thread = null;
      }, IDLE_MS).unref();
    }
  };
  const ask = <Name extends keyof RuleWork>(name: Name, asked: Parameters<RuleWork[Name]>[0]) => {
    const answer = before.then(() => answered({ name, asked }));
    before = answer.catch(() => undefined);
    return answer as ReturnType<RuleWork[Name]>;
  };
  return {
    examine: (asked) => ask('examine', asked),
    reread: (asked) => ask('reread', asked),
    hold: (asked) => ask('hold', asked),
    measure: (asked) => ask('measure', asked),
    find: (asked) => ask('find', asked),
    async close() {
      isClosed = true;
      clearTimeout(idle);
      await thread?.end();
    },
  };
}

type Thread = {
  /** False where it could not be started. */
  readonly isReady: Promise<boolean>;
  /** One question at a time. @throws Error where the work fails or the thread ends over it */
  ask(question: RuleQuestion): Promise<unknown>;
  hasEnded(): boolean;
  end(): Promise<unknown>;
};

function startThread(program: URL): Thread {
  const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });
  let why: Error | null = null;
  let heard: (answer: Exclude<RuleAnswer, 'ready'>) => void = () => undefined;
  let ended: (error: Error) => void = () => undefined;
  const isReady = new Promise<boolean>((settle) => {
    const end = (error: Error) => {
      why ??= error;
      settle(false);
      ended(why);
    };
    worker.on('message', (answer: RuleAnswer) => (answer === 'ready' ? settle(true) : heard(answer)));
    worker.on('error', end);
    worker.on('exit', () => end(new Error('The thread for rules has ended.')));
  });
  return {
    isReady,
    ask: (question) =>
      new Promise((answer, fail) => {
        if (why !== null) return fail(why);
        heard = (said) => ('error' in said ? fail(new Error(said.error)) : answer(said.answer));
        ended = fail;
        worker.postMessage(question);
      }),
    hasEnded: () => why !== null,
    end: () => worker.terminate(),
  };
}
