import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptableComment } from '../../src/flow/ingest.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readComment } from '../../src/store/comment-views.js';
import { eraseComment } from '../../src/store/erase.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;
let counter = 0;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
  await putArticle(store.db, SITE, 'library', { title: 'The library closes early' });
});
afterAll(() => store.close());

/** A harmless comment on a known article; each test changes only what it is about. */
function comment(change: Partial<AcceptableComment> = {}): AcceptableComment {
  counter += 1;
  return {
    id: `c${counter}`,
    articleId: 'harbour',
    author: { id: 'mara' },
    text: 'At last the ferries run again.',
    createdAt: '2026-03-01T12:00:00.000Z',
    ...change,
  };
}

async function accept(...comments: AcceptableComment[]) {
  return await acceptComments(store.db, SITE, comments, 'live');
}

async function work(): Promise<{ subject: number; revision: number }[]> {
  return await store.db.selectFrom('outbox').select(['subject', 'revision']).where('kind', '=', 'classify').execute();
}

describe('A new comment', () => {
  it('is kept as revision 1, waits, and has its work written beside it', async () => {
    const before = (await work()).length;
    const [answer] = await accept(comment());
    expect(answer).toMatchObject({ kind: 'accepted', revision: 1, state: 'pending', stateVersion: 1 });
    expect(await work()).toHaveLength(before + 1);
  });

  it('of an unknown article is refused and leaves nothing behind', async () => {
    const lost = comment({ articleId: 'nowhere' });
    expect(await accept(lost)).toMatchObject([{ kind: 'refused', issue: { pointer: '/articleId' } }]);
    await expect(readComment(store.db, SITE, lost.id)).rejects.toThrow('No comment has the id');
  });

  it('may bring its article along', async () => {
    const [answer] = await accept(comment({ articleId: 'inline', article: { title: 'Snow in May' } }));
    expect(answer).toMatchObject({ kind: 'accepted' });
  });

  it('does not change an article that is known already', async () => {
    await accept(comment({ article: { title: 'Another headline' } }));
    const article = await store.db
      .selectFrom('article')
      .select('revision')
      .where('external_id', '=', 'harbour')
      .executeTakeFirstOrThrow();
    expect(article.revision).toBe(1);
  });
});

describe('A comment that comes again', () => {
  it('with the same text changes nothing and gets the same answer', async () => {
    const first = comment();
    const [a] = await accept(first);
    const before = (await work()).length;
    const [b] = await accept(first);
    expect(b).toEqual({ ...a, kind: 'known' });
    expect(await work()).toHaveLength(before);
  });

  it('with another text is a new revision, and only that one is left to judge', async () => {
    const first = comment();
    await accept(first);
    const [answer] = await accept({ ...first, text: 'At last the ferries run again!' });
    expect(answer).toMatchObject({ kind: 'accepted', revision: 2, state: 'pending', stateVersion: 2 });
    const { id } = await internal(first.id);
    expect((await work()).filter(({ subject }) => subject === id)).toEqual([{ subject: id, revision: 2 }]);
  });

  it('with an older version is answered as what it was and changes nothing', async () => {
    const first = comment({ version: 5, text: 'Fifth text.' });
    await accept(first);
    expect(await accept({ ...first, version: 7, text: 'Seventh text.' })).toMatchObject([{ revision: 2 }]);
    expect(await accept({ ...first, version: 6, text: 'Sixth text, late.' })).toMatchObject([
      { kind: 'known', revision: 2 },
    ]);
    expect(await accept(first)).toMatchObject([{ kind: 'known', revision: 1 }]);
    expect((await readComment(store.db, SITE, first.id)).text).toBe('Seventh text.');
  });

  it('under another article is refused', async () => {
    const first = comment();
    await accept(first);
    expect(await accept({ ...first, articleId: 'library', text: 'Moved.' })).toMatchObject([
      { kind: 'refused', issue: { pointer: '/articleId' } },
    ]);
  });

  it('after it was deleted is gone', async () => {
    const first = comment();
    await accept(first);
    await eraseComment(store.db, SITE, first.id);
    expect(await accept(first)).toEqual([{ kind: 'gone', id: first.id }]);
    expect(await accept({ ...first, text: 'Another text.' })).toEqual([{ kind: 'gone', id: first.id }]);
  });
});

describe('An answer', () => {
  it('is linked to a parent that came before, that comes later, and that comes with it', async () => {
    const [early, late, together, answerTogether] = [comment(), comment(), comment(), comment()];
    await accept(early);
    await accept(comment({ id: 'to-early', parentId: early.id }), comment({ id: 'to-late', parentId: late.id }));
    await accept(late);
    await accept({ ...answerTogether, id: 'to-together', parentId: together.id }, together);
    for (const [child, parent] of [
      ['to-early', early.id],
      ['to-late', late.id],
      ['to-together', together.id],
    ] as const) {
      expect((await internal(child)).parent_id).toBe((await internal(parent)).id);
    }
  });

  it('to a comment of another article is refused', async () => {
    const elsewhere = comment({ articleId: 'library' });
    await accept(elsewhere);
    expect(await accept(comment({ parentId: elsewhere.id }))).toMatchObject([
      { kind: 'refused', issue: { pointer: '/parentId', detail: 'The parent belongs to another article.' } },
    ]);
  });

  it('to itself, directly or through others, is refused', async () => {
    expect(await accept(comment({ id: 'self', parentId: 'self' }))).toMatchObject([{ kind: 'refused' }]);
    await accept(comment({ id: 'ring-1', parentId: 'ring-3' }));
    await accept(comment({ id: 'ring-2', parentId: 'ring-1' }));
    expect(await accept(comment({ id: 'ring-3', parentId: 'ring-2' }))).toMatchObject([
      { kind: 'refused', issue: { pointer: '/parentId' } },
    ]);
    const inOneBatch = await accept(
      comment({ id: 'pair-1', parentId: 'pair-2' }),
      comment({ id: 'pair-2', parentId: 'pair-1' }),
    );
    expect(inOneBatch.filter(({ kind }) => kind === 'refused')).not.toHaveLength(0);
  });
});

describe('Racing senders', () => {
  it('end with one comment, every text a revision, and the newest text to judge', async () => {
    const texts = Array.from({ length: 12 }, (_, version) => ({
      version: version + 1,
      text: `Text number ${version + 1}.`,
    }));
    const base = comment();
    await Promise.all(texts.map((change) => accept({ ...base, ...change })));
    const view = await readComment(store.db, SITE, base.id);
    expect(view.text).toBe('Text number 12.');
    const { id } = await internal(base.id);
    expect((await work()).filter(({ subject }) => subject === id)).toEqual([{ subject: id, revision: view.revision }]);
  });

  it('with overlapping batches in opposite order do not block one another for good', async () => {
    const shared = Array.from({ length: 40 }, () => comment());
    const answers = await Promise.all([accept(...shared), accept(...[...shared].reverse())]);
    const kinds = answers.flat().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(40);
    expect(kinds.filter((kind) => kind === 'known')).toHaveLength(40);
  });
});

async function internal(id: string) {
  return await store.db
    .selectFrom('comment')
    .select(['id', 'parent_id'])
    .where('external_id', '=', id)
    .executeTakeFirstOrThrow();
}
