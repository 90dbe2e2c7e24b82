/** A fault of the store that an operator can mend; the message is the one line to print. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
