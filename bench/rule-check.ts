import { openRuleThread } from '../src/cli/rule-thread.js';
// The thread's program, named here so that it is compiled with this one.
import '../src/cli/rule-thread-work.js';
import { createRuleWork, type RuleWork } from '../src/core/rule-work.js';

/**
 * How long a long list of words takes to be looked over, and for how long nothing else is done meanwhile: in the thread that asks,
 * and in one of its own as the service does it.
 *
 *     npm run bench -- rule-check [WORDS]
 */
const count = Number(process.argv[2] ?? 49_000);
const word = (n: number) => `q${n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}y`;
const words = Array.from({ length: count }, (_, n) => `        - ${word(n)}\n`).join('');
const yaml = `about: As long as a list may be.
rules:
  - id: long
    label: spam
    effect: review
    when:
      words:
${words}    reason: It is one of many.
    match: [${word(7)} and nothing else]
    ignore: [Nothing of that kind.]
`;

console.log(`| ${count} words | looked over, ms | held up at most, ms | a text, ms | held up at most, ms |`);
console.log('| --- | ---: | ---: | ---: | ---: |');
await row('in the same thread', createRuleWork());
const thread = openRuleThread();
await row('in a thread of its own', thread);
await row('once more', thread);
await thread.close();

async function row(name: string, work: RuleWork): Promise<void> {
  const [looked, { lists, faults }] = await timed(() =>
    work.examine({ shipped: [], documents: { long: yaml }, today: '2026-11-22', examples: true }),
  );
  if (lists === null) throw new Error(faults.map(({ detail }) => detail).join('\n'));
  const [tried] = await timed(() => work.find({ key: name, lists, comment: { text: `Look, ${word(99)}!` } }));
  console.log(`| ${name} | ${looked} | ${tried} |`);
}

/** How long something took, and the longest time that no timer could run in it. */
async function timed<Answer>(work: () => Promise<Answer>): Promise<[string, Answer]> {
  let longest = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  const begin = performance.now();
  const answer = await work();
  const took = performance.now() - begin;
  look();
  clearInterval(timer);
  return [`${Math.round(took)} | ${Math.round(longest)}`, answer];
}
