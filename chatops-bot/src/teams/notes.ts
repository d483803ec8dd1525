import { join } from 'node:path';
import type { Logger } from '../base/index.ts';
import { Notebook } from '../state/index.ts';

/**
 * What Teams tells once and cannot be asked for later: the chat with a person (`chats`), who has which address (`users`),
 * which message is an alert's card (`threads`), where conversations and people are served (`services`); and which activities
 * were handled (`seen`).
 */
export type TeamsNotes = Notebook<'chats' | 'users' | 'threads' | 'services' | 'seen'>;

const countMax = { chats: 10_000, users: 10_000, threads: 10_000, services: 10_000, seen: 5000 };

/** `folder` empty: nothing is kept over restarts. */
export function openNotes(folder: string, logger: Logger): TeamsNotes {
  return new Notebook(folder === '' ? '' : join(folder, 'teams.log'), countMax, logger);
}
