import type { DaemonConfig } from '../config/option-table.ts';
import type { EngineServices } from '../http/services.ts';

/** The running parts behind the API, wired together. Disposing leaves containers as they are. */
export interface Engine extends AsyncDisposable {
  readonly services: EngineServices;
  /** Identity of this installation: `ID` of info, actor of daemon events. */
  readonly daemonId: string;
  /**
   * Brings what the kernel holds into agreement with the database after a start, however the last daemon
   * ended. Call once, before serving.
   */
  reconcile(): Promise<void>;
  /** Takes over the reloadable settings. Nothing is changed when it throws. */
  reload(config: DaemonConfig): Promise<void>;
}
