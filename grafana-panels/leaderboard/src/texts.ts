import { translator } from '../../shared/src/translate.ts';
import german from './locales/de-DE/statbar-leaderboard-panel.json';
import english from './locales/en-US/statbar-leaderboard-panel.json';

export const translate = translator({ 'en-US': english, 'de-DE': german });
