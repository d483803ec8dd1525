import { type Fault, FaultError, permanent } from '../../base/index.ts';
import { lexTemplate, type Piece, type Token } from './lex.ts';

/** What stands in one place of a command. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | undefined }
  | { readonly kind: 'dot'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly path: readonly string[] };

/** `operand operand ...`: a function with its arguments, or one value. */
export type Command = readonly Operand[];

export interface Pipeline {
  readonly commands: readonly Command[];
  /** Names of `$a, $b :=` or `$a =`. */
  readonly variables: readonly string[];
  readonly declares: boolean;
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'break' | 'continue' };

const DEPTH_MAX = 50;

/**
 * Go's text/template, without `define`, `template` and `block`: text, pipelines, variables, `if`, `with`,
 * `range`, `else`, `else if`, `break`, `continue`, comments.
 */
export function parseTemplate(source: string): readonly Node[] | Fault {
  const pieces = lexTemplate(source);
  if ('code' in pieces) return pieces;
  try {
    const parser = new Parser(pieces);
    const nodes = parser.block(0);
    if (parser.stopped !== undefined) fail(`unexpected {{${parser.stopped}}}`);
    return nodes;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

function fail(message: string): never {
  throw new FaultError(permanent('invalid', message));
}

class Parser {
  /** The `end` or `else` that ended the last block. */
  stopped: 'end' | 'else' | undefined;
  #afterElse: readonly Token[] = [];
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  block(depth: number): readonly Node[] {
    if (depth > DEPTH_MAX) fail(`template is nested more than ${DEPTH_MAX} deep`);
    const nodes: Node[] = [];
    this.stopped = undefined;
    while (this.#at < this.#pieces.length) {
      const piece = this.#pieces[this.#at++];
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const [head, ...rest] = piece.tokens;
      const keyword = head?.kind === 'word' ? head.text : '';
      if (keyword === 'end' || keyword === 'else') {
        this.stopped = keyword;
        this.#afterElse = rest;
        return nodes;
      }
      if (keyword === 'if' || keyword === 'with' || keyword === 'range') {
        nodes.push(this.#branch(keyword, rest, depth));
      } else if (keyword === 'break' || keyword === 'continue') {
        nodes.push({ kind: keyword });
      } else if (keyword === 'define' || keyword === 'template' || keyword === 'block') {
        fail(`{{${keyword}}} is not supported here`);
      } else {
        nodes.push({ kind: 'output', pipeline: pipelineOf(piece.tokens) });
      }
    }
    return nodes;
  }

  #branch(kind: 'if' | 'with' | 'range', tokens: readonly Token[], depth: number): Node {
    const pipeline = pipelineOf(tokens);
    const body = this.block(depth + 1);
    let otherwise: readonly Node[] = [];
    if (this.stopped === 'else') {
      const [next, ...rest] = this.#afterElse;
      if (next?.kind === 'word' && (next.text === 'if' || next.text === 'with')) {
        otherwise = [this.#branch(next.text, rest, depth + 1)];
        this.stopped = undefined;
        return { kind, pipeline, body, otherwise };
      }
      if (next !== undefined) fail('unexpected text after {{else}}');
      otherwise = this.block(depth + 1);
    }
    if (this.stopped !== 'end') fail(`{{${kind}}} without {{end}}`);
    this.stopped = undefined;
    return { kind, pipeline, body, otherwise };
  }
}

function pipelineOf(tokens: readonly Token[]): Pipeline {
  const cursor = { at: 0, tokens };
  const pipeline = readPipeline(cursor, 0);
  if (cursor.at < tokens.length) fail('unexpected ) in action');
  return pipeline;
}

interface Cursor {
  at: number;
  readonly tokens: readonly Token[];
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

function readPipeline(cursor: Cursor, depth: number): Pipeline {
  if (depth > DEPTH_MAX) fail(`expression is nested more than ${DEPTH_MAX} deep`);
  const { variables, declares } = readAssignment(cursor);
  const commands: Operand[][] = [[]];
  for (; cursor.at < cursor.tokens.length; cursor.at++) {
    const token = cursor.tokens[cursor.at];
    if (isSymbol(token, ')')) break;
    if (isSymbol(token, '|')) {
      commands.push([]);
      continue;
    }
    if (isSymbol(token, '(')) {
      cursor.at += 1;
      const pipeline = readPipeline(cursor, depth + 1);
      if (!isSymbol(cursor.tokens[cursor.at], ')')) fail('unclosed ( in action');
      const chain = cursor.tokens[cursor.at + 1];
      if (chain?.kind === 'chain') cursor.at += 1;
      commands.at(-1)?.push({ kind: 'group', pipeline, path: chain?.kind === 'chain' ? chain.path : [] });
      continue;
    }
    commands.at(-1)?.push(operandOf(token));
  }
  if (commands.some((command) => command.length === 0)) fail('missing value in action');
  return { commands, variables, declares };
}

function readAssignment(cursor: Cursor): { variables: string[]; declares: boolean } {
  const variables: string[] = [];
  let at = cursor.at;
  for (;;) {
    const token = cursor.tokens[at];
    if (token?.kind !== 'variable' || token.path.length > 0) return { variables: [], declares: false };
    variables.push(token.name);
    const next = cursor.tokens[at + 1];
    if (isSymbol(next, ',')) {
      at += 2;
    } else if (isSymbol(next, ':=') || isSymbol(next, '=')) {
      cursor.at = at + 2;
      return { variables, declares: isSymbol(next, ':=') };
    } else {
      return { variables: [], declares: false };
    }
  }
}

function operandOf(token: Token): Operand {
  switch (token.kind) {
    case 'string':
    case 'number':
      return { kind: 'literal', value: token.value };
    case 'field':
      return { kind: 'dot', path: token.path };
    case 'variable':
      return { kind: 'variable', name: token.name, path: token.path };
    case 'word':
      if (token.text === 'true' || token.text === 'false')
        return { kind: 'literal', value: token.text === 'true' };
      if (token.text === 'nil') return { kind: 'literal', value: undefined };
      return { kind: 'call', name: token.text };
    case 'chain':
      return fail('unexpected . after )');
    case 'symbol':
      return fail(`unexpected ${token.text} in action`);
  }
}
