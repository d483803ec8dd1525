import { dateTime } from '@grafana/data';

const escapedInRegex = /[\\^$.*+?()[\]{}|/]/g;
const escapedInLucene = /([!*+\-=<>&|()[\]{}^~?:\\/"])/g;

const formats: Readonly<Record<string, (list: readonly string[], name: string) => string>> = {
  raw: (list) => list.join(','),
  csv: (list) => list.join(','),
  pipe: (list) => list.join('|'),
  text: (list) => list.join(' + '),
  regex: (list) => grouped(list.map((text) => text.replace(escapedInRegex, '\\$&'))),
  lucene: (list) => luceneOf(list.map((text) => text.replace(escapedInLucene, '\\$1'))),
  doublequote: (list) => list.map((text) => `"${text.replaceAll('"', '\\"')}"`).join(','),
  singlequote: (list) => list.map((text) => `'${text.replaceAll("'", "\\'")}'`).join(','),
  sqlstring: (list) => list.map((text) => `'${text.replaceAll("'", "''")}'`).join(','),
  distributed: (list, name) => list.map((text, i) => (i === 0 ? text : `${name}=${text}`)).join(','),
  percentencode: (list) => strictlyEncoded(braced(list)),
  uriencode: (list) => encodeURI(braced(list)),
  queryparam: (list, name) => list.map((text) => `var-${name}=${strictlyEncoded(text)}`).join('&'),
  html: (list) => list.join(', ').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  glob: braced,
};

/** A variable's value in the format that `${name:format}` or the data source wants; see Grafana's list of formats. */
export function formatValue(
  value: unknown,
  format: string | ((value: unknown) => string) | undefined,
  name: string,
): string {
  if (typeof format === 'function') return format(value);
  const list = Array.isArray(value) ? value.map(String) : [String(value)];
  if (format === 'json') return JSON.stringify(value);
  const [kind = 'glob', argument] = format === undefined ? [] : splitOnce(format);
  if (kind === 'date') return formatDate(list[0], argument);
  if (kind === 'join') return list.join(argument ?? ',');
  return (formats[kind] ?? braced)(list, name);
}

function splitOnce(format: string): [string, string | undefined] {
  const at = format.indexOf(':');
  return at < 0 ? [format, undefined] : [format.slice(0, at), format.slice(at + 1)];
}

function formatDate(value: string, pattern: string | undefined): string {
  const time = dateTime(Number(value));
  if (pattern === undefined || pattern === 'iso') return time.toISOString();
  if (pattern === 'seconds') return String(Math.floor(time.valueOf() / 1000));
  return time.format(pattern);
}

function braced(list: readonly string[]): string {
  return list.length === 1 ? list[0] : `{${list.join(',')}}`;
}

function grouped(list: readonly string[]): string {
  return list.length === 1 ? list[0] : `(${list.join('|')})`;
}

function luceneOf(list: readonly string[]): string {
  return list.length === 1 ? list[0] : `(${list.map((text) => `"${text}"`).join(' OR ')})`;
}

function strictlyEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
