/** An artefact that must not be used: a file is missing, altered or not what the manifest says. Trying again won't help. */
export class ArtefactDamaged extends Error {
  readonly code = 'artefact-damaged';
  readonly retryable = false;
  /** The file at fault, by its path. */
  readonly file: string;
  constructor(file: string, what: string) {
    super(`The model file ${file} ${what}.`);
    this.name = 'ArtefactDamaged';
    this.file = file;
  }

  /** The same error, come from another process. */
  static received({ file, message }: { readonly file: string; readonly message: string }): ArtefactDamaged {
    const error = new ArtefactDamaged(file, '');
    error.message = message;
    return error;
  }
}

/** A number that is infinite or no number, among weights or results. Never turned into a score. */
export class NotANumber extends Error {
  readonly code = 'not-a-number';
  readonly retryable = false;
  constructor(where: string) {
    super(`There is a number that is none in ${where}.`);
    this.name = 'NotANumber';
  }

  /** The same error, come from another process. */
  static received({ message }: { readonly message: string }): NotANumber {
    const error = new NotANumber('');
    error.message = message;
    return error;
  }
}

export type InferenceFailure =
  /** The inference process ended while it had this request, or could not be reached. It is started again. */
  | 'inference-lost'
  /** The answer did not come within the request's deadline. */
  | 'inference-deadline'
  /** The caller took the request back, or closed its side. */
  | 'inference-cancelled'
  /** The inference process does not start. */
  | 'inference-unavailable'
  /** The inference process failed at this request. */
  | 'inference-failed';

/** Why texts were not weighed. The message names processes and limits, never text. */
export class InferenceError extends Error {
  readonly code: InferenceFailure;
  /** Whether the same request may succeed if it is made again. */
  readonly retryable: boolean;
  constructor(code: InferenceFailure, message: string) {
    super(message);
    this.name = 'InferenceError';
    this.code = code;
    this.retryable = code === 'inference-lost' || code === 'inference-deadline' || code === 'inference-unavailable';
  }
}
