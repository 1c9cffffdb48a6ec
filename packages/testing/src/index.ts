export { askServer, type ServerQuestion, serverListens } from './ask-server.ts';
export { Engine, type EngineOptions, releaseHugetlb } from './engine.ts';
export { eventually } from './eventually.ts';
export { freshNetwork } from './fresh-network.ts';
export { compareHostState, type HostState, leaksSince, readHostState } from './host-state.ts';
export { patience } from './patience.ts';
export {
  type Fault,
  FaultProxy,
  type InjectedFault,
  type ProxiedRequest,
} from './registry/fault-proxy.ts';
export { forwardPort } from './registry/forward-port.ts';
export {
  type CertificateFiles,
  type CertificateOptions,
  TestAuthority,
} from './registry/test-certificates.ts';
export { TestProxy, type TestProxyOptions } from './registry/test-proxy.ts';
export { freePort, TestRegistry, type TestRegistryOptions } from './registry/test-registry.ts';
export {
  type TokenRequest,
  TokenServer,
  type TokenServerOptions,
} from './registry/token-server.ts';
export { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';
export { TestDaemon, type TestDaemonOptions } from './test-daemon.ts';
