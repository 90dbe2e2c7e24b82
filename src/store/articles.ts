import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { IncomingArticle } from '../core/incoming.js';
import { isJudgedByEarlier, judgeProvisionalAnew, planJudgingAnew } from './article-changes.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/** The sha256 of what off-topic is judged against: title, summary and body. */
export function contentHash(article: Pick<IncomingArticle, 'title' | 'summary' | 'body'>): string {
  return createHash('sha256')
    .update(JSON.stringify([article.title, article.summary ?? '', article.body ?? '']), 'utf8')
    .digest('hex');
}

export type KeptArticle = { readonly id: string; readonly revision: number; readonly changed: boolean };

/** Keeps an article; a changed title, summary or body is a new revision, anything else is brought up to date in place. */
export async function putArticle(
  db: Kysely<Tables>,
  site: number,
  id: string,
  article: IncomingArticle,
  options: { readonly demonstration?: boolean } = {},
): Promise<KeptArticle> {
  return await inTransaction(db, async (tx) => {
    const hash = contentHash(article);
    const inserted = await insertArticle(tx, site, id, options.demonstration ?? false);
    const known = await tx
      .selectFrom('article as a')
      .leftJoin('article_revision as r', (join) =>
        join.onRef('r.site', '=', 'a.site').onRef('r.article_id', '=', 'a.id').onRef('r.revision', '=', 'a.revision'),
      )
      .select(['a.id', 'a.revision', 'r.content_hash'])
      .where('a.site', '=', site)
      .where('a.external_id', '=', id)
      .forUpdate('a')
      .executeTakeFirstOrThrow();
    if (!inserted && known.content_hash === hash) {
      await tx
        .updateTable('article_revision')
        .set(detailsOf(article))
        .where('site', '=', site)
        .where('article_id', '=', known.id)
        .where('revision', '=', known.revision)
        .execute();
      return { id, revision: known.revision, changed: false };
    }
    const revision = inserted ? 1 : known.revision + 1;
    await keepRevision(tx, site, known.id, revision, article, hash);
    await tx
      .updateTable('article')
      .set({ revision, stub: false })
      .where('site', '=', site)
      .where('id', '=', known.id)
      .execute();
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return { id, revision, changed: true };
  });
}

/**
 * Keeps articles that came inside comments. What is known already stays as it is: `PUT` is how an article changes, and a
 * comment often carries no more than its headline.
 *
 * @returns the internal ids of those that were not known.
 */
export async function keepInlineArticles(
  tx: Transaction<Tables>,
  site: number,
  articles: ReadonlyMap<string, IncomingArticle>,
): Promise<readonly number[]> {
  const made: number[] = [];
  for (const id of [...articles.keys()].sort()) {
    const article = articles.get(id);
    if (article === undefined || !(await insertArticle(tx, site, id, false))) continue;
    const { id: internal } = await tx
      .selectFrom('article')
      .select('id')
      .where('site', '=', site)
      .where('external_id', '=', id)
      .executeTakeFirstOrThrow();
    await keepRevision(tx, site, internal, 1, article, contentHash(article));
    made.push(internal);
  }
  return made;
}

