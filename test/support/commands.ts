import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild, startServing } from './child.js';
import { copyModels } from './models.js';

/** The commands as a person types them, beside a service with its embedded PostgreSQL. Each is a process of its own. */
export type Commands = {
  readonly home: string;
  readonly service: Child;
  run(...words: readonly string[]): Promise<Ran>;
  /** The same with what it reads on stdin. */
  runWith(input: string, ...words: readonly string[]): Promise<Ran>;
  /** The same where there is no service. */
  runAlone(...words: readonly string[]): Promise<Ran>;
  /** @returns the path of a file with this text. */
  write(name: string, text: string): string;
  stop(): Promise<void>;
};

type Ran = { readonly status: number | NodeJS.Signals; readonly output: string; readonly said: string };

export async function startCommands(): Promise<Commands> {
  const home = mkdtempSync(join(tmpdir(), 'premod-commands-'));
  const environment = {
    DATA_DIR: join(home, 'data'),
    MODELS_DIR: copyModels(join(home, 'models')).folder,
    PREMOD_LOG_LEVEL: 'error',
  };
  const service = await startServing(environment);
  const run = async (words: readonly string[], given = environment, input = ''): Promise<Ran> => {
    const child = startChild(words, given, 0, undefined, input);
    const status = await child.ended;
    return { status, output: child.stdout(), said: child.stderr() };
  };
  return {
    home,
    service,
    run: (...words) => run(words),
    runWith: (input, ...words) => run(words, environment, input),
    runAlone: (...words) => run(words, { ...environment, DATA_DIR: join(home, 'nowhere') }),
    write(name, text) {
      const path = join(home, name);
      writeFileSync(path, text);
      return path;
    },
    async stop() {
      await service.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
