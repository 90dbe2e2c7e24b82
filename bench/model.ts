// `npm run bench -- model [native|wasm]`: what the model alone does on this machine, in this process.
// Side by side with PyTorch running the same weights: `python bench/reference/speed.py` (see there for what it needs).
import { cpus, loadavg } from 'node:os';
import { currentArtefact } from '../src/model/artefact.js';
import { openBackend } from '../src/model/backend.js';
import type { BackendName } from '../src/model/executor.js';
import { loadModel } from '../src/model/model.js';
import { cacheFolder } from '../src/model/native.js';
import { perSecond, timePasses } from '../src/training/speed.js';

const LENGTHS = [32, 64, 120];
const BATCHES = [1, 8, 32];
/** So long each case is measured. */
const CASE_MS = 3_000;

async function run(choice: BackendName): Promise<void> {
  const begin = performance.now();
  const backend = openBackend({ choice, cache: cacheFolder(process.env) });
  const model = await loadModel(await currentArtefact('models'), backend);
  const loaded = performance.now() - begin;
  console.log(`\n${model.manifest.name} on ${backend.library}: loaded in ${loaded.toFixed(0)} ms`);

  const text =
    'The council met on Tuesday and spoke about the bridge for an hour, and nobody said who will pay for it. ';
  const cut = performance.now();
  let tokens = 0;
  for (let i = 0; i < 2_000; i++) tokens += model.tokenizer.passages(`${text}${i}`)[0]?.length ?? 0;
  const each = (performance.now() - cut) / 2_000;
  console.log(`cut into tokens: ${(each * 1_000).toFixed(0)} µs a comment of ${(tokens / 2_000).toFixed(0)} tokens\n`);

  console.log('tokens  batch   p50 ms   p95 ms   comments/s');
  for (const length of LENGTHS) {
    for (const batch of BATCHES) {
      const pass = await timePasses(model, length, batch, CASE_MS);
      const columns = [
        String(length).padStart(6),
        String(batch).padStart(6),
        pass.p50.toFixed(1).padStart(8),
        pass.p95.toFixed(1).padStart(8),
        perSecond(pass).toFixed(0).padStart(12),
      ];
      console.log(columns.join(' '));
    }
  }
  console.log(`resident memory: ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`);
  model.executor.dispose();
}

console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
const asked = process.argv[2];
if (asked === 'native' || asked === undefined) await run('native');
if (asked === 'wasm' || asked === undefined) await run('wasm');
