import { type Field, formattedValueToString, getFieldDisplayName } from '@grafana/data';
import type { Interval } from './alerts.ts';
import { durationText } from './durations.ts';
import { translate } from './texts.ts';

/** A line of a card: what it is, what it says, and the colour of its threshold, if it has one. */
export interface AlertLine {
  readonly name: string;
  readonly text: string;
  readonly colour?: string;
}

/** What is known of an alert; values as the field configuration wants them. */
export function alertLines(interval: Interval): readonly AlertLine[] {
  const duration = durationText(interval.endMs - interval.startMs);
  const lines: AlertLine[] = [
    {
      name: translate('card.duration'),
      text: interval.isOpen ? translate('card.open', { duration }) : duration,
    },
    ...(['severity', 'service', 'team', 'owner', 'acknowledgedBy'] as const).map((name) => ({
      name: translate(`card.${name}`),
      text: textOf(interval, name),
    })),
    ...valueLine(interval),
  ];
  return lines.filter(({ text }) => text !== '');
}

/** A text by its field's value mappings. */
function textOf(
  interval: Interval,
  name: 'severity' | 'service' | 'team' | 'owner' | 'acknowledgedBy',
): string {
  const text = interval[name];
  const field = fieldOf(interval, name);
  if (text === '' || field?.display === undefined || (field.config.mappings?.length ?? 0) === 0) return text;
  return formattedValueToString(field.display(text));
}

/** The value by its field's unit, decimals and thresholds. */
function valueLine(interval: Interval): readonly AlertLine[] {
  const field = fieldOf(interval, 'value');
  if (Number.isNaN(interval.value)) {
    const text = field?.config.noValue ?? '';
    return [{ name: translate('card.value'), text }];
  }
  const plain = String(Number(interval.value.toPrecision(6)));
  if (field?.display === undefined) return [{ name: translate('card.value'), text: plain }];
  const { frame } = interval.source;
  const shown = field.display(interval.value);
  const hasThresholds = (field.config.thresholds?.steps.length ?? 0) > 1;
  return [
    {
      name:
        field.config.displayName === undefined ? translate('card.value') : getFieldDisplayName(field, frame),
      text: formattedValueToString(shown),
      ...(hasThresholds && shown.color !== undefined ? { colour: shown.color } : {}),
    },
  ];
}

function fieldOf({ source }: Interval, name: string): Field | undefined {
  return source.frame.fields.find((field) => field.name === name);
}
