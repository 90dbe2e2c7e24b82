/** For whom, and by whom, something is done; every flow receives it. */
export type Actor = {
  readonly site: number;
  /** Who acts, as it stands in histories: a key's name, a moderator's, or the machine this runs on. */
  readonly actor: string;
};

/** Which way through the queue: live comments before bulk work. */
export type Lane = 'live' | 'bulk';
