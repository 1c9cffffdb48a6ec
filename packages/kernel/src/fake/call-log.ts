import type { Kernel } from '../kernel.ts';

export type PortName = keyof Kernel;

export interface RecordedCall {
  readonly port: PortName;
  readonly method: string;
  readonly args: readonly unknown[];
  /** The namespace file of links and firewalls made by `inNamespace`. */
  readonly namespace?: string;
}

/** Which call fails: the n-th of all calls from now on, or the n-th (default first) of one method. */
export type FailurePoint =
  | number
  | { readonly port: PortName; readonly method: string; readonly nth?: number };

interface PlannedFailure {
  readonly matches: (call: RecordedCall) => boolean;
  readonly error: Error;
  remaining: number;
}

/** What was called, in order, and which calls are to fail. */
export class CallLog {
  readonly calls: RecordedCall[] = [];
  readonly #failures: PlannedFailure[] = [];

  failOn(point: FailurePoint, error: Error): void {
    const failure =
      typeof point === 'number'
        ? { matches: () => true, error, remaining: point }
        : {
            matches: (call: RecordedCall) =>
              call.port === point.port && call.method === point.method,
            error,
            remaining: point.nth ?? 1,
          };
    this.#failures.push(failure);
  }

  /** Notes the call; the error it is to fail with, if any. Each planned failure strikes once. */
  record(call: RecordedCall): Error | undefined {
    this.calls.push(call);
    const struck = this.#failures.filter((failure) => {
      if (!failure.matches(call)) return false;
      failure.remaining -= 1;
      return failure.remaining === 0;
    });
    return struck[0]?.error;
  }
}

/** Methods that report failure by rejecting. */
const asynchronous = new Set([
  'spawn',
  'run',
  'apply',
  'check',
  'print',
  'freeze',
  'thaw',
  'deleteLink',
  'syncFileSystem',
  'replaceFile',
  'remove',
  'launch',
  'createVethAsync',
  'mountOverlayAsync',
  'unmountAsync',
  'createNetworkNamespaceAsync',
  'removeNetworkNamespaceAsync',
]);

/** What tests call on the fakes and no port has. */
const helpers = new Set(['create', 'of', 'emit']);

/** The port with every call recorded, and failed when planned. Properties are handed through. */
export function recorded<Port extends object>(
  log: CallLog,
  port: PortName,
  target: Port,
  namespace?: string,
): Port {
  return new Proxy(target, {
    get(_, method) {
      const value: unknown = Reflect.get(target, method, target);
      if (typeof value !== 'function' || typeof method !== 'string') return value;
      if (helpers.has(method)) return value.bind(target) as unknown;
      return (...args: unknown[]) => {
        const call = { port, method, args, ...(namespace === undefined ? {} : { namespace }) };
        const error = log.record(call);
        const rejects = asynchronous.has(method) || (port === 'firewall' && method === 'list');
        if (error !== undefined && rejects) return Promise.reject(error);
        if (error !== undefined) throw error;
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}
