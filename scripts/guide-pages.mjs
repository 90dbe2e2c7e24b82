// The guides of docs/ as pages that the service serves: a moderator has a browser and no checkout.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Marked } from 'marked';

/** Those for the people who run a desk, in the order of the list above each; `model.md` is for who trains. */
const GUIDES = { moderation: 'For moderators', labels: 'Labels', policies: 'Policies', operations: 'Running it' };
const TEMPLATE = 'guide.html';

/**
 * A plugin for Vite: fills `guide.html`, which is built like any page, once for each guide, as `guide/NAME.html`.
 *
 * @param folder where the guides lie, with a `/` at its end.
 */
export function guidePages(folder) {
  return {
    name: 'guide-pages',
    enforce: 'post',
    buildStart() {
      for (const file of readdirSync(folder)) if (nameOf(file) in GUIDES) this.addWatchFile(`${folder}${file}`);
    },
    generateBundle(_options, bundle) {
      const template = bundle[TEMPLATE].source;
      delete bundle[TEMPLATE];
      for (const [name, title] of Object.entries(GUIDES)) {
        const text = readFileSync(`${folder}${name}.md`, 'utf8');
        this.emitFile({ type: 'asset', fileName: `guide/${name}.html`, source: fill(template, name, title, text) });
      }
    },
  };
}

function fill(template, name, title, text) {
  const list = Object.entries(GUIDES).map(
    ([guide, says]) => `<li><a href="./${guide}"${guide === name ? ' aria-current="page"' : ''}>${says}</a></li>`,
  );
  const parts = { title, list: list.join(''), guide: htmlOf(text) };
  return template.replaceAll(/<!--(title|list|guide)-->/g, (_comment, part) => parts[part]);
}

function htmlOf(text) {
  const seen = new Map();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const words = this.parser.parseInline(tokens);
        const anchor = anchorOf(words);
        const before = seen.get(anchor) ?? 0;
        seen.set(anchor, before + 1);
        return `<h${depth} id="${before === 0 ? anchor : `${anchor}-${before}`}">${words}</h${depth}>\n`;
      },
      // What is not served with the guides is named and not linked.
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const [path, part] = href.split('#');
        if (/^(https?:|#)/.test(href)) return `<a href="${href}">${words}</a>`;
        if (!(nameOf(path) in GUIDES) || path.includes('/')) return words;
        return `<a href="./${nameOf(path)}${part === undefined ? '' : `#${part}`}">${words}</a>`;
      },
      // Wider than a telephone; with a tab stop, so that the keyboard can move them.
      code: ({ text: code }) => `<pre tabindex="0"><code>${escaped(code)}</code></pre>\n`,
      table(token) {
        const cells = (row, tag) =>
          `<tr>${row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
        const rows = token.rows.map((row) => cells(row, 'td')).join('');
        return `<div class="guide-table" tabindex="0"><table><thead>${cells(token.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(text);
}

/** As code hosts name the anchor of a heading, by which the guides link to each other's. */
function anchorOf(words) {
  return words
    .replaceAll(/<[^>]*>|&[a-z#0-9]+;/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function nameOf(path) {
  return basename(path, '.md');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
