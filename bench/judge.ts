import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * No decorative model, no decorative rules: whole threads judged with both, with the rules empty and with the model absent.
 *
 *     npm run bench -- judge [DATA/room-for-debate-threads.jsonl.gz NUMBER …]     always with the demonstration
 */
type Line = {
  id: string;
  text: string;
  article: { title: string; summary?: string; body?: string };
  parent?: { text: string };
};
type Verdict = { id: string; decision: string; flags: string[] };

const [data, ...numbers] = process.argv.slice(2);
const threads: { name: string; lines: Line[] }[] = [demonstration()];
if (data !== undefined) threads.push(...debates(data, numbers.map(Number)));

for (const { name, lines } of threads) {
  console.log(`\n${name}: ${lines.length} comments\n`);
  console.log('| judged by | approve | review | reject | flags |');
  console.log('| --- | ---: | ---: | ---: | --- |');
  const runs = {
    both: await judge(lines, []),
    'the model alone': await judge(lines, ['--no-rules']),
    'the rules alone': await judge(lines, ['--no-model']),
  };
  for (const [by, verdicts] of Object.entries(runs)) console.log(row(by, verdicts));
  if (name.startsWith('The demonstration')) {
    console.log('\n| comment | both | model alone | rules alone |\n| --- | --- | --- | --- |');
    for (const [i, { id }] of lines.entries()) {
      const cell = (verdict: Verdict | undefined) => `${verdict?.decision} ${verdict?.flags.join(', ')}`;
      console.log(
        `| ${id} | ${cell(runs.both[i])} | ${cell(runs['the model alone'][i])} | ${cell(runs['the rules alone'][i])} |`,
      );
    }
  }
}

function row(by: string, verdicts: readonly Verdict[]): string {
  const count = (outcome: string) => verdicts.filter(({ decision }) => decision === outcome).length;
  const flags = new Map<string, number>();
  for (const verdict of verdicts) for (const flag of verdict.flags) flags.set(flag, (flags.get(flag) ?? 0) + 1);
  const listed = [...flags].sort((a, b) => b[1] - a[1]).map(([flag, n]) => `${flag} ${n}`);
  return `| ${by} | ${count('approve')} | ${count('review')} | ${count('reject')} | ${listed.join(', ')} |`;
}

async function judge(lines: readonly Line[], switches: readonly string[]): Promise<Verdict[]> {
  const child = spawn(process.execPath, ['dist/server/main.js', 'score', ...switches], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stdin.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await new Promise((done) => child.once('close', done));
  return Buffer.concat(out)
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
}

function demonstration(): { name: string; lines: Line[] } {
  const { article, comments } = JSON.parse(readFileSync('demonstration/thread.json', 'utf8')) as {
    article: { title: string; summary: string; body: string };
    comments: { id: string; parentId?: string; text: string }[];
  };
  const { title, summary, body } = article;
  const texts = new Map(comments.map(({ id, text }) => [id, text]));
  return {
    name: 'The demonstration',
    lines: comments.map(({ id, parentId, text }) => {
      const parent = parentId === undefined ? undefined : texts.get(parentId);
      return { id, text, article: { title, summary, body }, ...(parent !== undefined && { parent: { text: parent } }) };
    }),
  };
}

function debates(path: string, wanted: readonly number[]): { name: string; lines: Line[] }[] {
  const rows = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
  return wanted.map((number) => {
    const { article, comments } = JSON.parse(rows[number] ?? '{}') as {
      article: { title: string; summary: string };
      comments: readonly (string | { text: string })[];
    };
    return {
      name: `Debate ${number}, "${article.title}"`,
      lines: comments.map((comment, n) => ({
        id: `d${number}-${n}`,
        text: typeof comment === 'string' ? comment : comment.text,
        article: { title: article.title, summary: article.summary },
      })),
    };
  });
}
