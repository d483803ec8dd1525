import type { ActionsBlockElement, ConfirmationDialog, PlainTextElement } from '@slack/types';
import { isWebUrl } from '../card/index.ts';
import { type Action, type Confirm, cutText, type MenuItem } from '../reply/index.ts';
import { limits } from './limits.ts';
import { ACTION_PREFIX, encodePress, fitsButton, fitsOption } from './press-code.ts';
import { wellFormed } from './rich-text.ts';

/** Elements of one row; what Slack has no place for is left out. `next` numbers the elements of the message. */
export function elementsOfActions(actions: readonly Action[], next: () => number): ActionsBlockElement[] {
  return actions.flatMap((action) => elementsOfAction(action, next)).slice(0, limits.actionsElements);
}

function elementsOfAction(action: Action, next: () => number): ActionsBlockElement[] {
  const action_id = `${ACTION_PREFIX}${next()}`;
  switch (action.kind) {
    case 'button': {
      if (!fitsButton(action.press)) return [];
      return [
        {
          type: 'button',
          action_id,
          text: plainTextElement(action.label, limits.buttonText),
          value: encodePress(action.press),
          ...(action.style === 'plain' ? {} : { style: action.style }),
          ...(action.confirm === undefined ? {} : { confirm: confirmation(action.confirm) }),
        },
      ];
    }
    case 'link':
      if (!isWebUrl(action.url)) return [];
      return [
        {
          type: 'button',
          action_id: `${action_id}:link`,
          text: plainTextElement(action.label, limits.buttonText),
          url: action.url,
        },
      ];
    case 'menu': {
      if (!action.items.every(({ press }) => fitsOption(press))) return asButtons(action.items, next);
      const options = optionsOf(action.items, limits.selectOptions);
      return options.length === 0
        ? []
        : [
            {
              type: 'static_select',
              action_id,
              placeholder: plainTextElement(action.label, limits.placeholder),
              options,
            },
          ];
    }
    case 'overflow': {
      const options = optionsOf(
        action.items.filter(({ press }) => fitsOption(press)),
        limits.overflowOptions,
      );
      return options.length === 0 ? [] : [{ type: 'overflow', action_id, options }];
    }
  }
}

/** Options have no room for a whole command; buttons do. */
function asButtons(items: readonly MenuItem[], next: () => number): ActionsBlockElement[] {
  return items
    .slice(0, 5)
    .flatMap(({ label, press }) => elementsOfAction({ kind: 'button', label, style: 'plain', press }, next));
}

function optionsOf(items: readonly MenuItem[], countMax: number) {
  return items.slice(0, countMax).map(({ label, press }) => ({
    text: plainTextElement(label, limits.optionText),
    value: encodePress(press),
  }));
}

function confirmation({ title, text, yes, no }: Confirm): ConfirmationDialog {
  return {
    title: plainTextElement(title, limits.confirmTitle),
    text: plainTextElement(text, limits.confirmText),
    confirm: plainTextElement(yes, limits.confirmButton),
    deny: plainTextElement(no, limits.confirmButton),
  };
}

/** Never empty: Slack refuses that. Colons are no emoji here. */
export function plainTextElement(text: string, lengthMax: number): PlainTextElement {
  const cut = cutText(wellFormed(text).trim(), lengthMax);
  return { type: 'plain_text', text: cut === '' ? '–' : cut, emoji: false };
}
