import { createPrng, seedFor } from '../prng.ts';

export interface Region {
  readonly name: string;
  readonly utcOffsetHours: number;
  /** Size of its audience against the largest. */
  readonly audience: number;
  /** Median time of a delivery without load. */
  readonly deliveryMedianS: number;
}

export interface Device {
  readonly name: string;
  /** Part of the audience. */
  readonly share: number;
  readonly appVersion: string;
}

export const regions: readonly Region[] = [
  { name: 'us-east', utcOffsetHours: -5, audience: 0.9, deliveryMedianS: 0.055 },
  { name: 'us-west', utcOffsetHours: -8, audience: 0.6, deliveryMedianS: 0.06 },
  { name: 'eu-west', utcOffsetHours: 1, audience: 0.8, deliveryMedianS: 0.05 },
  { name: 'ap-south', utcOffsetHours: 5.5, audience: 1, deliveryMedianS: 0.11 },
];

export const devices: readonly Device[] = [
  { name: 'android', share: 0.46, appVersion: '8.12.0' },
  { name: 'ios', share: 0.34, appVersion: '8.12.1' },
  { name: 'web', share: 0.2, appVersion: '8.13.0' },
];

/** One running copy of the chat service. */
export interface InstanceId {
  readonly id: string;
  readonly host: string;
  readonly region: Region;
  /** Part of the region's traffic that it serves. */
  readonly share: number;
}

/** Two instances per region; the first takes a little more. Ids depend on the seed only. */
export function createFleet(seed: number): InstanceId[] {
  return regions.flatMap((region) =>
    [0.53, 0.47].map((share, index) => {
      const host = `chat-${region.name}-${index}`;
      return { id: uuid(seedFor(seed, host)), host, region, share };
    }),
  );
}

export function resourceAttributes(instance: InstanceId): Record<string, string> {
  return {
    'service.name': 'chat',
    'service.namespace': 'demo',
    'service.version': '1.4.0',
    'service.instance.id': instance.id,
    'host.name': instance.host,
    'cloud.region': instance.region.name,
    'deployment.environment.name': 'production',
  };
}

function uuid(seed: number): string {
  const prng = createPrng(seed);
  const digits = Array.from({ length: 32 }, () => Math.floor(prng.next() * 16).toString(16));
  digits[12] = '4';
  digits[16] = '8';
  const text = digits.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}
