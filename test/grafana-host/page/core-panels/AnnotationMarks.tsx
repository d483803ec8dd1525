import { type DataFrame, dateTimeFormat } from '@grafana/data';
import { Tooltip, type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface Plot {
  readonly over: HTMLElement;
  readonly scales: Readonly<Record<string, { min?: number | null; max?: number | null } | undefined>>;
  valToPos(value: number, scale: string): number;
}

interface Mark {
  readonly timeMs: number;
  readonly endMs: number | undefined;
  readonly text: string;
  readonly color: string;
}

export interface AnnotationMarksProps {
  readonly config: UPlotConfigBuilder;
  readonly annotations: readonly DataFrame[];
  readonly timeZone: string;
}

/** Annotations as dashed lines, and as shaded regions when they last, over the plot. */
export function AnnotationMarks({
  config,
  annotations,
  timeZone,
}: AnnotationMarksProps): ReactElement | null {
  const theme = useTheme2();
  const plot = useRef<Plot>(undefined);
  const [, setDrawCount] = useState(0);
  useLayoutEffect(() => {
    config.addHook('init', (made) => {
      plot.current = made as unknown as Plot;
    });
    config.addHook('draw', () => {
      setDrawCount((count) => count + 1);
    });
  }, [config]);
  const { current } = plot;
  const { min, max } = current?.scales['x'] ?? {};
  if (current === undefined || typeof min !== 'number' || typeof max !== 'number') return null;
  const marks = annotations.flatMap((frame) => marksOf(frame, theme.visualization.getColorByName('red')));
  return createPortal(
    marks
      .filter(({ timeMs, endMs }) => timeMs <= max && (endMs ?? timeMs) >= min)
      .map((mark, i) => {
        const left = current.valToPos(Math.max(min, mark.timeMs), 'x');
        const right = current.valToPos(Math.min(max, mark.endMs ?? mark.timeMs), 'x');
        const time = dateTimeFormat(mark.timeMs, { timeZone });
        return (
          <Tooltip key={i} content={`${time}: ${mark.text}`} placement="bottom">
            <div
              data-annotation={mark.text}
              style={{
                ...{ position: 'absolute', top: 0, bottom: 0, left, width: Math.max(2, right - left) },
                ...{ borderLeft: `1px dashed ${mark.color}`, pointerEvents: 'none' },
                background: right - left > 2 ? `color-mix(in srgb, ${mark.color} 6%, transparent)` : 'none',
              }}
            >
              <span
                style={{
                  ...{ position: 'absolute', bottom: -5, left: -5, pointerEvents: 'auto', cursor: 'default' },
                  ...{ borderLeft: '5px solid transparent', borderRight: '5px solid transparent' },
                  borderBottom: `6px solid ${mark.color}`,
                }}
              />
            </div>
          </Tooltip>
        );
      }),
    current.over,
  );
}

function marksOf(frame: DataFrame, fallback: string): Mark[] {
  const values = (name: string): unknown[] | undefined =>
    frame.fields.find((field) => field.name === name)?.values as unknown[] | undefined;
  const times = values('time') ?? [];
  const [ends, titles, texts, colors] = [values('timeEnd'), values('title'), values('text'), values('color')];
  return times.map((time, i) => ({
    timeMs: Number(time),
    endMs: typeof ends?.[i] === 'number' && ends[i] !== time ? (ends[i] as number) : undefined,
    text: String(titles?.[i] ?? texts?.[i] ?? ''),
    color: String(colors?.[i] ?? fallback),
  }));
}
