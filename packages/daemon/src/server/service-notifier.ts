import type { Host } from '@berth/kernel';

/** Tells the service manager about the daemon's state (sd_notify(3)); does nothing without one. */
export class ServiceNotifier {
  readonly #path: string | undefined;
  readonly #host: Pick<Host, 'sendDatagram'>;

  constructor(host: Pick<Host, 'sendDatagram'>, path = process.env.NOTIFY_SOCKET) {
    this.#host = host;
    this.#path = path;
  }

  ready(): void {
    this.#send(`READY=1\nMAINPID=${process.pid}`);
  }

  /** The manager wants the monotonic time, to tell this reload from an earlier one. */
  reloading(): void {
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(): void {
    this.#send('STOPPING=1');
  }

  /** A lost message must not end the daemon. */
  #send(text: string): void {
    if (this.#path === undefined || this.#path === '') return;
    try {
      this.#host.sendDatagram(this.#path, text);
    } catch {
      // The manager is gone; there is nobody left to tell.
    }
  }
}
