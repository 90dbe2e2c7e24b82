/** The desk's tokens that a report needs; test/training/report.test.ts holds them to src/web/styles/tokens.css. */
export const TOKENS: Readonly<Record<string, string>> = {
  '--paper': 'light-dark(#F1F1EE, #131514)',
  '--surface': 'light-dark(#FDFDFB, #1A1D1C)',
  '--band': 'light-dark(#E4E4DF, #343B39)',
  '--line': 'light-dark(#DEDED9, #2B302E)',
  '--line-strong': 'light-dark(#BDBDB6, #444A48)',
  '--ink': 'light-dark(#1B1D1C, #E9EAE6)',
  '--ink-2': 'light-dark(#474A48, #BCC0BB)',
  '--ink-3': 'light-dark(#5F6360, #9AA09C)',
  '--pencil': 'light-dark(#1F57A8, #8DB8F4)',
  '--approve': 'light-dark(#00696A, #58D3C6)',
  '--reject': 'light-dark(#8E1B2A, #F28C83)',
  '--text-12': '0.75rem',
  '--text-13': '0.8125rem',
  '--text-14': '0.875rem',
  '--text-22': '1.375rem',
  '--text-28': '1.75rem',
  '--s-4': '0.25rem',
  '--s-8': '0.5rem',
  '--s-12': '0.75rem',
  '--s-16': '1rem',
  '--s-24': '1.5rem',
  '--s-32': '2rem',
  '--s-48': '3rem',
  '--numbers': 'tabular-nums lining-nums',
};

/** The sheet of a report that stands in one file. */
export const STYLE = `
:root { color-scheme: light dark; ${Object.entries(TOKENS)
  .map(([name, value]) => `${name}: ${value};`)
  .join(' ')} }
body { margin: 0; background: var(--paper); color: var(--ink); font: var(--text-14) / 1.45 -apple-system, BlinkMacSystemFont,
  "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", "Open Sans", "Liberation Sans", system-ui, sans-serif;
  font-variant-numeric: var(--numbers); }
main { max-width: 72rem; margin: 0 auto; padding: var(--s-32) var(--s-24) var(--s-48); background: var(--surface); }
h1 { font-size: var(--text-28); margin: 0 0 var(--s-8); font-weight: 600; }
h2 { font-size: var(--text-22); margin: var(--s-48) 0 var(--s-12); font-weight: 600; }
h3 { font-size: var(--text-14); margin: var(--s-24) 0 var(--s-8); font-weight: 600; }
p { max-width: 48rem; color: var(--ink-2); margin: 0 0 var(--s-12); }
p.doubt { color: var(--reject); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: var(--text-13); }
th { text-align: start; font-weight: 500; color: var(--ink-3); border-block-end: 1px solid var(--line-strong); }
th, td { padding: var(--s-4) var(--s-16) var(--s-4) 0; vertical-align: top; }
td { border-block-end: 1px solid var(--line); }
td.figure { white-space: nowrap; }
td.yes { color: var(--approve); }
td.no { color: var(--reject); font-weight: 500; }
.plots { margin-block-end: var(--s-12); display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: var(--s-16); }
figure { margin: 0; }
figcaption { font-size: var(--text-12); color: var(--ink-2); margin-block-end: var(--s-4); }
svg.plot { width: 100%; max-width: 20rem; height: auto; }
svg text { font-size: 11px; fill: var(--ink-3); }
svg text.word { fill: var(--ink); }
.grid { stroke: var(--line); fill: none; }
.main { stroke: var(--pencil); stroke-width: 2; fill: none; }
.second { stroke: var(--reject); stroke-width: 1.5; stroke-dasharray: 4 3; fill: none; }
.guide { stroke: var(--line-strong); stroke-dasharray: 2 3; fill: none; }
circle { fill: var(--pencil); }
svg.bar { width: 12.5rem; height: 0.75rem; display: block; margin-block-start: 0.3rem; }
.ground { fill: var(--band); }
.good { fill: var(--approve); fill-opacity: 0.55; }
.bad { fill: var(--reject); fill-opacity: 0.55; }
.plain { fill: var(--pencil); fill-opacity: 0.55; }
.whisker { stroke: var(--ink); fill: none; }
.goal { stroke: var(--ink-3); stroke-dasharray: 2 2; fill: none; }
`;
