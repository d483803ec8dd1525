import { type DataFrame, DataTopic } from '@grafana/data';
import type { Mark } from './alerts.ts';
import { readerOf } from './frame-reader.ts';

/** Frames that hold marks, not alerts: annotations of any kind, and episodes of anomalies. */
export function isMarks({ meta }: DataFrame): boolean {
  return meta?.dataTopic === DataTopic.Annotations || meta?.custom?.['statbar'] === 'episodes';
}

/** Episodes and annotations, whichever way they came. Alerts told as annotations are left out: they have lanes. */
export function readMarks(frames: readonly DataFrame[]): readonly Mark[] {
  return frames
    .filter((frame) => isMarks(frame) && frame.meta?.custom?.['statbar'] !== 'alert-annotations')
    .flatMap((frame) => {
      const markOf = markReader(frame);
      return Array.from({ length: frame.length }, (_, row) => markOf(row)).flat();
    });
}

function markReader(frame: DataFrame): (row: number) => readonly Mark[] {
  const areEpisodes = frame.meta?.custom?.['statbar'] === 'episodes';
  const { text, number, list } = readerOf(frame);
  const [start, end, tagsOf] = [number('time'), number('timeEnd'), list('tags')];
  const [titleOf, textOf, colourOf] = [text('title'), text('text'), text('color')];
  return (row) => {
    const startMs = start(row);
    const tags = tagsOf(row);
    if (Number.isNaN(startMs) || tags[0] === 'alert') return [];
    const endMs = end(row);
    const [title, words] = [titleOf(row), textOf(row)];
    return [
      {
        kind: areEpisodes || tags.includes('anomaly') ? 'anomaly' : 'note',
        startMs,
        endMs: Number.isNaN(endMs) ? startMs : Math.max(startMs, endMs),
        title: title || words,
        text: title === '' ? '' : words,
        colour: colourOf(row),
      },
    ];
  };
}
