import type { Express } from 'express';
import { z } from 'zod';
import { CommentText, Id, Time } from '../core/incoming.js';
import { LIMITS } from '../core/limits.js';
import type {
  DiscardedDraft,
  DraftView,
  DryRunView,
  RevisionDiffView,
  RevisionHeadView,
} from '../core/revision-views.js';
import type { FoundRulesView, RuleCheckView, RulesView, RuleTrialView } from '../core/rule-views.js';
import type { Actor } from '../flow/site.js';
import type { TriedText } from '../flow/try-rules.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery, ruleListReader } from './body.js';
import { idOf } from './comments.js';
import { DryRunScope, type ReadDryRunChanges, serveDryRuns } from './dry-runs.js';
import { type IdempotencyDeps, idempotent } from './idempotency.js';
import { NoQuery } from './page.js';
import { RevisionNumber, RollBackBody, Storable, Why } from './published.js';
import { serveRevisions } from './revisions.js';
import { route } from './route.js';

export type RuleHttpDeps = IdempotencyDeps & {
  /** @throws NotFound where the service has never started on this store */
  readRules(site: number): Promise<RulesView>;
  /** @throws NotFound */
  readRuleList(
    site: number,
    name: string,
  ): Promise<{ name: string; origin: 'shipped' | 'site'; yaml: string; revision: number }>;
  /** Newest first; `before` is the number of the one before the first. */
  listRuleRevisions(site: number, limit: number, before: number | null): Promise<readonly RevisionHeadView[]>;
  /** @throws NotFound */
  readRuleRevision(
    site: number,
    revision: number,
  ): Promise<RevisionHeadView & { readonly content: unknown; readonly documents: Readonly<Record<string, string>> }>;
  /** What a revision has otherwise than another. @throws NotFound */
  diffRules(site: number, revision: number, against: number): Promise<RevisionDiffView>;
  /** @throws NotFound */
  readRuleDraft(site: number, name: string): Promise<DraftView>;
  /**
   * @param begunOn the revision on whose text it was begun; left out, what the draft says of that, or the one in force.
   * @param expected the `updatedAt` of the draft that it takes the place of, null for none; left out, whichever there is.
   * @throws NotFound where there is no such revision; DraftChanged
   */
  keepRuleDraft(
    actor: Actor,
    name: string,
    yaml: string,
    begunOn?: number,
    expected?: string | null,
  ): Promise<{ draft: DraftView; check: RuleCheckView }>;
  /** @throws NotFound */
  deleteRuleDraft(site: number, name: string): Promise<DiscardedDraft>;
  findRules(site: number, text: string): Promise<FoundRulesView>;
  checkRules(site: number, document: { readonly name: string; readonly yaml: string }): Promise<RuleCheckView>;
  tryRules(site: number, tried: TriedText & { readonly drafts: boolean }): Promise<RuleTrialView>;
  /** @throws NotFound, FaultyRules */
  startDryRun(actor: Actor, request: z.infer<typeof RuleDryRunBody>): Promise<DryRunView>;
  /** @throws NotFound */
  readDryRun(site: number, id: string): Promise<DryRunView>;
  readDryRunChanges: ReadDryRunChanges;
  /** @throws NotFound, FaultyRules, Overtaken, DraftChanged, DraftOutdated, Conflict */
  publishRules(actor: Actor, request: z.infer<typeof PublishBody>): Promise<RevisionHeadView>;
  /** @throws NotFound, FaultyRules, Overtaken, Conflict */
  rollBackRules(actor: Actor, request: z.infer<typeof RollBackBody>): Promise<RevisionHeadView>;
};

const Name = z.string().min(1).max(64);
const Names = z.array(Name).min(1).max(100);

