/** The newest entries, up to twice `countMax`. */
export class Recent<Value> {
  readonly #countMax: number;
  #current = new Map<string, Value>();
  #previous = new Map<string, Value>();

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get(key: string): Value | undefined {
    return this.#current.get(key) ?? this.#previous.get(key);
  }

  set(key: string, value: Value): void {
    this.#current.set(key, value);
    if (this.#current.size < this.#countMax) return;
    this.#previous = this.#current;
    this.#current = new Map();
  }
}
