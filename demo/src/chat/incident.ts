/** A fault in the app's release: one region, one device type, until it is rolled back. */
export interface Incident {
  readonly fromMs: number;
  readonly toMs: number;
  readonly region: string;
  readonly device: string;
  readonly errorType: string;
  /** Part of the messages that fail while it lasts. */
  readonly errorRatio: number;
  readonly latencyFactor: number;
}

/** What an incident does to one region and device at a time; `strength` is 0 when nothing is wrong. */
export interface Effect {
  readonly strength: number;
  readonly incident: Incident | undefined;
}

const none: Effect = { strength: 0, incident: undefined };

/** A wrong certificate fails at once, and fully within a twelfth of the incident's length; the roll-back ends it. */
export function effectAt(
  incidents: readonly Incident[],
  region: string,
  device: string,
  timeMs: number,
): Effect {
  for (const incident of incidents) {
    if (incident.region !== region || incident.device !== device) continue;
    if (timeMs < incident.fromMs || timeMs >= incident.toMs) continue;
    const ramp = (timeMs - incident.fromMs) / ((incident.toMs - incident.fromMs) / 12);
    return { strength: Math.min(1, 0.75 + ramp), incident };
  }
  return none;
}

export function tlsIncident(fromMs: number, toMs: number): Incident {
  return {
    fromMs,
    toMs,
    region: 'eu-west',
    device: 'android',
    errorType: 'tls_handshake',
    errorRatio: 0.24,
    latencyFactor: 2.6,
  };
}

export function pushIncident(fromMs: number, toMs: number): Incident {
  return {
    fromMs,
    toMs,
    region: 'ap-south',
    device: 'ios',
    errorType: 'push_rejected',
    errorRatio: 0.15,
    latencyFactor: 1.4,
  };
}
