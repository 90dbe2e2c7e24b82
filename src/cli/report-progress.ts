import { say } from './say.js';

/** One line a step on stderr; on a terminal it is rewritten as the step goes on. */
export function reportProgress(): (step: string, done: number, total: number) => void {
  let current = '';
  let began = 0;
  let said = 0;
  return (step, done, total) => {
    const now = performance.now();
    if (step !== current) {
      if (current !== '' && process.stderr.isTTY) process.stderr.write('\n');
      current = step;
      began = now;
      said = 0;
      if (!process.stderr.isTTY) say(`${step} …`);
    }
    if (!process.stderr.isTTY || (now - said < 200 && done < total)) return;
    said = now;
    const left = done > 0 ? ((now - began) / done) * (total - done) : Number.NaN;
    const time = Number.isFinite(left) ? `, ${Math.ceil(left / 1000)} s left` : '';
    process.stderr.write(`\r${step}: ${done} of ${total}${time}\u001b[K`);
  };
}
