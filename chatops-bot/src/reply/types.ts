/*
 * What the bot says, before it is Block Kit or an Adaptive Card. Everything here is plain data, and both renderers take
 * all of it: what a platform cannot show it shows in the nearest way that it has, and what is over its limits is cut with
 * a word about how much was left out.
 */

/** A piece of text. */
export type Span =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly bold?: boolean;
      readonly italic?: boolean;
      readonly code?: boolean;
      readonly strike?: boolean;
    }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** A moment, in the reader's own time zone. `time`: of day only. */
  | { readonly kind: 'time'; readonly atMs: number; readonly form: 'time' | 'date_time' }
  /** Tells the person: their phone rings. Everywhere else people are named in plain text. */
  | { readonly kind: 'mention'; readonly person: Mention };

/** Text is taken literally: no markup of any platform means anything in it. */
export type RichText = readonly Span[];

/** Somebody to tell, as far as they are known. */
export interface Mention {
  readonly name: string;
  /** The platform's own id; null: named in plain text. */
  readonly platformId: string | null;
}

/** What colour and sign say. */
export type Tone = 'critical' | 'error' | 'warning' | 'info' | 'good' | 'muted';

export type Block =
  | { readonly kind: 'paragraph'; readonly text: RichText }
  /** Smaller and grey: who, when, what ran. */
  | { readonly kind: 'aside'; readonly text: RichText }
  | { readonly kind: 'heading'; readonly text: string }
  /** Short values beside their names. */
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'list'; readonly items: readonly RichText[]; readonly leftOut: number }
  | { readonly kind: 'code'; readonly text: string }
  | Table
  /** Drawn by the platform where it can, else as a picture. */
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'divider' }
  | { readonly kind: 'actions'; readonly actions: readonly Action[] };

export interface Fact {
  readonly name: string;
  readonly value: RichText;
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that there are besides these. */
  readonly leftOut: number;
}

export interface Card {
  readonly tone: Tone;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** One line of plain text: for notifications, screen readers, and clients that cannot show the rest. */
  readonly summary: string;
}

/** An answer to somebody. */
export interface Reply {
  /** `private`: only who asked sees it, where the platform can do that. */
  readonly audience: 'everyone' | 'private';
  readonly card: Card;
}

/** Something to press. The renderers put `press` into the platform's payload; it comes back as it was. */
export type Action =
  | {
      readonly kind: 'button';
      readonly label: string;
      readonly style: 'primary' | 'danger' | 'plain';
      readonly press: Press;
      readonly confirm?: Confirm;
    }
  | { readonly kind: 'link'; readonly label: string; readonly url: string }
  /** One of several: a select or a drop-down. */
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly MenuItem[] }
  /** What is needed rarely, behind three dots. */
  | { readonly kind: 'overflow'; readonly items: readonly MenuItem[] };

export interface MenuItem {
  readonly label: string;
  readonly press: Press;
}

export interface Confirm {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
}

/**
 * What pressing does. About a group: `target` is its id and `version` what the person saw. `run` says the command in
 * `value` as if the person had typed it.
 */
export interface Press {
  readonly verb: PressVerb;
  /** An alert group's id, or empty. */
  readonly target: string;
  readonly version: number;
  /** A duration in milliseconds (`silence`), a name (`remediate`, `approve`), a command (`run`); else empty. */
  readonly value: string;
}

export type PressVerb =
  | 'ack'
  | 'unack'
  | 'silence'
  | 'unsilence'
  /** Takes it: assigns to who pressed. */
  | 'take'
  /** Opens the dialog in which to write a note. */
  | 'note'
  /** Opens the dialog in which to choose for how long, and to say why. */
  | 'silence_dialog'
  | 'remediate'
  | 'approve'
  /** The whole list of members. */
  | 'members'
  /** What accounts for it. */
  | 'explain'
  | 'run';

/** A form to fill in; sending it is pressing `press` with the fields' values. */
export interface Dialog {
  readonly title: string;
  readonly submit: string;
  readonly press: Press;
  readonly fields: readonly DialogField[];
}

export type DialogField =
  | {
      readonly kind: 'text';
      readonly id: string;
      readonly label: string;
      readonly hint: string;
      readonly multiline: boolean;
      readonly required: boolean;
      readonly value: string;
      readonly lengthMax: number;
    }
  | {
      readonly kind: 'choice';
      readonly id: string;
      readonly label: string;
      readonly options: readonly { readonly label: string; readonly value: string }[];
      readonly value: string;
    };

/** A line of a chart. Null: there is no value at that time. */
export interface ChartLine {
  readonly name: string;
  readonly timesMs: readonly number[];
  readonly values: readonly (number | null)[];
}

/** What is to be drawn; the same for pictures and for charts that the platform draws. */
export interface Chart {
  readonly title: string;
  /** A sentence for who cannot see it. */
  readonly alt: string;
  readonly unit: string | null;
  /** Both ends are drawn. */
  readonly fromMs: number;
  readonly toMs: number;
  /** IANA name; the picture says which. */
  readonly timeZone: string;
  readonly lines: readonly ChartLine[];
  /** Lines that there are besides these. */
  readonly leftOut: number;
  readonly expected: ChartLine | null;
  readonly band: ChartBand | null;
  readonly threshold: { readonly value: number; readonly direction: 'above' | 'below' | null } | null;
  /** Shaded; `toMs` null: until the end. */
  readonly firing: { readonly fromMs: number; readonly toMs: number | null } | null;
  /** From here on lines are forecasts: drawn dashed. */
  readonly forecastFromMs: number | null;
}

export interface ChartBand {
  readonly name: string;
  readonly timesMs: readonly number[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}
