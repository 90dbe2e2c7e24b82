/** The store is there and refuses a value (SQLSTATE classes 22 and 23): what came together with it may be kept. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]...$/.test(String(error.code));
}
