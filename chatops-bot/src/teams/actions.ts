import type { Action, Dialog, DialogField, MenuItem, Press } from '../reply/index.ts';
import { limits } from './limits.ts';
import { dataOf } from './press-data.ts';
import { clean, type Element } from './text.ts';

const styles = { primary: 'positive', danger: 'destructive', plain: 'default' } as const;

/** One set of actions. */
export function actionSet(actions: readonly Action[]): Element[] {
  const all = actions.flatMap(actionsOf).slice(0, limits.actions);
  if (all.length === 0) return [];
  return [{ type: 'ActionSet', actions: placed(all) }];
}

/** What is over the room for buttons goes behind the dots. */
function placed(actions: readonly Element[]): Element[] {
  let seen = 0;
  return actions.map((action) => {
    if (action['mode'] !== 'secondary' && ++seen <= limits.actionsSeen) return action;
    return { ...action, mode: 'secondary' };
  });
}

function actionsOf(action: Action): Element[] {
  switch (action.kind) {
    case 'link':
      return [{ type: 'Action.OpenUrl', title: clean(action.label, 75) || 'Open', url: action.url }];
    case 'button': {
      const { label, style, press, confirm } = action;
      const pressed = execute(label, press, style);
      if (confirm === undefined) return [pressed];
      // Teams asks nobody back: the question is a small card of its own.
      const question = [
        { type: 'TextBlock', text: clean(confirm.title, 100) || ' ', weight: 'Bolder', wrap: true },
        { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: clean(confirm.text, 300) || ' ' }] },
      ];
      return [showCard(label, question, [execute(confirm.yes, press, style)])];
    }
    case 'menu': {
      const items = action.items.slice(0, limits.choices).map(itemAction);
      return items.length === 0 ? [] : [showCard(action.label, [], items)];
    }
    case 'overflow':
      return action.items.map(({ label, press }) => ({
        ...execute(label, press, 'plain'),
        mode: 'secondary',
      }));
  }
}

function itemAction({ label, press }: MenuItem): Element {
  return execute(label, press, 'plain');
}

/** Older clients get a message with the same data. */
function execute(label: string, press: Press, style: keyof typeof styles): Element {
  const title = clean(label, 75) || 'OK';
  const data = dataOf(press);
  return {
    type: 'Action.Execute',
    title,
    verb: 'statbar',
    style: styles[style],
    data,
    fallback: { type: 'Action.Submit', title, data },
  };
}

function showCard(label: string, body: readonly Element[], actions: readonly Element[]): Element {
  const content = [...body, { type: 'ActionSet', actions: placed(actions) }];
  return {
    type: 'Action.ShowCard',
    title: clean(label, 75) || 'More',
    card: { type: 'AdaptiveCard', version: '1.5', body: content },
  };
}

/** A form, which takes the card's place for who opened it. */
export function dialogCard({ title, submit, press, fields }: Dialog): Element {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    body: [
      {
        type: 'TextBlock',
        text: clean(title, limits.title) || ' ',
        weight: 'Bolder',
        size: 'Medium',
        wrap: true,
      },
      ...fields.map(fieldElement),
      {
        type: 'ActionSet',
        actions: [
          execute(submit, press, 'primary'),
          {
            type: 'Action.Execute',
            title: 'Cancel',
            verb: 'statbar',
            associatedInputs: 'none',
            data: { action: 'statbar_cancel' },
          },
        ],
      },
    ],
  };
}

function fieldElement(field: DialogField): Element {
  const label = clean(field.label, 100);
  if (field.kind === 'text') {
    return {
      type: 'Input.Text',
      id: field.id,
      label,
      placeholder: clean(field.hint, 200),
      isMultiline: field.multiline,
      isRequired: field.required,
      ...(field.required ? { errorMessage: `${label} is needed` } : {}),
      maxLength: field.lengthMax,
      ...(field.value === '' ? {} : { value: field.value }),
    };
  }
  return {
    type: 'Input.ChoiceSet',
    id: field.id,
    label,
    style: 'compact',
    value: field.value,
    choices: field.options.map((option) => ({
      title: clean(option.label, 100) || option.value,
      value: option.value,
    })),
  };
}
