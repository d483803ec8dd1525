import { createHmac } from 'node:crypto';
import type { AttributeValue, EventBatch } from '../../model/index.ts';
import type { EnrichmentStep } from './config.ts';
import { ipPrefix } from './ip-prefix.ts';
import type { LookupTable } from './lookup-table.ts';
import { parseUserAgent } from './user-agent.ts';

type Column = Array<AttributeValue | undefined>;

/** Changes the columns of a batch. Returns in how many rows there was a value that it could do nothing with. */
export type Transform = (batch: EventBatch) => number;

/** Distinct values whose outcome is remembered, per step. */
const MEMO_MAX = 10_000;

/** One step of the configuration as a function of columns; `tableOf` gives the table of a lookup. */
export function createTransform(step: EnrichmentStep, tableOf: () => LookupTable | undefined): Transform {
  if (step.set !== undefined) return setColumns(step.set);
  if (step.lookup !== undefined) return lookUp(step.lookup, tableOf);
  if (step.user_agent !== undefined) return readUserAgent(step.user_agent);
  if (step.ip !== undefined) return truncateIp(step.ip);
  if (step.mask !== undefined) return maskColumns(step.mask);
  return () => 0;
}

function setColumns(attributes: NonNullable<EnrichmentStep['set']>): Transform {
  const entries = Object.entries(attributes);
  return ({ columns, count }) => {
    for (const [name, value] of entries) columns.set(name, new Array<AttributeValue>(count).fill(value));
    return 0;
  };
}

function lookUp(
  { match, add }: NonNullable<EnrichmentStep['lookup']>,
  tableOf: () => LookupTable | undefined,
): Transform {
  const targets = Object.values(add);
  return (batch) => {
    const keys = batch.columns.get(match);
    const table = tableOf();
    if (keys === undefined || table === undefined) return 0;
    const columns = targets.map((name) => columnOf(batch, name));
    let missing = 0;
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row];
      if (key === undefined) continue;
      const values = table.get(String(key));
      if (values === undefined) {
        missing += 1;
        continue;
      }
      for (let i = 0; i < columns.length; i++) if (values[i] !== undefined) columns[i][row] = values[i];
    }
    return missing;
  };
}

function readUserAgent({
  of,
  device,
  browser,
  os,
  keep,
}: NonNullable<EnrichmentStep['user_agent']>): Transform {
  const parse = memoized(parseUserAgent);
  return (batch) => {
    const agents = batch.columns.get(of);
    if (agents === undefined) return 0;
    const columns = {
      device: columnOf(batch, device),
      browser: columnOf(batch, browser),
      os: columnOf(batch, os),
    };
    let unknown = 0;
    for (let row = 0; row < agents.length; row++) {
      const agent = agents[row];
      if (agent === undefined) continue;
      const parsed = parse(String(agent));
      if (parsed.browser === 'other') unknown += 1;
      columns.device[row] = parsed.device;
      columns.browser[row] = parsed.browser;
      columns.os[row] = parsed.os;
    }
    if (!keep && ![device, browser, os].includes(of)) batch.columns.delete(of);
    return unknown;
  };
}

function truncateIp({ of, to, ipv4_bits, ipv6_bits }: NonNullable<EnrichmentStep['ip']>): Transform {
  return (batch) => {
    const addresses = batch.columns.get(of);
    if (addresses === undefined) return 0;
    // Taken away whatever it holds: what is not an address may be one with something around it.
    batch.columns.delete(of);
    const networks = columnOf(batch, to);
    let unreadable = 0;
    for (let row = 0; row < addresses.length; row++) {
      const address = addresses[row];
      if (address === undefined) continue;
      const network = ipPrefix(String(address), ipv4_bits, ipv6_bits);
      if (network === undefined) unreadable += 1;
      else networks[row] = network;
    }
    return unreadable;
  };
}

function maskColumns({ attributes, how, key }: NonNullable<EnrichmentStep['mask']>): Transform {
  const hash = memoized((text: string) =>
    createHmac('sha256', key ?? '')
      .update(text)
      .digest('hex')
      .slice(0, 16),
  );
  return ({ columns }) => {
    for (const name of attributes) {
      const column = columns.get(name);
      if (column === undefined) continue;
      if (how === 'remove') columns.delete(name);
      else
        columns.set(
          name,
          column.map((value) =>
            value === undefined ? undefined : how === 'hash' ? hash(String(value)) : '***',
          ),
        );
    }
    return 0;
  };
}

function columnOf({ columns }: EventBatch, name: string): Column {
  const column = columns.get(name) ?? [];
  columns.set(name, column);
  return column;
}

function memoized<T>(compute: (text: string) => T): (text: string) => T {
  const memo = new Map<string, T>();
  return (text) => {
    let value = memo.get(text);
    if (value === undefined) {
      value = compute(text);
      if (memo.size >= MEMO_MAX) memo.clear();
      memo.set(text, value);
    }
    return value;
  };
}
