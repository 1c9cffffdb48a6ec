export { Engine, type EngineOptions, releaseHugetlb } from './engine.ts';
export { eventually } from './eventually.ts';
export { compareHostState, type HostState, readHostState } from './host-state.ts';
export { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';
export { TestDaemon, type TestDaemonOptions } from './test-daemon.ts';
