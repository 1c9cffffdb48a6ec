export { Daemon, type DaemonOptions } from './daemon.ts';
export type { Engine } from './engine/engine.ts';
export type { EngineServices, SystemService } from './http/services.ts';
