import { type Node, type Source, walk } from '../source.ts';

export interface Instrument {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly path: string;
}

const makers: Readonly<Record<string, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  distribution: 'histogram',
  observed: '',
};

/** Instruments that the source makes with literal names; `labels` where they are written out there too. */
export function instrumentsOf(source: Source): Instrument[] {
  const found: Instrument[] = [];
  walk(source.program, (node) => {
    if (node.type !== 'CallExpression') return;
    const maker = ((node['callee'] as Node)['property'] as Node | undefined)?.['name'];
    if (typeof maker !== 'string' || !Object.hasOwn(makers, maker)) return;
    const args = node['arguments'] as readonly Node[];
    const name = textOf(args[0]);
    if (name === undefined || !name.startsWith('statbar_')) return;
    found.push({
      name,
      type: maker === 'observed' ? (textOf(args[2]) ?? 'gauge') : makers[maker],
      help: textOf(args[1]) ?? '',
      labels: args.flatMap((argument) => keysOf(argument)),
      path: source.path,
    });
  });
  return found;
}

/** Every `statbar_` name in a string of the source, however it is used. */
export function instrumentNamesOf(source: Source): string[] {
  const found: string[] = [];
  walk(source.program, (node) => {
    const text = textOf(node);
    if (text !== undefined && /^statbar_[a-z0-9_]+$/.test(text)) found.push(text);
  });
  return found;
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node?.type === 'TemplateLiteral' && (node['expressions'] as unknown[]).length === 0) {
    return ((node['quasis'] as Node[])[0]['value'] as { cooked: string }).cooked;
  }
  if (node?.type === 'BinaryExpression' && node['operator'] === '+') {
    const left = textOf(node['left'] as Node);
    const right = textOf(node['right'] as Node);
    return left === undefined || right === undefined ? undefined : left + right;
  }
  return undefined;
}

function keysOf(node: Node): string[] {
  if (node.type !== 'ObjectExpression') return [];
  return (node['properties'] as readonly Node[]).flatMap((property) => {
    const key = property['key'] as Node | undefined;
    const name = key?.['name'] ?? key?.['value'];
    return typeof name === 'string' ? [name] : [];
  });
}
