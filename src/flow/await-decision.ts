/** How a comment stands under one text, as far as waiting for its decision goes. */
type Standing = { readonly decision: string | null };

export type AwaitDecisionDeps<Answer extends Standing> = {
  /** Null where the comment was erased. A text that a newer one has overtaken is not decided any more. */
  readAnswer(
    site: number,
    commentId: number,
    revision: number,
  ): Promise<{ readonly answer: Answer; readonly overtaken: boolean } | null>;
  /** Calls back when comments were decided; returns how to stop listening. */
  onDecided(hear: (notice: { readonly site: number; readonly comments: readonly number[] }) => void): () => void;
};

/** A notice can be lost with its connection; whoever waits looks by himself this often. */
const LOOK_MS = 1_000;

/**
 * Waits until a revision is decided, overtaken by a newer one, or erased, at most `mostMs`.
 *
 * @returns how the comment stands under this revision, `erased`, or null where it was not decided in time or never will be.
 */
export async function awaitDecision<Answer extends Standing>(
  deps: AwaitDecisionDeps<Answer>,
  site: number,
  comment: { readonly commentId: number; readonly revision: number },
  mostMs: number,
  signal: AbortSignal,
): Promise<Answer | 'erased' | null> {
  const deadline = Date.now() + mostMs;
  let wake: () => void = () => undefined;
  let told = false;
  const stop = deps.onDecided((notice) => {
    if (notice.site !== site || !notice.comments.includes(comment.commentId)) return;
    told = true;
    wake();
  });
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      told = false;
      const found = await deps.readAnswer(site, comment.commentId, comment.revision);
      if (found === null) return 'erased';
      if (found.answer.decision !== null) return found.answer;
      if (found.overtaken) return null;
      const left = deadline - Date.now();
      if (left <= 0 || signal.aborted) return null;
      if (told) continue;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, Math.min(left, LOOK_MS));
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', abort);
  }
}
