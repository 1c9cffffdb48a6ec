import { readlink } from 'node:fs/promises';
import { BusConnection, BusError, type BusTarget } from './bus-connection.ts';
import type { BusMessage, BusValue } from './bus-message.ts';

const name = 'org.fedoraproject.FirewallD1';
const main: BusTarget = {
  destination: name,
  path: '/org/fedoraproject/FirewallD1',
  interface: name,
};
const zones: BusTarget = { ...main, interface: `${name}.zone` };
const configuration: BusTarget = {
  destination: name,
  path: '/org/fedoraproject/FirewallD1/config',
  interface: `${name}.config`,
};
/** The zone and the policy that Docker makes, so that both engines share them. */
const zone = 'docker';
const policy = 'docker-forwarding';

export interface FirewalldOptions {
  /** Socket of the system bus. */
  readonly busPath: string;
  /** Bridges that there are now. */
  readonly bridges: () => readonly string[];
  readonly reportError: (error: unknown, what: string) => void;
}

/**
 * firewalld, when it runs in the network namespace of the daemon: bridges belong to a zone that lets everything
 * pass, and a policy lets forwarded packets into it, so that our own table decides. What firewalld forgets at a reload
 * or a restart is put in again. Without firewalld nothing happens.
 */
export class Firewalld {
  readonly #options: FirewalldOptions;
  #bus: BusConnection | undefined;
  #running = false;
  #stopped = false;
  /** One after the other: a reload must not come between the steps of a change. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: FirewalldOptions) {
    this.#options = options;
  }

  /** Whether firewalld knows about our bridges. */
  get running(): boolean {
    return this.#running;
  }

  /** Makes everything right and watches from then on. Idempotent; never fails. */
  start(): Promise<void> {
    this.#stopped = false;
    return this.#enqueue('setting up firewalld', async () => {
      if (this.#bus === undefined) await this.#connect();
      await this.#settle();
    });
  }

  /** Before containers are on the bridge. Never fails. */
  addBridge(bridge: string): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return this.#enqueue(`adding ${bridge} to firewalld's zone`, () => this.#add(bridge));
  }

  /** Never fails. */
  removeBridge(bridge: string): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return this.#enqueue(`removing ${bridge} from firewalld's zone`, async () => {
      await this.#call(zones, 'removeInterface', [text(zone), text(bridge)], ['UNKNOWN_INTERFACE']);
    });
  }

  /** What is in the zone stays there. */
  stop(): void {
    this.#stopped = true;
    this.#running = false;
    this.#bus?.[Symbol.dispose]();
    this.#bus = undefined;
  }

  async #connect(): Promise<void> {
    let bus: BusConnection;
    try {
      bus = await BusConnection.open(this.#options.busPath, {
        onSignal: (signal) => this.#heard(signal),
        onEnd: () => {
          this.#bus = undefined;
          this.#running = false;
        },
      });
    } catch (error) {
      // A host without a message bus has no firewalld.
      if (['ENOENT', 'ECONNREFUSED'].includes((error as { code?: string }).code ?? '')) return;
      throw error;
    }
    this.#bus = bus;
    await bus.watch(`type='signal',interface='${name}',member='Reloaded'`);
    await bus.watch(
      `type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${name}'`,
    );
  }

  #heard({ member, body }: BusMessage): void {
    const [, , owner] = body;
    if (member === 'NameOwnerChanged' && owner === '') this.#running = false;
    else if (member === 'Reloaded' || member === 'NameOwnerChanged') {
      void this.#enqueue('setting up firewalld again', () => this.#settle());
    }
  }

  async #settle(): Promise<void> {
    const pid = await this.#bus?.ownerPid(name);
    this.#running = pid !== undefined && (await isNeighbour(pid));
    if (!this.#running) return;
    if (await this.#define()) await this.#call(main, 'reload', []);
    for (const bridge of this.#options.bridges()) await this.#add(bridge);
  }

  /** Makes zone and policy where they are missing; true when firewalld has to be reloaded to see them. */
  async #define(): Promise<boolean> {
    const description = text('Bridges of containers: the rules of the container engine decide');
    const made = [
      await this.#defineOne('Zone', zone, { target: text('ACCEPT'), description }),
      await this.#defineOne('Policy', policy, {
        ingress_zones: { type: 'as', value: ['ANY'] },
        egress_zones: { type: 'as', value: [zone] },
        target: text('ACCEPT'),
        description,
      }),
    ];
    return made.includes(true);
  }

  async #defineOne(
    what: 'Zone' | 'Policy',
    id: string,
    settings: Readonly<Record<string, BusValue>>,
  ): Promise<boolean> {
    try {
      await this.#call(configuration, `get${what}ByName`, [text(id)]);
      return false;
    } catch (error) {
      if (!isRefusal(error, [`INVALID_${what.toUpperCase()}`])) throw error;
    }
    const member = what === 'Zone' ? 'addZone2' : 'addPolicy';
    const value = { version: text('1.0'), short: text(id), ...settings };
    await this.#call(
      configuration,
      member,
      [text(id), { type: 'a{sv}', value }],
      ['NAME_CONFLICT'],
    );
    return true;
  }

  async #add(bridge: string): Promise<void> {
    await this.#call(
      zones,
      'changeZoneOfInterface',
      [text(zone), text(bridge)],
      ['ZONE_ALREADY_SET'],
    );
  }

  async #call(
    target: BusTarget,
    member: string,
    body: readonly BusValue[],
    accepted: readonly string[] = [],
  ): Promise<void> {
    try {
      await this.#bus?.call(target, member, body);
    } catch (error) {
      if (!isRefusal(error, accepted)) throw error;
    }
  }

  #enqueue(what: string, action: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(async () => {
      if (this.#stopped) return;
      await action();
    });
    this.#queue = done.catch((error: unknown) => {
      if (!this.#stopped) this.#options.reportError(error, what);
    });
    return this.#queue;
  }
}

/** firewalld's errors are texts, `INVALID_ZONE: docker`. */
function isRefusal(error: unknown, codes: readonly string[]): boolean {
  if (!(error instanceof BusError)) return false;
  return codes.some((code) => error.message.includes(`: ${code}`));
}

/** One bus may serve several network namespaces; only the firewall of our own matters. */
async function isNeighbour(pid: number): Promise<boolean> {
  const [theirs, own] = await Promise.all([
    readlink(`/proc/${pid}/ns/net`).catch(() => ''),
    readlink('/proc/thread-self/ns/net'),
  ]);
  return theirs === own;
}

function text(value: string): BusValue {
  return { type: 's', value };
}
