import { once } from 'node:events';
import { createWriteStream, mkdirSync, renameSync, rmSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { createObservation, type Detector, type Observation } from '../detect/index.ts';
import { type CsvRow, readCsv } from './csv-reader.ts';
import { parseTimeText } from './time-text.ts';

const OWN_COLUMNS = ['timestamp', 'value', 'expected', 'lower', 'upper', 'score', 'alert_score'];
/** Characters that are written at once. */
const PIECE_SIZE = 1 << 16;
/** Rows between two words about the progress. */
const PROGRESS_ROWS = 5000;

export interface DetectedFile {
  readonly rows: number;
  /** Steps that start or escalate an episode: with an alert score of 1 and over. */
  readonly alerts: number;
}

/** Where the columns of a file are. */
interface Columns {
  readonly time: number;
  readonly value: number;
  /** What is carried along, by index. */
  readonly extra: readonly number[];
  readonly head: string;
  /** The first line holds values, not names. */
  readonly headless: boolean;
}

/**
 * Reads a file of one signal row by row and writes each row with what the detector says of it: it knows the rows
 * before, never the ones after. The result has its name only when it is complete.
 */
export async function detectFile(
  inPath: string,
  outPath: string,
  detector: Detector,
  progress: (rows: number) => void,
): Promise<DetectedFile | Fault> {
  const partPath = `${outPath}.part`;
  try {
    mkdirSync(dirname(outPath), { recursive: true });
    const out = createWriteStream(partPath);
    const result = await detectRows(inPath, out, detector, progress);
    out.end();
    await once(out, 'close');
    if (isFault(result)) rmSync(partPath, { force: true });
    else renameSync(partPath, outPath);
    return result;
  } catch (error) {
    return permanent(
      'unavailable',
      `cannot write ${outPath}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function detectRows(
  inPath: string,
  out: WriteStream,
  detector: Detector,
  progress: (rows: number) => void,
): Promise<DetectedFile | Fault> {
  const observation = createObservation();
  let columns: Columns | undefined;
  let text = '';
  let rows = 0;
  let alerts = 0;
  for await (const row of readCsv(inPath)) {
    if (isFault(row)) return row;
    if (columns === undefined) {
      const found = columnsOf(inPath, row);
      if (isFault(found)) return found;
      columns = found;
      text += `${columns.head}\n`;
      if (!columns.headless) continue;
    }
    const line = judgeRow(inPath, row, columns, detector, observation);
    if (isFault(line)) return line;
    text += line;
    rows += 1;
    if (observation.alertScore >= 1) alerts += 1;
    if (rows % PROGRESS_ROWS === 0) progress(rows);
    if (text.length >= PIECE_SIZE) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  if (columns === undefined) return permanent('invalid', `${inPath}: the file is empty`);
  out.write(text);
  return { rows, alerts };
}

/** By name, else the first two; a first line whose first cell is a time names nothing. */
function columnsOf(path: string, { cells, line }: CsvRow): Columns | Fault {
  if (cells.length < 2) {
    return permanent('invalid', `${path}:${line}: expected the columns timestamp,value`);
  }
  const names = cells.map((cell) => cell.trim());
  const lower = names.map((name) => name.toLowerCase());
  const headless = parseTimeText(names[0]) !== undefined;
  const time = headless ? 0 : Math.max(0, lower.indexOf('timestamp'));
  const named = headless ? 1 : lower.indexOf('value');
  const value = named >= 0 ? named : time === 0 ? 1 : 0;
  const extra = names.flatMap((name, i) => {
    // What an earlier run added is made anew.
    const own = !headless && OWN_COLUMNS.includes(name.toLowerCase());
    return i === time || i === value || own ? [] : [i];
  });
  const extraNames = extra.map((i) => (headless ? `column_${i + 1}` : csvCell(names[i])));
  return { time, value, extra, head: [...OWN_COLUMNS, ...extraNames].join(','), headless };
}

function judgeRow(
  path: string,
  { cells, line }: CsvRow,
  columns: Columns,
  detector: Detector,
  observation: Observation,
): string | Fault {
  const timeText = (cells[columns.time] ?? '').trim();
  const timestampMs = parseTimeText(timeText);
  if (timestampMs === undefined) {
    return permanent('invalid', `${path}:${line}: not a time: ${JSON.stringify(timeText)}`);
  }
  const valueText = (cells[columns.value] ?? '').trim();
  const value = numberOf(valueText);
  if (value === undefined) {
    return permanent('invalid', `${path}:${line}: not a number: ${JSON.stringify(valueText)}`);
  }
  detector.observe(timestampMs, value, observation);
  const { expected, lower, upper, score, alertScore } = observation;
  let text = `${timeText},${valueText},${number(expected)},${number(lower)},${number(upper)},${number(score)},${number(alertScore)}`;
  for (const i of columns.extra) text += `,${csvCell(cells[i] ?? '')}`;
  return `${text}\n`;
}

/** NaN of an empty cell; undefined when it is something else than a number. */
function numberOf(text: string): number | undefined {
  if (text === '' || /^(nan|null|na)$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** Eight digits are more than any of these are worth; empty where nothing can be said. */
function number(value: number): string {
  if (Number.isNaN(value)) return '';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
