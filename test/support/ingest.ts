import { hashKeyFrom, isFault, Telemetry } from '../../otel-processor/src/base/index.ts';
import type { DecoderPorts } from '../../otel-processor/src/ingest/index.ts';
import {
  type Batch,
  type LabelSet,
  type RejectReason,
  SeriesRegistry,
} from '../../otel-processor/src/model/index.ts';

export interface TestPorts extends DecoderPorts {
  readonly registry: SeriesRegistry;
  /** Label sets that were resolved, in order: shows what the identity cache did not spare. */
  readonly resolved: LabelSet[];
  /** Set to refuse new series, as a limit would. */
  refuse: RejectReason | undefined;
}

/** Ports of a decoder over a registry without limits. */
export function testPorts(): TestPorts {
  const registry = new SeriesRegistry();
  const resolved: LabelSet[] = [];
  const ports: TestPorts = {
    registry,
    resolved,
    refuse: undefined,
    hashKey: hashKeyFrom([7, 11, 13, 17]),
    telemetry: new Telemetry(),
    resolver: {
      get generation() {
        return registry.generation;
      },
      resolve(labels) {
        resolved.push(labels);
        if (ports.refuse !== undefined && registry.find(labels) === undefined) return ports.refuse;
        return registry.getOrCreate(labels);
      },
      describe: (reason, labels) => `${reason} ${labels}`,
    },
  };
  return ports;
}

/** The batch, or an error with the fault's message. */
export function accepted(answer: Batch | { readonly message: string }): Batch {
  if (isFault(answer)) throw new Error(`unexpected fault: ${answer.message}`);
  return answer as Batch;
}
