import type { Socket } from 'node:net';
import { resolve as absolute, join } from 'node:path';
import { currentArtefact, readManifest } from '../artefact.js';
import type { BackendChoice } from '../backend.js';
import { ArtefactDamaged, InferenceError, NotANumber } from '../errors.js';
import { artefactId } from '../manifest.js';
import { cacheFolder } from '../native.js';
import { placeOf } from './place.js';
import type {
  Answers,
  ArtefactDescription,
  Ask,
  Failure,
  InferenceStatus,
  Lane,
  ToClient,
  Weighing,
} from './protocol.js';
import { frameReader, toFrame } from './protocol.js';
import { defaultEntry, reachInference } from './reach.js';

export type InferenceOptions = {
  /** The folder that holds artefacts and `CURRENT`. */
  readonly models: string;
  /** The artefact's folder; left out, the one that `CURRENT` names. */
  readonly artefact?: string;
  readonly backend?: BackendChoice;
  /** premod's per-user cache. */
  readonly cache?: string;
  /** How long a request may take where its own signal says nothing; in milliseconds. */
  readonly deadlineMs?: number;
  /** How long the process outlives its last client; in milliseconds. */
  readonly lingerMs?: number;
  /** Where socket and lock are kept; see {@link placeOf}. */
  readonly folder?: string;
  /** The process's entry file; see {@link defaultEntry}. */
  readonly entry?: string;
};

export type RequestOptions = {
  readonly lane: Lane;
  /** By id or folder; left out, the active one. */
  readonly artefact?: string;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
};

/** Weighs texts in the inference process of this host. */
export type Inference = {
  /** The artefact that is meant where a request names none. */
  readonly active: ArtefactDescription;
  /**
   * Weighs normalised texts.
   *
   * @throws InferenceError, retryable where the process was lost or too slow; ArtefactDamaged; NotANumber.
   */
  weigh(items: readonly { readonly text: string }[], options: RequestOptions): Promise<readonly Weighing[]>;
  embed(texts: readonly string[], options: RequestOptions): Promise<readonly Float32Array[]>;
  describe(artefact: string): Promise<ArtefactDescription>;
  status(): Promise<InferenceStatus>;
  /** Leaves the process; what is still asked for is rejected. */
  close(): Promise<void>;
};

const DEADLINE_MS = 30_000;
const LINGER_MS = 5_000;
/** A first start writes the graph, and WebAssembly takes its time. */
const FIRST_LOAD_MS = 120_000;

/**
 * Connects to this host's inference process and starts it where there is none. The artefact is verified and loaded before
 * this returns.
 *
 * @throws ArtefactDamaged naming the file at fault; InferenceError where the process does not start.
 */
export async function openInference(options: InferenceOptions): Promise<Inference> {
  const models = absolute(options.models);
  const artefact = absolute(options.artefact ?? (await currentArtefact(models)));
  const id = artefactId(await readManifest(artefact));
  const backend = options.backend ?? 'auto';
  const entry = options.entry ?? defaultEntry();
  const place = placeOf({ backend, models, entry, folder: options.folder });
  const start = {
    socket: place.socket,
    lock: place.lock,
    backend,
    models,
    cache: options.cache ?? cacheFolder(process.env),
    lingerMs: options.lingerMs ?? LINGER_MS,
  };
  const connection = new Connection(() => reachInference(place, start, entry));
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;

  let active: ArtefactDescription;
  try {
    active = await connection.ask({ kind: 'describe', artefact }, { deadlineMs: FIRST_LOAD_MS });
    if (active.id !== id) throw new ArtefactDamaged(join(artefact, 'manifest.json'), 'was changed while it was loaded');
  } catch (error) {
    connection.close();
    throw error;
  }

  // By its folder, so that an artefact outside the models folder works too and is found again after a restart.
  const named = (name: string | undefined) => (name === undefined || name === id ? artefact : name);
  return {
    active,
    weigh: (items, { lane, artefact: name, ...rest }) => {
      const texts = items.map(({ text }) => text);
      return connection.ask({ kind: 'weigh', texts, lane, artefact: named(name) }, { deadlineMs, ...rest });
    },
    embed: (texts, { lane, artefact: name, ...rest }) =>
      connection.ask({ kind: 'embed', texts, lane, artefact: named(name) }, { deadlineMs, ...rest }),
    describe: (name) => connection.ask({ kind: 'describe', artefact: named(name) }, { deadlineMs: FIRST_LOAD_MS }),
    status: () => connection.ask({ kind: 'status' }, { deadlineMs }),
    close: async () => connection.close(),
  };
}

