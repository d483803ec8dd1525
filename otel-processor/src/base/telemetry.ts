import { assert } from './assert.ts';

/**
 * The service's own metrics. Instruments are plain numbers behind a name: cheap enough for every limit and
 * every rejected point to have one. `Telemetry.render` writes the Prometheus text format 0.0.4.
 */
export interface Counter {
  add(amount: number): void;
  value(): number;
}

export interface Gauge {
  set(value: number): void;
  value(): number;
}

export interface Distribution {
  observe(value: number): void;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly cells: Map<string, Cell>;
}

interface Cell {
  /** Each number by what is appended to the family's name, and `le="BOUND"` or nothing. */
  each(visit: (suffix: string, bound: string, value: number) => void): void;
}

/** What an instrument is, and how its samples are typed. */
export type FamilyFacts = Pick<Family, 'name' | 'help' | 'type'>;

export type InstrumentLabels = Readonly<Record<string, string>>;

class CounterCell implements Counter, Cell {
  #value = 0;
  add(amount: number): void {
    this.#value += amount;
  }
  value(): number {
    return this.#value;
  }
  each(visit: Parameters<Cell['each']>[0]): void {
    visit('', '', this.#value);
  }
}

class GaugeCell implements Gauge, Cell {
  #value = 0;
  set(value: number): void {
    this.#value = value;
  }
  value(): number {
    return this.#value;
  }
  each(visit: Parameters<Cell['each']>[0]): void {
    visit('', '', this.#value);
  }
}

class ObservedCell implements Cell {
  readonly #read: () => number;
  constructor(read: () => number) {
    this.#read = read;
  }
  each(visit: Parameters<Cell['each']>[0]): void {
    visit('', '', this.#read());
  }
}

class DistributionCell implements Distribution, Cell {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length);
  }
  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    for (let i = 0; i < this.#bounds.length; i++) {
      if (value <= this.#bounds[i]) {
        this.#counts[i] += 1;
        return;
      }
    }
  }
  each(visit: Parameters<Cell['each']>[0]): void {
    let cumulative = 0;
    for (let i = 0; i < this.#bounds.length; i++) {
      cumulative += this.#counts[i];
      visit('_bucket', `le="${this.#bounds[i]}"`, cumulative);
    }
    visit('_bucket', 'le="+Inf"', this.#count);
    visit('_sum', '', this.#sum);
    visit('_count', '', this.#count);
  }
}

/** Seconds; spans a fast in-memory step to a slow disk. */
export const secondsBounds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

type LabelView = (labels: string) => string | undefined;

const everything: LabelView = (labels) => labels;

export class Telemetry {
  readonly #families: Map<string, Family>;
  readonly #labels: InstrumentLabels;

  constructor(parent?: Telemetry, labels: InstrumentLabels = {}) {
    this.#families = parent === undefined ? new Map<string, Family>() : parent.#families;
    this.#labels = parent === undefined ? labels : { ...parent.#labels, ...labels };
  }

  /** The same instruments seen through labels that each of them gets, for example of one tenant. */
  scope(labels: InstrumentLabels): Telemetry {
    return new Telemetry(this, labels);
  }

  /** A counter; asking twice for the same name and labels gives the same one. */
  counter(name: string, help: string, labels: InstrumentLabels = {}): Counter {
    return this.#cell(name, help, 'counter', labels, () => new CounterCell()) as CounterCell;
  }

  gauge(name: string, help: string, labels: InstrumentLabels = {}): Gauge {
    return this.#cell(name, help, 'gauge', labels, () => new GaugeCell()) as GaugeCell;
  }

  /** A gauge or counter whose value is read when somebody looks. A second registration replaces the first. */
  observed(
    name: string,
    help: string,
    type: 'counter' | 'gauge',
    read: () => number,
    labels: InstrumentLabels = {},
  ): void {
    this.#family(name, help, type).cells.set(
      formatLabels({ ...this.#labels, ...labels }),
      new ObservedCell(read),
    );
  }

  distribution(
    name: string,
    help: string,
    bounds: readonly number[] = secondsBounds,
    labels: InstrumentLabels = {},
  ): Distribution {
    return this.#cell(
      name,
      help,
      'histogram',
      labels,
      () => new DistributionCell(bounds),
    ) as DistributionCell;
  }

  /**
   * Prometheus text format 0.0.4, families sorted by name. `show` gets the labels as they are written, and gives
   * those to write, or undefined for what is not to be shown.
   */
  render(show: LabelView = everything): string {
    let text = '';
    for (const name of [...this.#families.keys()].sort()) {
      const family = this.#families.get(name)!;
      text += `# HELP ${name} ${family.help}\n# TYPE ${name} ${family.type}\n`;
      for (const [labels, cell] of family.cells) {
        const shown = show(labels);
        if (shown === undefined) continue;
        cell.each((suffix, bound, value) => {
          text += `${name}${suffix}${braced(join(shown, bound))} ${formatNumber(value)}\n`;
        });
      }
    }
    return text;
  }

  /** Every number as `render` writes it: its family, what follows the name, its labels as text, and itself. */
  each(
    show: LabelView,
    visit: (family: FamilyFacts, suffix: string, labels: string, value: number) => void,
  ): void {
    for (const family of this.#families.values()) {
      for (const [labels, cell] of family.cells) {
        const shown = show(labels);
        if (shown === undefined) continue;
        cell.each((suffix, bound, value) => visit(family, suffix, join(shown, bound), value));
      }
    }
  }

  /** Every number by `name{label="value"}`; of a distribution its sum and count. */
  snapshot(show: LabelView = everything): Record<string, number> {
    const numbers: Record<string, number> = {};
    this.each(show, ({ name }, suffix, labels, value) => {
      if (suffix !== '_bucket') numbers[`${name}${suffix}${braced(labels)}`] = value;
    });
    return numbers;
  }

  #family(name: string, help: string, type: Family['type']): Family {
    const known = this.#families.get(name);
    if (known !== undefined) {
      assert(known.type === type, `instrument ${name} is a ${known.type}, not a ${type}`);
      return known;
    }
    const family: Family = { name, help, type, cells: new Map() };
    this.#families.set(name, family);
    return family;
  }

  #cell(
    name: string,
    help: string,
    type: Family['type'],
    labels: InstrumentLabels,
    create: () => Cell,
  ): Cell {
    const { cells } = this.#family(name, help, type);
    const key = formatLabels({ ...this.#labels, ...labels });
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = create();
      cells.set(key, cell);
    }
    return cell;
  }
}

function formatLabels(labels: InstrumentLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`)
    .join(',');
}

const labelText = /([^,=]+)="((?:[^"\\]|\\.)*)"/g;

/** Labels of their text: the inverse of how they are written. */
export function parseLabelText(text: string): Array<[name: string, value: string]> {
  const plain = (value: string): string => value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
  return [...text.matchAll(labelText)].map(([, name, value]) => [name, plain(value)]);
}

function join(labels: string, more: string): string {
  if (labels === '' || more === '') return labels + more;
  return `${labels},${more}`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
