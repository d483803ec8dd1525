import { expect, test } from 'vitest';
import { Telemetry } from '../../base/index.ts';
import { ownOf, visibleTo } from './tenant-view.ts';

function telemetryOfTwo(): Telemetry {
  const telemetry = new Telemetry();
  telemetry.counter('process_total', 'P.').add(1);
  for (const tenant of ['a', 'b']) {
    telemetry.scope({ tenant }).counter('x_total', 'X.', { reason: 'r' }).add(1);
    telemetry.scope({ tenant }).gauge('y', 'Y.').set(2);
  }
  return telemetry;
}

test('a reader sees the process and its own tenant, an administrator everything', () => {
  const telemetry = telemetryOfTwo();
  const text = telemetry.render(visibleTo({ name: 'n', tenant: 'a', scopes: new Set(['read']) }));
  expect(text).toContain('x_total{tenant="a",reason="r"} 1');
  expect(text).toContain('process_total 1');
  expect(text).not.toContain('"b"');
  const all = telemetry.render(visibleTo({ name: 'n', tenant: 'a', scopes: new Set(['read', 'admin']) }));
  expect(all).toBe(telemetry.render());
});

test('the status page of a tenant has its numbers under their plain names', () => {
  expect(telemetryOfTwo().snapshot(ownOf('b'))).toEqual({
    process_total: 1,
    'x_total{reason="r"}': 1,
    y: 2,
  });
});
