import { configShape, type Shape } from './shape.ts';

/** `docs/configuration.md`: every key with its default and its sentence, from the schema itself. */
export function configurationDocument(): string {
  const lines = [
    '# Configuration',
    '',
    '<!-- Generated from the schema by otel-processor/scripts/write-config-docs.ts: change it there. -->',
    '',
    'Everything has a default: StatBar runs without a configuration file. `statbar serve --config FILE` reads one (YAML),',
    'and `statbar check-config FILE` says what is wrong with one. [statbar.example.yaml](statbar.example.yaml) has every',
    'key with its default.',
    '',
    'Durations are written `250ms`, `30s`, `1h30m`, `15d`; sizes `512KiB`, `64MiB`, `2GB` or as a number of bytes.',
    'A secret may be `${env:NAME}`, which stands for that environment variable.',
    '',
  ];
  const { properties = {} } = configShape();
  const isSection = (shape: Shape): boolean => (shape.properties ?? shape.items?.properties) !== undefined;
  const sections = Object.entries(properties).filter(([, shape]) => isSection(shape));
  const alone = Object.entries(properties).filter(([, shape]) => !isSection(shape));
  lines.push(...tableOf(alone.map(([name, shape]) => [name, shape])), '');
  for (const [name, shape] of sections) {
    lines.push(`## ${name}`, '');
    if (shape.description !== undefined) lines.push(shape.description, '');
    const leaves = shape.items === undefined ? leavesOf(name, shape) : leavesOf(`${name}[]`, shape.items);
    lines.push(...tableOf(leaves), '');
  }
  return lines.join('\n');
}

function tableOf(rows: readonly (readonly [string, Shape])[]): string[] {
  return [
    '| key | default | what it is |',
    '|---|---|---|',
    ...rows.map(([key, shape]) => `| \`${key}\` | ${defaultCell(shape)} | ${cell(describe(shape))} |`),
  ];
}

/** Keys under a section, the ones of lists as `tokens[].name`. */
function leavesOf(path: string, shape: Shape): (readonly [string, Shape])[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => {
    const key = `${path}.${name}`;
    if (inner.properties !== undefined) {
      // What is there only when it is written is something to choose: it has a row of its own.
      const choice = inner.default === undefined ? [[key, inner] as const] : [];
      return [...choice, ...leavesOf(key, inner)];
    }
    const own = [[key, inner]] as const;
    return inner.items?.properties === undefined ? own : [...own, ...leavesOf(`${key}[]`, inner.items)];
  });
}

function describe(shape: Shape): string {
  const choices =
    shape.enum === undefined ? '' : ` One of ${shape.enum.map((value) => `\`${value}\``).join(', ')}.`;
  return `${shape.description ?? ''}${choices}`;
}

function defaultCell(shape: Shape): string {
  if (shape.default === undefined) return 'none';
  const text = typeof shape.default === 'string' ? shape.default : JSON.stringify(shape.default);
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** `docs/statbar.example.yaml`: a configuration that changes nothing. */
export function exampleConfiguration(): string {
  const lines = [
    '# Every key of StatBar with its default: this file changes nothing. Generated from the schema.',
    '# What each key means: configuration.md, or the comment above it.',
  ];
  writeSection(configShape(), '', lines);
  return `${lines.join('\n')}\n`;
}

function writeSection(shape: Shape, indent: string, lines: string[]): void {
  for (const [name, inner] of Object.entries(shape.properties ?? {})) {
    lines.push('');
    for (const line of wrapped(describe(inner), 110 - indent.length)) lines.push(`${indent}# ${line}`);
    if (inner.properties !== undefined && inner.default !== undefined) {
      lines.push(`${indent}${name}:`);
      writeSection(inner, `${indent}  `, lines);
    } else if (inner.default === undefined) {
      lines.push(`${indent}# ${name}:`);
    } else {
      lines.push(`${indent}${name}: ${JSON.stringify(inner.default)}`);
    }
  }
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else if (word !== '') lines.push(word);
  }
  return lines;
}
