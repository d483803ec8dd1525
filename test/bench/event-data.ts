import { createPrng } from '../../otel-processor/src/base/index.ts';

/** Three views as a product team would have them; results early every 250 ms. */
export const eventViews = `views:
  - name: hits_rate
    from: page_view
    by: [region, device]
    window: { sliding: 1m, slide: 1s }
    aggregate: { rate: {} }
  - name: route_ms
    from: page_view
    by: [route]
    window: { tumbling: 10s }
    aggregate: { quantiles: { of: ms, at: [0.5, 0.99] }, count: {} }
  - name: visitors
    from: page_view
    by: [campaign]
    window: { tumbling: 1m }
    aggregate: { distinct: { of: user.id } }
`;

export const eventShape = {
  method: 'POST',
  path: '/statbar/v1/events',
  headers: { 'content-type': 'application/json' },
};

/** Events of about 300 bytes with 10 attributes, drawn from a seed. */
export class EventGenerator {
  readonly #prng;

  constructor(seed: number) {
    this.#prng = createPrng(seed);
  }

  /** A request of `count` events from `source`, spread evenly over the `spanMs` before `endMs`; `more` is put first. */
  request(
    count: number,
    source: string,
    endMs: number,
    spanMs: number,
    more: readonly object[] = [],
  ): Buffer {
    const events: object[] = [...more];
    for (let i = 0; i < count; i++) {
      events.push(this.#event(source, Math.floor(endMs - spanMs + (spanMs * (i + 1)) / count)));
    }
    return Buffer.from(JSON.stringify(events));
  }

  #event(source: string, timestampMs: number): object {
    const pick = (count: number): number => this.#prng.integer(0, count);
    return {
      name: 'page_view',
      timestamp: timestampMs,
      source,
      attributes: {
        region: `region-${pick(5)}`,
        device: ['phone', 'tablet', 'desktop'][pick(3)],
        route: `/shop/category/${pick(50)}`,
        campaign: `campaign-${pick(20)}`,
        'user.id': `user-${pick(100_000)}`,
        browser: ['firefox', 'chrome', 'safari'][pick(3)],
        ms: Math.round(Math.exp(this.#prng.normal()) * 1000) / 10,
        price: pick(10_000) / 100,
        mobile: pick(2) === 1,
        referrer: `https://search.example/results?page=${pick(900)}`,
      },
    };
  }
}
