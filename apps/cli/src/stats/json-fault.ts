const blank = /[ \t\r\n]*/y;
const scalar =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const key = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Line, from 1, of the first place where a text stops being JSON. JSON.parse tells a position only for some faults,
 * in words that change with the version of Node.
 */
export function lineOfFault(text: string): number {
  const closers: string[] = [];
  let at = 0;
  const take = (pattern: RegExp | string): boolean => {
    if (typeof pattern === 'string') {
      if (!text.startsWith(pattern, at)) return false;
      at += pattern.length;
      return true;
    }
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return false;
    at = pattern.lastIndex;
    return true;
  };
  const takeKey = () => take(blank) && take(key) && take(blank) && take(':');
  const afterValue = (): 'value' | 'end' | 'fault' => {
    for (;;) {
      take(blank);
      const closer = closers.at(-1);
      if (closer === undefined) return at === text.length ? 'end' : 'fault';
      if (take(',')) return closer === ']' || takeKey() ? 'value' : 'fault';
      if (!take(closer)) return 'fault';
      closers.pop();
    }
  };
  let next: 'value' | 'end' | 'fault' = 'value';
  while (next === 'value') {
    take(blank);
    if (take('{')) {
      closers.push('}');
      take(blank);
      next = text[at] === '}' ? afterValue() : takeKey() ? 'value' : 'fault';
    } else if (take('[')) {
      closers.push(']');
      take(blank);
      next = text[at] === ']' ? afterValue() : 'value';
    } else {
      next = take(scalar) ? afterValue() : 'fault';
    }
  }
  return text.slice(0, at).split('\n').length;
}
