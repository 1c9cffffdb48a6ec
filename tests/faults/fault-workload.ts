import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createEngineClient, type EngineClient } from '@berth/engine-client';

/** What the containers of a workload print and answer, so that a test can tell whether it is complete. */
export const shortLines = 200;
export const shortExitCode = 7;

/** Every line of a short container's output. */
const printLines = `i=0; while [ $i -lt ${shortLines} ]; do echo line $i; i=$((i+1)); done`;

export interface CreateBody {
  readonly Image: string;
  readonly Cmd: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

/**
 * Works on one daemon through its API, with every kind of object at once, until the daemon is gone. Requests
 * that fail are left: a daemon that was killed answers nothing, and names of an earlier round may be taken.
 */
export class FaultWorkload {
  readonly #client: EngineClient;
  readonly #layer: Buffer;

  constructor(host: string, layer: Buffer) {
    this.#client = createEngineClient({ host });
    this.#layer = layer;
  }

  /** Containers that have to outlive every daemon. */
  async startKept(): Promise<void> {
    await this.#create('kept-web', {
      Image: 'busybox',
      Cmd: ['httpd', '-f', '-h', '/etc'],
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/anonymous': {} },
      HostConfig: { Binds: ['kept:/data'], PortBindings: { '80/tcp': [{}] } },
    });
    await this.#create('kept-log', {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'i=0; while true; do echo $i; i=$((i+1)); sleep 0.02; done'],
    });
    for (const name of ['kept-web', 'kept-log']) await this.#act(name, 'start');
  }

  /** One round after the other until `signal`; each is complete when nothing disturbs it. */
  async run(signal: AbortSignal): Promise<void> {
    for (let round = 0; !signal.aborted; round++) {
      const suffix = `${process.pid}-${Date.now()}-${round}`;
      await Promise.allSettled([
        this.#longLife(`long-${suffix}`),
        this.#shortLife(`short-${suffix}`),
        this.#passing(`passing-${suffix}`),
        this.#image(`fault:${suffix}`),
        this.#volume(`volume-${suffix}`),
      ]);
    }
  }

  /** Through every operation, with published ports and volumes of both kinds. */
  async #longLife(name: string): Promise<void> {
    await this.#create(name, {
      Image: 'busybox',
      Cmd: ['httpd', '-f', '-h', '/etc'],
      Volumes: { '/bin': {} },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        Binds: [`${name}:/data`],
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1' }, {}] },
        IpcMode: 'shareable',
      },
    });
    await this.#act(name, 'start');
    await this.#act(name, 'pause');
    await this.#act(name, 'unpause');
    await this.#act(name, 'stop?t=0');
    await this.#act(name, 'start');
    await this.#act(name, 'restart?t=0');
    await this.#act(name, 'kill');
    await this.#client.text('DELETE', `/containers/${name}?v=1`);
    await this.#client.text('DELETE', `/volumes/${name}`);
  }

  /** Ends by itself with a known code and output, and stays. */
  async #shortLife(name: string): Promise<void> {
    await this.#create(name, {
      Image: 'busybox',
      Cmd: ['sh', '-c', `${printLines}; exit ${shortExitCode}`],
      Volumes: { '/anonymous': {} },
    });
    await this.#act(name, 'start');
    await this.#act(name, 'wait');
    await this.#client.text('DELETE', `/containers/${name}?v=1`);
  }

  /** Removed by the daemon when it ends. */
  async #passing(name: string): Promise<void> {
    await this.#create(name, {
      Image: 'busybox',
      Cmd: ['true'],
      Volumes: { '/anonymous': {} },
      HostConfig: { AutoRemove: true },
    });
    const removed = this.#act(name, 'wait?condition=removed');
    await Promise.all([removed, this.#act(name, 'start')]);
  }

  async #image(reference: string): Promise<void> {
    const [repo = '', tag = ''] = reference.split(':');
    const { body } = await this.#client.stream('POST', '/images/create', {
      query: { fromSrc: '-', repo, tag },
      body: Readable.from([this.#layer]),
    });
    await text(body);
    await this.#client.text('DELETE', `/images/${reference}`);
  }

  async #volume(name: string): Promise<void> {
    await this.#client.json('POST', '/volumes/create', { json: { Name: name } });
    await this.#client.text('DELETE', `/volumes/${name}`);
  }

  async #create(name: string, body: CreateBody): Promise<void> {
    await this.#client.json('POST', '/containers/create', { query: { name }, json: body });
  }

  async #act(name: string, action: string): Promise<void> {
    await this.#client.text('POST', `/containers/${name}/${action}`);
  }
}
