/** Collects what is wrong with a payload, each with where it is, in the words of Slack's own answers. */
export interface Report {
  problems: string[];
}

export type Shape = (value: unknown, at: string, report: Report) => void;
export type Fields = Readonly<Record<string, unknown>>;

export function wrong(report: Report, at: string, what: string): void {
  report.problems.push(`${what} [json-pointer:${at}]`);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Slack counts Unicode code points. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export function string(max: number, min = 1): Shape {
  return (value, at, report) => {
    if (typeof value !== 'string') wrong(report, at, 'must be a string');
    else if (lengthOf(value) < min) wrong(report, at, `must be more than ${min - 1} characters`);
    else if (lengthOf(value) > max) wrong(report, at, `must be less than ${max + 1} characters`);
  };
}

/** Slack fetches it, or a person's browser does. */
export function url(max = 3000): Shape {
  return (value, at, report) => {
    string(max)(value, at, report);
    if (typeof value === 'string' && !/^(https?|slack|mailto):/.test(value)) {
      wrong(report, at, 'must be a valid URL');
    }
  };
}

export const boolean: Shape = (value, at, report) => {
  if (typeof value !== 'boolean') wrong(report, at, 'must be a boolean');
};

export const number: Shape = (value, at, report) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) wrong(report, at, 'must be a number');
};

export const anything: Shape = () => {};

export function oneOf(...allowed: readonly string[]): Shape {
  return (value, at, report) => {
    if (typeof value !== 'string' || !allowed.includes(value)) wrong(report, at, 'value not allowed');
  };
}

export function list(item: Shape, max: number, min = 1): Shape {
  return (value, at, report) => {
    if (!Array.isArray(value)) {
      wrong(report, at, 'must be an array');
      return;
    }
    if (value.length < min) wrong(report, at, `no fewer than ${min} items allowed`);
    if (value.length > max) wrong(report, at, `no more than ${max} items allowed`);
    for (const [i, each] of value.entries()) item(each, `${at}/${i}`, report);
  };
}

/** Exactly these fields, besides `type`. */
export function object(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return (value, at, report) => {
    if (!isFields(value)) {
      wrong(report, at, 'must be an object');
      return;
    }
    for (const [name, shape] of Object.entries(required)) {
      if (value[name] === undefined) wrong(report, at, `missing required field: ${name}`);
      else shape(value[name], `${at}/${name}`, report);
    }
    for (const [name, each] of Object.entries(value)) {
      if (name === 'type' || name in required || each === undefined) continue;
      const shape = optional[name];
      if (shape === undefined) wrong(report, at, `invalid additional property: ${name}`);
      else shape(each, `${at}/${name}`, report);
    }
  };
}

/** Chosen by the field `type`. */
export function typed(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at, report) => {
    if (!isFields(value) || typeof value['type'] !== 'string') {
      wrong(report, at, 'missing required field: type');
      return;
    }
    const shape = shapes[value['type']];
    if (shape === undefined) wrong(report, `${at}/type`, `unsupported type: ${value['type']}`);
    else shape(value, at, report);
  };
}

/** All of them. */
export function both(...shapes: readonly Shape[]): Shape {
  return (value, at, report) => {
    for (const shape of shapes) shape(value, at, report);
  };
}