export const DraftBody = z.strictObject({
  yaml: Storable,
  begunOn: z.exactOptional(RevisionNumber),
  /** The `updatedAt` of the draft that it takes the place of, as it was read; null: there was none. */
  expectedDraft: z.exactOptional(Time.nullable()),
});
export const CheckBody = z.strictObject({ name: Name, yaml: Storable });
export const FindBody = z.strictObject({ text: z.string().trim().min(1).max(LIMITS.soughtCharacters) });
const TriedAuthor = z.strictObject({
  trusted: z.exactOptional(z.boolean()),
  role: z.exactOptional(Id),
  createdAt: z.exactOptional(Time),
  /** How many comments of the author's were approved and rejected here. */
  approved: z.exactOptional(z.int().min(0)),
  rejected: z.exactOptional(z.int().min(0)),
});
export const TryBody = z.strictObject({
  text: CommentText,
  section: Id.nullish(),
  author: TriedAuthor.nullish(),
  drafts: z.boolean().default(false),
});
export const RuleDryRunBody = z.strictObject({ drafts: Names, ...DryRunScope.shape });
export const PublishBody = z.strictObject({
  drafts: Names,
  why: Why,
  expectedRevision: RevisionNumber,
  /** The `updatedAt` of drafts as they were read, by name. */
  expectedDrafts: z.exactOptional(z.record(Name, Time)),
  /** The revisions on which drafts are to count as begun, by name. */
  begunOn: z.exactOptional(z.record(Name, RevisionNumber)),
});
/** The site's rules: read, drafted, checked, tried, run dry, published, rolled back. */
export function serveRules(app: Express, deps: RuleHttpDeps): void {
  serveReading(app, deps);
  serveRevisions(app, '/v1/rules', {
    list: deps.listRuleRevisions,
    read: deps.readRuleRevision,
    diff: deps.diffRules,
  });
  serveDrafts(app, deps);
  serveDryRuns(
    app,
    '/v1/rules',
    RuleDryRunBody,
    { start: deps.startDryRun, read: deps.readDryRun, changes: deps.readDryRunChanges },
    deps,
  );
  route(app, '/v1/rules\\:publish', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        response.json(await deps.publishRules(actorOf(request), readBody(request, PublishBody)));
      },
    ],
  });
  route(app, '/v1/rules\\:rollback', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        response.json(await deps.rollBackRules(actorOf(request), readBody(request, RollBackBody)));
      },
    ],
  });
}

function serveReading(app: Express, deps: RuleHttpDeps): void {
  route(app, '/v1/rules', {
    get: async (request, response) => {
      readQuery(request, NoQuery);
      response.json(await deps.readRules(actorOf(request).site));
    },
  });
  route(app, '/v1/rules/lists/:name', {
    get: async (request, response) => {
      response.json(await deps.readRuleList(actorOf(request).site, idOf(request.params.name)));
    },
  });
  route(app, '/v1/rules\\:check', {
    post: [
      ruleListReader,
      async (request, response) => {
        response.json(await deps.checkRules(actorOf(request).site, readBody(request, CheckBody)));
      },
    ],
  });
  route(app, '/v1/rules\\:find', {
    post: [
      bodyReader,
      async (request, response) => {
        response.json(await deps.findRules(actorOf(request).site, readBody(request, FindBody).text));
      },
    ],
  });
  route(app, '/v1/rules\\:try', {
    post: [
      bodyReader,
      async (request, response) => {
        const { text, section, author, drafts } = readBody(request, TryBody);
        const tried = { text, section: section ?? null, author: author ?? null, drafts };
        response.json(await deps.tryRules(actorOf(request).site, tried));
      },
    ],
  });
}

function serveDrafts(app: Express, deps: RuleHttpDeps): void {
  route(app, '/v1/rules/drafts/:name', {
    get: async (request, response) => {
      response.json(await deps.readRuleDraft(actorOf(request).site, idOf(request.params.name)));
    },
    put: [
      ruleListReader,
      async (request, response) => {
        const { yaml, begunOn, expectedDraft } = readBody(request, DraftBody);
        const name = idOf(request.params.name);
        response.json(await deps.keepRuleDraft(actorOf(request), name, yaml, begunOn, expectedDraft));
      },
    ],
    delete: async (request, response) => {
      await deps.deleteRuleDraft(actorOf(request).site, idOf(request.params.name));
      response.status(204).end();
    },
  });
}
