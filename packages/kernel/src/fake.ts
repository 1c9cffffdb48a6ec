/** The recording fake, apart from the real kernel so that a daemon never loads it. */
export type { FailurePoint, PortName, RecordedCall } from './fake/call-log.ts';
export type { FakeFirewall, FirewallAnswer } from './fake/fake-firewall.ts';
export type { FakeHostOptions } from './fake/fake-host.ts';
export { createFakeKernel, type FakeKernel, type FakeKernelOptions } from './fake/fake-kernel.ts';
export { type FakeChild, type FakeProcessOptions, noSuchProgram } from './fake/fake-processes.ts';
