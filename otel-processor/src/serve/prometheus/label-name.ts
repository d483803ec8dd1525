/**
 * Undoes the `U__` escaping that Prometheus uses for UTF-8 names in URL paths: `__` is `_`, `_HEX_` is a code
 * point. Text that is not so escaped, or wrongly, is returned as it is.
 */
export function unescapeName(text: string): string {
  if (!text.startsWith('U__')) return text;
  const pattern = /__|_([0-9a-fA-F]{1,6})_|([^_])/gy;
  let name = '';
  let position = 3;
  while (position < text.length) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return text;
    if (match[0] === '__') name += '_';
    else if (match[1] === undefined) name += match[0];
    else {
      const codePoint = Number.parseInt(match[1], 16);
      if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return text;
      name += String.fromCodePoint(codePoint);
    }
    position = pattern.lastIndex;
  }
  return name;
}
