import type { VerdictAction } from './comment.js';
import { type PlacedUnmet, unmetInWords } from './consequences.js';
import type { PolicyFault } from './policy-check.js';
import type { DraftChange } from './revision-views.js';
import type { RuleFaultView } from './rule-views.js';

/** One fault of a request: where it is, what is wrong, and, where a limit was passed, which one and by how much. */
export type Issue = {
  /** RFC 6901 pointer into the request's JSON; the empty string means the whole of it. */
  readonly pointer: string;
  readonly detail: string;
  readonly limit?: number;
  /** The size of the value that was sent, in the unit of `limit`. */
  readonly size?: number;
};

export const ERROR_CODES = [
  'invalid-json',
  'invalid-request',
  'too-large',
  'unsupported-encoding',
  'unsupported-type',
  'unauthorised',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'gone',
  'closed',
  'faulty-policy',
  'precision-not-met',
  'already-reviewed',
  'revised',
  'claimed',
  'idempotency-conflict',
  'conflict',
  'overtaken',
  'draft-changed',
  'draft-outdated',
  'faulty-rules',
  'ahead',
  'overloaded',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure that was foreseen. The message is written for the caller and holds no comment text. */
export abstract class ModerationError extends Error {
  abstract readonly code: ErrorCode;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The body is not JSON. */
export class InvalidJson extends ModerationError {
  readonly code = 'invalid-json';
}

/** The request is JSON, but not of the expected form. */
export class InvalidRequest extends ModerationError {
  readonly code = 'invalid-request';
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(issues.map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`)).join(' '));
    this.issues = issues;
  }
}

/** A text, line or body over its limit. */
export class TooLarge extends ModerationError {
  readonly code = 'too-large';
  readonly issues: readonly Issue[];
  constructor(what: string, pointer: string, limit: number, size: number) {
    super(`${what} may have at most ${limit} bytes and has ${size}.`);
    this.issues = [{ pointer, detail: this.message, limit, size }];
  }
}

/** The body is packed in a way that is not read there. */
export class UnsupportedEncoding extends ModerationError {
  readonly code = 'unsupported-encoding';
  readonly accepted: readonly string[];
  constructor(accepted: readonly string[]) {
    super(`The Content-Encoding is not supported here; these are: ${accepted.join(', ')}.`);
    this.accepted = accepted;
  }
}

/** The body says that it is something else than is read there. */
export class UnsupportedType extends ModerationError {
  readonly code = 'unsupported-type';
  readonly accepted: string;
  constructor(accepted: string) {
    super(`A body of this Content-Type is not read here; it must be ${accepted}.`);
    this.accepted = accepted;
  }
}

export class Unauthorised extends ModerationError {
  readonly code = 'unauthorised';
}

export class Forbidden extends ModerationError {
  readonly code = 'forbidden';
}

export class NotFound extends ModerationError {
  readonly code = 'not-found';
  constructor(what: string, id: string) {
    super(`No ${what} has the id ${JSON.stringify(id)}.`);
  }
}

export class NoSuchPath extends ModerationError {
  readonly code = 'not-found';
  constructor(path: string) {
    super(`Nothing is served at ${path}.`);
  }
}

export class MethodNotAllowed extends ModerationError {
  readonly code = 'method-not-allowed';
  readonly allowed: readonly string[];
  constructor(method: string, allowed: readonly string[]) {
    super(`${method} is not served here; ${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}.`);
    this.allowed = allowed;
  }
}

/** The comment was forgotten; its id stays taken. */
export class Gone extends ModerationError {
  readonly code = 'gone';
  constructor(id: string) {
    super(`The comment ${JSON.stringify(id)} was deleted.`);
  }
}

/** The policy takes no new comments on the article. */
export class Closed extends ModerationError {
  readonly code = 'closed';
  constructor(articleId: string) {
    super(`Comments on the article ${JSON.stringify(articleId)} are closed: new ones are not taken.`);
  }
}

export class AlreadyReviewed extends ModerationError {
  readonly code = 'already-reviewed';
  readonly by: string;
  readonly action: VerdictAction;
  readonly at: string;
  constructor(settled: { readonly by: string; readonly action: VerdictAction; readonly at: string }) {
    super(`Settled by ${settled.by} (${settled.action}) at ${settled.at}.`);
    this.by = settled.by;
    this.action = settled.action;
    this.at = settled.at;
  }
}

/** The verdict is on a revision that is no longer the newest. */
export class Revised extends ModerationError {
  readonly code = 'revised';
  readonly currentRevision: number;
  constructor(currentRevision: number) {
    super(`The comment was changed; its revision is now ${currentRevision}.`);
    this.currentRevision = currentRevision;
  }
}

export class Claimed extends ModerationError {
  readonly code = 'claimed';
  readonly by: string;
  readonly until: string;
  constructor(by: string, until: string) {
    super(`Claimed by ${by} until ${until}.`);
    this.by = by;
    this.until = until;
  }
}

export class IdempotencyConflict extends ModerationError {
  readonly code = 'idempotency-conflict';
}

export class Conflict extends ModerationError {
  readonly code = 'conflict';
}

/** A policy as it is written, with everything that is wrong with it. */
export class FaultyPolicy extends ModerationError {
  readonly code = 'faulty-policy';
  readonly faults: readonly PolicyFault[];
  constructor(faults: readonly PolicyFault[]) {
    super(faults.map(({ line, column, detail }) => `Line ${line}, column ${column}: ${detail}.`).join(' '));
    this.faults = faults;
  }
}

/** A policy would let labels reject by themselves whose precision is not known to be high enough for it. */
export class PrecisionNotMet extends ModerationError {
  readonly code = 'precision-not-met';
  readonly unmet: readonly PlacedUnmet[];
  constructor(unmet: readonly PlacedUnmet[]) {
    super(unmet.map(unmetInWords).join(' '));
    this.unmet = unmet;
  }
}

/** Rules or a policy were published since the caller last read them. */
export class Overtaken extends ModerationError {
  readonly code = 'overtaken';
  readonly currentRevision: number;
  readonly by: string;
  readonly at: string;
  constructor(newest: { readonly revision: number; readonly publishedBy: string; readonly publishedAt: string }) {
    super(
      `${newest.publishedBy} published revision ${newest.revision} at ${newest.publishedAt}. Read it, then publish again.`,
    );
    this.currentRevision = newest.revision;
    this.by = newest.publishedBy;
    this.at = newest.publishedAt;
  }
}

/** A draft is another one than whoever publishes it, or writes over it, has seen. */
export class DraftChanged extends ModerationError {
  readonly code = 'draft-changed';
  readonly by: string;
  readonly at: string;
  /** @param then what whoever has read it can do. */
  constructor(
    draft: { readonly name: string; readonly author: string; readonly updatedAt: string },
    then = 'publish again',
  ) {
    super(
      `${draft.author} changed the draft ${draft.name} at ${draft.updatedAt}, after you had read it. Read it, then ${then}.`,
    );
    this.by = draft.author;
    this.at = draft.updatedAt;
  }
}

/** A draft would take back what was published after it was begun. */
export class DraftOutdated extends ModerationError {
  readonly code = 'draft-outdated';
  readonly changedIn: number;
  readonly by: string;
  readonly at: string;
  constructor({ name, begunOn }: { readonly name: string; readonly begunOn: number }, change: DraftChange) {
    super(
      `${change.by} published revision ${change.revision} at ${change.at}, after the draft ${name} was begun on revision ${begunOn}, and changed what it takes the place of. Look at that, then publish the draft as begun on revision ${change.revision}.`,
    );
    this.changedIn = change.revision;
    this.by = change.by;
    this.at = change.at;
  }
}

/** Rules that may not be used; nothing changed. */
export class FaultyRules extends ModerationError {
  readonly code = 'faulty-rules';
  readonly faults: readonly RuleFaultView[];
  constructor(faults: readonly RuleFaultView[]) {
    super(faults.map(({ list, line, column, detail }) => `${list}:${line}:${column}: ${detail}`).join(' '));
    this.faults = faults;
  }
}

/** The number of an event that the store never gave: it was restored, or is another one, and counts anew. */
export class AheadOfStore extends ModerationError {
  readonly code = 'ahead';
  /** The largest number that the store has given. */
  readonly newest: number;
  constructor(after: number, newest: number) {
    super(
      `The newest number is ${newest}, so ${after} is not of this store. Read every comment's state again, then go on after ${newest}.`,
    );
    this.newest = newest;
  }
}

/** Live comments wait too long for what the policy allows, so nothing is taken that can come later. */
export class Overloaded extends ModerationError {
  readonly code = 'overloaded';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('Live comments wait too long for what the policy allows; batches are taken again when that is over.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
