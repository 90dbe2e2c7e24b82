/** Looks again and again until the condition holds; fails with `what` where it does not in time. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, mostMs = 30_000): Promise<void> {
  const deadline = Date.now() + mostMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${mostMs} ms: ${what}.`);
    await pause(25);
  }
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds));
}
