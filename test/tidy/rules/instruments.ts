import { type Node, type Source, walk } from '../source.ts';

export interface Instrument {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly path: string;
}

const types: Readonly<Record<string, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  distribution: 'histogram',
};

/**
 * Instruments that the source makes: calls with a name and a help text, of `Telemetry` or of a helper around it
 * (whose type shows in the helper's name or in the instrument's). Names may be put together from constants.
 */
export function instrumentsOf(source: Source): Instrument[] {
  const constants = constantsOf(source);
  const found: Instrument[] = [];
  walk(source.program, (node) => {
    if (node.type !== 'CallExpression') return;
    const args = node['arguments'] as readonly Node[];
    const name = textOf(args[0], constants);
    const help = textOf(args[1], constants);
    if (name === undefined || help === undefined || !name.startsWith('statbar_')) return;
    const callee = node['callee'] as Node;
    const maker = String(((callee['property'] ?? callee) as Node)['name']);
    const said = maker === 'observed' ? textOf(args[2], constants) : types[maker];
    found.push({
      name,
      type: said ?? (name.endsWith('_total') ? 'counter' : 'gauge'),
      help,
      labels: args.flatMap((argument) => keysOf(argument)),
      path: source.path,
    });
  });
  return found;
}

/** Every `statbar_` name in a string of the source, however it is used, without what a histogram adds to it. */
export function instrumentNamesOf(source: Source): string[] {
  const constants = constantsOf(source);
  const found: string[] = [];
  walk(source.program, (node, parents) => {
    // A constant is perhaps a part of names; they are found where it is used.
    const parent = parents.at(-1);
    if (parent?.type === 'VariableDeclarator' || parent?.type === 'TemplateLiteral') return;
    const text = textOf(node, constants);
    if (text !== undefined && /^statbar_[a-z0-9_]+$/.test(text))
      found.push(text.replace(/_(?:sum|count|bucket)$/, ''));
  });
  return found;
}

type Constants = ReadonlyMap<string, string>;

/** Constants of the file that are texts, by name. */
function constantsOf(source: Source): Constants {
  const constants = new Map<string, string>();
  walk(source.program, (node) => {
    if (node.type !== 'VariableDeclarator') return;
    const text = textOf((node['init'] as Node | null) ?? undefined, constants);
    if (text !== undefined) constants.set(String((node['id'] as Node)['name']), text);
  });
  return constants;
}

function textOf(node: Node | undefined, constants: Constants): string | undefined {
  if (node?.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node?.type === 'Identifier') return constants.get(String(node['name']));
  if (node?.type === 'TemplateLiteral') {
    const parts = (node['quasis'] as Node[]).map((quasi) => (quasi['value'] as { cooked: string }).cooked);
    const values = (node['expressions'] as Node[]).map((value) => textOf(value, constants));
    if (values.includes(undefined)) return undefined;
    return parts.map((part, index) => part + (values[index] ?? '')).join('');
  }
  if (node?.type === 'BinaryExpression' && node['operator'] === '+') {
    const left = textOf(node['left'] as Node, constants);
    const right = textOf(node['right'] as Node, constants);
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
