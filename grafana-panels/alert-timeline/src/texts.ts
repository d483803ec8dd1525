import { translator } from '../../shared/src/translate.ts';
import german from './locales/de-DE/statbar-alerttimeline-panel.json';
import english from './locales/en-US/statbar-alerttimeline-panel.json';

export const translate = translator({ 'en-US': english, 'de-DE': german });
