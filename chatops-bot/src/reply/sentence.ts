import { cutText, rich } from './text.ts';
import type { Card } from './types.ts';

/** A card of nothing but a sentence. */
export function sentenceCard(text: string): Card {
  const summary = cutText(text, 1000);
  return { tone: 'info', title: '', blocks: [{ kind: 'paragraph', text: rich(summary) }], summary };
}
