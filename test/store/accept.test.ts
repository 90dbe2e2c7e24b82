import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AcceptableComment, ingest } from '../../src/flow/ingest.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readAnswer, readComment } from '../../src/store/comment-views.js';
import { eraseComment } from '../../src/store/erase.js';
import { recordJudgements } from '../../src/store/judging.js';
import { aDecision, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';
import { until } from '../support/wait.js';

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

describe('An article that comes inside a comment', () => {
  const snow = { article: { title: 'Snow in May' } };

  it('is kept with it or not at all: a comment that cannot be leaves no article behind', async () => {
    const gone = comment();
    const moved = comment();
    await accept(gone, moved);
    await eraseComment(store.db, SITE, gone.id);
    const answers = await accept(
      comment({ id: 'own-parent', parentId: 'own-parent', articleId: 'left-1', ...snow }),
      { ...gone, articleId: 'left-2', ...snow },
      { ...moved, articleId: 'left-3', ...snow },
    );
    expect(answers).toMatchObject([
      { kind: 'refused', issue: { pointer: '/parentId' } },
      { kind: 'gone', id: gone.id },
      { kind: 'refused', issue: { pointer: '/articleId' } },
    ]);
    expect(await articleIds('left-1', 'left-2', 'left-3')).toEqual([]);
  });

  it('serves the comments that come with it, before and after, but not where its own comment is refused', async () => {
    expect(
      await accept(
        comment({ articleId: 'shared' }),
        comment({ articleId: 'shared', ...snow }),
        comment({ articleId: 'shared' }),
        comment({ articleId: 'unshared' }),
        comment({ id: 'own-parent', parentId: 'own-parent', articleId: 'unshared', ...snow }),
        comment({ articleId: 'unshared' }),
      ),
    ).toMatchObject([
      { kind: 'accepted' },
      { kind: 'accepted' },
      { kind: 'accepted' },
      { kind: 'refused', issue: { pointer: '/articleId' } },
      { kind: 'refused', issue: { pointer: '/parentId' } },
      { kind: 'refused', issue: { pointer: '/articleId' } },
    ]);
    expect(await articleIds('shared', 'unshared')).toEqual(['shared']);
  });

  it('goes with its comment where another sender was faster with the comment’s id', async () => {
    const raced = comment();
    let racing: ReturnType<typeof accept>[] = [];
    // Both find the id free and bring their articles; neither can insert the comment until this lock is let go.
    await store.db.transaction().execute(async (tx) => {
      await sql`lock table comment in share row exclusive mode`.execute(tx);
      racing = ['race-1', 'race-2'].map((articleId) => accept({ ...raced, articleId, ...snow }));
      await until('both wait', async () => {
        const { rows } = await sql<{ n: number }>`
          select count(*)::integer as n from pg_locks where relation = 'comment'::regclass and not granted
            and database = (select oid from pg_database where datname = current_database())`.execute(store.db);
        return rows[0]?.n === 2;
      });
    });
    const answers = (await Promise.all(racing)).flat();
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['accepted', 'refused']);
    const winner = answers.findIndex(({ kind }) => kind === 'accepted') + 1;
    expect(await articleIds('race-1', 'race-2')).toEqual([`race-${winner}`]);
    const embedded = await sql`
      select 1 from outbox o where o.kind = 'embed-article' and not exists (select 1 from article a where a.id = o.subject)`.execute(
      store.db,
    );
    expect(embedded.rows).toEqual([]);
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

  it('as an older text that was judged is answered with the state that it had, not with the newer one’s', async () => {
    const first = comment({ version: 1, text: 'First text.' });
    const [kept] = await accept(first);
    const { id: commentId } = await internal(first.id);
    const judgement = aJudgement({ commentId, revision: 1, pipeline: store.pipeline }, aDecision());
    await recordJudgements(store.db, SITE, [judgement], new Date());
    expect(await accept({ ...first, version: 2, text: 'Second text.' })).toMatchObject([
      { kind: 'accepted', revision: 2, state: 'pending', stateVersion: 3 },
    ]);
    expect(await accept(first)).toEqual([{ ...kept, kind: 'known', state: 'published', stateVersion: 2 }]);
    expect(await readAnswer(store.db, SITE, commentId, 1)).toMatchObject({
      overtaken: true,
      answer: { revision: 1, decision: 'approve', state: 'published', stateVersion: 2 },
    });
    expect(await readAnswer(store.db, SITE, commentId, 2)).toMatchObject({
      overtaken: false,
      answer: { revision: 2, decision: null, state: 'pending', stateVersion: 3 },
    });
    await eraseComment(store.db, SITE, first.id);
    expect(await readAnswer(store.db, SITE, commentId, 1)).toBeNull();
  });

  it('under another article is refused', async () => {
    const first = comment();
    await accept(first);
    expect(await accept({ ...first, articleId: 'library', text: 'Moved.' })).toMatchObject([
      { kind: 'refused', issue: { pointer: '/articleId' } },
    ]);
  });

  it('by another author is refused, whatever its text, and changes nothing', async () => {
    const first = comment();
    await accept(first);
    for (const text of [first.text, 'Hello.']) {
      expect(await accept({ ...first, author: { id: 'somebody-else' }, text })).toMatchObject([
        { kind: 'refused', issue: { pointer: '/author/id' } },
      ]);
    }
    expect(await readComment(store.db, SITE, first.id)).toMatchObject({
      revision: 1,
      text: first.text,
      author: { id: 'mara' },
    });
    // What is said of the author may change.
    const renamed = { ...first, author: { id: 'mara', name: 'Mara', trusted: true }, text: 'Hello.' };
    expect(await accept(renamed)).toMatchObject([{ kind: 'accepted', revision: 2 }]);
  });

  it('after it was deleted is gone', async () => {
    const first = comment();
    await accept(first);
    await eraseComment(store.db, SITE, first.id);
    expect(await accept(first)).toEqual([{ kind: 'gone', id: first.id }]);
    expect(await accept({ ...first, text: 'Another text.' })).toEqual([{ kind: 'gone', id: first.id }]);
    expect(await accept({ ...first, articleId: 'nowhere' })).toEqual([{ kind: 'gone', id: first.id }]);
  });

  it('is known, and can be edited, also where its parent turned out to be of another article', async () => {
    const child = comment({ parentId: 'late-parent' });
    await accept(child);
    await accept(comment({ id: 'late-parent', articleId: 'library' }));
    expect(await accept(child)).toMatchObject([{ kind: 'known', revision: 1 }]);
    expect(await accept({ ...child, text: 'At last the ferries run again!' })).toMatchObject([
      { kind: 'accepted', revision: 2 },
    ]);
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

describe('What the store cannot keep', () => {
  beforeAll(async () => {
    await sql`alter table comment add constraint poison check (author_external_id <> 'poison') not valid`.execute(
      store.db,
    );
    await sql`
      create function away() returns trigger language plpgsql as
      $$ begin if new.external_id = 'away' then raise exception 'away' using errcode = '58030'; end if; return new; end $$`.execute(
      store.db,
    );
    await sql`create trigger away before insert on article for each row execute function away()`.execute(store.db);
  });

  const take = (...comments: AcceptableComment[]) =>
    ingest(
      { acceptComments: (site, list, lane) => acceptComments(store.db, site, list, lane), now: () => new Date() },
      { site: SITE, actor: 'test' },
      comments,
      'live',
    );
  const poison = { author: { id: 'poison' } };
  const isKept = async (id: string) =>
    await readComment(store.db, SITE, id).then(
      () => true,
      () => false,
    );

  it('for its value costs nobody else an answer, whichever way it comes in', async () => {
    const comments = [
      comment(),
      comment(poison),
      comment({ articleId: 'brought-1', article: { title: 'Snow in May' } }),
      comment({ ...poison, articleId: 'brought-2', article: { title: 'Rain in June' } }),
      comment({ parentId: 'nobody-yet' }),
    ];
    const answers = await take(...comments);
    expect(answers.map((answer) => (answer instanceof Error ? answer.message : answer.kind))).toEqual([
      'accepted',
      expect.stringContaining('"poison"'),
      'accepted',
      expect.stringContaining('"poison"'),
      'accepted',
    ]);
    expect(await Promise.all(comments.map(({ id }) => isKept(id)))).toEqual([true, false, true, false, true]);
    expect(await articleIds('brought-1', 'brought-2')).toEqual(['brought-1']);
  });

  it('because it fails in the middle is told apart: who was kept hears so, and nobody else is kept', async () => {
    const comments = [
      comment(),
      comment({ articleId: 'away', article: { title: 'Gone fishing' } }),
      comment({ parentId: 'nobody-yet' }),
    ];
    const answers = await take(...comments);
    expect(answers.map((answer) => (answer instanceof Error ? answer.message : answer.kind))).toEqual([
      'accepted',
      'away',
      'away',
    ]);
    expect(await Promise.all(comments.map(({ id }) => isKept(id)))).toEqual([true, false, false]);
  });

  it('and where nothing is kept fails for all', async () => {
    const all = take(comment({ articleId: 'away', article: { title: 'Gone fishing' } }), comment({ parentId: 'n' }));
    await expect(all).rejects.toThrow('away');
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

async function articleIds(...ids: string[]): Promise<string[]> {
  const rows = await store.db.selectFrom('article').select('external_id').where('external_id', 'in', ids).execute();
  return rows.map(({ external_id }) => external_id).sort();
}

async function internal(id: string) {
  return await store.db
    .selectFrom('comment')
    .select(['id', 'parent_id'])
    .where('external_id', '=', id)
    .executeTakeFirstOrThrow();
}
