import { isIP } from 'node:net';
import type { ContainerConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';

/** What is done once when a container becomes unhealthy. */
export const unhealthyActions = ['none', 'restart', 'stop', 'kill'] as const;
export type UnhealthyAction = (typeof unhealthyActions)[number];

export type Probe =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  /** Healthy when a connection is accepted. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Healthy when the answer to GET has a status of 200 to 399. */
  | { readonly kind: 'http'; readonly host: string; readonly port: number; readonly path: string };

/** How a container's health is found out. Times in milliseconds. */
export interface HealthPlan {
  readonly probe: Probe;
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
  readonly action: UnhealthyAction;
}

/** `tcp://[HOST]:PORT` or `http://[HOST]:PORT[/PATH]`, seen from inside the container's network. */
export const probeLabel = 'berth.health.probe';
/** One of `unhealthyActions`. */
export const actionLabel = 'berth.health.on-unhealthy';

const defaults = { interval: 30_000, timeout: 30_000, startInterval: 5_000, retries: 3 };

/** The plan of a (checked) configuration; undefined when its health is not checked. */
export function healthPlanOf(config: ContainerConfig): HealthPlan | undefined {
  const health = config.Healthcheck ?? {};
  const labels = config.Labels ?? {};
  const probe = probeOf(config, labels[probeLabel]);
  if (probe === undefined) return undefined;
  return {
    probe,
    interval: milliseconds(health.Interval) ?? defaults.interval,
    timeout: milliseconds(health.Timeout) ?? defaults.timeout,
    startPeriod: milliseconds(health.StartPeriod) ?? 0,
    startInterval: milliseconds(health.StartInterval) ?? defaults.startInterval,
    retries: health.Retries || defaults.retries,
    action: actionOf(labels[actionLabel]),
  };
}

/** Fails with containers.invalid-config when a label of ours cannot be understood. */
export function checkHealthLabels({ Labels: labels }: ContainerConfig): void {
  const probe = labels?.[probeLabel];
  if (probe !== undefined) parseProbe(probe);
  actionOf(labels?.[actionLabel]);
}

/** The label comes before a command; `--no-healthcheck` before both. A kind that is not known means none, as in Docker. */
function probeOf(config: ContainerConfig, label: string | undefined): Probe | undefined {
  const [kind, ...words] = config.Healthcheck?.Test ?? [];
  if (kind === 'NONE') return undefined;
  if (label !== undefined) return parseProbe(label);
  if (kind === 'CMD') return words.length > 0 ? { kind: 'exec', command: words } : undefined;
  if (kind !== 'CMD-SHELL') return undefined;
  const shell = config.Shell ?? [];
  return { kind: 'exec', command: [...(shell.length > 0 ? shell : ['/bin/sh', '-c']), ...words] };
}

function parseProbe(text: string): Probe {
  const match =
    /^(tcp|http):\/\/(?:\[([0-9a-f:.]+)\]|([^:/[\]]*)):(\d{1,5})(\/[\x21-\x7e]*)?$/i.exec(text);
  const [, kind, v6, v4, portText, path] = match ?? [];
  const host = v6 || v4 || '127.0.0.1';
  const port = Number(portText);
  const known = match !== null && isIP(host) !== 0 && port >= 1 && port <= 65_535;
  if (!known || (kind === 'tcp' && path !== undefined)) {
    const reason = `invalid label ${probeLabel}: "${text}" is neither tcp://[ADDRESS]:PORT nor http://[ADDRESS]:PORT[/PATH]`;
    throw engineError('containers.invalid-config', { reason });
  }
  if (kind === 'tcp') return { kind, host, port };
  return { kind: 'http', host, port, path: path ?? '/' };
}

function actionOf(text: string | undefined): UnhealthyAction {
  const action = unhealthyActions.find((known) => known === (text ?? 'none'));
  if (action !== undefined) return action;
  const reason = `invalid label ${actionLabel}: "${text}" is none of ${unhealthyActions.join(', ')}`;
  throw engineError('containers.invalid-config', { reason });
}

function milliseconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds ? nanoseconds / 1e6 : undefined;
}
