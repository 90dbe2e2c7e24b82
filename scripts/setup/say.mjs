/** What set-up tells the person at the terminal: one line a step, no spinners, no questions, whoever is watching. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A step that could not be done. Printed as two lines, what failed and what to do; never with a stack trace. */
export class StepFailed extends Error {
  /**
   * @param {string} what what failed, as a sentence
   * @param {string} remedy what the person can do about it, as a sentence
   */
  constructor(what, remedy) {
    super(what);
    this.remedy = remedy;
  }
}

/**
 * Says that a step begins, does it, and says how long it took.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  say(`${name} …`);
  const begun = performance.now();
  const result = await work();
  say(`  done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}

/** The cause of a failure as one line; a full disk in plain words. */
export function oneLine(error) {
  if (error?.code === 'ENOSPC') return 'the disk is full';
  if (error?.code === 'EACCES' || error?.code === 'EPERM') return `no permission for ${error.path ?? 'a file'}`;
  const cause = error?.cause?.message ?? error?.message ?? String(error);
  return String(cause).split('\n')[0];
}
