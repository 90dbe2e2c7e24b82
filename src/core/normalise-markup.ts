const INLINE = new Set(
  'a abbr acronym b bdi bdo big blink cite code dfn em font i iframe img input ins kbd label mark marquee nobr noscript q rb rp rt rtc ruby s samp script small span strike strong style sub sup svg tt u var wbr del object embed video audio form button'.split(
    ' ',
  ),
);
const BLOCK = new Set(
  'address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead title tr ul'.split(
    ' ',
  ),
);
/** Attributes whose values nobody reads. */
const SILENT = new Set('class style id target rel width height color face size lang dir align border'.split(' '));

/** `name`, `name="value"`, `name='value'` or `name=value`, with the blanks before it. */
const ATTRIBUTE = /\s*([a-z][a-z0-9:_-]*)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>=]+))/y;

/**
 * Reads what stands between `<` and `>`.
 *
 * @returns the words that stay of a tag: nothing for most, a line break for what begins a line in a browser, the values of
 *   attributes that hold an address or words (they could hide something); null where it is no tag of HTML, so that
 *   `<all of them>` stays to be read.
 */
export function readTag(inside: string): string | null {
  // A browser shows nothing of a comment.
  if (inside.startsWith('!--') && inside.endsWith('--')) return '';
  const name = /^\/?([a-z][a-z0-9]*)/.exec(inside);
  if (name?.[1] === undefined) return null;
  const block = BLOCK.has(name[1]);
  if (!block && !INLINE.has(name[1])) return null;

  const values: string[] = [];
  let at = name[0].length;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(inside);
    if (attribute === null) break;
    if (!/\s/.test(inside[at] ?? '') && at === name[0].length) return null;
    at += attribute[0].length;
    if (!SILENT.has(attribute[1] ?? '')) values.push(attribute[2] ?? attribute[3] ?? attribute[4] ?? '');
  }
  const rest = inside.slice(at).trim();
  if (rest !== '' && rest !== '/') return null;
  const kept = values.length === 0 ? '' : ` ${values.join(' ')} `;
  return block ? `${kept}\n` : kept;
}
