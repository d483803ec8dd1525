import { type Fields, isFields } from './shapes.ts';

/** The element that somebody would press for this label, as the action that Slack makes of it. */
export function findElement(blocks: readonly unknown[], label: string): Record<string, unknown> {
  for (const block of blocks) {
    if (!isFields(block)) continue;
    const elements = Array.isArray(block['elements']) ? block['elements'] : [];
    for (const element of [...elements, block['accessory']]) {
      const action = isFields(element) ? actionOf(element, label) : undefined;
      if (action !== undefined) return { ...action, block_id: block['block_id'] ?? '' };
    }
  }
  throw new Error(`nothing to press is called "${label}"`);
}

function actionOf(element: Fields, label: string): Record<string, unknown> | undefined {
  const { type, action_id, text, value, confirm: _confirm } = element;
  const own = { type, action_id };
  if (type === 'button' && (action_id === label || textOf(text) === label)) return { ...own, text, value };
  const groups = Array.isArray(element['option_groups']) ? element['option_groups'] : [];
  const grouped = groups.flatMap((group) =>
    isFields(group) && Array.isArray(group['options']) ? group['options'] : [],
  );
  const options = Array.isArray(element['options']) ? element['options'] : grouped;
  const option = options.find(
    (each) => isFields(each) && (textOf(each['text']) === label || each['value'] === label),
  );
  return option === undefined ? undefined : { ...own, selected_option: option };
}

function textOf(text: unknown): string | undefined {
  return isFields(text) && typeof text['text'] === 'string' ? text['text'] : undefined;
}
