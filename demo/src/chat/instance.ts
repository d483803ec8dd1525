import { createPrng, type Prng, seedFor } from '../prng.ts';
import { splitVisits, type VariantTick } from './experiment.ts';
import { devices, type InstanceId } from './fleet.ts';
import { effectAt, type Incident } from './incident.ts';
import { adoption, dailyShape, hourMs, type Launch } from './load-shape.ts';

export interface World {
  readonly seed: number;
  readonly launch: Launch;
  /** Added to the time when it decides how busy a day is. */
  readonly dayShiftMs?: number;
  readonly incidents: readonly Incident[];
}

/** What users of one device type did in one tick. */
export interface DeviceTick {
  readonly device: string;
  readonly appVersion: string;
  readonly messageCount: number;
  readonly errorCounts: ReadonlyMap<string, number>;
  /** Some delivery times, each standing for `weight` deliveries. */
  readonly deliveriesS: readonly number[];
  readonly weights: readonly number[];
  /** Visits of the shop, by the variant of the experiment that they saw. */
  readonly variants: readonly VariantTick[];
}

export interface InstanceTick {
  readonly devices: readonly DeviceTick[];
  readonly connectionCount: number;
  readonly cpuRatio: number;
  readonly memoryBytes: number;
}

/** Messages per second of a full region at its busiest hour. */
const messagesPerSecondMax = 400;
const sessionsPerSecondMax = 9;
/** Delivery times drawn per tick and device; more messages share them. */
const deliveriesMax = 24;
const mebibyte = 1024 * 1024;

/** Simulates one instance tick by tick. The shapes are functions of time; only the noise is drawn. */
export class ChatInstance {
  readonly id: InstanceId;
  readonly #world: World;
  readonly #prng: Prng;
  /** Of its own, so that who sees which variant changes nothing else. */
  readonly #experimentPrng: Prng;
  /** Slow drift of the load around its shape, as an autoregressive process. */
  #drift = 0;

  constructor(id: InstanceId, world: World) {
    this.id = id;
    this.#world = world;
    this.#prng = createPrng(seedFor(world.seed, `load ${id.host}`));
    this.#experimentPrng = createPrng(seedFor(world.seed, `experiment ${id.host}`));
  }

  /** `timeMs` decides the shapes, `durationS` how much happens. */
  tick(timeMs: number, durationS: number): InstanceTick {
    const keep = Math.exp(-durationS / 900);
    this.#drift = this.#drift * keep + 0.09 * Math.sqrt(1 - keep * keep) * this.#prng.normal();
    const { region, share } = this.id;
    const taken = adoption(this.#world.launch, timeMs);
    const visits =
      region.audience *
      share *
      dailyShape(region, timeMs + (this.#world.dayShiftMs ?? 0)) *
      Math.exp(this.#drift);
    const load = visits * taken;
    const ticks = devices.map((_, index) => this.#device(index, timeMs, durationS, visits, load, taken));
    const troubled = devices.some(
      (device) => effectAt(this.#world.incidents, region.name, device.name, timeMs).strength > 0,
    );
    // Memory fills up between two clean-ups, which come every six hours.
    const sawtooth = (timeMs % (6 * hourMs)) / (6 * hourMs);
    const cpu = 0.04 + 1.1 * load + (troubled ? 0.09 : 0) + 0.012 * this.#prng.normal();
    return {
      devices: ticks,
      connectionCount: Math.round(4200 * load * (1 + 0.01 * this.#prng.normal())),
      cpuRatio: Math.min(0.98, Math.max(0.01, cpu)),
      memoryBytes: Math.round(mebibyte * (310 + 260 * load + 90 * sawtooth + 2 * this.#prng.normal())),
    };
  }

  #device(
    index: number,
    timeMs: number,
    durationS: number,
    visits: number,
    load: number,
    taken: number,
  ): DeviceTick {
    const prng = this.#prng;
    const { region } = this.id;
    const device = devices[index];
    const { strength, incident } = effectAt(this.#world.incidents, region.name, device.name, timeMs);
    const messageCount = prng.poisson(load * device.share * messagesPerSecondMax * durationS);
    const errorCounts = new Map<string, number>();
    const count = (type: string, ratio: number): void => {
      errorCounts.set(type, Math.min(messageCount, prng.poisson(messageCount * ratio)));
    };
    count('timeout', 0.0025 + 0.002 * load);
    count('rate_limited', 0.0012);
    if (incident !== undefined) count(incident.errorType, incident.errorRatio * strength);
    const slower = incident === undefined ? 1 : 1 + (incident.latencyFactor - 1) * strength;
    const { deliveriesS, weights } = this.#deliveries(
      messageCount,
      region.deliveryMedianS * (1 + 0.6 * load) * slower,
    );
    const sessionCount = prng.poisson(visits * device.share * sessionsPerSecondMax * durationS);
    // Chat helps people to buy; a chat that fails drives them away.
    const conversionRatio = (0.031 + 0.008 * taken) * (1 - 0.45 * strength);
    const conversionCount = Math.min(sessionCount, prng.poisson(sessionCount * conversionRatio));
    return {
      device: device.name,
      appVersion: device.appVersion,
      messageCount,
      errorCounts,
      deliveriesS,
      weights,
      variants: splitVisits(sessionCount, conversionCount, this.#experimentPrng),
    };
  }

  /** Log-normal around the median. */
  #deliveries(count: number, medianS: number): { deliveriesS: number[]; weights: number[] } {
    const drawn = Math.min(count, deliveriesMax);
    const deliveriesS: number[] = [];
    const weights: number[] = [];
    for (let i = 0; i < drawn; i++) {
      deliveriesS.push(medianS * Math.exp(0.55 * this.#prng.normal()));
      weights.push(Math.floor(((i + 1) * count) / drawn) - Math.floor((i * count) / drawn));
    }
    return { deliveriesS, weights };
  }
}
