import { deserialize, serialize } from 'node:v8';
import type { ModelScores } from '../../core/labels.js';
import type { TopicCalibration, TopicPrototypes } from '../../core/topic.js';
import type { BackendName } from '../executor.js';
import type { Manifest } from '../manifest.js';

/** Raised with every change to the messages; processes that differ in it do not share an inference process. */
export const PROTOCOL = 1;

/** Exit status of a process that found another one serving already; its starter connects to that one. */
export const ANOTHER_SERVES = 75;

/**
 * The first byte that a client gets. A connection to a process that is just dying can be made and then be lost; one on which
 * this byte came is served.
 */
export const GREETING = Buffer.of(PROTOCOL);

/** Live comments go first, then those of a wire that somebody waits at, then bulk work. */
export const LANES = ['live', 'wire', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/** One text, weighed. */
export type Weighing = {
  /** Calibrated; a label that the artefact does not cover is absent. */
  readonly scores: ModelScores;
  /**
   * Its sentences by themselves, in UTF-16 code units of the text that was given. Empty where no label reached the
   * manifest's `sentencesFrom`.
   */
  readonly sentences: readonly { readonly begin: number; readonly end: number; readonly scores: ModelScores }[];
  /** Of length one. */
  readonly embedding: Float32Array;
};

/** What an artefact says of itself. */
export type ArtefactDescription = {
  readonly id: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly topic: { readonly calibration: TopicCalibration; readonly prototypes: TopicPrototypes };
};

export type InferenceStatus = {
  readonly pid: number;
  readonly backend: BackendName;
  /** Such as `TensorFlow 2.21.0`. */
  readonly library: string;
  /** Why it is not the faster backend; null where it is. */
  readonly whyNotNative: string | null;
  /** Comments of 32 tokens a second, in batches, as measured once when the first artefact was loaded; 0 before. */
  readonly commentsPerSecond: number;
  readonly artefacts: readonly { readonly id: string; readonly name: string }[];
  /** Windows that wait, by lane. */
  readonly waiting: Readonly<Record<Lane, number>>;
  /** Resident memory of the process, in bytes. */
  readonly memory: number;
};

/** An artefact by its id, or by its folder (absolute). */
export type ArtefactName = string;

export type Ask =
  | { readonly kind: 'weigh'; readonly texts: readonly string[]; readonly lane: Lane; readonly artefact: ArtefactName }
  | { readonly kind: 'embed'; readonly texts: readonly string[]; readonly lane: Lane; readonly artefact: ArtefactName }
  | { readonly kind: 'describe'; readonly artefact: ArtefactName }
  | { readonly kind: 'status' };

/** What each kind of {@link Ask} is answered with. */
export type Answers = {
  readonly weigh: readonly Weighing[];
  readonly embed: readonly Float32Array[];
  readonly describe: ArtefactDescription;
  readonly status: InferenceStatus;
};

export type ToServer =
  | { readonly id: number; readonly ask: Ask }
  /** The caller no longer wants the answer. */
  | { readonly cancel: number };

export type ToClient =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly failure: Failure };

/** An error on its way to another process. Holds no text. */
export type Failure =
  | { readonly kind: 'artefact-damaged'; readonly file: string; readonly message: string }
  | { readonly kind: 'not-a-number'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** No message is larger; a length beyond it means that the stream is broken. */
const LARGEST_FRAME = 256 * 1024 * 1024;

export function toFrame(message: ToServer | ToClient): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, 4);
  return frame;
}

/**
 * Cuts a stream of bytes into messages.
 *
 * @returns what takes the next bytes; it throws RangeError where the stream is broken.
 */
export function frameReader<Message>(receive: (message: Message) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = 4;
  return (bytes) => {
    parts.push(bytes);
    size += bytes.length;
    while (size >= wanted) {
      const buffer = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      const length = buffer.readUInt32LE(0);
      if (length > LARGEST_FRAME) throw new RangeError(`a frame of ${length} bytes`);
      if (size < 4 + length) {
        parts = [buffer];
        wanted = 4 + length;
        return;
      }
      const rest = buffer.subarray(4 + length);
      parts = [rest];
      size = rest.length;
      wanted = 4;
      receive(deserialize(buffer.subarray(4, 4 + length)) as Message);
    }
  };
}
