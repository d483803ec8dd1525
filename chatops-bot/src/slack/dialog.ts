import type { KnownBlock, ModalView } from '@slack/types';
import { cutText, type Dialog, type DialogField, type Press } from '../reply/index.ts';
import { plainTextElement } from './action-elements.ts';
import { limits } from './limits.ts';
import { decodePress, encodePress } from './press-code.ts';

export const DIALOG_CALLBACK = 'statbar:dialog';

/** What a dialog has to know when it comes back. */
export interface DialogMemo {
  readonly press: Press;
  readonly channel: string;
  readonly threadTs: string | null;
}

export function dialogView(dialog: Dialog, channel: string, threadTs: string | null): ModalView {
  return {
    type: 'modal',
    callback_id: DIALOG_CALLBACK,
    title: plainTextElement(dialog.title, limits.modalTitle),
    submit: plainTextElement(dialog.submit, limits.modalSubmit),
    close: plainTextElement('Cancel', limits.modalSubmit),
    private_metadata: JSON.stringify({ press: encodePress(dialog.press), channel, threadTs }),
    blocks: dialog.fields.slice(0, limits.viewBlocks).map(inputBlock),
  };
}

function inputBlock(field: DialogField): KnownBlock {
  const label = plainTextElement(field.label, limits.inputLabel);
  if (field.kind === 'choice') {
    const options = field.options.slice(0, limits.selectOptions).map(({ label: text, value }) => ({
      text: plainTextElement(text, limits.optionText),
      value: cutText(value, limits.optionValue),
    }));
    const initial = options.find(({ value }) => value === field.value);
    return {
      type: 'input',
      block_id: field.id,
      label,
      element: {
        type: 'static_select',
        action_id: field.id,
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    };
  }
  return {
    type: 'input',
    block_id: field.id,
    label,
    optional: !field.required,
    ...(field.hint === '' ? {} : { hint: plainTextElement(field.hint, limits.inputHint) }),
    element: {
      type: 'plain_text_input',
      action_id: field.id,
      multiline: field.multiline,
      max_length: Math.min(3000, field.lengthMax),
      ...(field.value === '' ? {} : { initial_value: cutText(field.value, Math.min(3000, field.lengthMax)) }),
    },
  };
}

/** Undefined: it is not a dialog of ours. */
export function readMemo(text: string): DialogMemo | undefined {
  try {
    const { press: code, channel, threadTs } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const press = typeof code === 'string' ? decodePress(code) : undefined;
    if (press === undefined || typeof channel !== 'string') return undefined;
    return { press, channel, threadTs: typeof threadTs === 'string' ? threadTs : null };
  } catch {
    return undefined;
  }
}

interface FieldState {
  readonly value?: string | null;
  readonly selected_option?: { readonly value?: string } | null;
}

export function fieldsOf(
  values: Readonly<Record<string, Readonly<Record<string, FieldState>>>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([id, elements]) => {
      const [state] = Object.values(elements);
      return [id, state?.selected_option?.value ?? state?.value ?? ''];
    }),
  );
}
