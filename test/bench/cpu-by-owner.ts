/** A profile as the browser's `Profiler.stop` gives it, as far as it is looked at. */
export interface CpuProfile {
  readonly nodes: readonly CpuNode[];
  /** Ids of nodes, one a sample. */
  readonly samples?: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[];
}

interface CpuNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

export type CpuOwner = 'source' | 'panel' | 'host' | 'gc' | 'browser';

/**
 * Whose work a page's main thread did, in milliseconds. What a plugin calls is the plugin's own, whoever's code it is; what
 * calls a plugin is not. `browser` is what runs no script: style, layout, painting, input; idle time is nobody's.
 */
export function cpuByOwner(profile: CpuProfile): Record<CpuOwner, number> {
  const spent: Record<CpuOwner, number> = { source: 0, panel: 0, host: 0, gc: 0, browser: 0 };
  const owners = ownersOf(profile.nodes);
  const { samples = [], timeDeltas = [] } = profile;
  for (let i = 0; i < samples.length; i++) {
    const owner = owners.get(samples[i] as number);
    // A sample holds until the next one.
    if (owner !== undefined) spent[owner] += Math.max(0, timeDeltas[i + 1] ?? 0) / 1000;
  }
  return spent;
}

function ownersOf(nodes: readonly CpuNode[]): ReadonlyMap<number, CpuOwner> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<number, CpuOwner>();
  const [root] = nodes;
  const open: [CpuNode, CpuOwner | undefined][] = root === undefined ? [] : [[root, undefined]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, caller] = next;
    const owner = ownerOf(node, caller);
    if (owner !== undefined) owners.set(node.id, owner);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) open.push([child, owner]);
    }
  }
  return owners;
}

function ownerOf(
  { callFrame: { functionName, url } }: CpuNode,
  caller: CpuOwner | undefined,
): CpuOwner | undefined {
  if (functionName === '(garbage collector)') return 'gc';
  if (functionName === '(program)') return 'browser';
  if (functionName === '(root)' || functionName === '(idle)') return undefined;
  if (url.includes('-datasource/')) return 'source';
  if (url.includes('-panel/')) return 'panel';
  return caller ?? 'host';
}
