/** What an error says; of several at once, as where a name has two addresses and neither answers, what each says. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** By code of the system; what is left out is told by its code. */
const FILE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no right to it',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'what its path leads through is a file',
  EPERM: 'this user has no right to it',
  EROFS: 'nothing can be written there',
};

/** Why a file or folder could not be had, without the system's own words. */
export function fileFault(error: unknown): string {
  const { code } = error as { readonly code?: string };
  return (code !== undefined && FILE_FAULTS[code]) || (code ?? messageOf(error));
}
