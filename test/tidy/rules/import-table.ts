import type { Import, Source } from '../source.ts';

/**
 * Who may import whom in otel-processor/src (DESIGN, section 4). `store:types` means only `store/types.ts` (the
 * contract, not the room), `*:config` any room's `config.ts`, `*:type` only types, by a room's door.
 */
export const roomTable: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  math: ['base'],
  ingest: ['base', 'model'],
  sources: ['base', 'model', 'ingest'],
  pipeline: ['base', 'model'],
  windows: ['base', 'model', 'math'],
  detect: ['base', 'model', 'math'],
  forecast: ['base', 'model', 'math'],
  explain: ['base', 'model', 'math'],
  // What detection and forecasts would have done to stored data.
  backtest: ['base', 'detect', 'forecast'],
  // Explanations and forecasts of any expression, over what is stored.
  insight: ['base', 'model', 'explain', 'forecast', 'query:types'],
  watch: ['base', 'model', 'math', 'detect', 'forecast', 'explain', 'query:types', 'store:types'],
  store: ['base', 'model'],
  query: ['base', 'model', 'math', 'store:types'],
  alert: ['base', 'model', 'query:types', '@statbar/sdk'],
  export: ['base', 'model', 'store:types'],
  config: ['base', '*:config'],
  serve: ['base', 'model', '@statbar/sdk', '*:type'],
  'app.ts': ['*'],
  // One tenant's part of the composition.
  'app-tenant.ts': ['*'],
  'app-intake.ts': ['*'],
  'app-alerts.ts': ['*'],
  'app-watch.ts': ['*'],
  // Unit tests of rule files: rules over a store and an engine of their own.
  'rule-test': ['base', 'model', 'store', 'query', 'alert'],
  // Scripts of users: one tenant as it is, under a clock of its own.
  'script-test': [
    'app-tenant.ts',
    'base',
    'config',
    'model',
    'pipeline',
    'store',
    'query',
    'query:types',
    'alert',
    'windows',
  ],
  // The command line: the part of main.ts that can be tested.
  command: [
    'app.ts',
    'base',
    'config',
    'serve',
    'pipeline',
    'query',
    'detect',
    'forecast',
    'backtest',
    'alert',
    'rule-test',
    'script-test',
    'explain',
    '@statbar/sdk',
    '*:config',
  ],
  'main.ts': ['command', 'app.ts', 'base'],
};

/** Rooms where bytes meet the outside. All others are pure: bytes in, values out. */
const roomsWithIo = new Set([
  'base',
  'sources',
  'store',
  'alert',
  'export',
  'config',
  'serve',
  'command',
  'script-test',
  'app.ts',
  'app-tenant.ts',
  'main.ts',
]);
const ioModules = new Set(
  [
    'fs',
    'fs/promises',
    'net',
    'http',
    'https',
    'http2',
    'tls',
    'dgram',
    'dns',
    'child_process',
    'worker_threads',
  ].map((name) => `node:${name}`),
);

const home = 'otel-processor/src/';

/** What is wrong with one file's imports within the service: one sentence per import. */
export function importTableViolations(source: Source): string[] {
  if (!source.path.startsWith(home)) return [];
  const room = roomOf(source.path);
  if (!(room in roomTable)) return [`${source.path}: ${room} is not in the import table`];
  if (isBesideTest(source.path))
    return source.imports.flatMap((item) => innerFileOfSibling(source.path, item));
  return source.imports.flatMap((item) => {
    const problem = verdict(room, item);
    return problem === undefined ? [] : [`${source.path}:${item.line}: ${problem}`];
  });
}

function verdict(room: string, item: Import): string | undefined {
  const { specifier, target } = item;
  if (target === undefined) return outsideVerdict(room, item);
  if (!target.startsWith(home)) return `${specifier} is outside ${home}`;
  const other = roomOf(target);
  if (other === room) return undefined;
  const inner = target.slice(home.length + other.length + 1);
  const allowed = roomTable[room];
  if (other.endsWith('.ts')) {
    return allowed.includes(other) || allowed.includes('*') ? undefined : `${room} may not import ${other}`;
  }
  if (inner === 'config.ts' && allowed.includes('*:config')) return undefined;
  if (inner === 'types.ts' && (allowed.includes(`${other}:types`) || allowed.includes('*:type'))) {
    return item.typeOnly || allowed.includes(`${other}:types`)
      ? undefined
      : `${specifier} may give ${room} only types`;
  }
  if (inner !== 'index.ts') return `${specifier} is an inner file of ${other}: import its index.ts`;
  if (allowed.includes(other) || allowed.includes('*')) return undefined;
  if (allowed.includes('*:type')) {
    return item.typeOnly
      ? undefined
      : `${room} may import only types of ${other}; its values come in by app.ts`;
  }
  return `${room} may not import ${other} (it may: ${allowed.join(', ') || 'nothing'})`;
}

function outsideVerdict(room: string, { specifier }: Import): string | undefined {
  if (ioModules.has(specifier) && !roomsWithIo.has(room)) return `${room} is pure: no ${specifier} there`;
  if (/^node:timers/.test(specifier) && room !== 'base') return `${specifier}: take a Clock instead`;
  if (
    specifier.startsWith('@statbar/sdk') &&
    !roomTable[room].includes('@statbar/sdk') &&
    room !== 'main.ts'
  ) {
    return `${room} may not import ${specifier}`;
  }
  return undefined;
}

/** A test beside the code may put rooms together, by their doors. */
function innerFileOfSibling(path: string, { target, specifier, line }: Import): string[] {
  if (target === undefined || !target.startsWith(home)) return [];
  const other = roomOf(target);
  if (
    other === roomOf(path) ||
    /^(index|types|config)\.ts$/.test(target.slice(home.length + other.length + 1))
  ) {
    return [];
  }
  if (other.endsWith('.ts') || isBesideTest(target)) return [];
  return [`${path}:${line}: ${specifier} is an inner file of ${other}: import its index.ts`];
}

function isBesideTest(path: string): boolean {
  return /(\.(test|suite|test-support)|-fixture)\.ts$|\/testing\//.test(path);
}

function roomOf(path: string): string {
  return path.slice(home.length).split('/')[0];
}
