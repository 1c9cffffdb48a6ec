import type { ContainerConfig, HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';

function refuse(reason: string): never {
  throw engineError('containers.invalid-config', { reason });
}

const containerMode = /^container:.+$/;

/** Namespace modes, each by itself and against each other. */
export function checkModes(config: ContainerConfig, host: HostConfig): void {
  checkMode('IPC', host.IpcMode, ['', 'private', 'none', 'shareable', 'host'], true);
  checkMode('PID', host.PidMode, ['', 'host'], true);
  checkMode('UTS', host.UTSMode, ['', 'host'], false);
  if (!['', 'private', 'host'].includes(host.CgroupnsMode ?? '')) {
    refuse(`invalid cgroup namespace mode: ${host.CgroupnsMode}`);
  }
  if (!['', 'host'].includes(host.UsernsMode ?? '')) {
    refuse(`invalid user namespace mode: ${host.UsernsMode}`);
  }
  checkNetworkMode(config, host);
}

/** What would reach beyond a user namespace of the container's own; `remapped`: it gets one. Docker's texts. */
export function checkUserNamespace(host: HostConfig, remapped: boolean): void {
  if (!remapped || host.UsernsMode === 'host') return;
  if (host.Privileged === true) {
    refuse(
      'privileged mode is incompatible with user namespaces.  You must run the container in the host namespace when running privileged mode',
    );
  }
  if (host.NetworkMode === 'host') {
    refuse("cannot share the host's network namespace when user namespaces are enabled");
  }
  if (host.PidMode === 'host') {
    refuse('cannot share the host PID namespace when user namespaces are enabled');
  }
}

function checkMode(
  what: string,
  mode: string | undefined,
  words: readonly string[],
  joinable: boolean,
): void {
  const given = mode ?? '';
  if (words.includes(given) || (joinable && containerMode.test(given))) return;
  refuse(`invalid ${what} mode: ${given}`);
}

function checkNetworkMode(config: ContainerConfig, host: HostConfig): void {
  const mode = host.NetworkMode ?? '';
  if (mode === 'container' || mode === 'container:') {
    refuse('Invalid network mode: invalid container format container:<name|id>');
  }
  if (config.Hostname && host.UTSMode === 'host') {
    refuse('conflicting options: hostname and the UTS mode');
  }
  if (mode === 'host' && (config.MacAddress ?? '') !== '') {
    refuse('conflicting options: mac-address and the network mode');
  }
  if (containerMode.test(mode)) checkJoinedNetwork(config, host);
}

const empty = (value: object | null | undefined) => Object.keys(value ?? {}).length === 0;

/** What belongs to a network namespace cannot be set by a container that joins another's. */
function checkJoinedNetwork(config: ContainerConfig, host: HostConfig): void {
  if (config.Hostname) refuse('conflicting options: hostname and the network mode');
  if (!empty(host.Dns)) refuse('conflicting options: dns and the network mode');
  if (!empty(host.ExtraHosts)) {
    refuse('conflicting options: custom host-to-IP mapping and the network mode');
  }
  if (config.MacAddress) refuse('conflicting options: mac-address and the network mode');
  if (!empty(host.PortBindings) || host.PublishAllPorts) {
    refuse('conflicting options: port publishing and the container type network mode');
  }
  if (!empty(config.ExposedPorts)) {
    refuse('conflicting options: port exposing and the container type network mode');
  }
}
