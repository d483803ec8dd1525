import { type Fault, FaultError, permanent } from '../../base/index.ts';
import { printed } from './format.ts';
import { isTrue, type TemplatePorts, templateFunctions } from './functions.ts';
import { type Command, type Node, type Operand, type Pipeline, parseTemplate } from './parse.ts';

/** What an alert's texts may refer to. */
export interface TemplateData {
  /** `$labels`, `.Labels`. */
  readonly labels: ReadonlyMap<string, string>;
  /** `$externalLabels`, `.ExternalLabels`. */
  readonly externalLabels: ReadonlyMap<string, string>;
  /** `$value`, `.Value`. */
  readonly value: unknown;
}

/** Characters of expanded text, and steps of work, that one template may take. */
const OUTPUT_LENGTH_MAX = 64 * 1024;
const STEPS_MAX = 100_000;

/** The template's text for `data`; a fault says what was wrong and where it came from. */
export async function expandTemplate(
  source: string,
  data: TemplateData,
  ports: TemplatePorts,
): Promise<string | Fault> {
  if (!source.includes('{{')) return source;
  const nodes = parseTemplate(source);
  if ('code' in nodes) return nodes;
  try {
    return await new Expansion(data, ports).run(nodes);
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

type Scope = Map<string, unknown>;
type Outcome = 'done' | 'break' | 'continue';

class Expansion {
  readonly #ports: TemplatePorts;
  readonly #scopes: Scope[];
  readonly #root: unknown;
  #output = '';
  #steps = 0;

  constructor(data: TemplateData, ports: TemplatePorts) {
    this.#ports = ports;
    const { labels, externalLabels, value } = data;
    this.#root = new Map<string, unknown>([
      ['Labels', labels],
      ['ExternalLabels', externalLabels],
      ['ExternalURL', ports.externalUrl],
      ['Value', value],
    ]);
    this.#scopes = [
      new Map<string, unknown>([
        ['', this.#root],
        ['labels', labels],
        ['externalLabels', externalLabels],
        ['externalURL', ports.externalUrl],
        ['value', value],
      ]),
    ];
  }

  async run(nodes: readonly Node[]): Promise<string> {
    await this.#block(nodes, this.#root);
    return this.#output;
  }

  async #block(nodes: readonly Node[], dot: unknown): Promise<Outcome> {
    this.#scopes.push(new Map());
    try {
      for (const node of nodes) {
        const outcome = await this.#node(node, dot);
        if (outcome !== 'done') return outcome;
      }
      return 'done';
    } finally {
      this.#scopes.pop();
    }
  }

  async #node(node: Node, dot: unknown): Promise<Outcome> {
    this.#step();
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'done';
      case 'output': {
        const value = await this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.#write(printed(value));
        return 'done';
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'range':
        return this.#range(node, dot);
      case 'if':
      case 'with': {
        this.#scopes.push(new Map());
        try {
          const value = await this.#pipeline(node.pipeline, dot);
          const inner = node.kind === 'with' && isTrue(value) ? value : dot;
          return await this.#block(isTrue(value) ? node.body : node.otherwise, inner);
        } finally {
          this.#scopes.pop();
        }
      }
    }
  }

  async #range(node: Node & { kind: 'range' | 'if' | 'with' }, dot: unknown): Promise<Outcome> {
    const { commands, variables } = node.pipeline;
    const value = await this.#pipeline({ commands, variables: [], declares: false }, dot);
    const entries = entriesOf(value);
    if (entries.length === 0) return this.#block(node.otherwise, dot);
    for (const [key, element] of entries) {
      this.#step();
      const scope: Scope = new Map();
      if (variables.length === 1) scope.set(variables[0], element);
      if (variables.length === 2) {
        scope.set(variables[0], key);
        scope.set(variables[1], element);
      }
      this.#scopes.push(scope);
      try {
        if ((await this.#block(node.body, element)) === 'break') break;
      } finally {
        this.#scopes.pop();
      }
    }
    return 'done';
  }

  async #pipeline(pipeline: Pipeline, dot: unknown): Promise<unknown> {
    let value: unknown;
    let first = true;
    for (const command of pipeline.commands) {
      value = await this.#command(command, dot, first ? undefined : { value });
      first = false;
    }
    if (pipeline.variables.length > 0) this.#assign(pipeline, value);
    return value;
  }

  #assign(pipeline: Pipeline, value: unknown): void {
    const [name] = pipeline.variables;
    if (pipeline.declares) {
      this.#scopes.at(-1)?.set(name, value);
      return;
    }
    const scope = this.#scopes.findLast((each) => each.has(name));
    if (scope === undefined) fail(`undefined variable "$${name}"`);
    scope.set(name, value);
  }

  async #command(command: Command, dot: unknown, piped: { value: unknown } | undefined): Promise<unknown> {
    const [head, ...rest] = command;
    if (head.kind !== 'call') {
      if (rest.length > 0 || piped !== undefined) fail('a value that is not a function was given arguments');
      return this.#operand(head, dot);
    }
    if (head.name === 'and' || head.name === 'or') return this.#logic(head.name, rest, dot, piped);
    const args: unknown[] = [];
    for (const operand of rest) args.push(await this.#operand(operand, dot));
    if (piped !== undefined) args.push(piped.value);
    return this.#call(head.name, args);
  }

  /** `and` and `or` stop at the first value that decides. */
  async #logic(
    name: 'and' | 'or',
    operands: readonly Operand[],
    dot: unknown,
    piped: { value: unknown } | undefined,
  ): Promise<unknown> {
    let value: unknown;
    for (const operand of operands) {
      value = await this.#operand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped === undefined ? value : piped.value;
  }

  #call(name: string, args: readonly unknown[]): unknown {
    const run = templateFunctions.get(name);
    if (run === undefined) fail(`function "${name}" not defined`);
    return run(args, this.#ports);
  }

  async #operand(operand: Operand, dot: unknown): Promise<unknown> {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'dot':
        return fieldOf(dot, operand.path);
      case 'variable': {
        const scope = this.#scopes.findLast((each) => each.has(operand.name));
        if (scope === undefined) fail(`undefined variable "$${operand.name}"`);
        return fieldOf(scope.get(operand.name), operand.path);
      }
      case 'call':
        return this.#call(operand.name, []);
      case 'group':
        return fieldOf(await this.#pipeline(operand.pipeline, dot), operand.path);
    }
  }

  /** Loops are work too, even around nothing. */
  #step(): void {
    if (++this.#steps > STEPS_MAX) fail(`template takes more than ${STEPS_MAX} steps`);
  }

  #write(text: string): void {
    this.#output += text;
    if (this.#output.length > OUTPUT_LENGTH_MAX)
      fail(`expanded text is longer than ${OUTPUT_LENGTH_MAX} characters`);
  }
}

function fail(message: string): never {
  throw new FaultError(permanent('invalid', message));
}

function fieldOf(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (at instanceof Map) at = at.get(name) ?? '';
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, name)) at = Reflect.get(at, name);
    else fail(`can't evaluate field ${name}`);
  }
  return at;
}

function entriesOf(value: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  if (Array.isArray(value)) return value.map((element, i) => [i, element] as const);
  if (value instanceof Map) return [...value].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  if (value === undefined || value === null) return [];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= STEPS_MAX) {
    return Array.from({ length: value }, (_, i) => [i, i] as const);
  }
  return fail(`range can't iterate over ${printed(value)}`);
}
