import { defaultHost, resolveEndpoint } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { EndpointSettings } from './endpoint-settings.ts';

/** What lists say of the context that is made from flags and environment. */
export const environmentDescription = 'Current DOCKER_HOST based configuration';

/** The daemon that the environment names, whatever context is in use. */
export function defaultHostOf(context: CliContext): string {
  const { BERTH_HOST, DOCKER_HOST } = context.environment;
  return BERTH_HOST || DOCKER_HOST || defaultHost();
}

/** The endpoint of the context `default`, with the TLS files that the environment names. */
export function defaultEndpoint(context: CliContext): EndpointSettings {
  const { host, tls } = resolveEndpoint({
    flags: { host: defaultHostOf(context) },
    environment: context.environment,
    configFolder: context.configFolder,
    config: context.config,
  });
  const files = { 'ca.pem': tls?.ca, 'cert.pem': tls?.cert, 'key.pem': tls?.key };
  const present = Object.entries(files).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, Buffer.from(text)] as const],
  );
  return {
    endpoint: { Host: host, SkipTLSVerify: tls !== undefined && !tls.verify },
    tls: present.length === 0 ? {} : { docker: Object.fromEntries(present) },
  };
}
