import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { countFor } from '../../src/store/comment-counts.js';
import { up as makePrintsAnew } from '../../src/store/migrations/013-prints-without-punctuation.js';
import { aComment } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

const TEXT = 'Buy your tickets here, cheap and quick.';
const DISGUISED = ['BUY your tickets here, cheap and quick.', 'B u y your tickets here, ch\u200beap and quick.'];
const HOUR = 60;

let store: Awaited<ReturnType<typeof createStore>>;
const at = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 12) + minutes * 60_000).toISOString();

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

async function accepted(text: string, minutes: number, id?: string) {
  const comment = aComment({ text, createdAt: at(minutes), ...(id !== undefined && { id }) });
  const [answer] = await acceptComments(store.db, SITE, [comment], 'live');
  if (answer?.kind !== 'accepted') throw new Error(`not accepted: ${answer?.kind}`);
  return { commentId: answer.commentId, revision: answer.revision };
}

async function repetitions(subject: { commentId: number; revision: number }, ...widths: number[]) {
  const counted = await countFor(store.db, SITE, [subject], {
    windows: { sameText: widths, byAuthor: [] },
    asksRecord: false,
  });
  return counted.get(subject.commentId)?.sameText;
}

const printed = async () =>
  (
    await sql<{ created_at: Date }>`select created_at from comment_revision where text_print is not null`.execute(
      store.db,
    )
  ).rows.map(({ created_at }) => (created_at.getTime() - Date.parse(at(0))) / 60_000);

it('Repetitions are counted of what came before anybody asked, however it is dressed up, and no text is read for nothing', async () => {
  await accepted(TEXT, -200);
  for (const [index, disguised] of DISGUISED.entries()) await accepted(disguised, -30 + index);
  // More than are read in one go.
  const others = Array.from({ length: 130 }, (_, n) => aComment({ text: `Number ${n} of many.`, createdAt: at(-20) }));
  await acceptComments(store.db, SITE, others, 'bulk');
  const last = await accepted(TEXT, 0);
  const later = await accepted(TEXT, 10);
  expect(await printed()).toEqual([]);

  const noRepetition = { windows: { sameText: [], byAuthor: [HOUR] }, asksRecord: true };
  await countFor(store.db, SITE, [last], noRepetition);
  expect(await printed()).toEqual([]);

  expect(await repetitions(last, HOUR)).toEqual({ 60: 3 });
  expect(Math.min(...(await printed()))).toBe(-30);
  expect(Math.max(...(await printed()))).toBe(0);
  expect(await repetitions(last, HOUR, 240)).toEqual({ 60: 3, 240: 4 });
  expect(await repetitions(later, HOUR)).toEqual({ 60: 4 });
});

it('Punctuation, smileys and blanks make no other text, in any script; other letters, marks or digits do', async () => {
  const alike = [
    'Win 15 euros today',
    'Win 15 euros today.',
    'win, 15 euros today!',
    'Win 15 eu-ros to day :)',
    'Win 15 euros today 😀\ufe0f',
  ];
  for (const [index, text] of alike.entries()) {
    expect(await repetitions(await accepted(text, 9_000 + index), HOUR), text).toEqual({ 60: index + 1 });
  }
  for (const text of ['Win 16 euros today', 'Win 15 euros toady', 'नमस्ते', 'नमस्ता', '?!', '!?', '…']) {
    expect(await repetitions(await accepted(text, 9_010), HOUR), text).toEqual({ 60: 1 });
  }
  expect(await repetitions(await accepted('नमस्ते!', 9_011), HOUR)).toEqual({ 60: 2 });
  expect(await repetitions(await accepted(' ?! ', 9_011), HOUR)).toEqual({ 60: 2 });
});

it('Prints of the kind that was before are made anew', async () => {
  const before = await accepted(TEXT, 12_000);
  await store.db
    .updateTable('comment_revision')
    .set({ text_print: Buffer.alloc(16) })
    .execute();
  await makePrintsAnew(store.db as unknown as Kysely<unknown>);
  expect(await repetitions(await accepted(`${TEXT}!`, 12_001), HOUR)).toEqual({ 60: 2 });
  expect(await repetitions(before, HOUR)).toEqual({ 60: 1 });
});

it('A text that was edited counts as what it is and as what it was', async () => {
  const before = await accepted('The bridge is shut.', 1_000, 'edited');
  const after = await accepted('The bridge is open.', 1_001, 'edited');
  expect(after.commentId).toBe(before.commentId);
  expect(await repetitions(await accepted('The bridge is shut!', 1_002), HOUR)).toEqual({ 60: 2 });
  expect(await repetitions(await accepted('the bridge is open.', 1_003), HOUR)).toEqual({ 60: 2 });
});

it('Workers that count at once wait for one another’s reading', async () => {
  const subjects: { commentId: number; revision: number }[] = [];
  for (let n = 0; n < 12; n += 1) subjects.push(await accepted(n % 2 === 0 ? TEXT : TEXT.toUpperCase(), 5_000 + n));
  const counts = await Promise.all(subjects.map((subject) => repetitions(subject, HOUR)));
  expect(counts).toEqual(subjects.map((_, n) => ({ 60: n + 1 })));
});
