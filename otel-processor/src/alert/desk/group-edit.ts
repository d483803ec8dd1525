import type { AlertActor, AlertStoryKind } from '@statbar/sdk/wire';
import type { NotificationEvent } from '../types.ts';
import type { GroupDocument } from './docs.ts';

/** Changes of one group that become one new revision of it. */
export class GroupEdit {
  #group: GroupDocument;
  readonly #before: GroupDocument;
  readonly #storyMax: number;
  readonly #nowMs: number;
  /** What receivers are to be told of this, the last one said. */
  event: NotificationEvent = 'changed';
  /** Kept without telling anybody: it would be told to the very one that has just refused. */
  isQuiet = false;

  constructor(group: GroupDocument, storyMax: number, nowMs: number) {
    this.#group = group;
    this.#before = group;
    this.#storyMax = storyMax;
    this.#nowMs = nowMs;
  }

  get group(): GroupDocument {
    return this.#group;
  }

  set(change: Partial<GroupDocument>): void {
    this.#group = { ...this.#group, ...change };
  }

  story(kind: AlertStoryKind, text: string, by: AlertActor | null = null): void {
    const sequence = this.#group.storySequence + 1;
    const entry = { sequence, atMs: this.#nowMs, kind, by, text };
    this.set({ story: [...this.#group.story, entry].slice(-this.#storyMax), storySequence: sequence });
  }

  /** Undefined: nothing changed. */
  finish(): GroupDocument | undefined {
    if (this.#group === this.#before) return undefined;
    return { ...this.#group, revision: this.#before.revision + 1, updatedAtMs: this.#nowMs };
  }
}
