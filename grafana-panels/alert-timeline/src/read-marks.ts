import { type DataFrame, DataTopic } from '@grafana/data';
import type { Mark } from './alerts.ts';
import { type FrameReader, readerOf } from './frame-reader.ts';

/** Frames that hold marks, not alerts: annotations of any kind, and episodes of anomalies. */
export function isMarks({ meta }: DataFrame): boolean {
  return meta?.dataTopic === DataTopic.Annotations || meta?.custom?.['statbar'] === 'episodes';
}

/** Episodes and annotations, whichever way they came. Alerts told as annotations are left out: they have lanes. */
export function readMarks(frames: readonly DataFrame[]): readonly Mark[] {
  return frames
    .filter((frame) => isMarks(frame) && frame.meta?.custom?.['statbar'] !== 'alert-annotations')
    .flatMap((frame) => {
      const read = readerOf(frame);
      const areEpisodes = frame.meta?.custom?.['statbar'] === 'episodes';
      return Array.from({ length: frame.length }, (_, row) => markOf(read, row, areEpisodes)).flat();
    });
}

function markOf(read: FrameReader, row: number, isEpisode: boolean): readonly Mark[] {
  const startMs = read.number('time', row);
  const tags = read.list('tags', row);
  if (Number.isNaN(startMs) || tags[0] === 'alert') return [];
  const endMs = read.number('timeEnd', row);
  const [title, text] = [read.text('title', row), read.text('text', row)];
  return [
    {
      kind: isEpisode || tags.includes('anomaly') ? 'anomaly' : 'note',
      startMs,
      endMs: Number.isNaN(endMs) ? startMs : Math.max(startMs, endMs),
      title: title || text,
      text: title === '' ? '' : text,
      colour: read.text('color', row),
    },
  ];
}
