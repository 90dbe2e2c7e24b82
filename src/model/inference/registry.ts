import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { readManifest } from '../artefact.js';
import type { Backend } from '../backend.js';
import { ArtefactDamaged } from '../errors.js';
import { artefactId } from '../manifest.js';
import { loadModel, type Model } from '../model.js';
import type { ArtefactName } from './protocol.js';

/** So many artefacts stay loaded: the active one, its predecessor, and a shadow beside each. */
const MOST_LOADED = 4;

/** The artefacts that are loaded; others are loaded when they are first asked for. */
export class Registry {
  readonly #models: string;
  readonly #backend: Backend;
  readonly #whenLoaded: (model: Model) => Promise<void>;
  /** By folder, the one used last at the end. */
  readonly #loaded = new Map<string, Promise<Model>>();
  readonly #folders = new Map<string, string>();

  constructor(models: string, backend: Backend, whenLoaded: (model: Model) => Promise<void>) {
    this.#models = models;
    this.#backend = backend;
    this.#whenLoaded = whenLoaded;
  }

  /** @throws ArtefactDamaged, NotANumber; the next call tries again. */
  async get(name: ArtefactName): Promise<Model> {
    const folder = isAbsolute(name) ? name : await this.#folderOf(name);
    const known = this.#loaded.get(folder);
    const model = known ?? this.#load(folder);
    this.#loaded.delete(folder);
    this.#loaded.set(folder, model);
    return await model;
  }

  async all(): Promise<readonly Model[]> {
    const settled = await Promise.allSettled(this.#loaded.values());
    return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  #load(folder: string): Promise<Model> {
    const loading = loadModel(folder, this.#backend).then(async (model) => {
      this.#folders.set(model.id, folder);
      await this.#whenLoaded(model);
      return model;
    });
    loading.catch(() => this.#loaded.delete(folder));
    this.#dropOldest();
    return loading;
  }

  #dropOldest(): void {
    if (this.#loaded.size < MOST_LOADED) return;
    const oldest = this.#loaded.entries().next();
    if (oldest.done) return;
    const [folder, model] = oldest.value;
    this.#loaded.delete(folder);
    // What is in the middle of a request ends before its graph is given back.
    void model.then(({ executor }) => setTimeout(() => executor.dispose(), 60_000).unref());
  }

  async #folderOf(id: string): Promise<string> {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    for (const entry of await readdir(this.#models, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const folder = join(this.#models, entry.name);
      const manifest = await readManifest(folder).catch(() => null);
      if (manifest === null) continue;
      const found = artefactId(manifest);
      this.#folders.set(found, folder);
      if (found === id) return folder;
    }
    throw new ArtefactDamaged(this.#models, `holds no artefact with the id ${id}`);
  }
}
