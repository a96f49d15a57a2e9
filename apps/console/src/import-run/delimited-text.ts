/**
 * The first rows of a CSV or TSV text (RFC 4180: quotes, doubled quotes, line breaks inside quotes). For showing
 * and mapping columns before a file is sent; the real reading, with its checks, is the server's.
 */
export function firstRows(text: string, delimiter: string, limit: number): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = '';
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length && rows.length < limit; at += 1) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === delimiter) endField();
    else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  // What follows the last line break may be cut off: it counts only as the one line of a very small file.
  if (rows.length === 0 && (field !== '' || row.length > 0)) endRow();
  return rows;
}
