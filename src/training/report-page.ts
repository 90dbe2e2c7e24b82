import { escaped } from './pictures.js';
import { STYLE } from './report-style.js';

/** A page that stands in one file and asks nothing of any other place. @param content HTML */
export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

/** @param rows cells that are HTML already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => row.map((cell) => `<td class="${classOf(cell)}">${cell}</td>`).join('');
  return `<div class="scroll"><table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}</tbody></table></div>`;
}

/** Figures stay on one line; whether a goal is met has its colour. */
function classOf(cell: string): string {
  if (cell === 'yes' || cell === 'no') return cell;
  return /^[≥≤\d]/u.test(cell) && cell.length < 24 ? 'figure' : '';
}
