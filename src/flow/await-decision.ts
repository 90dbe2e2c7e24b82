/** How a comment stands, as far as waiting for its decision goes. */
type Standing = { readonly revision: number; readonly decision: string | null };

export type AwaitDecisionDeps<Answer extends Standing> = {
  readAnswer(site: number, commentId: number): Promise<Answer | null>;
  /** Calls back when comments were decided; returns how to stop listening. */
  onDecided(hear: (notice: { readonly site: number; readonly comments: readonly number[] }) => void): () => void;
};

/** A notice can be lost with its connection; whoever waits looks by himself this often. */
const LOOK_MS = 1_000;

/**
 * Waits until a revision is decided (or overtaken by a newer one, or erased), at most `mostMs`.
 *
 * @returns how the comment stands, or null where time ran out or it was erased.
 */
export async function awaitDecision<Answer extends Standing>(
  deps: AwaitDecisionDeps<Answer>,
  site: number,
  comment: { readonly commentId: number; readonly revision: number },
  mostMs: number,
  signal: AbortSignal,
): Promise<Answer | null> {
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
      const answer = await deps.readAnswer(site, comment.commentId);
      if (answer === null) return null;
      if (answer.revision !== comment.revision || answer.decision !== null) return answer;
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
