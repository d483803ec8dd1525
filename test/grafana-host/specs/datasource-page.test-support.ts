import type { HostFixture, OpenPage } from '../fixture.ts';
import type { ProxyTarget } from '../host-server.ts';
import type { HostPanel } from '../page/dashboard-model.ts';
import { pageHelpers } from './datasource-in-page.test-support.ts';

/** What is looked at of a frame. */
export interface FrameSummary {
  readonly refId?: string;
  readonly name?: string;
  readonly type?: string;
  readonly custom?: string;
  readonly topic?: string;
  readonly notices: readonly string[];
  readonly length: number;
  readonly fields: ReadonlyArray<{
    readonly name: string;
    readonly unit?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly custom?: Readonly<Record<string, unknown>>;
    readonly links: ReadonlyArray<{
      readonly title: string;
      readonly url: string;
      readonly query?: Readonly<Record<string, unknown>>;
    }>;
    readonly values: unknown[];
  }>;
}

export interface Answered {
  readonly state: string;
  readonly errors: readonly string[];
  readonly frames: readonly FrameSummary[];
}

/** What has come of a live query so far. */
export interface Live {
  /** Answers. */
  readonly steps: number;
  /** Answers whose frames had not the structure of those before. */
  readonly restructured: number;
  /** Answers in which a value that had been given was another. */
  readonly changed: number;
  /** Answers without any point, after one that had some. */
  readonly emptied: number;
  readonly lastMs: number;
  readonly names: readonly string[];
  readonly notices: readonly string[];
  readonly states: readonly string[];
  readonly lastValues: readonly unknown[];
  readonly isDone: boolean;
}

export type Record_ = Readonly<Record<string, unknown>>;

/** A page in which the built plugin is asked as Grafana asks it. */
export class SourcePage {
  readonly open: OpenPage;

  private constructor(open: OpenPage) {
    this.open = open;
  }

  static async open(
    fixture: HostFixture,
    statbar: ProxyTarget,
    panels: readonly Partial<HostPanel>[] = [],
    jsonData: Record_ = {},
  ): Promise<SourcePage> {
    const open = await fixture.open(panels, { statbar });
    await open.page.getByRole('heading', { name: 'Host' }).waitFor({ timeout: 120_000 });
    await open.page.evaluate(`window.sourceOptions = ${JSON.stringify(jsonData)}`);
    await open.page.evaluate(pageHelpers);
    return new SourcePage(open);
  }

  /** The answer to one query over the last half hour, when it is whole. */
  ask(query: Record_, request: Record_ = {}, spanMs = 1_800_000): Promise<Answered> {
    return this.#run('ask', query, request, spanMs);
  }

  /** Listens to one query until `unlisten`. */
  listen(query: Record_, request: Record_ = {}, spanMs = 30_000): Promise<void> {
    return this.#run('listen', query, request, spanMs);
  }

  live(): Promise<Live> {
    return this.open.page.evaluate(() => (window as never as { live: Live }).live);
  }

  unlisten(): Promise<void> {
    return this.#run('unlisten');
  }

  /** Calls a method of the data source. */
  call<T>(method: string, ...args: unknown[]): Promise<T> {
    return this.#run('callSource', method, ...args);
  }

  /** The language of the viewer from here on. */
  speak(language: string): Promise<void> {
    return this.#run('speak', language);
  }

  /** Renders editors: each with its component, query and other properties. */
  edit(mode: 'dark' | 'light', editors: readonly Record_[]): Promise<void> {
    return this.#run('edit', mode, editors);
  }

  /** What the editors have changed so far, the newest last. */
  changes(): Promise<Record_[]> {
    return this.open.page.evaluate(() => (window as never as { changes: Record_[] }).changes);
  }

  unedit(): Promise<void> {
    return this.#run('unedit');
  }

  close(): Promise<void> {
    return this.open.close();
  }

  #run<T>(name: string, ...args: unknown[]): Promise<T> {
    return this.open.page.evaluate(
      ([helper, given]) =>
        (window as never as Record<string, (...a: unknown[]) => unknown>)[helper](...given),
      [name, args] as const,
    ) as Promise<T>;
  }
}
