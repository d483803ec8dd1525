/** A word of a question: as it was written, and as words are compared. */
export interface Word {
  readonly text: string;
  readonly stem: string;
}

/** Of a question; what is longer is cut. */
export const QUESTION_LENGTH_MAX = 500;

/** Words, numbers, times, names and quoted texts; `=`, `!=` and `,` stand alone. */
export function wordsOf(text: string): Word[] {
  const found = text
    .slice(0, QUESTION_LENGTH_MAX)
    .matchAll(/"([^"]*)"|'([^']*)'|`([^`]*)`|(!=|=~|!~|=|,)|([^\s"'`,=!?;()]+)/gu);
  const words: Word[] = [];
  for (const [, double, single, tick, sign, plain] of found) {
    const quoted = double ?? single ?? tick;
    const written = quoted ?? sign ?? (plain === '/' ? plain : plain.replace(/[.:]+$/, ''));
    if (written === '') continue;
    words.push({ text: written, stem: stemOf(written) });
  }
  return words;
}

/** What a name or value is made of: `node_memory_MemAvailable_bytes` gives node, memory, mem, available, bytes. */
export function partsOf(name: string): string[] {
  // As almost all names of metrics are.
  if (/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name)) return name.split('_');
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');
}

const irregular: Readonly<Record<string, string>> = {
  sent: 'send',
  sends: 'send',
  spent: 'spend',
  paid: 'pay',
  failure: 'fail',
  latencies: 'latency',
  status: 'status',
  success: 'success',
  process: 'process',
  access: 'access',
  address: 'address',
  redis: 'redis',
  kubernetes: 'kubernetes',
  series: 'series',
  bus: 'bus',
  gas: 'gas',
};

/** Words that differ only in their endings have one stem: `requests` and `request`, `failed` and `failure`. */
export function stemOf(word: string): string {
  const lower = word.toLowerCase();
  const known = Object.hasOwn(irregular, lower) ? irregular[lower] : undefined;
  if (known !== undefined) return known;
  if (!/^[a-z]{4,}$/.test(lower)) return lower;
  if (lower.endsWith('ies') && lower.length > 4) return `${lower.slice(0, -3)}y`;
  if (/(ss|sh|ch|x|z)es$/.test(lower)) return lower.slice(0, -2);
  if (lower.endsWith('s') && !/(ss|us|is)$/.test(lower)) return stemOf(lower.slice(0, -1));
  if (lower.endsWith('ing') && lower.length > 6) return undouble(lower.slice(0, -3));
  if (lower.endsWith('ed') && lower.length > 5) return undouble(lower.slice(0, -2));
  return lower.endsWith('e') && lower.length > 5 ? lower.slice(0, -1) : lower;
}

function undouble(stem: string): string {
  const cut = /([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
  return cut.endsWith('e') && cut.length > 5 ? cut.slice(0, -1) : cut;
}

/** Each line: words that name one thing in the world of metrics. */
const sameThing: readonly (readonly string[])[] = [
  ['latency', 'duration', 'time', 'delay', 'seconds', 'milliseconds', 'took', 'takes', 'slow', 'fast'],
  ['error', 'fail', 'failing', 'failure', 'failed', 'exception', 'fault'],
  ['memory', 'mem', 'ram', 'rss'],
  ['cpu', 'processor'],
  ['database', 'db', 'datname'],
  ['postgres', 'pg', 'postgresql'],
  ['kubernetes', 'kube', 'k8s'],
  ['disk', 'filesystem', 'fs', 'storage'],
  ['available', 'avail', 'free'],
  ['send', 'transmit', 'tx', 'egress', 'outgoing'],
  ['receive', 'rx', 'ingress', 'incoming'],
  ['usage', 'used', 'utilization', 'utilisation', 'use'],
  ['mail', 'email'],
  ['type', 'kind'],
  ['host', 'instance', 'machine', 'hostname'],
  ['session', 'visit'],
  ['user', 'person', 'people'],
  ['request', 'call', 'req'],
  ['message', 'msg'],
  ['gc', 'collection'],
  ['byte', 'size'],
  ['code', 'status'],
  ['deep', 'depth', 'length'],
  ['lookup', 'keyspace'],
  ['connection', 'conn'],
];

const thingOf = new Map<string, string>();
for (const words of sameThing) {
  for (const word of words) thingOf.set(stemOf(word), stemOf(words[0]));
}

/** The stem that stands for all words of one thing. */
export function conceptOf(stem: string): string {
  return thingOf.get(stem) ?? stem;
}

/** How alike two stems are, in [0, 1]: 1 for the same, 0.9 for the same thing, less for what looks like a slip of the pen. */
export function alikeness(a: string, b: string): number {
  if (a === b) return 1;
  if (conceptOf(a) === conceptOf(b)) return 0.9;
  if (isNumbered(a, b) || isNumbered(b, a)) return 0.8;
  return isSlip(a, b) ? 0.7 : 0;
}

/** `load` and `load1`, but not `load1` and `load12`. */
function isNumbered(word: string, base: string): boolean {
  return word.length > base.length && base.length > 2 && unnumbered(word) === base;
}

/** Without the number at its end. */
export function unnumbered(word: string): string {
  let size = word.length;
  while (size > 0 && isDigit(word.charCodeAt(size - 1))) size--;
  return word.slice(0, size);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** One letter left out, added, changed, or two swapped, in words of five letters and more. */
function isSlip(a: string, b: string): boolean {
  const long = a.length >= b.length ? a : b;
  const short = long === a ? b : a;
  if (short.length < 5 || long.length - short.length > 1 || /\d/.test(long)) return false;
  let start = 0;
  while (start < short.length && long[start] === short[start]) start++;
  const restLong = long.slice(start);
  const restShort = short.slice(start);
  if (long.length > short.length) return restLong.slice(1) === restShort;
  if (restLong.slice(1) === restShort.slice(1)) return true;
  const swapped = `${restLong[1] ?? ''}${restLong[0] ?? ''}${restLong.slice(2)}`;
  return swapped === restShort;
}
