import { Presets, SingleBar } from 'cli-progress';
import { say } from './say.js';

export type Progress = { add(count: number): void; set(done: number, total: number): void; stop(): void };

/** A progress bar on a terminal's stderr; nothing elsewhere. A total that is not known yet is left out. */
export function startProgress(what: string, total: number | null): Progress {
  if (!process.stderr.isTTY) return { add: () => undefined, set: () => undefined, stop: () => undefined };
  const began = performance.now();
  let done = 0;
  const format =
    total === null
      ? `${what} {value} · {rate}/s`
      : `${what} {bar} {percentage} % · {value} of {total} · {rate}/s · {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: false, hideCursor: true }, Presets.rect);
  bar.start(total ?? 0, 0, { rate: '–' });
  const rate = () => ({ rate: Math.round(done / Math.max(0.001, (performance.now() - began) / 1000)) });
  return {
    add(count) {
      done += count;
      bar.update(done, rate());
    },
    set(now, all) {
      done = now;
      bar.setTotal(all);
      bar.update(now, rate());
    },
    stop: () => bar.stop(),
  };
}

/** Says, whenever something that is followed begins to wait, what for. */
export function sayWaits(what: string): (waitsFor: 'overload' | null) => void {
  let before: 'overload' | null = null;
  return (waitsFor) => {
    if (waitsFor !== null && before === null) {
      say(`${what} waits: live comments come first, and the service is overloaded. It goes on by itself.`);
    }
    before = waitsFor;
  };
}
