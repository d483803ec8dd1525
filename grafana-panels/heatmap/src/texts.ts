import { translator } from '../../shared/src/translate.ts';
import german from './locales/de-DE/statbar-heatmap-panel.json';
import english from './locales/en-US/statbar-heatmap-panel.json';

export const translate = translator({ 'en-US': english, 'de-DE': german });
