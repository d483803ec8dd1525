import { type Node, type Source, walk } from '../source.ts';

/** Global state that code is given instead: what to write in its place. */
const bannedMembers: Readonly<Record<string, string>> = {
  'Date.now': 'take a Clock and call clock.nowMs()',
  'performance.now': 'take a Clock and call clock.monotonicMs()',
  'process.hrtime': 'take a Clock and call clock.monotonicMs()',
  'Math.random': 'take a Prng (base/prng.ts) or, for secrets and ids, use node:crypto',
  'process.env': 'read the environment in main.ts and pass the value in',
};
const bannedGlobals: Readonly<Record<string, string>> = {
  console: 'take a Logger',
  setTimeout: 'take a Clock and call clock.after()',
  setInterval: 'take a Clock and call clock.every()',
  setImmediate: 'await yieldToEventLoop() of base',
};

/** Uses of banned globals: one sentence each, with what to write instead. */
export function bannedTokenViolations(source: Source): string[] {
  const found: string[] = [];
  const report = (node: Node, token: string, instead: string): void => {
    found.push(`${source.path}:${source.lineOf(node.start)}: ${token}: ${instead}`);
  };
  walk(source.program, (node, parents) => {
    const member = memberName(node);
    if (member !== undefined && Object.hasOwn(bannedMembers, member))
      report(node, member, bannedMembers[member]);
    if (node.type === 'NewExpression' && isNowDate(node))
      report(node, 'new Date()', bannedMembers['Date.now']);
    if (node.type !== 'Identifier' || !Object.hasOwn(bannedGlobals, String(node['name']))) return;
    if (isReference(node, parents.at(-1))) {
      report(node, String(node['name']), bannedGlobals[String(node['name'])]);
    }
  });
  return found;
}

function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined;
  const object = node['object'] as Node;
  const base =
    object.type === 'MemberExpression' && (object['object'] as Node)['name'] === 'globalThis'
      ? (object['property'] as Node)['name']
      : object['name'];
  return base === undefined ? undefined : `${String(base)}.${String((node['property'] as Node)['name'])}`;
}

function isNowDate(node: Node): boolean {
  return (node['callee'] as Node)['name'] === 'Date' && (node['arguments'] as unknown[]).length === 0;
}

/** A name that stands for the global, not for a property, a key or a parameter's type. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression' && parent['property'] === node && parent['computed'] !== true) {
    return (parent['object'] as Node)['name'] === 'globalThis';
  }
  const named = [
    'Property',
    'PropertyDefinition',
    'MethodDefinition',
    'TSPropertySignature',
    'TSMethodSignature',
  ];
  if (named.includes(parent.type) && parent['key'] === node && parent['shorthand'] !== true) return false;
  return parent.type !== 'ImportSpecifier' && parent.type !== 'ExportSpecifier';
}
