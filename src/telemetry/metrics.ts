import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  answered(method: string, route: string, status: number, milliseconds: number): void;
  judged(outcome: string, degraded: boolean): void;
  /** Refreshed when somebody asks for the figures. */
  backlog(figures: {
    undecided: number;
    oldestSeconds: number | null;
    failed: number;
    waiting: number;
    overloaded: boolean;
  }): void;
  /** Refreshed with them; `rules` are as many of the `count` as may be told one by one. */
  ruleAlarms(figures: { count: number; rules: readonly string[] }): void;
  read(): Promise<{ contentType: string; text: string }>;
};

/** Figures for Prometheus. Labels are routes, outcomes and rules, never text or the id of a comment. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'premod_' });
  const requests = new Histogram({
    name: 'premod_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const judgements = new Counter({
    name: 'premod_judgements_total',
    help: 'Machine decisions made by this process.',
    labelNames: ['outcome', 'degraded'],
    registers: [registry],
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const undecided = gauge('premod_undecided_comments', 'Comments that no machine has judged yet.');
  const oldest = gauge('premod_oldest_undecided_seconds', 'How long the oldest live comment waits for its judgement.');
  const overloaded = gauge(
    'premod_overloaded',
    'Whether live comments wait too long for what the policy allows: 1 or 0.',
  );
  const failed = gauge('premod_failed_work', 'Pieces of work that failed for good.');
  const waiting = gauge('premod_queue_items', 'Comments that wait for a person.');

  const alarms = gauge('premod_rule_alarms', 'Rules that find far more than they used to.');
  const alarm = new Gauge({
    name: 'premod_rule_alarm',
    help: 'Each of them, by its id as the list names it (`rule`); where there are very many, those that have done so longest. What it looks for and why: the page for rules, or `premod rules list`.',
    labelNames: ['rule'],
    registers: [registry],
  });

  return {
    answered: (method, route, status, milliseconds) => requests.observe({ method, route, status }, milliseconds / 1000),
    judged: (outcome, degraded) => judgements.inc({ outcome, degraded: String(degraded) }),
    backlog: (figures) => {
      undecided.set(figures.undecided);
      oldest.set(figures.oldestSeconds ?? 0);
      overloaded.set(figures.overloaded ? 1 : 0);
      failed.set(figures.failed);
      waiting.set(figures.waiting);
    },
    ruleAlarms: ({ count, rules }) => {
      alarms.set(count);
      alarm.reset();
      for (const rule of rules) alarm.set({ rule }, 1);
    },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