type Pending = {
  readonly resolve: (answer: Answers[keyof Answers]) => void;
  readonly reject: (error: Error) => void;
};

/** One connection at a time, made when it is needed and made again after it was lost. */
class Connection {
  readonly #reach: () => Promise<Socket>;
  readonly #pending = new Map<number, Pending>();
  #socket: Promise<Socket> | null = null;
  #next = 1;
  #closed = false;

  constructor(reach: () => Promise<Socket>) {
    this.#reach = reach;
  }

  async ask<A extends Ask>(
    ask: A,
    { signal, deadlineMs }: { readonly signal?: AbortSignal; readonly deadlineMs: number },
  ): Promise<Answers[A['kind']]> {
    if (this.#closed) throw new InferenceError('inference-cancelled', 'This side of the inference process is closed.');
    if (signal?.aborted) throw new InferenceError('inference-cancelled', 'The request was taken back.');
    const id = this.#next++;
    return await new Promise<Answers[A['kind']]>((resolve, reject) => {
      const timer = setTimeout(() => {
        giveUp(new InferenceError('inference-deadline', `The model took longer than ${deadlineMs} ms.`));
      }, deadlineMs);
      const aborted = () => giveUp(new InferenceError('inference-cancelled', 'The request was taken back.'));
      signal?.addEventListener('abort', aborted, { once: true });
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        this.#pending.delete(id);
      };
      const giveUp = (error: Error) => {
        settle();
        this.#send({ cancel: id });
        reject(error);
      };
      this.#pending.set(id, {
        resolve: (answer) => {
          settle();
          resolve(answer as Answers[A['kind']]);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#connected().then(
        (socket) => {
          if (this.#pending.has(id)) socket.write(toFrame({ id, ask }));
        },
        (error: Error) => this.#pending.get(id)?.reject(error),
      );
    });
  }

  close(): void {
    this.#closed = true;
    this.#rejectAll(new InferenceError('inference-cancelled', 'This side of the inference process is closed.'));
    this.#socket?.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
  }

  #send(message: { readonly cancel: number }): void {
    this.#socket?.then(
      (socket) => socket.write(toFrame(message)),
      () => undefined,
    );
  }

  #connected(): Promise<Socket> {
    this.#socket ??= this.#connect();
    return this.#socket;
  }

  async #connect(): Promise<Socket> {
    let socket: Socket;
    try {
      socket = await this.#reach();
    } catch (error) {
      this.#socket = null;
      throw error;
    }
    if (this.#closed) socket.destroy();
    const lost = () => {
      this.#socket = null;
      this.#rejectAll(new InferenceError('inference-lost', 'The inference process ended in the middle of a request.'));
    };
    const read = frameReader<ToClient>((message) => this.#receive(message));
    socket.on('data', (bytes: Buffer) => {
      try {
        read(bytes);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', lost);
    return socket;
  }

  #receive(message: ToClient): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if ('answer' in message) pending.resolve(message.answer);
    else pending.reject(errorOf(message.failure));
  }

  #rejectAll(error: InferenceError): void {
    for (const pending of [...this.#pending.values()]) pending.reject(error);
  }
}

function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'artefact-damaged':
      return ArtefactDamaged.received(failure);
    case 'not-a-number':
      return NotANumber.received(failure);
    case 'failed':
      return new InferenceError(
        'inference-failed',
        `The inference process failed at this request (${failure.message}).`,
      );
  }
}
