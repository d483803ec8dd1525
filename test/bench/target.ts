/** A figure that StatBar is held to: what it must reach, and what would be better still. */
export interface Target {
  readonly what: string;
  readonly key: string;
  readonly unit: string;
  readonly reach: number;
  readonly stretch: number;
  readonly better: 'higher' | 'lower';
  /** Measured only with `-- --peers`. */
  readonly needsPeers?: boolean;
}
