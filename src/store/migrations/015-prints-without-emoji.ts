/** Emoji came to be read by name and no longer count for whether two texts are the same: stored prints are made anew. */
export { up } from './013-prints-without-punctuation.js';
