import type { ContainerConfig } from '@berth/engine-api';
import { listOrNull, unlessEmpty } from './json-defaults.ts';

/** The configuration with every field that `inspect` shows; fields that Docker omits when empty stay absent. */
export function withConfigDefaults(config: ContainerConfig, hostname: string): ContainerConfig {
  return {
    Hostname: config.Hostname || hostname,
    Domainname: config.Domainname ?? '',
    User: config.User ?? '',
    AttachStdin: config.AttachStdin ?? false,
    AttachStdout: config.AttachStdout ?? false,
    AttachStderr: config.AttachStderr ?? false,
    ...unlessEmpty('ExposedPorts', config.ExposedPorts),
    Tty: config.Tty ?? false,
    OpenStdin: config.OpenStdin ?? false,
    StdinOnce: config.StdinOnce ?? false,
    Env: listOrNull(config.Env),
    Cmd: listOrNull(config.Cmd),
    ...unlessEmpty('Healthcheck', config.Healthcheck),
    ...(config.ArgsEscaped ? { ArgsEscaped: true } : {}),
    Image: config.Image ?? '',
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
    Entrypoint: listOrNull(config.Entrypoint),
    ...(config.NetworkDisabled ? { NetworkDisabled: true } : {}),
    ...(config.MacAddress ? { MacAddress: config.MacAddress } : {}),
    OnBuild: listOrNull(config.OnBuild),
    Labels: config.Labels ?? {},
    ...(config.StopSignal ? { StopSignal: config.StopSignal } : {}),
    ...(typeof config.StopTimeout === 'number' ? { StopTimeout: config.StopTimeout } : {}),
    ...unlessEmpty('Shell', config.Shell),
  };
}
