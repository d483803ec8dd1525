import { durationText } from '../card/index.ts';
import type { Dialog, Press } from '../reply/index.ts';

export const NOTE_LENGTH_MAX = 1000;

/** Sending it presses `note` with the text. */
export function noteDialog(press: Press): Dialog {
  return {
    title: 'Add a note',
    submit: 'Add',
    press: { ...press, verb: 'note' },
    fields: [
      {
        kind: 'text',
        id: 'note',
        label: 'Note',
        hint: 'Everybody who sees the alert sees it.',
        multiline: true,
        required: true,
        value: '',
        lengthMax: NOTE_LENGTH_MAX,
      },
    ],
  };
}

/** Sending it presses `silence` with the duration and the reason. */
export function silenceDialog(press: Press, durationsMs: readonly number[]): Dialog {
  const options = durationsMs.map((durationMs) => ({
    label: durationText(durationMs),
    value: String(durationMs),
  }));
  return {
    title: 'Silence',
    submit: 'Silence',
    press: { ...press, verb: 'silence' },
    fields: [
      { kind: 'choice', id: 'for', label: 'For how long', options, value: options[0]?.value ?? '' },
      {
        kind: 'text',
        id: 'note',
        label: 'Why',
        hint: 'Who looks at the silence later will want to know.',
        multiline: false,
        required: false,
        value: '',
        lengthMax: NOTE_LENGTH_MAX,
      },
    ],
  };
}
