/** Work that could be done, but had better wait: nothing has failed, and it is to come again soon. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
}
