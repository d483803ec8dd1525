/*
 * Is a text PromQL? Only the shape is looked at, to tell it from plain words; what it means, and whether it is right, the
 * service says.
 */

const keywords = new Set(
  (
    'by without on ignoring group_left group_right offset bool and or unless atan2 start end inf nan fill fill_left ' +
    'fill_right anchored smoothed'
  ).split(' '),
);
const token =
  /\s+|#[^\n]*|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(\d[\w.]*|\.\d+)|([a-zA-Z_][\w:]*|:[a-zA-Z_][\w:]*)|(==|!=|>=|<=|=~|!~|[-+*/%^@<>=(){}[\],:])/y;

/** True when the text has a call, a selector, a range or an operator, and nothing that no expression could have. */
export function looksLikePromQl(text: string): boolean {
  const open: string[] = [];
  let before: 'operand' | 'other' = 'other';
  let isStructured = false;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (found === null) return false;
    const [, quoted, number, name, sign] = found;
    if (quoted !== undefined || number !== undefined || name !== undefined) {
      const keyword = name?.toLowerCase() ?? '';
      if (/^(by|without|on|ignoring)$/.test(keyword) && !/^\s*\(/.test(text.slice(token.lastIndex)))
        return false;
      if (keywords.has(keyword)) {
        before = 'other';
        continue;
      }
      if (before === 'operand') return false;
      before = 'operand';
    } else if (sign !== undefined) {
      if (/^[({[]$/.test(sign)) {
        open.push(sign);
        isStructured = true;
        before = 'other';
      } else if (/^[)}\]]$/.test(sign)) {
        if (!['()', '{}', '[]'].includes(`${open.pop() ?? ''}${sign}`)) return false;
        // `sum by (le) (x)`: after `)` an operand may follow.
        before = sign === ')' ? 'other' : 'operand';
      } else {
        if (open.length === 0 && /^[,:]$/.test(sign)) return false;
        if (/^(==|!=|>=|<=|[-+*/%^<>])$/.test(sign)) isStructured ||= before === 'operand';
        before = 'other';
      }
    }
  }
  return open.length === 0 && isStructured;
}