/** Takes back those of the articles that this transaction made on which nobody comments after all. */
export async function dropUnusedArticles(
  tx: Transaction<Tables>,
  site: number,
  made: readonly number[],
): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    delete from article a
    where a.site = ${site} and a.id = any(${made})
      and not exists (select 1 from comment c where c.site = a.site and c.article_id = a.id)
    returning a.id`.execute(tx);
  await sql`
    delete from outbox where site = ${site} and kind = 'embed-article' and subject = any(${rows.map(({ id }) => id)})`.execute(
    tx,
  );
}

async function insertArticle(
  tx: Transaction<Tables>,
  site: number,
  id: string,
  demonstration: boolean,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('article')
    .values({ site, external_id: id, revision: 1, demonstration })
    .onConflict((conflict) => conflict.columns(['site', 'external_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

async function keepRevision(
  tx: Transaction<Tables>,
  site: number,
  id: number,
  revision: number,
  article: IncomingArticle,
  hash: string,
): Promise<void> {
  await tx
    .insertInto('article_revision')
    .values({
      site,
      article_id: id,
      revision,
      content_hash: hash,
      title: article.title,
      summary: article.summary ?? null,
      body: article.body ?? null,
      ...detailsOf(article),
    })
    .execute();
  // Its passages are embedded off the live path.
  await sql`
    insert into outbox (site, kind, lane, subject, revision, pipeline)
    select ${site}, 'embed-article', 'live', ${id}, ${revision}, active_pipeline from site where site = ${site}
    on conflict do nothing`.execute(tx);
}

function detailsOf(article: IncomingArticle) {
  return {
    url: article.url ?? null,
    section: article.section ?? null,
    published_at:
      article.publishedAt === undefined || article.publishedAt === null ? null : new Date(article.publishedAt),
    language: article.language ?? null,
  };
}

export type ArticleText = {
  readonly title: string;
  readonly summary: string | null;
  readonly body: string | null;
  readonly contentHash: string;
};

/** One revision of an article as it is embedded; null where it was removed or a newer one has overtaken it. */
export async function readArticleText(
  db: Kysely<Tables>,
  site: number,
  id: number,
  revision: number,
): Promise<ArticleText | null> {
  const row = await db
    .selectFrom('article as a')
    .innerJoin('article_revision as r', (join) =>
      join.onRef('r.site', '=', 'a.site').onRef('r.article_id', '=', 'a.id').onRef('r.revision', '=', 'a.revision'),
    )
    .select(['r.title', 'r.summary', 'r.body', 'r.content_hash'])
    .where('a.site', '=', site)
    .where('a.id', '=', id)
    .where('a.revision', '=', revision)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { title: row.title, summary: row.summary, body: row.body, contentHash: row.content_hash };
}

/** What an article said in any of its revisions, by the hash of it; null where it was removed. */
export async function readArticleTextByHash(
  db: Kysely<Tables>,
  site: number,
  hash: string,
): Promise<Omit<ArticleText, 'contentHash'> | null> {
  const row = await db
    .selectFrom('article_revision')
    .select(['title', 'summary', 'body'])
    .where('site', '=', site)
    .where('content_hash', '=', hash)
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Keeps an article's vectors (title, summary, passages, in this order) for one artefact. */
export async function keepVectors(
  db: Kysely<Tables>,
  site: number,
  hash: string,
  artefact: string,
  vectors: readonly Float32Array[],
): Promise<void> {
  const bytes = Buffer.concat(
    vectors.map((vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)),
  );
  await db
    .insertInto('article_vectors')
    .values({ site, content_hash: hash, artefact, vectors: bytes })
    .onConflict((conflict) => conflict.columns(['site', 'content_hash', 'artefact']).doNothing())
    .execute();
}

/** An article's vectors for one artefact, `dimensions` numbers each; null until they are embedded. */
export async function readVectors(
  db: Kysely<Tables>,
  site: number,
  hash: string,
  artefact: string,
  dimensions: number,
): Promise<readonly Float32Array[] | null> {
  const row = await db
    .selectFrom('article_vectors')
    .select('vectors')
    .where('site', '=', site)
    .where('content_hash', '=', hash)
    .where('artefact', '=', artefact)
    .executeTakeFirst();
  if (row === undefined) return null;
  const numbers = new Float32Array(row.vectors.byteLength / 4);
  Buffer.from(numbers.buffer).set(row.vectors);
  const vectors: Float32Array[] = [];
  for (let begin = 0; begin < numbers.length; begin += dimensions)
    vectors.push(numbers.subarray(begin, begin + dimensions));
  return vectors;
}

/**
 * Ends the work of embedding an article, and has its comments judged anew: at once where they were judged on title and summary
 * alone, after a while where they were judged by an earlier text. What a person has judged is left alone.
 */
export async function finishEmbedding(db: Kysely<Tables>, site: number, id: number, revision: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    // Judgements that are being kept at this moment are waited for, so that they are seen below.
    const { rows } = await sql<{ newest: number }>`
      select revision as newest from article where site = ${site} and id = ${id} for no key update`.execute(tx);
    // An earlier text than the newest changes nothing.
    if (rows[0]?.newest === revision) {
      await judgeProvisionalAnew(tx, site, id);
      if (await isJudgedByEarlier(tx, site, id, revision)) await planJudgingAnew(tx, site, [id]);
    }
    await sql`delete from outbox where site = ${site} and kind = 'embed-article' and subject = ${id}
              and revision <= ${revision}`.execute(tx);
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  });
}
