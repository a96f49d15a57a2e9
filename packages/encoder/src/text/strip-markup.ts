import { decodeHTML } from 'entities';

/** Elements whose content is for machines, not for readers. */
const unreadable = new Set(['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object', 'head']);

/** Elements that do not break a word: `<b>K</b>indling` is one word, `<li>red<li>blue` is two. */
const inline = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

/** Only these are taken for markup, so that `a <b and c> d` in prose is the one kind of sentence that suffers. */
const known = new Set([
  ...unreadable,
  ...inline,
  ...'address area article aside audio base blockquote body br button canvas caption center col colgroup dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr html img input label legend li link main map menu meta meter nav ol optgroup option output p param picture pre progress rp rt ruby section select slot source summary table tbody td textarea tfoot th thead title tr track ul video'.split(
    ' ',
  ),
]);

/** Feeds escape their markup once or twice; deeper nesting is an attack or an accident, and stays as it is. */
const escapes = 3;

/** The readable text of an HTML fragment: block elements become line breaks. Text without markup is unchanged. */
export function stripMarkup(html: string): string {
  let text = html;
  for (let pass = 0; pass < escapes; pass++) {
    const before = text;
    if (text.includes('<')) text = stripTags(text);
    if (text.includes('&')) text = decodeHTML(text);
    if (text === before) break;
  }
  return text.includes('<') ? stripTags(text) : text;
}

/** One pass from left to right with a hand-written scanner: regular expressions take quadratic time on hostile input. */
function stripTags(html: string): string {
  const parts: string[] = [];
  let at = 0;
  // Once a closing mark is known to be absent it is not searched again, which keeps the scan linear.
  const missing = new Set<string>();
  const find = (mark: string, from: number): number => {
    if (missing.has(mark)) return -1;
    const found = html.indexOf(mark, from);
    if (found < 0) missing.add(mark);
    return found;
  };
  for (let open = find('<', at); open >= 0; open = find('<', open + 1)) {
    if (html.startsWith('<!--', open)) {
      const close = find('-->', open + 4);
      parts.push(html.slice(at, open), ' ');
      at = close < 0 ? html.length : close + 3;
      open = at - 1;
      continue;
    }
    const tag = /^<\/?([a-z][a-z0-9]*(?:[-:][a-z0-9]+)*)(?=[\s/>])|^<[!?][a-z[]/i.exec(
      html.slice(open, open + 40),
    );
    if (tag === null) continue;
    const name = tag[1]?.toLowerCase();
    if (name !== undefined && !known.has(name) && !/[-:]/.test(name)) continue;
    const close = find('>', open);
    if (close < 0) break;
    parts.push(html.slice(at, open), name !== undefined && inline.has(name) ? '' : '\n');
    at = close + 1;
    if (name !== undefined && unreadable.has(name) && html[open + 1] !== '/' && html[close - 1] !== '/') {
      at = endOfElement(html, name, at, missing);
    }
    open = at - 1;
  }
  parts.push(html.slice(at));
  return parts.join('');
}

function endOfElement(html: string, name: string, from: number, missing: Set<string>): number {
  const mark = `</${name}`;
  if (missing.has(mark)) return html.length;
  const found = new RegExp(mark, 'gi');
  found.lastIndex = from;
  const match = found.exec(html);
  if (match === null) {
    missing.add(mark);
    return html.length;
  }
  const close = html.indexOf('>', match.index);
  return close < 0 ? html.length : close + 1;
}
